"""PDF/UA-1, as far as a program can tell (ISO 14289-1): tags, language, title, headings, table headers, artifacts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

import pytest

from backend.documents import summary, terms
from tests.documents import pages, samples

pytestmark = pytest.mark.django_db

Render = Callable[..., bytes]
DOCUMENTS = pytest.mark.parametrize("render", [summary.render, terms.render], ids=["summary", "terms"])


@DOCUMENTS
@pytest.mark.parametrize("language", ["fr", "en"])
def test_tagged_document_names_itself(render: Render, language: str) -> None:
    read = pages.reader(render(samples.full(), language, now=samples.NOW))
    root = read.trailer["/Root"]
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert read.metadata is not None
    title = str(read.metadata.title)
    assert title.endswith("Yasmine Belloui, Ruisseaux")
    assert read.metadata.author == "Ruisseaux"
    assert read.metadata.creation_date is not None
    assert (read.metadata.creation_date.year, read.metadata.creation_date.month) == (2026, 11)
    xmp = root["/Metadata"].get_data().decode()
    assert re.search(r'pdfuaid:part(="|>)1', xmp)
    assert title in xmp.replace("&#8239;", "\u202f")


@DOCUMENTS
def test_tagged_headings_go_down_one_level_at_a_time(render: Render) -> None:
    pdf = render(samples.full(), "fr")
    levels = [int(tag["/S"][2:]) for tag in pages.structure(pdf) if re.fullmatch(r"/H[1-6]", tag["/S"])]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert len(levels) >= 4
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    outline = pages.reader(pdf).outline
    assert len(flat(outline)) == len(levels)


def flat(outline: list[object]) -> list[object]:
    return [leaf for entry in outline for leaf in (flat(entry) if isinstance(entry, list) else [entry])]


@DOCUMENTS
def test_tagged_tables_have_headers(render: Render) -> None:
    tags = pages.structure(render(samples.full(), "fr"))
    cells = [tag for tag in tags if tag["/S"] == "/TD"]
    headers = {tag["/ID"] for tag in tags if tag["/S"] == "/TH"}
    assert len(cells) > 10
    assert len(headers) > 5
    for cell in cells:
        named = cell["/A"]["/Headers"]
        assert named
        assert set(named) <= headers


@DOCUMENTS
def test_tagged_drawings_are_artifacts(render: Render) -> None:
    pdf = render(samples.full(), "fr")
    kinds = {tag["/S"] for tag in pages.structure(pdf)}
    assert "/Figure" not in kinds
    assert {"/Document", "/H1", "/H2", "/Table", "/P"} <= kinds
    content = pages.reader(pdf).pages[0].get_contents()
    assert content is not None
    assert len(re.findall(rb"/Artifact\s+BMC", content.get_data())) > 10


def test_tagged_path_is_a_list_of_four() -> None:
    tags = pages.structure(summary.render(samples.full(), "fr"))
    start = next(index for index, tag in enumerate(tags) if tag["/S"] == "/L")
    inside = []
    for tag in tags[start + 1 :]:
        if tag["depth"] <= tags[start]["depth"]:
            break
        inside.append(tag["/S"])
    assert inside.count("/LI") == 4


def test_tagged_page_content_is_marked_throughout() -> None:
    """Text that is drawn outside any marked content would not be read aloud, nor declared decoration."""
    for page in pages.reader(summary.render(samples.full(), "fr")).pages:
        content = page.get_contents()
        assert content is not None
        depth = 0
        for operand in re.findall(rb"\b(BDC|BMC|EMC|Tj|TJ)\b", content.get_data()):
            depth += {b"BDC": 1, b"BMC": 1, b"EMC": -1}.get(operand, 0)
            assert operand not in (b"Tj", b"TJ") or depth > 0
        assert depth == 0


def test_tagged_name_is_written_in_the_order_it_is_read() -> None:
    for name in ("محمد بن عبد الله", "יעל בן־דוד", "Łukasz Żółć", "Олександра Шевченко"):
        title = str(pages.reader(summary.render(samples.full(name=name), "fr")).metadata.title)  # type: ignore[union-attr]
        assert name in title
