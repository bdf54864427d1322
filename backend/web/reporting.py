"""A report's table as pages show it: words in every cell, and behind each count the way to its rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from backend.reports import query, wording
from backend.reports.shape import Column, Detail, Figure, Kind, Line, Report, Table
from backend.web.templatetags import jalon


@dataclass(frozen=True)
class Shown:
    """One cell: its words, and the address of the rows it counts (none where there are none to show).

    `before` is the same figure of the period before, in words; empty where nothing is compared. `about` says which
    figure it is, of which line: what leads there tells no more than a number to whoever hears the links alone.
    """

    text: str
    href: str = ""
    before: str = ""
    about: str = ""


@dataclass(frozen=True)
class ShownLine:
    """One row."""

    key: str
    label: str
    cells: list[Shown]


@dataclass(frozen=True)
class ShownTable:
    """A table ready for `parts/report_table.html`; what is compared stands in the same cell, not in columns."""

    table: Table
    columns: list[tuple[Column, str]]
    lines: list[ShownLine]
    total: ShownLine | None


def show(table: Table) -> ShownTable:
    """Give a table for a page."""
    lines = [_line(table, line) for line in table.lines]
    total = lines.pop() if table.report.total else None
    columns = [(column, wording.unit(column)) for _place, column in table.asked()]
    return ShownTable(table, columns, lines, total)


def behind(table: Table, line: str, figure: str) -> str:
    """Give the address of the rows that one figure counts."""
    at = reverse("coach_rows", args=[table.report.key])
    return f"{at}?{table.question.address()}&{urlencode({'line': line, 'figure': figure})}"


def figure_of(table: Table, line: str, figure: str) -> Shown:
    """Give one cell by the key of its row and column."""
    place = next(place for place, column in table.asked() if column.key == figure)
    found = next(row for row in table.lines if row.key == line)
    return _cell(table, found, place)


def details(report: Report, figure: Figure, values: Sequence[Any]) -> list[tuple[str, Kind]]:
    """Give what is told of a row behind a figure in words, each with its kind."""
    return [(_detail(each, value), each.kind) for each, value in zip(report.details_of(figure), values, strict=True)]


def _detail(detail: Detail, value: Any) -> str:
    if value is None or value == "":
        return wording.NOTHING
    if detail.kind == Kind.DATE:
        return jalon.short_date(dt.date.fromisoformat(value))
    return str(detail.words.get(value, "")) or wording.cell(value, detail.kind)


def _line(table: Table, line: Line) -> ShownLine:
    cells = [_cell(table, line, place) for place, _column in table.asked() if place > 0]
    return ShownLine(line.key, wording.cell(line.cells[0], Kind.TEXT), cells)


def _cell(table: Table, line: Line, place: int) -> Shown:
    column, value = table.columns[place], line.cells[place]
    counted = table.report.figure(column.key)
    opens = counted is not None and counted.counts is not None and bool(value)
    known = line.key != query.TOTAL or table.report.total
    href = behind(table, line.key, column.key) if opens and known else ""
    about = f"{line.cells[0]}, {column.label}"
    return Shown(wording.cell(value, column.kind), href, wording.before(table, line, place), about)
