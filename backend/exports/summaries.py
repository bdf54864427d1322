"""The summaries of many applications as one ZIP: a PDF each, made one after the other; a worker that dies costs one."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.accounts.models import Team
from backend.common import clock
from backend.common.errors import NotVisible
from backend.documents import summary
from backend.exports import rows
from backend.exports.plan import Plan
from backend.hiring import documents
from workflow import lists
from workflow.states import State

if TYPE_CHECKING:
    from backend.exports.making import Job

MOST = 1000
"""How many applications one ZIP holds."""
PIECE = 1 << 16
ASKED = ("team", "state", "posting", "q", "late", "tag")


def plan(actor: Actor, asked: Mapping[str, str]) -> Plan:
    """Give what is asked for: a team's applications, narrowed as on their list.

    Raises NotVisible, Invalid (there is none, or too many).
    """
    asked = {name: asked[name] for name in ASKED if asked.get(name)}
    team = Team.objects.filter(slug=asked.get("team", ""), pk__in=actor.team_ids).first()
    if team is None:
        raise NotVisible(_("There is no such team."))
    late = asked.get("late", "") not in ("", "0", "false")
    words, posting, tag = (asked.get(name, "") for name in ("q", "posting", "tag"))
    found = lists.listed(actor, team, lists.Filters(words=words, posting=posting, late=late, tag=tag))
    if asked.get("state") in State.values:
        found = found.filter(state=asked["state"])
    pks = rows.bounded(list(found.values_list("pk", flat=True)[: MOST + 1]), MOST)
    return Plan(_("Summaries of %(team)s") % {"team": team.name}, asked, [team.pk], len(pks), pks)


def make(job: Job) -> None:
    """Make the ZIP. Raises making.Lost, making.Later, engine.PdfUnavailable."""
    export, there = job.export, job.parts()
    for number, pk in enumerate(export.rows, 1):
        if number in there or (found := rows.readable(pk, job.actor)) is None:
            continue
        content = summary.render(found.application, export.language, evaluations=found.evaluations)
        job.put(number, name(number, str(found.application.candidate)), content, total=len(export.rows))
    with tempfile.TemporaryFile() as whole:
        moment = timezone.localtime(clock.now()).timetuple()[:6]
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:  # PDFs are compressed already
            for part in job.parts().values():
                with part.file.open("rb") as made, archive.open(zipfile.ZipInfo(part.name, moment), "w") as entry:
                    while piece := made.read(PIECE):
                        entry.write(piece)
        day = timezone.localdate(clock.now())
        called = _("summaries %(team)s %(day)s.zip") % {"team": export.asked["team"], "day": day}
        job.finish(File(whole), name=called, media_type="application/zip")


def name(number: int, person: str) -> str:
    """Give the name of one PDF in the ZIP: unique by its number, safe for every file system."""
    return f"{number:04}-{documents.safe_name(person)[:80]}.pdf"
