"""A team's settings and its people: members act, so members alone change either; somebody who acts always remains.

Each use case locks the team's row first, so that two people who change it at once do so one after the other.
"""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.accounts.models import Membership, Role, Team, User
from backend.common.errors import Invalid, NotAllowed, NotVisible

MOST_DAYS = 90
"""The longest delay that may be promised for an answer."""


def lock(pk: UUID, actor: Actor) -> Team:
    """Give a team with its row locked. Raises NotVisible, or NotAllowed for somebody who does not act for it."""
    team = Team.objects.select_for_update().filter(pk=pk, pk__in=actor.team_ids).first()
    if team is None:
        raise NotVisible(_("There is no such team."))
    require_member(actor, team)
    return team


def require_member(actor: Actor, team: Team) -> None:
    """Raise NotAllowed for somebody who does not act for the team."""
    if not actor.is_member(team.pk):
        raise NotAllowed(_("Only members of the team may do this."))


@transaction.atomic
def change(*, team_id: UUID, actor: Actor, name: str, reply_to: str, answer_days: int, language: str) -> Team:
    """Change what a team is called and what it promises. Raises NotVisible, NotAllowed, Invalid."""
    team = lock(team_id, actor)
    reply_to = reply_to.strip()
    wrong = {
        "name": "" if name.strip() else _("A team needs a name."),
        "reply_to": _wrong_address(team, reply_to),
        "answer_days": "" if 1 <= answer_days <= MOST_DAYS else _("Promise an answer within 1 to 90 days."),
        "language": "" if language in dict(settings.LANGUAGES) else _("Choose French or English."),
    }
    if fields := {field: [words] for field, words in wrong.items() if words}:
        raise Invalid(next(iter(fields.values()))[0], fields=fields)
    team.name, team.reply_to, team.answer_days, team.language = name.strip(), reply_to, answer_days, language
    team.save(update_fields=["name", "reply_to", "answer_days", "language"])
    return team


def _wrong_address(team: Team, address: str) -> str:
    """Say why an address cannot receive the answers; by the reply address, incoming mail finds its team."""
    if not address:
        return ""
    try:
        validate_email(address)
    except ValidationError:
        return _("“%(email)s” is not an e-mail address.") % {"email": address[:100]}
    if Team.objects.filter(reply_to__iexact=address).exclude(pk=team.pk).exists():
        return _("This address receives the answers of another team already.")
    return ""


@transaction.atomic
def set_role(*, team_id: UUID, actor: Actor, membership_id: UUID, role: str) -> Membership:
    """Make somebody a member or a coach. Raises NotVisible, NotAllowed, Invalid: nobody who acts would remain."""
    lock(team_id, actor)
    row = _membership(team_id, membership_id)
    if role not in Role.values:
        raise Invalid(_("Choose member or coach."))
    if role != Role.MEMBER:
        _somebody_remains(row)
    row.role = role
    row.save(update_fields=["role"])
    return row


@transaction.atomic
def remove(*, team_id: UUID, actor: Actor, membership_id: UUID) -> Membership:
    """Take somebody out of a team; give what they were. Raises NotVisible, NotAllowed, Invalid as `set_role` does."""
    lock(team_id, actor)
    row = _membership(team_id, membership_id)
    _somebody_remains(row)
    Membership.objects.filter(pk=row.pk).delete()
    return row


@transaction.atomic
def give_back(*, team_id: UUID, actor: Actor, user_id: UUID, role: str) -> Membership:
    """Put somebody back who was taken out: an undo. Raises NotVisible, NotAllowed, Invalid: they closed the account."""
    team = lock(team_id, actor)
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise Invalid(_("This account exists no more: invite the person again."))
    return Membership.objects.get_or_create(user=user, team=team, defaults={"role": role})[0]


def _membership(team_id: UUID, pk: UUID) -> Membership:
    row = Membership.objects.select_related("user").filter(pk=pk, team_id=team_id).first()
    if row is None:
        raise NotVisible(_("This person is not in the team any more."))
    return row


def _somebody_remains(leaving: Membership) -> None:
    """Raise Invalid where nobody would act for the team without this member."""
    others = Membership.objects.filter(team_id=leaving.team_id, role=Role.MEMBER, user__is_active=True)
    if leaving.role == Role.MEMBER and not others.exclude(pk=leaving.pk).exists():
        raise Invalid(
            _("%(name)s is the only member: nobody could act for the team. Invite somebody first, or make a coach one.")
            % {"name": leaving.user}
        )
