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
    """One cell: its words, and the address of the rows it counts (none where there are none to show)."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class ShownLine:
    """One row."""

    key: str
    label: str
    cells: list[Shown]


@dataclass(frozen=True)
class ShownTable:
    """A table ready for `parts/report_table.html`."""

    table: Table
    columns: list[tuple[Column, str]]
    lines: list[ShownLine]
    total: ShownLine | None


def show(table: Table) -> ShownTable:
    """Give a table for a page."""
    lines = [_line(table, line) for line in table.lines]
    total = lines.pop() if table.report.total else None
    columns = [(column, wording.unit(column)) for column in table.columns]
    return ShownTable(table, columns, lines, total)


def behind(table: Table, line: str, figure: str) -> str:
    """Give the address of the rows that one figure counts."""
    at = reverse("coach_rows", args=[table.report.key])
    return f"{at}?{table.question.address()}&{urlencode({'line': line, 'figure': figure})}"


def figure_of(table: Table, line: str, figure: str) -> Shown:
    """Give one cell by the key of its row and column."""
    index = next(index for index, column in enumerate(table.columns) if column.key == figure)
    found = next(row for row in table.lines if row.key == line)
    return _cell(table, found, index)


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
    cells = [_cell(table, line, index) for index in range(1, len(table.columns))]
    return ShownLine(line.key, wording.cell(line.cells[0], Kind.TEXT), cells)


def _cell(table: Table, line: Line, index: int) -> Shown:
    column, value = table.columns[index], line.cells[index]
    counted = table.report.figure(column.key)
    opens = counted is not None and counted.counts is not None and bool(value)
    known = line.key != query.TOTAL or table.report.total
    return Shown(wording.cell(value, column.kind), behind(table, line.key, column.key) if opens and known else "")
