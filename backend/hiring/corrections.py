"""Corrections that a team makes to what a candidate said of themselves."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.common.errors import Invalid, NotAllowed, NotVisible
from backend.hiring import selectors
from backend.hiring.candidates import email_key, tidy_name
from backend.hiring.models import Candidate


def require_right(pk: UUID, actor: Actor) -> None:
    """Raise NotVisible, or NotAllowed unless the actor is a member of the team that this person applied to."""
    candidate = selectors.candidates_of(actor).filter(pk=pk).first()
    if candidate is None:
        raise NotVisible(_("There is no such candidate."))
    if not actor.is_member(candidate.team_id):
        words = _("Only members of the team may do this.")
        raise NotAllowed(words if actor.may_write else _("This token may only read. Make one with the scope “write”."))


@transaction.atomic
def correct(*, pk: UUID, actor: Actor, **fields: Any) -> Candidate:
    """Change what is given, keep the rest; what other teams know of the same person stays theirs.

    Raises NotVisible, NotAllowed, Invalid (also for an address that another candidate of the team has).
    """
    require_right(pk, actor)
    candidate = Candidate.objects.select_for_update().get(pk=pk)
    for name, value in fields.items():
        setattr(candidate, name, value)
    candidate.name = tidy_name(candidate.name)
    if not candidate.name and not candidate.email:
        words = _("Give a name or an e-mail address.")
        raise Invalid(words, fields={"name": [words]})
    candidate.email_key = email_key(candidate.email)
    try:
        with transaction.atomic():
            candidate.save()
    except IntegrityError as error:
        words = _("Another of your candidates has this address.")
        raise Invalid(words, fields={"email": [words]}) from error
    return candidate
