"""What a report is: the facts it counts, the figures it makes of them, and the words for both.

A report is SQL in two parts. `facts` gives one row for each thing that is counted, with three columns that every report
has: `line` (the row of the table it belongs to), `id` (the application, or the posting, that it opens) and `ordered`;
and whatever else a figure needs. Each figure is an aggregate of those rows. What a figure counts (`counts`) is a
condition on the same rows, so the list behind a figure and the figure itself cannot differ.

A report may name the columns its figures look at (`alike`): rows that are equal in all of them are counted together
first, `n` at a time, which makes a million rows a few dozen, or a few thousand where a length is among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from django_stubs_ext import StrOrPromise

if TYPE_CHECKING:
    from backend.reports.question import Question

Cell = str | int | Decimal | None


class Kind(StrEnum):
    """What a column holds; every way out writes it with its own type."""

    TEXT = "text"
    COUNT = "count"
    PERCENT = "percent"
    DAYS = "days"
    HOURS = "hours"
    EUROS = "euros"
    DATE = "date"
    """A day as `2026-11-24`, or an empty text."""


@dataclass(frozen=True)
class Figure:
    """One column of figures: its words, its aggregate, and the condition of the facts it counts (None: a measure).

    One that tells of `now`, whatever the period, has none of the period before. `order` is that of the rows it counts.
    One that is a share `of_all` that was counted is nothing on a line without facts; other measures are none there.
    """

    key: str
    label: StrOrPromise
    means: StrOrPromise
    kind: Kind
    sql: str
    counts: str | None = None
    now: bool = False
    order: str = "f.ordered DESC"
    of_all: bool = False


def count(
    key: str,
    label: StrOrPromise,
    means: StrOrPromise,
    when: str = "true",
    *,
    now: bool = False,
    order: str = Figure.order,
) -> Figure:
    """Give a figure that counts the facts for which `when` holds."""
    return Figure(key, label, means, Kind.COUNT, f"coalesce(sum(n) FILTER (WHERE {when}), 0)::bigint", when, now, order)


def share(key: str, label: StrOrPromise, means: StrOrPromise, part: str, whole: str = "true") -> Figure:
    """Give the percentage of facts for which `part` holds among those for which `whole` does; none of none is none."""
    sql = f"round(100.0 * coalesce(sum(n) FILTER (WHERE {part}), 0) / sum(n) FILTER (WHERE {whole}), 1)"
    return Figure(key, label, means, Kind.PERCENT, sql)


QUANTILE = """
    (SELECT round((min(value) FILTER (WHERE upto > floor(place)) * (1 + floor(place) - place)
                 + min(value) FILTER (WHERE upto > ceil(place)) * (place - floor(place))) / {per}, {places})
     FROM (SELECT value, sum(times) OVER (ORDER BY value) AS upto, {at} * (sum(times) OVER () - 1) AS place
           FROM unnest(array_agg({of} ORDER BY {of}) FILTER (WHERE {when}),
                       array_agg(n ORDER BY {of}) FILTER (WHERE {when})) AS met (value, times)) AS found
     GROUP BY place)
"""
"""`percentile_cont` of rows that were counted together: a value stands as often as its rows say (`n`)."""


def quantile(
    key: str,
    label: StrOrPromise,
    means: StrOrPromise,
    *,
    at: str,
    of: str,
    when: str = "true",
    kind: Kind = Kind.DAYS,
    per: int = 1,
    places: int = 1,
) -> Figure:
    """Give the value below which the part `at` of the facts lies (0.5: the median), between two where it falls so.

    `of` is the column that holds it, `per` how many of its units make one of the figure's.
    """
    return Figure(key, label, means, kind, QUANTILE.format(at=at, of=of, when=when, per=per, places=places))


def days(key: str, label: StrOrPromise, means: StrOrPromise, *, at: str, when: str = "true") -> Figure:
    """Give a quantile in days, of facts whose `length` is in tenths of a day."""
    return quantile(key, label, means, at=at, of="length", when=when, per=10)


@dataclass(frozen=True)
class Detail:
    """What is told of each row behind a figure, besides whose it is: `sql` over the facts, which are called `f`.

    A day is given as text. `words` says what the codes of a text mean; `of` names its figures, if not all.
    """

    label: StrOrPromise
    kind: Kind
    sql: str
    words: Mapping[str, StrOrPromise] = field(default_factory=dict)
    of: tuple[str, ...] = ()


def day(label: StrOrPromise, of: str) -> Detail:
    """Give a detail that is a day, or nothing."""
    return Detail(label, Kind.DATE, f"coalesce(to_char({of}, 'YYYY-MM-DD'), '')")


@dataclass(frozen=True)
class Report:
    """One report. `lines` names its rows in order, given the question and the lines that the query found.

    The lines of a `dated` one are months or weeks: the period before has others, and only the totals are compared.
    `added` is a column that is added up where rows are counted together. `spread` makes the facts out of what was
    counted together, where that is not yet told on its line, or on several. Reports of the same `facts` make the same
    figures of them, and one of them looks at every column that another does. `drawn` is the percentage that its bars
    show instead of its first figure.
    """

    key: str
    title: StrOrPromise
    definition: StrOrPromise
    head: StrOrPromise
    facts: str
    figures: tuple[Figure, ...]
    lines: Callable[[Question, Sequence[str]], dict[str, str]]
    total: bool = True
    dated: bool = False
    alike: str = ""
    added: str = ""
    spread: str = "SELECT * FROM alike"
    drawn: str = ""
    opens: Literal["applications", "postings", "interviews", "contracts"] = "applications"
    details: tuple[Detail, ...] = ()

    def figure(self, key: str) -> Figure | None:
        """Give one of its figures by its key."""
        return next((figure for figure in self.figures if figure.key == key), None)

    def details_of(self, figure: Figure) -> list[Detail]:
        """Give what is told of each row that a figure counts."""
        return [detail for detail in self.details if not detail.of or figure.key in detail.of]


@dataclass(frozen=True)
class Column:
    """A column as it is written out; `earlier` where it tells of the period before."""

    key: str
    label: str
    kind: Kind
    means: str = ""
    earlier: bool = False


@dataclass(frozen=True)
class Line:
    """A row as it is written out, its cells in the order of the columns; the key of the total is empty."""

    key: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """What every way out is given: the same columns and the same cells."""

    report: Report
    question: Question
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]

    def asked(self) -> list[tuple[int, Column]]:
        """Give the columns of the period that is asked about, each with its place in a line."""
        return [(place, column) for place, column in enumerate(self.columns) if not column.earlier]

    def rows(self) -> Iterable[tuple[Cell, ...]]:
        """Give the cells, row by row."""
        return (line.cells for line in self.lines)
