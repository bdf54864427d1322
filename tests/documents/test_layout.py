"""Whatever people are called and however long they write: nothing stands on anything else, nothing leaves the page."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from backend.documents import engine, summary, terms
from tests.documents import pages, samples
from workflow.models import Application, Note

pytestmark = pytest.mark.django_db


def assert_lies_well(pdf: bytes) -> None:
    assert pages.overlaps(pdf) == []
    assert pages.outside(pdf) == []


@pytest.mark.parametrize("name", samples.HOSTILE_NAMES.values(), ids=samples.HOSTILE_NAMES)
def test_layout_of_names(name: str) -> None:
    made = samples.named(name)
    for pdf in (summary.render(made, "fr", now=samples.NOW), terms.render(made, "fr", now=samples.NOW)):
        assert_lies_well(pdf)
        assert len(pages.reader(pdf).pages) <= 4
        assert not any("/Annots" in page for page in pages.reader(pdf).pages)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    ("make", "length"),
    [(samples.full, 2), (samples.rejected, 1), (samples.withdrawn, 1), (samples.bare, 1)],
    ids=["full", "rejected", "withdrawn", "bare"],
)
def test_layout_of_usual_files_takes_one_or_two_pages(
    make: Callable[[], Application], length: int, language: str
) -> None:
    made = make()
    for pdf, expected in ((summary.render(made, language), length), (terms.render(made, language), 1)):
        assert_lies_well(pdf)
        assert len(pages.reader(pdf).pages) == expected


def test_layout_of_two_hundred_lines_repeats_head_and_foot() -> None:
    pdf = summary.render(samples.long_log(200), "fr", now=samples.NOW)
    assert_lies_well(pdf)
    read = pages.reader(pdf).pages
    assert 12 <= len(read) <= 22
    texts = [pages.SPACES.sub(" ", page.extract_text()) for page in read]
    whole = " ".join(texts)
    assert all(f"Note {number} :" in whole for number in range(200))
    for number, text in enumerate(texts, start=1):
        assert f"{number} / {len(texts)}" in text
        assert "Confidentiel : réservé à l’équipe." in text
        if number > 1:
            assert "Ruisseaux" in text
            assert "Yasmine Belloui" in text
    assert all("Quand Quoi Qui" in text for text in texts[1:-1])


def test_layout_of_one_note_longer_than_a_page() -> None:
    made = samples.full()
    Note.objects.create(application=made, text="Une phrase qui ne dit rien. " * 600, created_at=samples.NOW)
    Application.objects.filter(pk=made.pk).update(message="mot " * 9000)
    pdf = summary.render(made, "fr")
    assert_lies_well(pdf)
    text = pages.text(pdf)
    assert text.count("Une phrase qui ne dit rien.") == 600
    assert text.count("mot ") >= 8990


def test_overlaps_are_seen() -> None:
    """The measure itself: two lines a millimetre apart are found."""
    engine.kit()
    from weasyprint import HTML  # after kit(): needs Pango

    page = (
        "<p style='position: absolute; top: 20mm'>Un texte</p><p style='position: absolute; top: {}mm'>et un autre</p>"
    )
    assert len(pages.overlaps(HTML(string=page.format(21)).write_pdf())) == 1
    assert pages.overlaps(HTML(string=page.format(26)).write_pdf()) == []
