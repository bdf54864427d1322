"""The full report: its sentences are true of the figures, its figures those of the JSON, its tags in place."""

import itertools
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import translation

from backend.reports import charts, query, question, recruitment, summary, wording
from backend.reports.registry import REPORTS
from backend.reports.shape import Kind, Line
from backend.reports.ways import as_json, as_pdf, sheets
from tests import factories
from tests.documents import pages
from tests.reports.test_ways import busy_team
from workflow.states import State

pytestmark = pytest.mark.django_db


def tables(actor, **asked):
    found = question.ask(actor, asked)
    return query.tables(REPORTS, found)


def said(actor, language, **asked):
    with translation.override(language):
        return [re.sub(r"\s", " ", words) for words in summary.sentences(tables(actor, **asked))]


def test_sentences_are_right_with_none_one_and_many():
    team = factories.team()
    actor = factories.coach(team)
    assert said(actor, "en", compare="1") == [
        "No application was received.",
        "No application had been received in as many days just before.",
        "No application ended in the period.",
        "No posting is open now.",
    ]
    assert summary.nothing_happened(tables(actor))
    posting = factories.posting(team)
    factories.application(posting)
    assert not summary.nothing_happened(tables(actor))
    assert said(actor, "en") == [
        "1 application was received.",
        "None of them has come to an interview yet.",
        "None has had a first answer yet.",
        "Nobody has been left without an answer past the promised day.",
        "No application ended in the period.",
        "1 posting is open now.",
    ]
    for state in (State.REJECTED, State.REJECTED, State.CONTRACTED, State.WITHDRAWN):
        factories.application(posting, state=state)
    assert said(actor, "fr", compare="1")[:5] == [
        "5 candidatures ont été reçues.",
        "1 d’entre elles a mené à un entretien (20 %).",
        "1 a mené à un contrat (20 %).",
        "Personne n’est encore arrivé.",
        "Aucune candidature n’avait été reçue sur autant de jours juste avant.",
    ]
    ended = next(words for words in said(actor, "fr") if "terminées" in words)
    assert ended == "3 candidatures se sont terminées : 2 refus, 1 retrait."
    assert any("le plus fréquent" in words and words.endswith("(2).") for words in said(actor, "fr"))


def test_the_step_where_they_stay_longest_is_of_enough_stays_and_says_so_where_the_table_shows_a_longer_one():
    report = REPORTS["stays"]
    columns = [column.key for column in query.columns(report, compare=False)]

    def told(**steps):
        """Say it of steps with so many stays, and a median of so many days."""
        cells = {key: {"completed": n, "median": Decimal(length)} for key, (n, length) in steps.items()}
        lines = [Line(key, tuple(found.get(column) for column in columns)) for key, found in cells.items()]
        asked = question.ask(factories.coach(factories.team()), {})
        table = replace(query.table(report, asked), lines=tuple(lines))
        with translation.override("en"):
            return summary.sentences({"stays": table})

    assert told(received=(5, "7.5"), interviewed=(9, "3")) == [
        "Applications stay longest at “Received”: half of them leave it within 7.5 days."
    ]
    assert told(received=(5, "7.5"), interviewed=(4, "8")) == [
        "Of the steps that at least 5 applications have left, they stay longest at “Received”: "
        "half of them leave it within 7.5 days."
    ]
    assert told(received=(4, "7.5")) == []


def test_every_month_of_a_short_trend_is_named_and_the_ends_of_a_longer_one():
    def named(**asked):
        table = query.table(REPORTS["received"], question.ask(factories.coach(factories.team()), asked))
        with translation.override("fr"):
            return [(label, anchor) for _x, label, anchor in charts.of(table).ticks]

    with translation.override("fr"):
        short = {"from": "2026-11-10", "to": "2027-02-03"}
        assert named(**short) == [(month, "middle") for month in ("nov.", "déc.", "jan.", "fév.")]
        assert named(**{"from": "2026-08-01", "to": "2027-02-03"}) == [("août 2026", "start"), ("février 2027", "end")]
        weeks = named(**short, by="week")
    assert weeks[0] == ("9\u00a0novembre 2026", "start") and len(weeks) == 2


def test_lengths_are_plural_as_each_language_has_it():
    for language, value, words in (("fr", "1.5", "1,5 jour"), ("en", "1.5", "1.5 days"), ("en", "1", "1 day")):
        with translation.override(language):
            assert summary.days(summary.Decimal(value)) == words


