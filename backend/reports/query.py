"""A report's query: the facts within what the asker may see, and the figures PostgreSQL makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from contextvars import copy_context
from decimal import Decimal
from itertools import groupby
from typing import Any, cast

from django.core.exceptions import EmptyResultSet
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.db.models import QuerySet
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from psycopg import sql

from backend.common import clock
from backend.common.errors import NotVisible
from backend.reports import parts
from backend.reports.question import Question
from backend.reports.shape import Cell, Column, Figure, Kind, Line, Report, Table

FACTS = sql.SQL(
    "WITH scope AS NOT MATERIALIZED ({scope}), places AS NOT MATERIALIZED ({places}), "
    "leaves AS NOT MATERIALIZED ({leaves}), cohort AS NOT MATERIALIZED ({cohort}), found AS ({found}), "
    "alike AS ({alike})"
)
"""What a report stands on. Nothing is materialized, so that what the filters leave is looked up by index."""
EACH = sql.SQL("SELECT *, 1 AS n FROM found")
TOGETHER = sql.SQL("SELECT {columns}, {added} count(*) AS n FROM found GROUP BY {columns}")
SCOPE = {
    "id": "id",
    "posting_id": "posting_id",
    "via": "via",
    "state": "state",
    "left_state": "left_state",
    "received_at": "created_at",
    "rejection": "rejection",
    "answer_by": "answer_by",
    "first_answer": "first_answer",
    "first_answer_at": "first_answer_at",
    "state_since": "state_since",
    "team": "posting__team_id",
    "domains": "posting__domains",
}
"""What reports read of an application: the name in their SQL, and the path of the model."""
PLACES = {
    "id": "id",
    "status": "status",
    "created_at": "created_at",
    "team": "team_id",
    "domains": "domains",
}
"""What they read of a posting."""
HASHED = "SET LOCAL enable_sort = off; "
"""Before a query that counts equal rows together: the planner cannot tell how few groups there will be, and would sort
every row for them. It is true of what is sent with it, or for the rest of a transaction.
"""
SPREAD = sql.SQL("{facts}, facts AS ({spread})")
FIGURES = sql.SQL("SELECT {place}, {key}, {figures} FROM ({spread}) facts GROUP BY {groups}")
BEHIND = sql.SQL(
    "{facts} SELECT f.id{details} FROM facts f WHERE {where} ORDER BY {order}, f.id LIMIT %(limit)s OFFSET %(offset)s"
)
TOTAL = ""
"""The key of the line that sums up; no report has a line of this name."""


AT_ONCE = 2
"""How many reports are asked for at once: each keeps one core of the database busy, and some have no more than two."""


def tables(
    reports: Mapping[str, Report], question: Question, tell: Callable[[int], None] = lambda _done: None
) -> dict[str, Table]:
    """Give several reports as of one and the same moment, whatever is written meanwhile.

    They are asked for at once, on connections of their own that look at one snapshot; those that count the same facts
    in one query. Within a transaction it is that transaction's, on its connection, one after the other. `tell` is told
    how many are there; what it raises ends it.
    """
    moment, found = clock.now(), dict[str, Table]()
    each_facts = [list(same) for _facts, same in groupby(reports.values(), lambda report: report.facts)]
    if connection.in_atomic_block:
        for same in each_facts:
            with clock.at(moment):
                found |= _together(same, question)
            tell(len(found))
        return found
    with _snapshot() as snapshot, ThreadPoolExecutor(AT_ONCE, thread_name_prefix="report") as threads:
        # A thread knows the moment by its context, and the language by being told. The last reports take the longest:
        # asked first, none of them is waited for alone.
        language = get_language()
        with clock.at(moment):
            asked = [
                threads.submit(copy_context().run, _in_snapshot, same, question, snapshot, language)
                for same in reversed(each_facts)
            ]
        try:
            for each in as_completed(asked):
                found |= each.result()
                tell(len(found))
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            raise
        return {key: found[key] for key in reports}


@contextmanager
def _snapshot() -> Iterator[str]:
    """Give the name of what the database holds now, for as long as somebody looks at it."""
    holder = connection.copy()
    try:
        holder.set_autocommit(False)
        with holder.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '10min'")  # others work with it meanwhile
            cursor.execute("SELECT pg_export_snapshot()")
            yield cursor.fetchone()[0]
    finally:
        holder.close()


def _in_snapshot(
    reports: Sequence[Report], question: Question, snapshot: str, language: str | None
) -> dict[str, Table]:
    """Give reports of the same facts in a thread of their own, on a connection that is closed with it.

    Raises OperationalError, too, when the connection that kept the moment is lost.
    """
    try:
        with override(language), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                try:
                    cursor.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(snapshot).as_string())
                except ProgrammingError as lost:
                    raise OperationalError(str(lost)) from lost
                # The cores are busy with the other reports.
                cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
            return _together(reports, question)
    finally:
        connection.close()


def table(report: Report, question: Question) -> Table:
    """Give the report as every way out writes it: its lines in order, zeros where nothing was counted."""
    return _together([report], question)[report.key]


def _together(reports: Sequence[Report], question: Question) -> dict[str, Table]:
    """Give reports that count the same facts."""
    figures = _figures(reports, question)
    before = _figures(reports, question.before()) if question.compare else [None] * len(reports)
    made = {}
    for report, now, earlier in zip(reports, figures, before, strict=True):
        names = report.lines(question, [key for key in now if key != TOTAL])
        lines = [_line(report, key, words, now, earlier) for key, words in names.items()]
        if report.total:
            lines.append(_line(report, TOTAL, _("All together"), now, earlier))
        made[report.key] = Table(report, question, columns(report, compare=question.compare), tuple(lines))
    return made


def columns(report: Report, *, compare: bool) -> tuple[Column, ...]:
    """Give the columns; with a comparison, each figure is followed by that of the period before."""
    made = [Column("line", str(report.head), Kind.TEXT)]
    for figure in report.figures:
        made.append(Column(figure.key, str(figure.label), figure.kind, str(figure.means)))
        if compare:
            label = _("%(figure)s, period before") % {"figure": figure.label}
            made.append(Column(f"{figure.key}_before", label, figure.kind, str(figure.means), earlier=True))
    return tuple(made)


def behind(
    report: Report, question: Question, *, line: str, figure: str, limit: int, offset: int = 0
) -> list[tuple[Any, ...]]:
    """Give the ids that one figure counts, each with its details; newest first, or as the figure orders them.

    One that was counted twice comes twice. Raises NotVisible if the report has no such line or figure, or if that
    figure counts nothing that can be listed.
    """
    parts_of = counted(report, line, figure)
    try:
        asked = BEHIND.format(facts=facts(report, question), **parts_of)
    except EmptyResultSet:  # somebody without a team
        return []
    with connection.cursor() as cursor:
        cursor.execute(asked.as_string(), values(question) | {"line": line, "limit": limit, "offset": offset})
        return cast("list[tuple[Any, ...]]", cursor.fetchall())


def counted(report: Report, line: str, figure: str) -> dict[str, sql.Composable]:
    """Give the condition of the facts that one figure of one line counts, their details and their order.

    Raises NotVisible, as `behind` does.
    """
    chosen = report.figure(figure)
    listed = report.total or line != TOTAL
    if chosen is None or chosen.counts is None or not listed or "\0" in line:  # which no text of the database holds
        raise NotVisible(_("There is no such figure."))
    where = sql.SQL(cast(Any, chosen.counts))
    return {
        "where": where if line == TOTAL else sql.SQL("f.line = %(line)s AND ({})").format(where),
        "details": sql.SQL(cast(Any, "".join(f", {detail.sql}" for detail in report.details_of(chosen)))),
        "order": sql.SQL(cast(Any, chosen.order)),
    }


def _figures(reports: Sequence[Report], question: Question) -> list[dict[str, tuple[Cell, ...]]]:
    """Give the figures of reports that count the same facts, by line; what looks at most tells which are alike."""
    finest = max(reports, key=lambda report: len(report.alike))
    made: list[dict[str, tuple[Cell, ...]]] = [{} for _report in reports]
    try:
        asked = sql.SQL("{facts} {figures}").format(
            facts=_found(finest, question, _alike(finest) if finest.alike else EACH),
            figures=sql.SQL(" UNION ALL ").join(
                FIGURES.format(
                    place=sql.Literal(place),
                    key=sql.SQL("CASE WHEN grouping(line) = 0 THEN line ELSE '' END"),
                    figures=sql.SQL(", ").join(sql.SQL(cast(Any, figure.sql)) for figure in report.figures),
                    spread=sql.SQL(cast(Any, report.spread)),
                    groups=sql.SQL("GROUPING SETS ((line), ())" if report.total else "line"),
                )
                for place, report in enumerate(reports)
            ),
        )
    except EmptyResultSet:  # somebody without a team: nothing is theirs to count
        return made
    with connection.cursor() as cursor:
        cursor.execute((HASHED if finest.alike else "") + asked.as_string(), values(question))
        if finest.alike:
            cursor.nextset()  # what SET gave
        for place, line, *figures in cursor.fetchall():
            made[place][line] = tuple(figures)
    return made


def _alike(report: Report) -> sql.Composed:
    added = f"sum({report.added}) AS {report.added}," if report.added else ""
    return TOGETHER.format(columns=sql.SQL(cast(Any, report.alike)), added=sql.SQL(cast(Any, added)))


def facts(report: Report, question: Question) -> sql.Composed:
    """Give the parts of the query that lead to the facts. Raises EmptyResultSet if nothing is the asker's to see."""
    return SPREAD.format(facts=_found(report, question, EACH), spread=sql.SQL(cast(Any, report.spread)))


