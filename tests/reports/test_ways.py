"""Each way out, opened again: the same cells, the right types, and nothing that computes."""

import csv
import io
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.utils import translation

from backend.reports import query, question, wording
from backend.reports.registry import REPORTS, report
from backend.reports.shape import Column, Kind
from backend.reports.ways import as_csv, as_ods, as_pdf, as_xlsx
from backend.reports.ways.registry import WAYS, written
from tests import factories
from tests.api.client import client
from tests.documents import pages
from tests.reports import reading
from workflow.states import State

pytestmark = pytest.mark.django_db
EVIL = ("=1+1", "+1", "-2", "@SUM(A1)", "\t=1+1", "\r=1", " =cmd|'/c calc'!A0", "|x", "%0A")


def busy_team(**fields):
    """Make a team where something of everything happened."""
    posting = factories.posting(factories.team(**fields), domains=["Eau"])
    for state in State:
        made = factories.application(posting, state=state)
        for interview in made.interviews.all():
            interview.participants.add(factories.user(posting.team, name=fields.get("name", "Lou Exemple")))
    return posting.team


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("key", REPORTS)
def test_report_reads_back_the_same_from_every_format(key, language):
    asked = question.ask(factories.coach(busy_team()), {"compare": "1"})
    with translation.override(language):
        table = query.table(report(key), asked)
        content = {form: b"".join(written(table, form).pieces) for form in WAYS}
        wanted = reading.cells(table)
        assert any(cell for row in wanted for cell in row[1:])
        assert reading.from_json(table, content["json"]) == wanted
        assert reading.from_csv(table, content["csv"]) == wanted
        assert reading.from_xlsx(table, content["xlsx"]) == wanted
        assert reading.from_ods(table, content["ods"]) == wanted
        assert reading.is_in_pdf(table, content["pdf"], wording.cell)


@pytest.mark.parametrize("name", EVIL)
def test_no_cell_becomes_a_formula(name):
    asked = question.ask(factories.coach(busy_team(name=name)), {})
    table = query.table(report("answers"), asked)
    head = table.lines[0].cells[0]
    assert head == name
    rows = list(csv.reader(io.StringIO(b"".join(as_csv.write(table)).decode("utf-8-sig"), newline="")))
    if len(rows[1]) == 1:
        rows = list(
            csv.reader(io.StringIO(b"".join(as_csv.write(table)).decode("utf-8-sig"), newline=""), delimiter=";")
        )
    assert rows[1][0].startswith("'")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(as_xlsx.write(table))))
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert b"formula" not in b"".join(as_ods.write(table))


def test_workbook_has_types_a_frozen_heading_widths_and_definitions():
    table = query.table(report("answers"), question.ask(factories.coach(busy_team()), {}))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(as_xlsx.write(table))))
    figures, definitions = book.worksheets
    assert figures.freeze_panes == "B2"
    assert figures.column_dimensions["A"].width > 30
    assert figures["B2"].data_type == "n"
    said = {row[0].value: row[1].value for row in definitions.iter_rows()}
    assert said[str(report("answers").title)] == str(report("answers").definition)
    assert {str(figure.label) for figure in report("answers").figures} <= said.keys()


def test_csv_is_the_languages():
    columns, rows = [Column("a", "a", Kind.TEXT), Column("b", "b", Kind.DAYS)], [("é", Decimal("5.5"))]
    with translation.override("fr"):
        assert b"".join(as_csv.stream(columns, rows)).decode() == "\ufeffa;b (jours)\r\né;5,5\r\n"
    with translation.override("en"):
        assert b"".join(as_csv.stream(columns, rows)).decode() == "\ufeffa,b (days)\r\né,5.5\r\n"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_pdf_is_tagged_and_says_its_definitions(language):
    asked = question.ask(factories.coach(busy_team()), {})
    with translation.override(language):
        tables = [query.table(each, asked) for each in REPORTS.values()]
        content = as_pdf.render(tables, title="Recrutement")
        text = pages.text(content)
        for each in REPORTS.values():
            assert " ".join(str(each.definition).split()[:6]) in text
    tags = [tag["/S"] for tag in pages.structure(content)]
    assert tags.count("/H2") == 2 * len(REPORTS)
    assert tags.count("/Table") >= 2 * len(REPORTS)  # one that is cut by a page's end is two
    assert tags.count("/H1") == 1
    assert pages.reader(content).trailer["/Root"]["/Lang"] == language
    assert b"pdfuaid" in pages.reader(content).trailer["/Root"]["/Metadata"].get_data()


def test_pdf_of_many_figures_lies_on_its_side_from_its_first_page_and_keeps_what_is_compared_in_one_cell():
    asked = question.ask(factories.coach(busy_team()), {"compare": "1"})
    with translation.override("en"):
        for key, side in (("terms", True), ("reached", False)):
            table = query.table(report(key), asked)
            read = pages.reader(content := b"".join(as_pdf.write(table))).pages
            assert {page.mediabox.width > page.mediabox.height for page in read} == {side}, key
            assert str(table.report.title) in read[0].extract_text()
            assert "period before" in (text := pages.text(content)) and reading.is_in_pdf(table, content, wording.cell)
            assert not any(column.label in text for column in table.columns if column.earlier)


def test_pdf_of_a_team_without_an_application_says_so():
    asked = question.ask(factories.coach(factories.team()), {})
    with translation.override("en"):
        content = as_pdf.render([query.table(report("reached"), asked)], title="X")
    assert "Nothing was counted in this period." in pages.text(content)


def test_api_gives_each_format_and_refuses_what_it_does_not_know():
    team = busy_team()
    api = client(team, role="coach")
    listed = api.reads("reports/")
    assert [each["key"] for each in listed] == list(REPORTS)
    for form, way in WAYS.items():
        answer = api.get("/api/v1/reports/reached/", {"format": form, "team": team.slug})
        assert (answer.status_code, answer["Content-Type"]) == (200, way.content_type)
    told = api.reads("reports/reached/")
    assert [row["reached"] for row in told["rows"]] == [6, 3, 2, 1]
    assert api.get("/api/v1/reports/nothing/").status_code == 404
    for name, value in (("format", "doc"), ("team", "nobody"), ("from", "soon"), ("language", "de")):
        refused = api.get("/api/v1/reports/reached/", {name: value})
        assert (refused.status_code, list(refused.json()["fields"])) == (422, [name])


def test_every_figure_has_words():
    for each in REPORTS.values():
        assert str(each.definition).endswith(".")
        for figure in each.figures:
            assert str(figure.label)
            assert str(figure.means).endswith(".")
            assert figure.counts is None or figure.kind == Kind.COUNT


@pytest.mark.parametrize("language", ["fr", "en"])
def test_documentation_says_every_definition(language):
    told = (Path(settings.BASE_DIR) / "docs" / "reports.md").read_text("utf-8")
    with translation.override(language):
        for each in REPORTS.values():
            words = [each.definition, *(figure.means for figure in each.figures)]
            assert [str(said) for said in words if str(said) not in told] == [], each.key
