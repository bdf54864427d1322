"""Charts as drawings made on the server: numbers for pages and documents, in percent, so that text never scales.

Each has a title and a description that says every figure it draws; the table stands beside it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.utils import formats
from django.utils.translation import gettext as _

from backend.common import typography
from backend.reports import query, wording
from backend.reports.shape import Cell, Kind, Table

ROW = 58
"""Height of one line of a chart, in pixels: its words, its bar and the space below."""


MOST_NAMED = 6
"""How many bars of a trend have their names below them on the narrowest screen."""


class Bar(NamedTuple):
    """One bar: what it says, how long it is in percent, and where it stands in pixels."""

    label: str
    said: str
    width: str
    top: int


class Range(NamedTuple):
    """The middle half of some lengths, with their median, in percent of the scale."""

    label: str
    left: str
    width: str
    middle: str
    top: int


class Post(NamedTuple):
    """One upright bar of a trend, in percent of the drawing."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class Chart:
    """A drawing: its words for those who do not see it, its height, its marks, and what these are for everybody."""

    key: str
    title: str
    description: str
    height: int
    marks: list[Bar] | list[Range] | list[Post]
    ticks: Sequence[tuple[str, str, str]] = ()
    upright: bool = False
    caption: str = ""


def of(table: Table) -> Chart | None:
    """Draw a report: ranges for lengths at each step, a trend over time, else bars of its first figure.

    One that names another figure, which is a percentage, has bars of that.
    """
    key, title = table.report.key, str(table.report.title)
    lines = [line for line in table.lines if line.key != query.TOTAL]
    at = {column.key: index for index, column in enumerate(table.columns)}
    if {"q1", "median", "q3"} <= at.keys() and table.columns[at["median"]].kind == Kind.DAYS:
        spread = [(str(c[0]), c[at["q1"]], c[at["median"]], c[at["q3"]]) for c in (line.cells for line in lines)]
        return ranges(key, title, spread)
    if (chosen := table.report.figure(table.report.drawn)) and lines:
        shares = [(str(line.cells[0]), line.cells[at[chosen.key]]) for line in lines]
        return share_bars(key, f"{title}, {chosen.label}", shares, caption=f"{chosen.label}. {chosen.means}")
    if key == "received":
        counts = [(str(line.cells[0]), int(line.cells[1] or 0)) for line in lines]
        by_week, days = table.question.by == "week", [dt.date.fromisoformat(line.key) for line in lines]
        long = [typography.long_date(day) if by_week else label for day, (label, _n) in zip(days, counts, strict=True)]
        return trend(key, title, counts, long, [] if by_week else [formats.date_format(day, "N") for day in days])
    share = at.get("of_received")
    rows = []
    for line in lines:
        count, said = int(line.cells[1] or 0), wording.cell(line.cells[1], Kind.COUNT)
        if share:
            said = f"{said} ({wording.cell(line.cells[share], Kind.PERCENT)})"
        elif not count:  # what did not occur needs no bar, unless it is a step of the path: the table says so
            continue
        rows.append((str(line.cells[0]), count, said))
    return bars(key, title, rows) if rows else None


def bars(
    key: str, title: str, rows: Sequence[tuple[str, int | Decimal, str]], *, most: int = 0, caption: str = ""
) -> Chart:
    """Draw counts, longest first or along the path; each row has its label, its count and what is said of it.

    `most` is what the whole width stands for; the longest of them if it is not given.
    """
    most = most or max((int(count) for _label, count, _said in rows), default=0)
    marks = [Bar(label, said, _percent(count, most), number * ROW) for number, (label, count, said) in enumerate(rows)]
    told = _("; ").join(_("%(name)s: %(value)s") % {"name": label, "value": said} for label, _count, said in rows)
    return Chart(key, title, told, ROW * len(rows), marks, caption=caption)


def share_bars(key: str, title: str, rows: Sequence[tuple[str, Cell]], *, caption: str) -> Chart:
    """Draw percentages, on bars that end at 100; where there is none, as of nothing, no bar says so."""
    told = [
        (label, Decimal(part or 0), wording.cell(part, Kind.PERCENT) if part is not None else _("nothing to count"))
        for label, part in rows
    ]
    return bars(key, title, told, most=100, caption=caption)


def ranges(key: str, title: str, rows: Sequence[tuple[str, Cell, Cell, Cell]]) -> Chart:
    """Draw first quartile, median and third quartile of each row, on one scale of days that begins at nothing."""
    top = _scale(max((Decimal(q3) for *_row, q3 in rows if q3 is not None), default=Decimal(0)))
    marks, told = [], []
    for number, (label, q1, median, q3) in enumerate(rows):
        if q1 is None or median is None or q3 is None:
            told.append(_("%(name)s: %(value)s") % {"name": label, "value": wording.NOTHING})
            continue
        low, middle, high = (Decimal(value) for value in (q1, median, q3))
        width = _percent(high - low, top)
        marks.append(Range(label, _percent(low, top), width, _percent(middle, top), number * ROW))
        said = {name: wording.cell(value, Kind.DAYS) for name, value in (("low", q1), ("middle", median), ("high", q3))}
        told.append(
            _("%(name)s: median %(middle)s days, half of them between %(low)s and %(high)s") % ({"name": label} | said)
        )
    ticks = [
        (
            _percent(part, 4),
            wording.cell(top * part / 4, Kind.DAYS),
            ("start", "middle", "middle", "middle", "end")[part],
        )
        for part in range(5)
    ]
    caption = _("Dot: median, in days. Band: the middle half.")
    return Chart(key, title, _("; ").join(told), ROW * len(rows) + 24, marks, ticks, caption=caption)


def trend(
    key: str, title: str, rows: Sequence[tuple[str, int]], names: Sequence[str], short: Sequence[str] = ()
) -> Chart:
    """Draw counts over time, the oldest first.

    The axis has the `short` names of all where they fit, else the names of the first and the last.
    """
    most = max((count for _label, count in rows), default=0)
    step = Decimal(100) / max(len(rows), 1)
    marks = [
        Post(
            _said(step * number),
            _said(Decimal(88) - _part(count, most) * 88 / 100),
            _said(step * 8 / 10),
            _said(_part(count, most) * 88 / 100),
        )
        for number, (_label, count) in enumerate(rows)
    ]
    told = _("; ").join(_("%(name)s: %(value)s") % {"name": label, "value": count} for label, count in rows)
    if short and len(rows) <= MOST_NAMED:
        ticks = [(_said(step * number + step * 4 / 10), name, "middle") for number, name in enumerate(short)]
    else:
        ticks = [("0%", names[0], "start"), ("100%", names[-1], "end")] if len(rows) > 1 else []
    return Chart(key, title, told, 160, marks, ticks, upright=True)


def _part(value: Decimal | int, most: Decimal | int) -> Decimal:
    return Decimal(value) * 100 / Decimal(most) if most else Decimal(0)


def _percent(value: Decimal | int, most: Decimal | int) -> str:
    return _said(_part(value, most))


def _said(value: Decimal) -> str:
    return f"{value.quantize(Decimal('0.01'))}%"


def _scale(longest: Decimal) -> Decimal:
    """Give a round end of the scale, at least four days, which four parts divide."""
    step = 4
    while step < longest:
        step *= 2
    return Decimal(step)