def _found(report: Report, question: Question, alike: sql.Composable) -> sql.Composed:
    return FACTS.format(
        scope=inlined(question.applications(), SCOPE),
        places=inlined(question.postings(), PLACES),
        leaves=sql.SQL(parts.LEAVES),
        cohort=sql.SQL(parts.COHORT),
        found=sql.SQL(cast(Any, report.facts)),
        alike=alike,
    )


def inlined(rows: QuerySet[Any], names: dict[str, str]) -> sql.Composed:
    """Give a queryset as a part of a larger query, its values in place: the rest of that query names its own."""
    statement, given = rows.values_list(*names.values()).query.sql_with_params()
    said = cast(Any, connection.ops).compose_sql(statement, given).replace("%", "%%")
    return sql.SQL("SELECT * FROM ({}) q ({})").format(sql.SQL(said), sql.SQL(", ").join(map(sql.Identifier, names)))


def values(question: Question) -> dict[str, Any]:
    """Give what the parts of the query ask for by name."""
    now = clock.now()
    return {
        "since": question.since,
        "until": question.until,
        "start": question.start,
        "end": question.end,
        "zone": question.zone.key,
        "step": question.by,
        "now": now,
        "today": clock.today(),
    }


def _line(
    report: Report,
    key: str,
    words: str,
    now: dict[str, tuple[Cell, ...]],
    earlier: dict[str, tuple[Cell, ...]] | None,
) -> Line:
    cells: list[Cell] = [words]
    for index, figure in enumerate(report.figures):
        cells.append(_cell(figure, index, key, now))
        if earlier is not None:
            other = figure.now or (report.dated and key != TOTAL)
            cells.append(None if other else _cell(figure, index, key, earlier))
    return Line(key, tuple(cells))


def _cell(figure: Figure, index: int, key: str, found: dict[str, tuple[Cell, ...]]) -> Cell:
    if key in found:
        return found[key][index]
    if figure.of_all and TOTAL in found and found[TOTAL][index] is not None:
        return Decimal("0.0")
    return 0 if figure.kind == Kind.COUNT else None
