"""What a team writes beside the path and the guards look at: interviews, terms, onboarding tasks, notes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.actors import Actor
from backend.common import clock
from backend.common.errors import Invalid, NotVisible
from workflow import policies, selectors
from workflow.models import Application, Contract, Interview, InterviewStatus, Note, OnboardingTask, TaskOwner
from workflow.states import State

USUAL_TASKS = (
    (gettext_lazy("Have the contract signed"), TaskOwner.TEAM),
    (gettext_lazy("Create the accounts: mail, chat, code"), TaskOwner.TEAM),
    (gettext_lazy("Have a computer ready"), TaskOwner.TEAM),
    (gettext_lazy("Say who welcomes on the first day"), TaskOwner.TEAM),
    (gettext_lazy("Invite to the team’s meetings"), TaskOwner.TEAM),
    (gettext_lazy("Send the papers the contract asks for"), TaskOwner.CANDIDATE),
    (gettext_lazy("Plan a talk after one month"), TaskOwner.COACH),
)
TERMS = ("kind", "day_rate", "days_per_week", "start", "months", "rate_reason")


def _reach(pk: UUID, actor: Actor, ability: str) -> Application:
    """Give the application, its row locked: what guards look at does not change while a move looks at it.

    Raises NotVisible or NotAllowed.
    """
    found = selectors.visible_to(actor).select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
    if found is None:
        raise NotVisible(_("There is no such application."))
    policies.require(actor, ability, found)
    return found


@transaction.atomic
def add_interview(
    *, pk: UUID, actor: Actor, at: datetime, status: str, minutes: int = 45, place: str = ""
) -> Interview:
    """Write down a meeting, planned or held. Raises NotVisible, NotAllowed, Invalid (held, but in the future)."""
    application = _reach(pk, actor, "interview")
    _require_past_if_held(status, at)
    interview = Interview.objects.create(application=application, at=at, status=status, minutes=minutes, place=place)
    if actor.user is not None:
        interview.participants.add(actor.user)
    return interview


@transaction.atomic
def settle_interview(*, pk: UUID, interview: UUID, actor: Actor, status: str) -> Interview:
    """Say what became of a meeting. Raises NotVisible, NotAllowed, Invalid."""
    application = _reach(pk, actor, "interview")
    found = application.interviews.filter(pk=interview).first()
    if found is None:
        raise NotVisible(_("There is no such interview."))
    if status not in InterviewStatus.values:
        raise Invalid(_("This cannot be said of an interview."), fields={"status": [status[:20]]})
    _require_past_if_held(status, found.at)
    found.status = status
    found.save(update_fields=["status"])
    return found


def _require_past_if_held(status: str, at: datetime) -> None:
    if status == InterviewStatus.HELD and at > clock.now():
        words = _("This moment has not come yet: an interview is held when it is over.")
        raise Invalid(words, fields={"at": [words]})


@transaction.atomic
def set_terms(*, pk: UUID, actor: Actor, terms: Mapping[str, Any]) -> Contract:
    """Fill in the first contract; once it is signed, a change leaves a note that says what it was.

    Raises NotVisible or NotAllowed.
    """
    application = _reach(pk, actor, "edit_terms")
    contract = application.contracts.first() or Contract(application=application)
    was = {name: getattr(contract, name) for name in TERMS}
    for name in TERMS:
        setattr(contract, name, terms.get(name, was[name]))
    contract.save()
    changed = [name for name in TERMS if was[name] != getattr(contract, name)]
    if changed and application.state in (State.CONTRACTED, State.ONBOARDED):
        meta = Contract._meta
        before = ", ".join(f"{meta.get_field(name).verbose_name}: {was[name] or '–'}" for name in changed)
        text = _("Terms changed after signing. Before: %(before)s.") % {"before": before}
        Note.objects.create(application=application, author=actor.user, text=text)
    return contract


@transaction.atomic
def add_task(*, pk: UUID, actor: Actor, title: str, owner: str = TaskOwner.TEAM, required: bool = True) -> None:
    """Add a line to the checklist. Raises NotVisible or NotAllowed."""
    application = _reach(pk, actor, "edit_terms")
    last = application.onboarding_tasks.values_list("position", flat=True).last() or 0
    OnboardingTask.objects.create(
        application=application, title=title, owner=owner, required=required, position=last + 1
    )


@transaction.atomic
def add_usual_tasks(*, pk: UUID, actor: Actor) -> int:
    """Add the usual list, without what is there already; give how many were added. Raises NotVisible, NotAllowed."""
    application = _reach(pk, actor, "edit_terms")
    there = list(application.onboarding_tasks.all())
    titles, last = {task.title for task in there}, max((task.position for task in there), default=0)
    with translation.override(application.team.language):
        new = [
            OnboardingTask(application=application, title=str(title), owner=owner, position=last + n)
            for n, (title, owner) in enumerate(USUAL_TASKS, 1)
            if str(title) not in titles
        ]
    return len(OnboardingTask.objects.bulk_create(new))


@transaction.atomic
def tick_task(*, pk: UUID, task: UUID, actor: Actor, done: bool) -> OnboardingTask:
    """Say that a task is done, or that it is not. Raises NotVisible or NotAllowed."""
    application = _reach(pk, actor, "edit_terms")
    found = application.onboarding_tasks.filter(pk=task).first()
    if found is None:
        raise NotVisible(_("There is no such task."))
    found.done_at = (found.done_at or clock.now()) if done else None
    found.save(update_fields=["done_at"])
    return found


@transaction.atomic
def add_note(*, pk: UUID, actor: Actor, text: str) -> Note:
    """Write a note for the team. Raises NotVisible or NotAllowed."""
    application = _reach(pk, actor, "comment")
    return Note.objects.create(application=application, author=actor.user, text=text)
