"""Interviews by self-scheduling: the team proposes several times, and the candidate picks one on their page.

Every function locks the application first, so that of two picks, or a pick and the withdrawal of its time, one wins.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.common import clock, typography
from backend.common.errors import Conflict, Invalid, NotVisible
from workflow import arrangements, meetings, policies, selectors
from workflow.models import Application, Interview, InterviewSlot, InterviewStatus, Note, NoteSource
from workflow.states import OPEN, Action

MOST_TIMES = 10
FURTHEST = timedelta(days=366)
SUGGESTED_TIMES = 3
SATURDAY = 5


@transaction.atomic
def propose(
    *,
    application_id: UUID,
    actor: Actor,
    times: Sequence[datetime],
    participants: Collection[UUID] | None = None,
    **fields: Any,
) -> Interview:
    """Propose several times to the candidate, who is told by mail. Raises NotVisible, NotAllowed, Invalid."""
    _require_times(times)
    return arrangements.add_interview(
        application_id=application_id,
        actor=actor,
        participants=participants,
        at=None,
        status=InterviewStatus.PROPOSED,
        announced=True,
        times=sorted(set(times)),
        **fields,
    )


@transaction.atomic
def propose_again(*, actor: Actor, pk: UUID) -> Interview:
    """Propose a missed interview anew, at `suggested` times: same people, length and place, and the missed one stays on
    record. Twice at once is once. Raises NotVisible, NotAllowed, and Conflict: it is not missed, or something else is
    proposed or planned already."""
    application = _locked(selectors.visible_to(actor).filter(interviews=pk))
    policies.require(actor, Action.INTERVIEW, application)
    missed = application.interviews.get(pk=pk)
    if missed.status != InterviewStatus.MISSED or not is_free(application):
        raise Conflict(_("Nothing is proposed: this interview has been settled."), state=application.state)
    return propose(
        application_id=application.pk,
        actor=actor,
        times=suggested(missed),
        participants=missed.participants.filter(is_active=True, memberships__team=application.team).values_list(
            "pk", flat=True
        ),
        minutes=missed.minutes,
        place=missed.place,
        invited=missed.invited,
    )


def is_free(application: Application) -> bool:
    """Say whether a meeting may be proposed anew: it is open, and none is proposed or planned."""
    ahead = (InterviewStatus.PROPOSED, InterviewStatus.PLANNED)
    return application.state in OPEN and all(each.status not in ahead for each in application.interviews.all())


def suggested(missed: Interview) -> list[datetime]:
    """Give the times at which a missed interview is proposed anew: its own hour on the next working days, from the day
    after tomorrow on, so that there is time to answer."""
    assert missed.at is not None  # a CHECK of the database
    hour, day = timezone.localtime(missed.at).time(), clock.today() + timedelta(days=1)
    found: list[datetime] = []
    while len(found) < SUGGESTED_TIMES:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY:
            found.append(timezone.make_aware(datetime.combine(day, hour)))
    return found


def proposals(application: Application) -> list[tuple[Interview, list[InterviewSlot]]]:
    """Give what is proposed to the candidate, each with the times that are still to come."""
    found = application.interviews.filter(status=InterviewStatus.PROPOSED).prefetch_related("slots")
    return [(row, [slot for slot in row.slots.all() if slot.at > clock.now()]) for row in found]


@transaction.atomic
def pick(*, actor: Actor, interview: UUID, slot: UUID) -> Interview:
    """Choose one of the times, as the candidate; candidate and participants get the invitation.

    The same time twice is once. Raises NotVisible, and Conflict: another time stands, or this one is withdrawn.
    """
    if actor.kind != "candidate":
        raise NotVisible(_("There is no such interview."))
    application = _locked(selectors.visible_to(actor).filter(interviews=interview))
    found = application.interviews.get(pk=interview)
    chosen = found.slots.filter(pk=slot).first()
    if chosen is not None and found.status == InterviewStatus.PLANNED and found.at == chosen.at:
        return found
    if found.status != InterviewStatus.PROPOSED or application.state not in OPEN:
        raise Conflict(_("These times are no longer open: this interview has been settled."), state=application.state)
    if chosen is None or chosen.at <= clock.now():
        raise Conflict(_("This time is no longer free. Please choose another one."), state=application.state)
    before = meetings.standing(found)
    found.at, found.status = chosen.at, InterviewStatus.PLANNED
    found.save(update_fields=["at", "status"])
    with translation.override(application.team.language):
        words = typography.localised(_("Chose %(moment)s for the interview.") % {"moment": typography.moment(found.at)})
    Note.objects.create(application=application, source=NoteSource.CANDIDATE, text=words)
    meetings.tell(found, before)
    return found


@transaction.atomic
def withdraw_slot(*, actor: Actor, pk: UUID) -> None:
    """Take one of the proposed times back. Raises NotVisible, NotAllowed, Invalid (it is the last one), and Conflict
    when the candidate was faster."""
    application = _locked(selectors.visible_to(actor).filter(interviews__slots=pk))
    policies.require(actor, Action.INTERVIEW, application)
    # Read again under the lock: another may have withdrawn it, or the candidate chosen, while we waited.
    slot = InterviewSlot.objects.select_related("interview").filter(pk=pk).first()
    if slot is None:
        raise NotVisible(_("There is no such time."))
    if slot.interview.status != InterviewStatus.PROPOSED:
        raise Conflict(_("Nothing is proposed any more: this interview has been settled."), state=application.state)
    if slot.interview.slots.count() == 1:
        raise Invalid(_("This is the last time that is proposed: cancel the interview instead."))
    slot.delete()


def _locked(rows: Any) -> Application:
    """Give the application with its row locked. Raises NotVisible."""
    found: Application | None = rows.select_for_update(of=("self",)).first()
    if found is None:
        raise NotVisible(_("There is no such interview."))
    return found


def _require_times(times: Sequence[datetime]) -> None:
    """Raise Invalid unless there are some times, all of them ahead and within a year."""
    now, words = clock.now(), ""
    if len(set(times)) < 2:
        words = _("Give two times at least; with a single one, record it as planned.")
    elif len(times) > MOST_TIMES:
        words = _("Give %(most)d times at most.") % {"most": MOST_TIMES}
    elif min(times) <= now:
        words = _("%(moment)s has passed. Choose times to come.") % {"moment": typography.moment(min(times))}
    elif max(times) > now + FURTHEST:
        words = _("Choose times within a year.")
    if words:
        raise Invalid(words, fields={"times": [typography.localised(words)]})
