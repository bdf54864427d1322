"""Reports as one PDF (tagged, PDF/UA-1): the tables in words, and in an appendix what each figure means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from backend.common import clock
from backend.documents import engine
from backend.reports import wording
from backend.reports.question import Question
from backend.reports.shape import Kind, Line, Table

CONTENT_TYPE = "application/pdf"


def write(table: Table) -> Iterator[bytes]:
    """Give the document of one report. Raises engine.PdfUnavailable."""
    return iter([render([table], title=str(table.report.title))])


def render(tables: Sequence[Table], *, title: str) -> bytes:
    """Give one document of several reports on the same question. Raises engine.PdfUnavailable."""
    question = tables[0].question
    return engine.render(
        "report/document.html",
        {
            "language": (get_language() or "fr")[:2],
            "title": title,
            "candidate": title,  # the running head of every document
            "team": {"name": about(question)},
            "period": wording.period(question),
            "zone": question.zone.key,
            "narrowed": wording.filters(question, besides="team"),
            "now": clock.now(),
            "tables": [shown(table) for table in tables],
        },
    )


def about(question: Question) -> str:
    """Give whose report it is: a team, an incubator, or how many teams."""
    teams = list(question.teams())
    if len(teams) == 1:
        return teams[0].name
    return ngettext("%(n)d team", "%(n)d teams", len(teams)) % {"n": len(teams)}


def shown(table: Table) -> dict[str, Any]:
    """Give one report as documents write it."""
    return {
        "report": table.report,
        "columns": [
            {
                "label": column.label,
                "unit": wording.unit(column),
                "means": column.means,
                "text": column.kind == Kind.TEXT,
            }
            for column in table.columns
        ],
        "meanings": [(column.label, column.means) for column in table.columns if column.means and not column.earlier],
        "lines": [_cells(table, line) for line in table.lines],
        "empty": _("Nothing was counted in this period.") if not any(map(_counted, table.lines)) else "",
    }


def _cells(table: Table, line: Line) -> list[str]:
    return [wording.cell(value, column.kind) for value, column in zip(line.cells, table.columns, strict=True)]


def _counted(line: Line) -> bool:
    return any(line.cells[1:])
