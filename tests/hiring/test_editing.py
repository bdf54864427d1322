"""Postings written in the browser: the source follows, and what is exported can be imported."""

import dataclasses
import datetime as dt
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from backend.common import clock
from backend.common.errors import Conflict, Invalid, NotAllowed, NotVisible
from backend.hiring import editing, importing, questions
from backend.hiring.models import Posting, PostingStatus
from tests import factories
from workflow.models import Answer

pytestmark = pytest.mark.django_db

SOURCE = """---
layout: job
roles: Développeuse back-end
open: true
startup: ruisseaux
date: 2026-09-21
autre: 'gardé'
techno: Python, Django
---

## Mission

Le tarif est de 550 à 650 € HT par jour. Le télétravail est partiel.
"""
CORPUS = sorted((Path(__file__).parents[3] / "shared" / "corpus").rglob("*.md"))
COLUMNS = [
    field.name
    for field in Posting._meta.concrete_fields
    if field.name not in {"id", "created_at", "changed_at", "source", "source_digest", "source_path", "slug", "team"}
]


def imported(text, tmp_path, name="a.md"):
    (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    made = importing.import_file(tmp_path / name, name).posting
    assert made is not None
    return Posting.objects.get(pk=made.pk)


def change(posting, **fields):
    actor = factories.member(posting.team)
    wanted = dataclasses.replace(editing.written(posting), **fields)
    return editing.change(pk=posting.pk, actor=actor, wanted=wanted, seen=editing.version(posting))


def said(posting):
    row = Posting.objects.get(pk=posting.pk)
    return {name: getattr(row, name) for name in COLUMNS} | {"questions": questions.of(row)}


def test_nothing_changed_is_byte_for_byte_the_same(tmp_path):
    posting = imported(SOURCE, tmp_path)
    change(posting)
    assert importing.export_bytes(Posting.objects.get(pk=posting.pk)) == SOURCE.encode()


def test_changes_touch_their_lines_alone(tmp_path):
    posting = imported(SOURCE, tmp_path)
    made = change(posting, title="Développeur", skills=["Go"], body=posting.body.lstrip("\n") + "\nFin.\n")
    text = importing.export_bytes(made).decode()
    expected = SOURCE.replace("Développeuse back-end", "Développeur").replace(
        "techno: Python, Django", "techno:\n  - Go"
    )
    assert text == expected + "\nFin.\n"


def test_corrected_fact_wins_over_the_text_and_others_follow_it(tmp_path):
    posting = imported(SOURCE, tmp_path)
    assert (posting.day_rate_min, posting.day_rate_max) == (550, 650)
    facts = editing.written(posting).facts | {"day_rate_min": 500}
    made = change(posting, facts=facts, body=posting.body.lstrip("\n").replace("650", "700"))
    assert (made.day_rate_min, made.day_rate_max) == (500, 700)
    assert (
        made.facts["day_rate_min"] == 550 and "facts:\n  day_rate_min: 500\n" in importing.export_bytes(made).decode()
    )
    back = change(made, facts=editing.written(made).facts | {"day_rate_min": 550})
    assert "facts:" not in importing.export_bytes(back).decode()


def test_fact_emptied_by_a_person_stays_empty(tmp_path):
    posting = imported(SOURCE, tmp_path)
    made = change(posting, facts=editing.written(posting).facts | {"remote": None})
    assert made.remote == "" and said(imported(importing.export_bytes(made), tmp_path, "b.md"))["remote"] == ""


@pytest.mark.parametrize("before", PostingStatus.values)
@pytest.mark.parametrize("after", PostingStatus.values)
@pytest.mark.parametrize(
    "keys",
    [
        "open: true",
        "open: false",
        "draft: true",
        "status: open",
        "statut: pourvu",
        "open: true\npourvu: true",
        "published: true",
    ],
)
def test_status_says_the_same_in_the_source(tmp_path, before, after, keys):
    posting = imported(SOURCE.replace("open: true", keys), tmp_path)
    actor = factories.member(posting.team)
    for status in (before, after):
        made = editing.set_status(pk=posting.pk, actor=actor, status=status)
        assert made.status == status
        assert importing.understand(importing.export_bytes(made), "a.md").fields.status == status
    assert "autre: 'gardé'" in importing.export_bytes(made).decode()


def test_each_change_of_status_is_kept_and_nothing_else_is(tmp_path):
    with clock.at(dt.datetime(2026, 9, 30, 8, tzinfo=dt.UTC)):
        posting = imported(SOURCE, tmp_path)
    actor, opened = factories.member(posting.team), dt.datetime(2026, 9, 21, 10, tzinfo=dt.UTC)
    closed = dt.datetime(2026, 10, 2, 9, tzinfo=dt.UTC)
    with clock.at(closed):
        for _twice in range(2):
            editing.set_status(pk=posting.pk, actor=actor, status="closed")
        change(Posting.objects.get(pk=posting.pk), title="Autre")
        imported(SOURCE + "\nPlus.\n", tmp_path)  # which says open
    kept = list(posting.status_changes.values_list("created_at", "status", "by").order_by("created_at", "status"))
    assert kept == [(opened, "open", None), (closed, "closed", actor.user.pk), (closed, "open", None)]
    unknown = SOURCE.replace("open: true", "open: false").replace("date: 2026-09-21\n", "")
    assert not imported(unknown, tmp_path, "b.md").status_changes.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        posting.status_changes.update(status="draft")


def test_undo_of_a_closing_gives_every_byte_back(tmp_path):
    posting = imported(SOURCE, tmp_path)
    actor = factories.member(posting.team)
    editing.set_status(pk=posting.pk, actor=actor, status="closed")
    back = editing.set_status(pk=posting.pk, actor=actor, status="open", seen="closed")
    assert importing.export_bytes(back) == SOURCE.encode()


def test_written_in_the_browser_comes_back_by_import_the_same(tmp_path):
    team = factories.team(slug="ruisseaux")
    wanted = editing.Written(
        title="Designer : l’essentiel",
        status="open",
        language="en",
        body="## Work\n\nTo draw. 4 days a week.\n",
        skills=["Figma"],
        domains=["Design"],
        facts={"day_rate_min": 400, "apply_to": ["x@ruisseaux.example"], "start": "2027-01"},
        asked=[
            questions.Spec("Why?", "long", "Two lines", (), True),
            questions.Spec("When?", "choice", "", ("a", "b")),
        ],
    )
    facts = editing.written(Posting(team=team)).facts | wanted.facts
    made = editing.create(team=team, actor=factories.member(team), wanted=dataclasses.replace(wanted, facts=facts))
    assert (made.slug, made.published_on) == ("ruisseaux-designer-l-essentiel", clock.today())
    assert questions.of(made) == wanted.asked
    before, data = said(made), importing.export_bytes(made)
    Posting.objects.all().delete()
    again = imported(data, tmp_path, made.source_path)
    assert said(again) == before and again.slug == made.slug


def test_draft_is_exported_as_a_draft(tmp_path):
    posting = factories.posting(status="draft", title="Brouillon")
    assert imported(importing.export_bytes(posting), tmp_path).status == "draft"


def test_posting_without_source_keeps_its_columns_when_it_is_edited():
    posting = factories.posting(day_rate_min=550, day_rate_max=650, remote="partial", contract_kinds=["freelance"])
    made = change(posting, title="Autre")
    assert (made.title, made.day_rate_min, made.remote, made.contract_kinds) == ("Autre", 550, "partial", ["freelance"])


def test_two_editors_conflict_and_nothing_is_lost():
    posting = factories.posting()
    seen, actor = editing.version(posting), factories.member(posting.team)
    change(posting, title="La première")
    wanted = dataclasses.replace(editing.written(posting), title="La seconde")
    with pytest.raises(Conflict):
        editing.change(pk=posting.pk, actor=actor, wanted=wanted, seen=seen)
    assert Posting.objects.get().title == "La première"


def test_status_moved_meanwhile_is_a_conflict():
    posting = factories.posting(status="closed")
    with pytest.raises(Conflict):
        editing.set_status(pk=posting.pk, actor=factories.member(posting.team), status="draft", seen="open")


def test_rights_are_the_team_s():
    posting = factories.posting()
    for actor, error in [(factories.coach(posting.team), NotAllowed), (factories.member(factories.team()), NotVisible)]:
        with pytest.raises(error):
            editing.set_status(pk=posting.pk, actor=actor, status="closed")
    with pytest.raises(Invalid):
        editing.set_status(pk=posting.pk, actor=factories.member(posting.team), status="gone")


def test_file_imported_again_takes_back_nothing_written_meanwhile(tmp_path):
    posting = imported(SOURCE, tmp_path)
    change(posting, title="Autre")
    assert importing.import_file(tmp_path / "a.md", "a.md").status == "unchanged"
    assert Posting.objects.get().title == "Autre"
    (tmp_path / "a.md").write_text(SOURCE + "\nPlus.\n", encoding="utf-8")
    assert importing.import_file(tmp_path / "a.md", "a.md").status == "updated"


def test_questions_round_trip_and_keep_their_answers(tmp_path):
    text = SOURCE.replace(
        "techno:",
        "questions:\n  - Votre ville ?\n  - {label: Quand, kind: choice, choices: [a, b], required: yes}\ntechno:",
    )
    posting = imported(text, tmp_path)
    first = posting.questions.first()
    assert [str(q) for q in posting.questions.all()] == ["Votre ville ?", "Quand"]
    application = factories.application(posting)
    Answer.objects.create(
        application=application, question=first, position=1, kind="short", label="Votre ville ?", text="Auch"
    )
    made = change(posting, asked=list(reversed(questions.of(posting))))
    assert [str(q) for q in made.questions.all()] == ["Quand", "Votre ville ?"]
    assert Answer.objects.get().question == first
    change(made, asked=[])
    assert "questions:" not in importing.export_bytes(Posting.objects.get(pk=posting.pk)).decode()
    assert (Answer.objects.get().question, Answer.objects.get().text) == (None, "Auch")


@pytest.mark.parametrize(
    ("line", "words"),
    [("questions: [{kind: short}]", "needs a “label:”"), ("questions: [{label: x, kind: radio}]", "has the kind"),
     ("questions: [{label: x, kind: choice, choices: [a]}]", "at least two"), ("questions: [[a]]", "neither a text"),
     ("facts: {day_rate_min: cher}", "cannot be meant"), ("facts: {day_rate_min: 900}", "above the")],
)  # fmt: skip
def test_front_matter_that_cannot_be_meant_is_refused_with_words(tmp_path, line, words):
    (tmp_path / "a.md").write_text(SOURCE.replace("techno:", f"{line}\ntechno:"), encoding="utf-8")
    result = importing.import_file(tmp_path / "a.md", "a.md")
    assert result.status == "refused" and words in result.reason


@pytest.mark.parametrize("line", ["questions: écrire à Lou", "facts: oui"])
def test_words_used_otherwise_ask_nothing(tmp_path, line):
    assert imported(SOURCE.replace("techno:", f"{line}\ntechno:"), tmp_path).questions.count() == 0


@pytest.mark.skipif(not CORPUS, reason="the folder shared/corpus is not beside the project")
def test_real_postings_are_edited_and_nothing_else_moves(tmp_path):
    """Every real posting: opened without a change it is the same bytes; closed and opened, its other keys are kept."""
    seen = 0
    for path in CORPUS[:400]:
        data = path.read_bytes()
        result = importing.import_file(path, path.name, team=factories.team())
        if result.posting is None:
            continue
        posting = Posting.objects.get(pk=result.posting.pk)
        actor = factories.member(posting.team)
        change(posting)
        assert importing.export_bytes(Posting.objects.get(pk=posting.pk)) == data, path.name
        before = importing.understand(data, path.name)
        for status in PostingStatus.values:
            made = editing.set_status(pk=posting.pk, actor=actor, status=status)
            after = importing.understand(importing.export_bytes(made), path.name)
            assert (after.fields.status, after.body, after.fields.unknown) == (
                status,
                before.body,
                before.fields.unknown,
            )
        seen += 1
    assert seen > 50
