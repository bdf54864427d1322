"""The file of one posting, for a jury: every application with its summary, in one document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.common.errors import NotVisible
from backend.documents import posting_file
from backend.exports import rows
from backend.exports.plan import Plan
from backend.hiring import selectors as hiring
from backend.hiring.models import Posting
from workflow import selectors

if TYPE_CHECKING:
    from backend.exports.making import Job

MOST = 200
"""How many applications one file holds: more than a jury reads, and what one document can be set of in minutes."""


def plan(actor: Actor, asked: Mapping[str, str]) -> Plan:
    """Give what is asked for: `posting`. Raises NotVisible, Invalid (nobody applied, or too many)."""
    posting = _posting(actor, asked.get("posting", ""))
    found = selectors.visible_to(actor).filter(posting=posting).order_by("created_at", "id")
    pks = rows.bounded(list(found.values_list("pk", flat=True)[: MOST + 1]), MOST)
    title = _("File of the posting “%(title)s”") % {"title": posting.title}
    return Plan(title, {"posting": posting.slug}, [posting.team_id], len(pks) + 1, pks)


def make(job: Job) -> None:
    """Make the PDF: each application is read, then all are set. Raises NotVisible, making.Lost, PdfUnavailable."""
    posting = _posting(job.actor, job.export.asked["posting"])
    pages = []
    for number, pk in enumerate(job.export.rows, 1):
        if (found := rows.readable(pk, job.actor)) is not None:
            pages.append(posting_file.read(found.application, found.evaluations))
        job.tell(number, len(job.export.rows) + 1)
    name = _("file of %(posting)s.pdf") % {"posting": posting.slug}
    job.finish(posting_file.render(posting, pages, job.export.language), name=name, media_type="application/pdf")


def _posting(actor: Actor, slug: str) -> Posting:
    found = hiring.postings_of(actor).filter(slug=slug).first()
    if found is None:
        raise NotVisible(_("There is no such posting."))
    return found
