"""What people taught: mail to this address is for that posting. Listed, and forgotten again."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.common.errors import Invalid, NotAllowed, NotVisible
from backend.hiring.models import Posting
from notifications.inbound import directory
from notifications.models import IncomingMail, IntakeRule


def visible_to(actor: Actor) -> QuerySet[IntakeRule]:
    """Give the rules of the actor's teams."""
    return IntakeRule.objects.filter(team_id__in=actor.team_ids).select_related("posting__team", "team", "taught_by")


def teachable(mails: Iterable[IncomingMail]) -> dict[UUID, str]:
    """Give, by mail, the first address it was sent to whose meaning its team (or, without one, anybody) may say."""
    owned = directory.owners()
    found = {}
    for mail in mails:
        for address in mail.recipients:
            if directory.is_free(address, mail.team_id, owned):
                found[mail.pk] = address
                break
    return found


def teach(*, address: str, posting: Posting, among: Iterable[str], actor: Actor) -> IntakeRule:
    """Remember that mail to `address` is for `posting`; what was said of it before is replaced.

    Raises Invalid for an address that is not `among` those of the mail, or not the team's to speak for.
    """
    address = address.strip().lower()
    if address not in {one.lower() for one in among} or not directory.may_teach(posting.team_id, address):
        words = _("“%(address)s” belongs to another team: it cannot mean a posting of this one.") % {"address": address}
        raise Invalid(words, fields={"remember": [words]})
    rule, _made = IntakeRule.objects.update_or_create(
        team=posting.team, address=address[:320], defaults={"posting": posting, "taught_by": actor.user}
    )
    return rule


def forget(*, pk: UUID, actor: Actor) -> None:
    """Remove a rule. Raises NotVisible or NotAllowed."""
    rule = visible_to(actor).filter(pk=pk).first()
    if rule is None:
        raise NotVisible(_("There is no such rule."))
    if not actor.is_member(rule.team_id):
        raise NotAllowed(_("Only members of the team may do this."))
    rule.delete()
