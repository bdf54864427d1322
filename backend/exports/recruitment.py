"""The recruitment report as a document, and its figures as sheets; asked from the reports' pages with their filters."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.core.files import File
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.documents import engine
from backend.exports.plan import Plan
from backend.reports import query, question, summary, wording
from backend.reports import recruitment as document
from backend.reports.question import Question
from backend.reports.registry import REPORTS
from backend.reports.shape import Table
from backend.reports.ways import as_pdf, as_xlsx

if TYPE_CHECKING:
    from backend.exports.making import Job

ASKED = ("from", "to", "by", "compare", "zone", *question.NAMES)


def plan(actor: Actor, asked: Mapping[str, str]) -> Plan:
    """Give what is asked for; the period is fixed now, whenever it is made. Raises Invalid."""
    return _plan(actor, asked, _("Recruitment report, %(period)s"))


def plan_sheets(actor: Actor, asked: Mapping[str, str]) -> Plan:
    """Give the same for the figures alone. Raises Invalid."""
    return _plan(actor, asked, _("Recruitment figures, %(period)s"))


def _plan(actor: Actor, asked: Mapping[str, str], title: str) -> Plan:
    found = question.ask(actor, asked)
    kept = {name: asked[name] for name in ASKED if asked.get(name)}
    kept |= {"from": found.start.isoformat(), "to": found.end.isoformat(), "zone": found.zone.key}
    compared = _("compared with the period before") if found.compare else ""
    said = (title % {"period": wording.period(found)}, wording.filters(found), compared)
    words = ", ".join(filter(None, said))
    return Plan(Truncator(words).chars(300), kept, [team.pk for team in found.teams()], len(REPORTS) + 1)


def make(job: Job) -> None:
    """Make the PDF: each report, then the pages. Raises Invalid, making.Lost, engine.PdfUnavailable."""
    asked = question.ask(job.actor, job.export.asked)
    engine.prepare()
    tables = _tables(job, asked)
    stem = _("recruitment report %(start)s to %(end)s") % {"start": asked.start, "end": asked.end}
    name = wording.file_name(stem, asked, "pdf", by=", ")
    job.finish(document.render(tables), name=name, media_type=as_pdf.CONTENT_TYPE, words=_words(tables))


def make_sheets(job: Job) -> None:
    """Make the workbook: each report, a sheet each. Raises Invalid, making.Lost."""
    asked = question.ask(job.actor, job.export.asked)
    tables = _tables(job, asked)
    stem = _("recruitment figures %(start)s to %(end)s") % {"start": asked.start, "end": asked.end}
    name = wording.file_name(stem, asked, "xlsx", by=", ")
    with tempfile.TemporaryFile() as whole:
        document.fill(whole, tables)
        job.finish(File(whole), name=name, media_type=as_xlsx.CONTENT_TYPE, words=_words(tables))


def _tables(job: Job, asked: Question) -> dict[str, Table]:
    return query.tables(REPORTS, asked, lambda done: job.tell(done, len(REPORTS) + 1))


def _words(tables: Mapping[str, Table]) -> str:
    words = [_("Nothing happened: no application came in, moved or ended.")] if summary.nothing_happened(tables) else []
    return "\n".join([*words, *summary.sentences(tables)])
