"""Reports as XLSX: typed cells, frozen headings, readable widths, and a sheet that says what each column means."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _

from backend.common.typography import NARROW
from backend.documents.wording import is_french
from backend.reports.shape import Cell, Column, Kind, Table
from backend.reports.ways import sheets
from backend.reports.ways.sheets import Definitions, Sheet
from backend.reports.ways.text import clean

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
FORMATS: dict[Kind, Any] = {
    kind: "#,##0" + ("." + "0" * places if places else "") for kind, places in sheets.PLACES.items()
} | {Kind.DATE: 14}
"""How each kind of figure is shown; 14 is the short date of whoever reads it."""
EPOCH = dt.date(1899, 12, 30).toordinal()
"""The day from which sheets count."""
NO_NAME = re.compile(r"[\[\]:*?/\\']")
LONGEST_NAME = 31
A4 = 9
LINE = 15
"""Points that a line is high."""


@dataclass(frozen=True)
class _Styles:
    """The formats of one workbook."""

    text: Any
    wrapped: Any
    bold: Any
    head: Any
    head_of_figures: Any
    of: Mapping[Kind, Any]


def write(table: Table) -> Iterator[bytes]:
    """Give the workbook of one report, in pieces."""
    return stream(table.columns, table.rows(), sheets.about(table))


def stream(columns: Sequence[Column], rows: Iterable[Sequence[Cell]], definitions: Definitions) -> Iterator[bytes]:
    """Give a workbook of any length in pieces, with flat memory: it is written to a file that has no name."""
    with tempfile.TemporaryFile() as file:
        fill(file, [Sheet(_("Figures"), columns, rows)], definitions)
        yield from sheets.pieces(file)


def fill(file: IO[bytes], figures: Iterable[Sheet], definitions: Definitions) -> None:
    """Write a workbook: each sheet in turn, and the definitions of them all."""
    book = xlsxwriter.Workbook(file, OPTIONS)
    codes = FORMATS | {Kind.PERCENT: FORMATS[Kind.PERCENT] + (f'"{NARROW}"%' if is_french() else "%")}
    formats = {kind: book.add_format({"num_format": code, "valign": "top"}) for kind, code in codes.items()}
    styles = _Styles(
        text=book.add_format({"valign": "top"}),
        wrapped=book.add_format({"text_wrap": True, "valign": "top"}),
        bold=book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        head=book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        head_of_figures=book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "align": "right"}
        ),
        of=formats,
    )
    for each in chain.from_iterable(map(sheets.portions, figures)):
        _figures(_sheet(book, each.name), each, styles)
    sheet = _sheet(book, _("Definitions"))
    sheet.set_column(0, 0, sheets.WIDE)
    sheet.set_column(1, 1, sheets.READABLE)
    for number, (name, means) in enumerate(definitions):
        _set_height(sheet, number, max(sheets.lines(name, sheets.WIDE), sheets.lines(means, sheets.READABLE)))
        sheet.write_string(number, 0, _text(name), styles.bold)
        sheet.write_string(number, 1, _text(means), styles.wrapped)
    book.close()


def _figures(sheet: Any, figures: Sheet, styles: _Styles) -> None:
    columns = figures.columns
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    _set_height(sheet, 0, sheets.head_lines(columns))
    for index, column in enumerate(columns):
        sheet.set_column(index, index, sheets.width(column))
        style = styles.head if column.kind == Kind.TEXT else styles.head_of_figures
        sheet.write_string(0, index, _text(sheets.heading(column)), style)
    each = [
        styles.of.get(column.kind, styles.text if index else styles.wrapped) for index, column in enumerate(columns)
    ]
    days = [column.kind == Kind.DATE for column in columns]
    shares = [column.kind == Kind.PERCENT for column in columns]
    for number, row in enumerate(_of_one(figures.rows, shares) if any(shares) else figures.rows, 1):
        _set_height(sheet, number, sheets.lines(row[0], sheets.WIDE))
        for index, value in enumerate(row):
            if isinstance(value, str):
                if not days[index]:
                    sheet.write_string(number, index, _text(value), each[index])
                elif value:
                    sheet.write_number(number, index, _serial(value), each[index])
            elif value is not None:
                sheet.write_number(number, index, value, each[index])


def _of_one(rows: Iterable[Sequence[Cell]], shares: Sequence[bool]) -> Iterator[Sequence[Cell]]:
    """Give the rows with their shares as parts of one, as a percentage is held."""
    for row in rows:
        each = zip(row, shares, strict=True)
        yield [Decimal(value) / 100 if share and value is not None else value for value, share in each]


def _text(value: str) -> str:
    """Give a text for a cell. A space ends one that xlsxwriter would take for its own markup, and not escape."""
    text = clean(value)
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def _sheet(book: xlsxwriter.Workbook, name: str) -> Any:
    """Add a sheet, which is printed as wide as a page."""
    sheet = book.add_worksheet(textwrap.shorten(NO_NAME.sub(" ", name), LONGEST_NAME, placeholder="…"))
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    return sheet


def _set_height(sheet: Any, row: int, lines: int) -> None:
    """Make room for a text that is wrapped: LibreOffice takes a row of XLSX as high as it is told."""
    if lines > 1:
        sheet.set_row(row, LINE * lines)


def _serial(day: str) -> int:
    return dt.date.fromisoformat(day).toordinal() - EPOCH
