"""What the guards look at, written by the team: interviews, contract terms, onboarding tasks.

One function a change, for pages, API and commands. Each locks the application, so that a move never sees half of it,
and keeps what an earlier move stood on: an application that was interviewed keeps a held interview, one under contract
keeps complete terms, also while it is rejected or withdrawn, since it may come back to where it stood.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.accounts.models import User
from backend.common.errors import GuardFailed, Invalid, NotVisible
from workflow import conditions, meetings, policies, selectors
from workflow.models import Application, Contract, Interview, InterviewSlot, InterviewStatus, OnboardingTask
from workflow.states import Action, State

BEYOND_INTERVIEW = (State.INTERVIEWED, State.CONTRACTED, State.ONBOARDED)
BEYOND_CONTRACT = (State.CONTRACTED, State.ONBOARDED)
RESUMED_BY_A_TIME = (InterviewStatus.PROPOSED, InterviewStatus.MISSED, InterviewStatus.CANCELLED)
"""What becomes planned (again) when it is given a time."""
YEARS = range(1990, 2101)
"""What a plan or a memory can be about; PostgreSQL and Python disagree about the ends of the calendar."""


@transaction.atomic
def add_interview(
    *,
    application_id: UUID,
    actor: Actor,
    participants: Collection[UUID] | None = None,
    times: Sequence[dt.datetime] = (),
    **fields: Any,
) -> Interview:
    """Note an interview, planned or held, or proposed at several `times`; if `announced`, people are told.

    Raises NotVisible, NotAllowed, Invalid (a participant of no such team).
    """
    application = _lock(application_id, actor, Action.INTERVIEW)
    _require_sane(fields)
    _require_moment(fields)
    made = Interview.objects.create(application=application, **fields)
    if participants:
        made.participants.set(_of_team(application, participants))
    InterviewSlot.objects.bulk_create(InterviewSlot(interview=made, at=at) for at in times)
    meetings.tell(made, None, actor.user)
    return made


@transaction.atomic
def change_interview(
    *, pk: UUID, actor: Actor, participants: Collection[UUID] | None = None, **fields: Any
) -> Interview:
    """Change an interview: the same event goes on, and those who were told of it hear of the change.

    Raises as `add_interview`, and GuardFailed if the last held one would be lost.
    """
    found = Interview.objects.filter(pk=pk, application__in=selectors.visible_ids(actor)).first()
    if found is None:
        raise NotVisible(_("There is no such interview."))
    application = _lock(found.application_id, actor, Action.INTERVIEW)
    found.refresh_from_db()
    found.application = application
    before = meetings.standing(found)
    _require_sane(fields)
    _assign(found, fields)
    if "at" in fields and "status" not in fields and before.status in RESUMED_BY_A_TIME:
        found.status = InterviewStatus.PLANNED
    changed = before.at != found.at or before.status != found.status
    _require_moment({"at": found.at, "status": found.status, "announced": found.announced and changed})
    if changed:
        found.closed_by = None  # a person has decided about it since
    found.save()
    if participants is not None:
        found.participants.set(_of_team(application, participants))
    meetings.tell(found, before, actor.user)
    if _stake(application) in BEYOND_INTERVIEW:
        _require(application, conditions.interview_held.reasons(application))
    return found


@transaction.atomic
def add_contract(*, application_id: UUID, actor: Actor, **fields: Any) -> Contract:
    """Note contract terms: number 1 first, then renewals. Raises NotVisible, NotAllowed."""
    application = _lock(application_id, actor, "edit_terms")
    _require_sane(fields)
    last = application.contracts.last()
    return Contract.objects.create(application=application, number=last.number + 1 if last else 1, **fields)


@transaction.atomic
def change_contract(*, pk: UUID, actor: Actor, **fields: Any) -> Contract:
    """Change contract terms. Raises NotVisible, NotAllowed, and GuardFailed if terms agreed on would be incomplete."""
    found = Contract.objects.filter(pk=pk, application__in=selectors.visible_ids(actor)).first()
    if found is None:
        raise NotVisible(_("There are no such terms."))
    application = _lock(found.application_id, actor, "edit_terms")
    found.refresh_from_db()
    _require_sane(fields)
    _assign(found, fields)
    found.save()
    if found.number == 1:
        _require(application, _lost_terms(application))
    return found


def _lost_terms(application: Application) -> list[str]:
    """Give why the first contract no longer holds what the moves so far stood on."""
    stake, lost = _stake(application), []
    if stake in BEYOND_CONTRACT:
        lost += conditions.terms_complete.reasons(application)
        lost += conditions.rate_in_band_or_explained.reasons(application)
    if stake == State.ONBOARDED and not lost:
        lost += conditions.start_reached.reasons(application)
    return lost


@transaction.atomic
def add_task(*, application_id: UUID, actor: Actor, done: bool = False, **fields: Any) -> OnboardingTask:
    """Add a line to the onboarding checklist, at its end. Raises NotVisible, NotAllowed."""
    application = _lock(application_id, actor, Action.ONBOARD)
    _require_sane(fields)
    last = application.onboarding_tasks.last()
    fields.setdefault("position", min(last.position + 1, 32767) if last else 0)
    done_at = timezone.now() if done else None
    made = OnboardingTask.objects.create(application=application, done_at=done_at, **fields)
    _require_tasks(application)
    return made


@transaction.atomic
def change_task(*, pk: UUID, actor: Actor, done: bool | None = None, **fields: Any) -> OnboardingTask:
    """Change a line of the checklist; `done` ticks or unticks it. Raises NotVisible, NotAllowed, GuardFailed."""
    found, application = _task(pk, actor)
    _require_sane(fields)
    _assign(found, fields)
    if done is not None and done != (found.done_at is not None):
        found.done_at = timezone.now() if done else None
    found.save()
    _require_tasks(application)
    return found


@transaction.atomic
def remove_task(*, pk: UUID, actor: Actor) -> None:
    """Take a line off the checklist. Raises NotVisible, NotAllowed."""
    found, _application = _task(pk, actor)
    found.delete()


def _task(pk: UUID, actor: Actor) -> tuple[OnboardingTask, Application]:
    found = OnboardingTask.objects.filter(pk=pk, application__in=selectors.visible_ids(actor)).first()
    if found is None:
        raise NotVisible(_("There is no such task."))
    application = _lock(found.application_id, actor, Action.ONBOARD)
    found.refresh_from_db()
    return found, application


def _lock(pk: UUID, actor: Actor, ability: str) -> Application:
    """Give the application with its row locked. Raises NotVisible, NotAllowed."""
    application = selectors.visible_to(actor).select_for_update(of=("self",)).filter(pk=pk).first()
    if application is None:
        raise NotVisible(_("There is no such application."))
    policies.require(actor, ability, application)
    return application


def _stake(application: Application) -> str:
    """Give the stake that was reached: for what ended before the last one, the one it may be reopened at."""
    return application.left_state or application.state


def _require_tasks(application: Application) -> None:
    if application.state == State.ONBOARDED:
        _require(application, conditions.required_tasks_done.reasons(application))


def _assign(row: Interview | Contract | OnboardingTask, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(row, name, value)


def _require(application: Application, reasons: list[str]) -> None:
    """Raise GuardFailed, which takes the change back, if a move that was made would no longer stand."""
    if reasons:
        words = _("This would take away what a move stood on.")
        raise GuardFailed(words, state=application.state, reasons=reasons)


def _require_sane(fields: dict[str, Any]) -> None:
    """Raise Invalid for a day that is nobody's plan."""
    for name, value in fields.items():
        if isinstance(value, dt.date) and value.year not in YEARS:
            words = _("Choose a day from %(first)d to %(last)d.") % {"first": YEARS[0], "last": YEARS[-1]}
            raise Invalid(words, fields={name: [words]})


def _require_moment(fields: dict[str, Any]) -> None:
    """Raise Invalid for an interview held in the future, or one that people are invited to in the past."""
    status = fields.get("status", InterviewStatus.PLANNED)
    at: dt.datetime | None = fields.get("at")
    field, words = "at", ""
    if at is None:
        if status not in (InterviewStatus.PROPOSED, InterviewStatus.CANCELLED):
            words = _("Choose a time first.")
    elif status == InterviewStatus.PROPOSED:
        field, words = "status", _("This cannot be said of an interview.")
    elif status == InterviewStatus.HELD and at > timezone.now():
        field, words = "status", _("This interview is still to come: it cannot have been held.")
    elif status == InterviewStatus.PLANNED and fields.get("announced") and at <= timezone.now():
        words = _("This time has passed: nobody can be invited to it.")
    if words:
        raise Invalid(words, fields={field: [words]})


def _of_team(application: Application, participants: Collection[UUID]) -> list[User]:
    wanted = set(participants)
    found = list(User.objects.filter(pk__in=wanted, memberships__team_id=application.posting.team_id, is_active=True))
    if len(found) != len(wanted):
        words = _("Every participant must be of the team.")
        raise Invalid(words, fields={"participants": [words]})
    return found
