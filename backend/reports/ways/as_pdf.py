"""Reports as one PDF (tagged, PDF/UA-1): drawings, the tables in words, and in an appendix what each figure means.

How a document shows a report is here, for the full report too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from backend.common import clock
from backend.documents import engine
from backend.reports import charts, wording
from backend.reports.question import Question
from backend.reports.shape import Kind, Line, Table

CONTENT_TYPE = "application/pdf"
MOST_UPRIGHT = 6
"""How many figures a table may have to stand on an upright page."""
MOST_MARKS = 12
"""How many lines a drawing may have; a longer table says more by itself."""


def write(table: Table) -> Iterator[bytes]:
    """Give the document of one report. Raises engine.PdfUnavailable."""
    return iter([render([table], title=str(table.report.title))])


def render(tables: Sequence[Table], *, title: str) -> bytes:
    """Give one document of several reports on the same question. Raises engine.PdfUnavailable."""
    question, reports = tables[0].question, [shown(table) for table in tables]
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
            "reports": reports,
            "wide": any(each["wide"] for each in reports),
        },
    )


def about(question: Question) -> str:
    """Give whose report it is: a team, an incubator, or how many teams."""
    teams = list(question.teams())
    if len(teams) == 1:
        return teams[0].name
    return ngettext("%(n)d team", "%(n)d teams", len(teams)) % {"n": len(teams)}


def shown(table: Table) -> dict[str, Any]:
    """Give one report as documents show it: its drawing, and its table, with the period before small in each cell."""
    asked = table.asked()
    drawn = charts.of(table)
    if drawn is not None and not drawn.upright and not 1 < len(drawn.marks) <= MOST_MARKS:
        drawn = None
    return {
        "report": table.report,
        "columns": [
            {
                "label": column.label,
                "unit": wording.unit(column),
                "means": column.means,
                "text": column.kind == Kind.TEXT,
            }
            for _place, column in asked
        ],
        "meanings": [(column.label, column.means) for _place, column in asked if column.means],
        "lines": [
            [
                (wording.cell(line.cells[place], column.kind), wording.before(table, line, place))
                for place, column in asked
            ]
            for line in table.lines
        ],
        "empty": _("Nothing was counted in this period.") if not any(map(_counted, table.lines)) else "",
        "drawn": drawn,
        "before": wording.period(table.question.before()) if table.question.compare else "",
        "wide": len(asked) - 1 > MOST_UPRIGHT,
    }


def _counted(line: Line) -> bool:
    return any(line.cells[1:])
