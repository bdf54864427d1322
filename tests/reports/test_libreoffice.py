"""LibreOffice opens what is written, computes it anew, and holds the same cells: figures, days and texts as such."""

import datetime as dt
import shutil
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from backend.accounts.actors import SYSTEM
from backend.reports import listing, query
from backend.reports.question import Question
from backend.reports.registry import REPORTS
from backend.reports.shape import Kind, Line, Table
from backend.reports.ways import sheets
from backend.reports.ways.registry import LISTS, WAYS
from tests.reports import office

pytestmark = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not installed here")
FORMS = ("xlsx", "ods", "csv")
DEFUSED = {
    text: f"'{text}" for text in ("=1+1", "=HYPERLINK(A1)", "+33 6 12", "-2", "@SUM(A1)", " =1", "|x", "%0A", "＝1")
} | {"\t=1": "'\t'=1", "a;=1": "a;'=1", "a, @x": "a, '@x"}
"""What a program might take for a formula, and how CSV writes it."""
TEXTS = (
    *DEFUSED,
    *("a\tb", "Deux\nlignes", 'Dit « "oui" », ; et\'', "'", " deux  espaces ", "😀 Héloïse", "محمد بن عبد الله"),
    *("1-2", "1/2/2026", "12:30", "10 %", "50 €", "TRUE", "VRAI", "#NAME?", "&amp; <b>", "A_x0041_B", "L" * 300),
)
NUMERIC = ("007", "1e5", "2026-11-24", "1 250")
"""Texts that CSV, which has no types, cannot tell from figures and days."""
BIG = 10**15
FIGURES = {
    Kind.COUNT: (0, 7, BIG),
    Kind.PERCENT: (Decimal("31.3"), Decimal("100.0"), None),
    Kind.DAYS: (Decimal("5.5"), None, Decimal("0.0")),
    Kind.HOURS: (Decimal("1.5"), None),
    Kind.EUROS: (Decimal("550.25"), BIG, None, Decimal("1234567.5")),
}
SHOWN = {
    Kind.TEXT: "",
    Kind.COUNT: "#,0",
    Kind.PERCENT: "#,0.0%",
    Kind.DAYS: "#,0.0",
    Kind.HOURS: "#,0.0",
    Kind.EUROS: "#,0.00",
    Kind.DATE: "date",
}
"""How each kind is shown: with thousands apart, and with as many places."""
ASKED = Question(SYSTEM, dt.date(2026, 9, 1), dt.date(2026, 11, 30), ZoneInfo("Europe/Paris"), compare=True)


def report(key):
    """Give a report whose lines are named as badly as can be, with figures of every kind."""
    columns = query.columns(REPORTS[key], compare=True)
    lines = [
        Line(text, (text, *(FIGURES[c.kind][(n + i) % len(FIGURES[c.kind])] for i, c in enumerate(columns[1:]))))
        for n, text in enumerate((*TEXTS, *NUMERIC))
    ]
    return Table(REPORTS[key], ASKED, columns, tuple(lines))


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Have every file opened at once: what was written, and what LibreOffice has, by language, format and name."""
    folder, wanted, files = tmp_path_factory.mktemp("libreoffice"), {}, []
    for language in ("fr", "en"):
        with translation.override(language):
            tables = [report(key) for key in ("answers", "terms", "workload")]
            columns = listing.columns(REPORTS["terms"], REPORTS["terms"].figures[0])
            days = {Kind.DATE: ("2026-03-29", "")}
            rows = [
                tuple(
                    text if c.kind == Kind.TEXT else (both := (days | FIGURES)[c.kind])[i % len(both)]
                    for i, c in enumerate(columns)
                )
                for text in (*TEXTS, *NUMERIC)
            ]
            about = [("Reçues", "Toutes les candidatures\nde la période.")]
            for form in FORMS:
                made = {each.report.key: (each.columns, each.rows(), sheets.about(each)) for each in tables}
                written = {each.report.key: WAYS[form].write(each) for each in tables}
                made["list"], written["list"] = (columns, rows, about), LISTS[form].stream(columns, rows, about)
                for name, (head, cells, says) in made.items():
                    path = folder / f"{name}-{language}.{form}"
                    path.write_bytes(b"".join(written[name]))
                    files.append((path, office.CSV[language] if form == "csv" else ""))
                    words = [sheets.heading(each, typed=form != "csv") for each in head]
                    wanted[language, form, name] = (head, words, list(cells), says)
    assert {column.kind for head, *_rest in wanted.values() for column in head} == set(Kind)
    opened = office.opened(files, folder / "profile")
    return {each: (*wanted[each], book) for each, book in zip(wanted, opened, strict=True)}


def test_every_cell_of_sheets_is_the_same_and_of_its_kind(found):
    for (language, form, name), (head, words, rows, _says, book) in found.items():
        if form == "csv":
            continue
        first, *cells = book.sheets[0].rows
        assert [cell.text for cell in first] == words
        assert len(cells) == len(rows), (language, form, name)
        for row, read in zip(rows, cells, strict=True):
            for value, column, cell in zip(row, head, [*read, *[office.Cell()] * (len(row) - len(read))], strict=True):
                where = (language, form, name, row[0], column.label, cell)
                assert told(cell, column.kind) == held(value, column.kind, form), where
                assert cell.formula == "", where
                assert value in (None, "") or cell.shown == SHOWN[column.kind], where


def test_headings_stay_in_sight_and_definitions_are_a_sheet(found):
    for (_language, form, _name), (_head, _words, _rows, says, book) in found.items():
        if form == "csv":
            continue
        assert book.frozen == (1, 1)
        _figures, definitions = book.sheets
        assert [tuple(cell.text for cell in row) for row in definitions.rows] == says


def test_csv_opens_in_its_language_with_right_columns_decimals_and_accents(found):
    for (language, form, name), (head, words, rows, _says, book) in found.items():
        if form != "csv":
            continue
        first, *cells = book.sheets[0].rows
        assert [cell.text for cell in first] == words
        assert len(cells) == len(rows), (language, name)
        for row, read in zip(rows, cells, strict=True):
            for value, column, cell in zip(row, head, [*read, *[office.Cell()] * (len(row) - len(read))], strict=True):
                where = (language, name, row[0], column.label, cell)
                assert cell.formula == "", where
                if value in NUMERIC:
                    continue
                assert told(cell, column.kind) == held(DEFUSED.get(value, value), column.kind, form), where


def held(value, kind, form):
    """Give what a cell was made of, as `told` gives what LibreOffice has."""
    if value in (None, ""):
        return None
    if isinstance(value, str) and kind == Kind.TEXT:
        return value.replace("\t", " ") if form == "ods" else value
    if kind == Kind.PERCENT and form != "csv":
        return ("percentage", Decimal(value) / 100)
    return ("date", value) if kind == Kind.DATE else ("float", Decimal(value))


def told(cell, kind):
    """Give a cell with its type; a text as it is."""
    if cell.type == "string":
        return cell.text or None
    if not cell.type:
        return None
    return (cell.type, cell.value if kind == Kind.DATE else Decimal(cell.value))
