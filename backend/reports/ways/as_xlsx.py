"""A report as XLSX: typed cells, a frozen heading, readable widths, and a sheet that says what each column means."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

import xlsxwriter
from django.utils.translation import gettext as _

from backend.reports import wording
from backend.reports.shape import Cell, Column, Kind, Table
from backend.reports.ways.text import clean

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
FORMATS = {
    Kind.COUNT: "#,##0",
    Kind.PERCENT: "0.0",
    Kind.DAYS: "0.0",
    Kind.HOURS: "0.0",
    Kind.EUROS: "#,##0.00",
}
PIECE = 1 << 16
LONGEST = 32_767
"""Characters that a cell of a sheet can hold."""


def write(table: Table) -> Iterator[bytes]:
    """Give the workbook, in pieces."""
    return stream(table.columns, table.rows(), about(table))


def stream(
    columns: Sequence[Column], rows: Iterable[Sequence[Cell]], definitions: Sequence[tuple[str, str]]
) -> Iterator[bytes]:
    """Give a workbook of any length in pieces, with flat memory: it is written to a file that has no name."""
    with tempfile.TemporaryFile() as file:
        _fill(file, columns, rows, definitions)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def about(table: Table) -> list[tuple[str, str]]:
    """Give what the definitions sheet says, two columns wide."""
    return [
        (str(table.report.title), str(table.report.definition)),
        (_("Period"), wording.period(table.question)),
        (_("Time zone"), table.question.zone.key),
        *((column.label, column.means) for column in table.columns if column.means),
    ]


def heading(column: Column) -> str:
    """Give a column's label with the unit of its figures."""
    unit = {Kind.PERCENT: "%", Kind.EUROS: "€"}.get(column.kind) or wording.unit(column.kind)
    return f"{column.label} ({unit})" if unit else column.label


def _fill(
    file: IO[bytes],
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    definitions: Sequence[tuple[str, str]],
) -> None:
    book = xlsxwriter.Workbook(file, OPTIONS)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    formats = {kind: book.add_format({"num_format": code}) for kind, code in FORMATS.items()}
    sheet = book.add_worksheet(_("Figures"))
    sheet.freeze_panes(1, 1)
    for index, column in enumerate(columns):
        sheet.set_column(index, index, 32 if column.kind == Kind.TEXT else 15)
    for index, column in enumerate(columns):
        sheet.write_string(0, index, heading(column), bold)
    styles = [formats.get(column.kind) for column in columns]
    for number, row in enumerate(rows, 1):
        for index, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, index, clean(value)[:LONGEST])
            elif value is not None:
                sheet.write_number(number, index, value, styles[index])
    meanings = book.add_worksheet(_("Definitions"))
    meanings.set_column(0, 0, 32)
    meanings.set_column(1, 1, 90)
    for number, (name, means) in enumerate(definitions):
        meanings.write_string(number, 0, clean(name), bold)
        meanings.write_string(number, 1, clean(means), wrapped)
    book.close()
