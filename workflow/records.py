"""What a team writes beside the path, as the pages offer it: notes, the terms, the usual checklist."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.common.errors import GuardFailed, Invalid
from workflow import arrangements, checklists, mentions, policies, selectors, signals
from workflow.models import Application, Contract, DocumentView, Note
from workflow.states import State


@transaction.atomic
def add_note(*, pk: UUID, actor: Actor, text: str) -> Note:
    """Write a note for the team; who is mentioned in it is told, except its author. Raises NotVisible or NotAllowed."""
    application = selectors.application(pk, actor)
    policies.require(actor, "comment", application)
    note = Note.objects.create(application=application, author=actor.user, text=text)
    meant = (
        {mention.user for mention in mentions.find(text, selectors.people_of(application))} if "@" in text else set()
    )
    if meant:
        note.mentioned.set(meant)
        others = sorted(meant - {actor.user}, key=lambda user: user.pk)
        signals.people_mentioned.send(sender=Note, note=note, people=others)
    return note


def note_view(application: Application, document: UUID, actor: Actor) -> None:
    """Note that somebody of the team opened a file of an application they see; the first time on a day counts."""
    if actor.user is not None:
        row = DocumentView(application_id=application.pk, document_id=document, by=actor.user)
        DocumentView.objects.bulk_create([row], ignore_conflicts=True)


@transaction.atomic
def set_terms(*, pk: UUID, actor: Actor, terms: dict[str, Any]) -> Contract:
    """Fill in the first contract; once it is signed, a change leaves a note that says what it was.

    Raises as `arrangements.add_contract` and `change_contract`.
    """
    application = selectors.application(pk, actor)
    contract = application.contracts.first()
    if contract is None:
        return arrangements.add_contract(application_id=pk, actor=actor, **terms)
    changed = arrangements.change_contract(pk=contract.pk, actor=actor, **terms)
    before = [
        f"{cast(Any, Contract._meta.get_field(name)).verbose_name} {getattr(contract, name) or '–'}"
        for name, value in terms.items()
        if getattr(contract, name) != value
    ]
    if before and application.state in (State.CONTRACTED, State.ONBOARDED):
        text = _("Terms changed after signing. They were: %(before)s.") % {"before": ", ".join(before)}
        Note.objects.create(application=application, author=actor.user, text=text)
    return changed


@transaction.atomic
def renew(*, pk: UUID, actor: Actor, terms: dict[str, Any]) -> Contract:
    """Note a renewal: a further contract, whole from the start, that begins after the one before.

    Raises as `arrangements.add_contract`, GuardFailed before the first one is signed, and Invalid for what is missing.
    """
    application = selectors.application(pk, actor)
    policies.require(actor, "edit_terms", application)
    last = application.contracts.last()
    if last is None or application.state not in (State.CONTRACTED, State.ONBOARDED):
        words = _("A renewal follows a contract that is signed.")
        raise GuardFailed(words, state=application.state, reasons=[words])
    made = arrangements.add_contract(application_id=pk, actor=actor, **terms)
    if missing := made.missing():
        raise Invalid(_("Still missing for the renewal: %(terms)s.") % {"terms": ", ".join(missing)})
    if last.start and made.start and made.start <= last.start:
        words = _("A renewal begins after the contract before it.")
        raise Invalid(words, fields={"start": [words]})
    return made


@transaction.atomic
def add_usual_tasks(*, pk: UUID, actor: Actor) -> int:
    """Add the team's list, without what is there already; give how many were added. Raises NotVisible, NotAllowed."""
    application = selectors.application(pk, actor)
    there = set(application.onboarding_tasks.values_list("title", flat=True))
    contract = application.contracts.first()
    new = [line for line in checklists.of_team(application.team) if line.title not in there]
    for line in new:
        arrangements.add_task(
            application_id=pk,
            actor=actor,
            title=line.title,
            owner=line.owner,
            required=line.required,
            due=line.due(contract.start if contract else None),
        )
    return len(new)
