"""The recruitment report as one document: a cover, what the figures say, each report drawn and written, definitions.

The same tables as one workbook: a sheet each.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from backend.common import clock, typography
from backend.documents import engine
from backend.reports import summary, wording
from backend.reports.question import Question
from backend.reports.shape import Kind, Table
from backend.reports.ways import as_pdf, as_xlsx, sheets
from workflow.states import PATH

NAMED = 8
"""Up to how many teams the cover names; more stand in a list of their own."""


def render(tables: Mapping[str, Table]) -> bytes:
    """Give the PDF (tagged, PDF/UA-1) of every report on one question. Raises engine.PdfUnavailable."""
    question = next(iter(tables.values())).question
    names = [team.name for team in question.teams()]
    title, about = _("Recruitment report"), as_pdf.about(question)
    return engine.render(
        "recruitment/document.html",
        {
            "language": (get_language() or "fr")[:2],
            "title": title,
            "candidate": title,  # the running head of every document
            "team": {"name": about},
            "facts": _facts(question, names),
            "names": names if len(names) > NAMED else [],
            "steps": [
                (step.label, wording.cell(summary.count(tables["reached"], "reached", step), Kind.COUNT))
                for step in PATH
            ],
            "sentences": summary.sentences(tables),
            "now": clock.now(),
            "reports": [as_pdf.shown(table) for table in tables.values()],
        },
    )


def fill(file: IO[bytes], tables: Mapping[str, Table]) -> None:
    """Write the same as a workbook: a sheet a report, and one that says what was asked and what each figure means."""
    question = next(iter(tables.values())).question
    names = [team.name for team in question.teams()]
    told = _facts(question, names)
    for table in tables.values():
        told += [("", ""), *sheets.meanings(table)]
    each = [sheets.Sheet(str(table.report.title), table.columns, table.rows()) for table in tables.values()]
    as_xlsx.fill(file, each, told)


def _facts(question: Question, names: list[str]) -> list[tuple[str, str]]:
    """Give what the cover says of the question, in words."""
    teams = (
        ", ".join(names)
        if 0 < len(names) <= NAMED
        else ngettext("%(n)d team", "%(n)d teams", len(names)) % {"n": len(names)}
    )
    lines = [(_("Period"), wording.period(question)), (_("Teams"), teams)]
    if narrowed := wording.filters(question, besides="team"):
        lines.append((_("Narrowed to"), narrowed))
    if question.compare:
        before = question.before()
        lines.append((_("Compared with"), wording.period(before)))
    today = clock.today(question.zone)
    return [*lines, (_("Made"), f"{typography.long_date(today)} ({question.zone.key})")]
