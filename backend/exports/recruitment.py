"""The recruitment report as a document, asked from the reports' pages with their filters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.exports.plan import Plan
from backend.reports import query, question, summary, wording
from backend.reports import recruitment as document
from backend.reports.registry import REPORTS

if TYPE_CHECKING:
    from backend.exports.making import Job

ASKED = ("from", "to", "by", "compare", "zone", *question.NAMES)


def plan(actor: Actor, asked: Mapping[str, str]) -> Plan:
    """Give what is asked for; the period is fixed now, whenever it is made. Raises Invalid."""
    found = question.ask(actor, asked)
    kept = {name: asked[name] for name in ASKED if asked.get(name)}
    kept |= {"from": found.start.isoformat(), "to": found.end.isoformat(), "zone": found.zone.key}
    title = _("Recruitment report, %(period)s") % {"period": wording.period(found)}
    return Plan(title, kept, [team.pk for team in found.teams()], len(REPORTS) + 1)


def make(job: Job) -> None:
    """Make the PDF: each report, then the pages. Raises Invalid, making.Lost, engine.PdfUnavailable."""
    asked = question.ask(job.actor, job.export.asked)
    tables = {}
    for number, (key, report) in enumerate(REPORTS.items(), 1):
        tables[key] = query.table(report, asked)
        job.tell(number, len(REPORTS) + 1)
    name = _("recruitment report %(start)s to %(end)s.pdf") % {"start": asked.start, "end": asked.end}
    words = [_("Nothing happened: no application came in, moved or ended.")] if summary.nothing_happened(tables) else []
    said = "\n".join([*words, *summary.sentences(tables)])
    job.finish(document.render(tables), name=name, media_type="application/pdf", words=said)
