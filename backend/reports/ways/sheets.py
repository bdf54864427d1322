"""What every kind of sheet says and looks like: headings with units, widths, and the definitions beside the figures."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import IO

from backend.reports import wording
from backend.reports.shape import Cell, Column, Kind, Table

WIDE, NARROW, READABLE = 32, 15, 90
"""How many characters wide a column of text, of figures, and of definitions is."""
PLACES = {Kind.COUNT: 0, Kind.PERCENT: 1, Kind.DAYS: 1, Kind.HOURS: 1, Kind.EUROS: 2}
"""Decimal places that are shown; the cell holds the figure itself."""
MOST_LINES = 27
"""How many lines a row of a spreadsheet is high at most."""
MOST_ROWS = 1_048_576
"""How many rows a sheet holds, its heading included: more than these, a reader leaves out without a word."""
PIECE = 1 << 16

Definitions = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Sheet:
    """One sheet of figures or rows."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]


def portions(sheet: Sheet) -> Iterator[Sheet]:
    """Give a sheet as one or several, numbered from the second, each no longer than a sheet can be."""
    rows, number = iter(sheet.rows), 1
    while True:
        name = sheet.name if number == 1 else f"{sheet.name} {number}"
        yield replace(sheet, name=name, rows=islice(rows, MOST_ROWS - 1))
        following = list(islice(rows, 1))
        if not following:
            return
        rows, number = chain(following, rows), number + 1


def about(table: Table) -> list[tuple[str, str]]:
    """Give what the definitions say of one report, two columns wide."""
    title, *columns = meanings(table)
    return [title, *wording.told(table.question), *columns]


def meanings(table: Table) -> list[tuple[str, str]]:
    """Give what a report and each of its figures mean."""
    told = [(column.label, column.means) for column in table.columns if column.means and not column.earlier]
    return [(str(table.report.title), str(table.report.definition)), *told]


def heading(column: Column, *, typed: bool = True) -> str:
    """Give a column's label with the unit of its figures; a cell that is `typed` shows itself that it is a share."""
    unit = {Kind.PERCENT: "" if typed else "%", Kind.EUROS: "€"}.get(column.kind) or wording.unit(column)
    return f"{column.label} ({unit})" if unit else column.label


def width(column: Column) -> int:
    """Give how many characters wide a column is."""
    return WIDE if column.kind == Kind.TEXT else NARROW


def lines(text: Cell, wide: int) -> int:
    """Give how many lines high a row must be for a text in a cell `wide` characters wide, as far as rows can be."""
    if not isinstance(text, str) or (len(text) <= wide and "\n" not in text):
        return 1
    return min(MOST_LINES, sum(len(textwrap.wrap(line, wide)) or 1 for line in text.split("\n")))


def head_lines(columns: Sequence[Column]) -> int:
    """Give how many lines high the row of headings must be: they are bold, and fewer of their letters fit a line."""
    return max((lines(heading(column), width(column) * 4 // 5) for column in columns), default=1)


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """Give a file from its beginning."""
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece
