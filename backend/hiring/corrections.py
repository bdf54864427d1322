"""Corrections that a team makes to what a candidate said of themselves."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.common.errors import Invalid, NotAllowed, NotVisible
from backend.hiring import selectors
from backend.hiring.candidates import email_key
from backend.hiring.models import Candidate, Posting


def require_right(pk: UUID, actor: Actor) -> None:
    """Raise NotVisible, or NotAllowed unless the actor is a member of a team that this person applied to."""
    if not selectors.candidates_of(actor).filter(pk=pk).exists():
        raise NotVisible(_("There is no such candidate."))
    teams = Posting.objects.filter(applications__candidate_id=pk).values_list("team_id", flat=True).distinct()
    if not any(actor.is_member(team) for team in teams):
        words = _("Only members of the team may do this.")
        raise NotAllowed(words if actor.may_write else _("This token may only read. Make one with the scope “write”."))


@transaction.atomic
def correct(*, pk: UUID, actor: Actor, **fields: Any) -> Candidate:
    """Change what is given, keep the rest.

    An address that another candidate of the same teams has is refused. One that a stranger to these teams has is kept
    without a word, and the person stays apart: an answer that told the difference would say who applied elsewhere.
    Raises NotVisible, NotAllowed, Invalid.
    """
    require_right(pk, actor)
    candidate = Candidate.objects.select_for_update().get(pk=pk)
    for name, value in fields.items():
        setattr(candidate, name, value)
    candidate.name = " ".join(candidate.name.split())
    if not candidate.name and not candidate.email:
        words = _("Give a name or an e-mail address.")
        raise Invalid(words, fields={"name": [words]})
    if "email" in fields:
        candidate.email_key = _free_key(candidate, actor)
    try:
        with transaction.atomic():
            candidate.save()
    except IntegrityError:  # somebody with this address came in at the same moment
        candidate.email_key = None
        candidate.save()
    return candidate


def _free_key(candidate: Candidate, actor: Actor) -> str | None:
    """Give the key of the address, None if somebody else has it. Raises Invalid if the actor sees who."""
    key = email_key(candidate.email)
    holder = Candidate.objects.filter(email_key=key).exclude(pk=candidate.pk).first() if key else None
    if holder is None:
        return key
    if selectors.candidates_of(actor).filter(pk=holder.pk).exists():
        words = _("Another of your candidates has this address.")
        raise Invalid(words, fields={"email": [words]})
    return None
