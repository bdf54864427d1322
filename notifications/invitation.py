"""The mail that asks somebody into a team."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from backend.accounts import invitations
from backend.accounts.models import Invitation, Role
from backend.common import typography
from notifications import compose, identifiers, tasks
from notifications.models import Direction, Message, Status
from notifications.placeholders import data, one_line

KEY = "invitation"


def write(*, invitation: Invitation, **_signal: Any) -> Message:
    """Write the mail of an invitation, due at once, in the team's language."""
    subject, body = rendered(invitation)
    row = Message(
        invitation=invitation,
        direction=Direction.OUT,
        kind=KEY,
        status=Status.HELD,
        language=invitation.team.language,
        sender=compose.sender(invitation.team),
        recipient=invitation.email,
        subject=subject,
        body=body,
        created_at=invitation.created_at,
        due_at=invitation.created_at,
    )
    row.message_id = identifiers.message_id(row.pk)
    row.save(force_insert=True)
    transaction.on_commit(tasks.nudge, robust=True)
    return row


def rendered(invitation: Invitation) -> tuple[str, str]:
    """Give subject and text; the link stays a mark."""
    with translation.override(invitation.team.language):
        role = {
            Role.MEMBER: _("as a member: you read the applications and move them forward"),
            Role.COACH: _("as a coach: you read the applications and comment on them"),
        }[Role(invitation.role)]
        values = {
            "team": data(invitation.team.name),
            "inviter": data(str(invitation.invited_by or invitation.team.name)),
            "email": data(invitation.email),
            "role": role,
            "until": typography.long_date(invitations.ends(invitation)),
        }
        subject, body = (compose.replaced(text, values) for text in compose.texts(KEY, invitation.team.language))
    return one_line(subject)[: compose.LONGEST_SUBJECT], body.strip()
