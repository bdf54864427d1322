"""Invitations to a team: a mail with a link that serves once; following it makes the account and gives the role."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backend.accounts import signals, teams
from backend.accounts.actors import Actor
from backend.accounts.models import Invitation, Membership, Role, Team, User
from backend.common import clock, tokens
from backend.common.errors import Invalid, NotAllowed, NotVisible

SALT = "accounts.invitation"
LIFETIME = timedelta(days=14)
MOST_A_DAY = 30
"""So that nobody's team can be used to write to strangers."""


def digest_of(token: str) -> str:
    """Give what is stored of a token."""
    return tokens.digest(SALT, token)


def token_of(invitation: Invitation) -> str:
    """Give the secret of an invitation, 160 bits, derived: it is stored nowhere."""
    return tokens.derive(SALT, invitation.pk, invitation.key)


def link_of(invitation: Invitation) -> str:
    """Give the address that accepts. For the eyes of whoever reads the invited address only."""
    return f"{settings.SITE_URL}/join/{token_of(invitation)}/"


def ends(invitation: Invitation) -> datetime:
    """Give until when the link serves."""
    return invitation.created_at + LIFETIME


def open_of(team: Team) -> QuerySet[Invitation]:
    """Give the invitations of a team that are neither accepted nor revoked; the link of some may be too old."""
    return Invitation.objects.filter(team=team, accepted_at__isnull=True, revoked_at__isnull=True)


@transaction.atomic
def invite(*, team_id: UUID, actor: Actor, email: str, role: str) -> Invitation:
    """Invite an address; an earlier invitation of it ends. Raises NotVisible, NotAllowed, Invalid."""
    team = teams.lock(team_id, actor)
    email = email.strip().lower()
    if words := _wrong(team, email, role):
        raise Invalid(words, fields={"email": [words]})
    open_of(team).filter(email=email).update(revoked_at=clock.now())
    made = Invitation(team=team, email=email, role=role, invited_by=actor.user, key=secrets.token_hex(16))
    made.digest = digest_of(token_of(made))
    made.save(force_insert=True)
    signals.invited.send(sender=Invitation, invitation=made)
    return made


def _wrong(team: Team, email: str, role: str) -> str:
    """Say why this address cannot be invited."""
    try:
        validate_email(email)
    except ValidationError:
        return _("“%(email)s” is not an e-mail address.") % {"email": email[:100]}
    if role not in Role.values:
        return _("Choose member or coach.")
    if Membership.objects.filter(team=team, user__email__iexact=email).exists():
        return _("%(email)s is in the team already.") % {"email": email}
    since = clock.now() - timedelta(days=1)
    if team.invitations.filter(created_at__gt=since).count() >= MOST_A_DAY:
        return _("You have sent many invitations today. Send the next ones tomorrow.")
    return ""


@transaction.atomic
def again(*, team_id: UUID, actor: Actor, pk: UUID) -> Invitation:
    """Send an invitation once more, with a new link and new time. Raises NotVisible, NotAllowed, Invalid."""
    row = _open(teams.lock(team_id, actor), pk)
    return invite(team_id=team_id, actor=actor, email=row.email, role=row.role)


@transaction.atomic
def revoke(*, team_id: UUID, actor: Actor, pk: UUID) -> Invitation:
    """End an invitation: its link opens nothing. Raises NotVisible, NotAllowed."""
    row = _open(teams.lock(team_id, actor), pk)
    row.revoked_at = clock.now()
    row.save(update_fields=["revoked_at"])
    return row


@transaction.atomic
def restore(*, team_id: UUID, actor: Actor, pk: UUID) -> Invitation:
    """Take a revocation back: the same link serves again. Raises NotVisible, NotAllowed, Invalid."""
    team = teams.lock(team_id, actor)
    row = team.invitations.filter(pk=pk, accepted_at__isnull=True).first()
    if row is None:
        raise NotVisible(_("There is no such invitation any more."))
    if open_of(team).filter(email=row.email).exclude(pk=row.pk).exists():
        raise Invalid(_("%(email)s has been invited again meanwhile.") % {"email": row.email})
    row.revoked_at = None
    row.save(update_fields=["revoked_at"])
    return row


def _open(team: Team, pk: UUID) -> Invitation:
    row = open_of(team).filter(pk=pk).first()
    if row is None:
        raise NotVisible(_("There is no such invitation any more."))
    return row


def find(token: str) -> Invitation:
    """Give the invitation of a link. Raises NotVisible: unknown, used, revoked or too old; the words are one."""
    waiting = Invitation.objects.select_related("team", "invited_by").filter(
        accepted_at__isnull=True, revoked_at__isnull=True, created_at__gt=clock.now() - LIFETIME
    )
    found = waiting.filter(digest=digest_of(token)).first()
    if found is None:
        raise NotVisible(
            _("This invitation has served already, or has ended. If you have an account, sign in; else ask the team.")
        )
    return found


def account_of(invitation: Invitation) -> User | None:
    """Give the account that the invited address has already."""
    return User.objects.filter(email__iexact=invitation.email).first()


@transaction.atomic
def accept(token: str, *, name: str = "", language: str = "") -> User:
    """Follow an invitation: give its user, made where there was none, now in the team. Once.

    Raises NotVisible (see `find`), NotAllowed: the account is closed.
    """
    Team.objects.select_for_update().get(pk=find(token).team_id)
    found = find(token)  # once more: of two who follow the link at once, one waited for the lock
    found.accepted_at = clock.now()
    found.save(update_fields=["accepted_at"])
    user = account_of(found)
    if user is None:
        language = language if language in dict(settings.LANGUAGES) else found.team.language
        user = User.objects.create_user(found.email, name=name.strip()[:150], language=language)
    if not user.is_active:
        raise NotAllowed(_("This account is closed. Ask the person who runs this site."))
    Membership.objects.get_or_create(user=user, team=found.team, defaults={"role": found.role})
    return user