@pytest.mark.parametrize("language", ["fr", "en"])
def test_report_has_the_figures_of_the_json_tags_and_drawings_that_speak(language):
    actor = factories.coach(busy_team(), factories.team())
    with translation.override(language):
        made = tables(actor, compare="1")
        content = recruitment.render(made)
        text = pages.text(content)
        squeezed = re.sub(r"\s", "", text)
        for table in made.values():
            document = as_json.document(table)
            for row in document["rows"]:
                # Where there is none of the period before, nothing stands under the figure.
                shown = [
                    column
                    for column in document["columns"]
                    if not (column["key"].endswith("_before") and row[column["key"]] is None)
                ]
                cells = [row[column["key"]] for column in shown]
                kinds = [Kind(column["kind"]) for column in shown]
                line = "".join(wording.cell(cell, kind) for cell, kind in zip(cells[1:], kinds[1:], strict=True))
                assert re.sub(r"\s", "", line) in squeezed, (table.report.key, row)
            assert " ".join(str(table.report.definition).split()[:6]) in text
        for words in summary.sentences(made):
            assert re.sub(r"\s", "", words) in squeezed
    tags = pages.structure(content)
    kinds = [tag["/S"] for tag in tags]
    figures = [tag for tag in tags if tag["/S"] == "/Figure"]
    assert len(figures) >= 6
    assert all(len(str(tag["/Alt"])) > 20 for tag in figures)
    assert kinds.count("/H1") == 1
    headings = [int(kind[2]) for kind in kinds if re.fullmatch(r"/H\d", kind)]
    assert all(after - before <= 1 for before, after in itertools.pairwise(headings))
    headers = {tag["/ID"] for tag in tags if tag["/S"] == "/TH"}
    cells = [tag for tag in tags if tag["/S"] == "/TD"]
    assert all(set(tag["/A"]["/Headers"]) <= headers for tag in cells)
    root = pages.reader(content).trailer["/Root"]
    assert root["/Lang"] == language
    assert b"pdfuaid" in root["/Metadata"].get_data()


def test_first_answers_are_drawn_as_promises_kept():
    """How many were received says nothing of how they were answered."""
    with translation.override("en"):
        table = query.table(REPORTS["answers"], question.ask(factories.coach(factories.team()), {"compare": "1"}))
        place = next(place for place, column in table.asked() if column.key == "kept")
        lines = [
            Line(key, (key, *[900] * (place - 1), kept, None))
            for key, kept in (("Some", Decimal("66.7")), ("None", Decimal(0)), ("Nobody", None), ("All", 100), ("", 50))
        ]
        drawn = charts.of(replace(table, lines=tuple(lines)))
    assert [(mark.label, mark.said, mark.width) for mark in drawn.marks] == [
        ("Some", "66.7%", "66.70%"),
        ("None", "0%", "0.00%"),
        ("Nobody", "nothing to count", "0.00%"),
        ("All", "100%", "100.00%"),
    ]
    assert drawn.description == "Some: 66.7%; None: 0%; Nobody: nothing to count; All: 100%"
    assert "Promises kept" in drawn.title
    assert "Promises kept" in drawn.caption


def test_what_did_not_occur_has_no_bar_but_on_the_path():
    team = factories.team()
    factories.application(factories.posting(team), state=State.WITHDRAWN)
    made = tables(factories.coach(team))
    assert [mark.said for mark in charts.of(made["outcomes"]).marks] == ["1"]
    assert len(charts.of(made["reached"]).marks) == 4
    assert charts.of(made["terms"]) is None


def test_cover_says_what_the_report_is_narrowed_to():
    team = busy_team()
    with translation.override("en"):
        asked = question.ask(factories.coach(team), {"team": team.slug, "domain": "eau", "contract": "freelance"})
        assert wording.filters(asked, besides="team").startswith("the domain “Eau”, postings that offer:")
        told = f"{team.name}, the domain “Eau”, postings that offer: Freelance"
        assert (wording.filters(asked), dict(sheets.about(query.table(REPORTS["reached"], asked)))["Narrowed to"]) == (
            told,
            told,
        )
        one = pages.text(as_pdf.render([query.table(REPORTS["reached"], asked)], title="X"))
        assert "The domain “Eau”, postings that offer: Freelance" in one
        text = pages.text(recruitment.render(query.tables(REPORTS, asked)))
    assert team.name in text
    assert "the domain “Eau”" in text
