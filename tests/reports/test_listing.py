"""Lists of any length: as fast as a bare writer, nearly, and with flat memory; and still nothing that computes."""

import csv
import datetime as dt
import io
import tracemalloc
import zipfile
from xml.dom import minidom

import openpyxl
import pytest
from django.utils import translation

from backend.reports.management.commands.bench_reports import ratio
from backend.reports.shape import Column, Kind
from backend.reports.ways import sheets
from backend.reports.ways.registry import LISTS

ROWS = [
    (f"Héloïse Fougère {n}", f"h{n}@courrier.example", "Équipe", "Poste", "Reçue", "2026-11-24", "2026-11-24")
    for n in range(2000)
]
COLUMNS = [Column(str(n), "x", Kind.TEXT) for n in range(7)]


@pytest.mark.parametrize(("form", "most"), [("csv", 1.5), ("xlsx", 1.3)])
def test_list_takes_little_more_than_its_bare_writer(form, most):
    assert any(ratio(form, ROWS, 20_000, rounds=1) <= most for _try in range(3))


@pytest.mark.parametrize("form", LISTS)
def test_list_is_written_with_flat_memory(form):
    def peak(times: int) -> int:
        rows = (row for _ in range(times) for row in ROWS[:1000])
        tracemalloc.start()
        for _piece in LISTS[form].stream(COLUMNS, rows, []):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(8) < peak(2) + 500_000


@pytest.mark.parametrize("evil", ["=1+1", " =1", "\u2003@x", "-2", "\tx", "%0A", "+33 6", "a\x00b", None, 5])
def test_one_odd_cell_among_many_is_looked_at(evil):
    rows = [*ROWS[:700], (evil, *ROWS[0][1:]), *ROWS[:10]]
    content = b"".join(LISTS["csv"].stream(COLUMNS, rows, [])).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(content, newline=""), delimiter=";" if ";" in content else ","))
    written = read[701][0]
    assert [row[1] for row in read[1:]] == [row[1] for row in rows]
    if isinstance(evil, str):
        assert written == (evil.replace("\0", "") if "\0" in evil else f"'{evil}")
    else:
        assert written == ("" if evil is None else str(evil))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("evil", ["a;=1+1;b", "a,=1+1,b", 'a; "=1+1', "a\t@x", "\t=1", "＝1+1", "a, ＋1"])
def test_no_cell_is_a_formula_to_a_sheet_that_is_told_another_separator(evil, language):
    with translation.override(language):
        for rows in ([(evil, "b")], [("b", evil)], [*[("b", "c")] * 600, ("b", evil)]):
            content = b"".join(LISTS["csv"].stream(COLUMNS[:2], rows, [])).decode("utf-8-sig")
            for separator in ";,\t":
                read = csv.reader(io.StringIO(content, newline=""), delimiter=separator)
                assert not [cell for row in read for cell in row if cell.strip(' "')[:1] in set("=+-@＝＋－＠")]


@pytest.mark.parametrize("form", ["ods", "xlsx"])
def test_no_character_makes_a_sheet_that_cannot_be_opened(form):
    names = [f"A{chr(code)}wa" for code in (0, 11, 0x1F, 0xFFFE, 0xFFFF)]
    names += ["<r>&</r>", '<r></is></c><c r="A2"><f>1+1</f></c><c><is></r>']
    rows = [(name, *ROWS[0][1:]) for name in names]
    made = zipfile.ZipFile(io.BytesIO(b"".join(LISTS[form].stream(COLUMNS, rows, []))))
    for name in made.namelist():
        if name.endswith(".xml"):
            assert not minidom.parseString(made.read(name)).getElementsByTagName("f")


def test_days_are_days_in_sheets_and_readable_in_csv():
    columns = [Column("a", "a", Kind.TEXT), Column("b", "b", Kind.DATE)]
    made = {form: b"".join(LISTS[form].stream(columns, [("x", "2026-03-29"), ("y", "")], [])) for form in LISTS}
    sheet = openpyxl.load_workbook(io.BytesIO(made["xlsx"])).worksheets[0]
    assert (sheet["B2"].value, sheet["B3"].value) == (dt.datetime(2026, 3, 29), None)
    content = zipfile.ZipFile(io.BytesIO(made["ods"])).read("content.xml").decode()
    assert content.count('office:date-value="2026-03-29"') == content.count("office:date-value") == 1
    assert made["csv"].decode().split("\r\n")[1] == "x;2026-03-29"


@pytest.mark.parametrize(("number", "found"), [(0, [0]), (3, [3]), (4, [3, 1]), (7, [3, 3, 1])])
def test_what_a_sheet_cannot_hold_goes_on_in_the_next(monkeypatch, number, found):
    monkeypatch.setattr(sheets, "MOST_ROWS", 4)
    made = {form: b"".join(LISTS[form].stream(COLUMNS, ROWS[:number], [("a", "b")])) for form in ("xlsx", "ods")}
    book = openpyxl.load_workbook(io.BytesIO(made["xlsx"]))
    assert [sheet.max_row - 1 for sheet in book.worksheets[:-1]] == found
    assert [sheet.cell(row, 1).value for sheet in book.worksheets[:-1] for row in range(2, sheet.max_row + 1)] == [
        row[0] for row in ROWS[:number]
    ]
    package = zipfile.ZipFile(io.BytesIO(made["ods"]))
    tables = minidom.parseString(package.read("content.xml")).getElementsByTagName("table:table")
    assert [len(table.getElementsByTagName("table:table-row")) - 1 for table in tables[:-1]] == found
    frozen = package.read("settings.xml").decode()
    assert all(f'config:name="{table.getAttribute("table:name")}"' in frozen for table in tables[:-1])
