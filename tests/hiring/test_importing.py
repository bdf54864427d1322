"""Postings come in from Markdown and leave it again byte for byte."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.accounts.models import Team
from backend.hiring import importing
from backend.hiring.models import Posting
from tests import factories

pytestmark = pytest.mark.django_db

SHARED = Path(__file__).resolve().parents[2].parent / "shared"

POSTING = """---
roles: Développeuse ou développeur
open: true
date: 2026-10-05T09:00:00.000Z
startup: ruisseaux
techno: Python, PostgreSQL
humeur: joyeuse
---

## La mission

Contrat de 3 mois renouvelables, 4 jours par semaine. TJM entre 450 et 600 €.
Envoyez votre candidature à equipe@ruisseaux.example.
"""


def run(*args: object, **options: object) -> dict:
    out = StringIO()
    call_command("import_postings", *map(str, args), json=True, stdout=out, **options)
    return json.loads(out.getvalue())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "2026-10-05-dev.md").write_text(POSTING, encoding="utf-8")
    (tmp_path / "sub" / "sans-fin").write_bytes(POSTING.replace("\n", "\r\n").encode("cp1252"))
    (tmp_path / "rien.md").write_text("Bonjour, nous cherchons quelqu’un.", encoding="utf-8")
    return tmp_path


def test_import_reads_fields_facts_and_makes_the_team(folder: Path) -> None:
    said = run(folder)
    assert said["counts"] == {"read": 3, "created": 2, "updated": 0, "unchanged": 0, "refused": 1}
    posting = Posting.objects.get(source_path="2026-10-05-dev.md")
    assert (posting.team.slug, posting.team.name) == ("ruisseaux", "ruisseaux")
    assert (posting.title, posting.status, str(posting.published_on)) == (
        "Développeuse ou développeur",
        "open",
        "2026-10-05",
    )
    assert posting.front_matter["humeur"] == "joyeuse"
    assert posting.skills == ["Python", "PostgreSQL"]
    assert (posting.day_rate_min, posting.day_rate_max, posting.days_per_week_min) == (450, 600, 4)
    assert (posting.duration_months, posting.renewable) == (3, True)
    assert posting.apply_to == ["equipe@ruisseaux.example"]
    assert "450 et 600" in posting.fact_sentences["day_rate_min"]


def test_refused_file_is_named_with_its_reason(folder: Path) -> None:
    refused = [row for row in run(folder)["postings"] if row["status"] == "refused"]
    assert [(Path(row["path"]).name, "no front matter" in row["reason"]) for row in refused] == [("rien.md", True)]


def test_importing_again_changes_nothing_and_says_so(folder: Path) -> None:
    run(folder)
    before = list(Posting.objects.order_by("id").values())
    assert run(folder)["counts"] == {"read": 3, "created": 0, "updated": 0, "unchanged": 2, "refused": 1}
    assert list(Posting.objects.order_by("id").values()) == before


def test_changed_file_updates_the_same_posting(folder: Path) -> None:
    run(folder)
    before = Posting.objects.get(source_path="2026-10-05-dev.md")
    (folder / "2026-10-05-dev.md").write_text(POSTING.replace("open: true", "open: false"), encoding="utf-8")
    assert run(folder)["counts"]["updated"] == 1
    after = Posting.objects.get(source_path="2026-10-05-dev.md")
    assert (after.pk, after.slug, after.status) == (before.pk, before.slug, "closed")


def test_dry_run_changes_nothing(folder: Path) -> None:
    assert run(folder, dry_run=True)["counts"]["created"] == 2
    assert (Posting.objects.count(), Team.objects.count()) == (0, 0)


def test_export_gives_every_byte_back(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    run(folder)
    out = tmp_path_factory.mktemp("out")
    call_command("export_postings", str(out), stdout=StringIO())
    written = {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert written == {Path(p): (folder / p).read_bytes() for p in ("2026-10-05-dev.md", "sub/sans-fin")}


def test_export_leaves_another_content_alone(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    run(folder)
    out = tmp_path_factory.mktemp("out")
    (out / "2026-10-05-dev.md").write_text("mine")
    with pytest.raises(CommandError, match="1 files exist"):
        call_command("export_postings", str(out), stdout=StringIO(), stderr=StringIO())
    assert (out / "2026-10-05-dev.md").read_text() == "mine"


def test_export_of_a_posting_without_source_can_be_imported(tmp_path: Path) -> None:
    made = factories.posting(title="Designer : l’essentiel", body="## Mission\n\nDessiner.\n")
    content = importing.export_bytes(made)
    (tmp_path / "x.md").write_bytes(content)
    read = importing.import_file(tmp_path / "x.md", "x.md").posting
    assert read is not None
    assert (read.title, read.status, read.team, read.body.strip()) == (made.title, "open", made.team, made.body.strip())


def test_same_name_for_two_teams_is_two_postings(tmp_path: Path) -> None:
    ours, theirs = factories.team(), factories.team()
    (tmp_path / "dev.md").write_text(POSTING, encoding="utf-8")
    run(tmp_path, team=ours.slug)
    run(tmp_path, team=theirs.slug)
    assert Posting.objects.filter(source_path="dev.md").count() == 2
    call_command("export_postings", str(tmp_path / "out"), stdout=StringIO())
    assert sorted(p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*.md")) == sorted(
        ["dev.md", f"{theirs.slug}/dev.md"]
    )


@pytest.mark.parametrize(
    ("args", "words"),
    [(["/no/such/folder"], "no such file or folder"), (["{folder}", "--team", "nobody"], "there is no team “nobody”")],
)
def test_bad_argument_is_named(folder: Path, args: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("import_postings", *(arg.format(folder=folder) for arg in args))


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=400), st.dates())
KEYS = st.sampled_from(
    ["roles", "title", "open", "date", "startup", "techno", "contact", "externalURL", "contrat", "é"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=300).map(lambda noise: b"---\nroles: x\n---\n" + noise),
        st.dictionaries(KEYS, st.one_of(SCALARS, st.lists(SCALARS, max_size=3)), max_size=6).map(
            lambda front: ("---\n" + json.dumps(front, default=str) + "\n---\n").encode("utf-8", "surrogatepass")
        ),
    )
)
def test_any_front_matter_is_kept_or_refused_with_a_reason(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "any.md").write_bytes(content)
    result = importing.import_file(tmp_path / "any.md", "any.md")
    assert bool(result.reason) == (result.status == "refused")
    if result.posting is not None:
        assert importing.export_bytes(Posting.objects.get(pk=result.posting.pk)) == content


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared folder with real postings is not here")
def test_real_postings_come_in_and_go_out_identically(tmp_path: Path) -> None:
    said = run(SHARED / "seeds", SHARED / "corpus" / "postings")
    refused = {row["path"] for row in said["postings"] if row["status"] == "refused"}
    without = {
        str(path)
        for path in (SHARED / "corpus" / "postings").iterdir()
        if not any(line.strip() == "---" for line in path.read_text("utf-8", "replace").splitlines()[:3])
    }
    assert refused == without
    assert said["counts"]["created"] == 105 - len(without)
    call_command("export_postings", str(tmp_path), stdout=StringIO())
    for row in said["postings"]:
        if row["status"] != "refused":
            assert (tmp_path / Path(row["path"]).name).read_bytes() == Path(row["path"]).read_bytes()
