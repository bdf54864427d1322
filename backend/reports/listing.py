"""The rows behind a figure as a list of any length: read by a cursor of the server, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql

from backend.hiring.models import Candidate, PostingStatus
from backend.reports import query, wording
from backend.reports.question import Question
from backend.reports.shape import Cell, Column, Figure, Kind, Report
from workflow import anonymous
from workflow.models import Application
from workflow.states import State

APPLICATIONS = sql.SQL("""
    {facts}, chosen AS (SELECT f.* FROM facts f WHERE {where})
    SELECT h.number, c.name, c.email, m.name, p.title, a.state,
           to_char(a.created_at AT TIME ZONE %(zone)s, 'YYYY-MM-DD'),
           to_char(a.state_since AT TIME ZONE %(zone)s, 'YYYY-MM-DD'){details}
    FROM chosen f
    JOIN workflow_application a ON a.id = f.id
    JOIN hiring_candidate c ON c.id = a.candidate_id
    JOIN hiring_posting p ON p.id = a.posting_id
    JOIN accounts_team m ON m.id = p.team_id
    LEFT JOIN ({hidden}) h ON h.id = a.id
    ORDER BY {order}, f.id
""")
POSTINGS = sql.SQL("""
    {facts}, chosen AS (SELECT f.* FROM facts f WHERE {where})
    SELECT NULL, p.title, m.name, p.status, coalesce(p.published_on::text, ''){details}
    FROM chosen f
    JOIN hiring_posting p ON p.id = f.id
    JOIN accounts_team m ON m.id = p.team_id
    ORDER BY {order}, f.id
""")
AT_ONCE = 2000
"""Rows that are fetched together."""


def columns(report: Report, figure: Figure) -> tuple[Column, ...]:
    """Give what is told of each row that a figure counts."""
    texts: tuple[str, ...] = (_("Name"), _("E-mail"), _("Team"), _("Posting"), _("State"))
    days: tuple[str, ...] = (_("Received on"), _("Since"))
    if report.opens == "postings":
        texts, days = (_("Posting"), _("Team"), _("State")), (_("Published on"),)
    kinds = [(word, Kind.TEXT) for word in texts] + [(word, Kind.DATE) for word in days]
    kinds += [(str(detail.label), detail.kind) for detail in report.details_of(figure)]
    return tuple(Column(str(number), word, kind) for number, (word, kind) in enumerate(kinds))


def about(report: Report, figure: Figure, question: Question) -> list[tuple[str, str]]:
    """Give what the definitions sheet says: which figure of which report, and what it counts."""
    return [
        (str(report.title), str(report.definition)),
        (str(figure.label), str(figure.means)),
        *wording.told(question),
    ]


def rows(report: Report, question: Question, *, line: str, figure: str) -> Iterator[tuple[Cell, ...]]:
    """Give each row that one figure counts, in the order of `query.behind`; one that was counted twice comes twice.

    The cursor outlives its transaction: who reads slowly holds nothing up. Raises NotVisible, before the first row, if
    there is no such line or figure, or if the figure counts nothing that can be listed.
    """
    counted = query.counted(report, line, figure)
    asked = POSTINGS if report.opens == "postings" else APPLICATIONS
    try:
        hidden = query.inlined(
            Application.objects.filter(anonymous.hidden()).order_by(), {"id": "id", "number": "number"}
        )
        statement = asked.format(facts=query.facts(report, question), hidden=hidden, **counted)
    except EmptyResultSet:  # somebody without a team
        return iter(())
    chosen = report.figure(figure)
    assert chosen is not None  # `counted` refuses what is none
    return _read(statement, query.values(question) | {"line": line}, _codes(report, chosen))


def _codes(report: Report, figure: Figure) -> list[tuple[int, dict[str, str]]]:
    """Give where a row has a code, with what each code means."""
    at, known = (2, PostingStatus.choices) if report.opens == "postings" else (4, State.choices)
    first = len(columns(report, figure)) - len(report.details_of(figure))
    told = [(n, detail.words) for n, detail in enumerate(report.details_of(figure), first) if detail.words]
    return [(n, {code: str(label) for code, label in words.items()}) for n, words in ((at, dict(known)), *told)]


def _read(
    asked: sql.Composed, values: dict[str, Any], codes: list[tuple[int, dict[str, str]]]
) -> Iterator[tuple[Cell, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(asked.as_string(), values)
        while some := cursor.fetchmany(AT_ONCE):
            for number, *row in some:
                if number is not None:  # read without names
                    row[:2] = Candidate.numbered(number), ""
                for at, words in codes:
                    row[at] = words.get(row[at], row[at])
                yield tuple(row)
