"""What mail forgets of a person who is erased: texts and addresses both ways, and the messages as they came."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from backend.common import clock
from backend.common.errors import Invalid
from backend.hiring.models import Candidate
from notifications import catalog, compose
from notifications.inbound import parse
from notifications.models import Direction, IncomingMail, MailboxItem, Message, Outcome, Status
from notifications.placeholders import Occasion

NOTHING = {"sender": "", "recipient": "", "subject": "", "body": "", "answer": "", "in_reply_to": "", "provider_id": ""}


def forget(*, candidate: Candidate, address: str, **_signal: Any) -> None:
    """Discard what waits to leave and empty the rest. Raises Invalid while a mail is leaving: its end is not known.

    Of an incoming mail the Message-ID and a digest stay, so that the same one is not taken again as a new application.
    """
    messages = Message.objects.filter(application__candidate=candidate)
    # What told them that they wrote too late: about no application, so nothing is lost with it.
    about_postings = Message.objects.filter(
        application=None, posting__team=candidate.team_id, recipient__iexact=address or "-"
    )
    for rows in (messages, about_postings):
        # Locked, so that nobody claims one meanwhile: a mail either leaves whole, or never.
        statuses = set(rows.select_for_update(of=("self",)).values_list("status", flat=True))
        if statuses & {Status.CLAIMED, Status.HANDED}:
            raise Invalid(_("An e-mail to this person is leaving just now. Try again in a minute."))
        out = rows.filter(direction=Direction.OUT)
        MailboxItem.objects.filter(message_id__in=out.values("message_id")).delete()
    calendars = _cancellations(messages)
    messages.exclude(pk__in=calendars).filter(status=Status.HELD).update(status=Status.DISCARDED)
    messages.exclude(pk__in=calendars).update(**NOTHING)
    about_postings.delete()
    came = Q(application__candidate=candidate)
    if address:
        came |= Q(team=candidate.team_id, sender__iexact=address)
    for mail in IncomingMail.objects.filter(came):
        mail.raw = _digest(bytes(mail.raw))
        mail.sender_name = mail.sender = mail.subject = mail.text = mail.reason = mail.doubt = ""
        mail.recipients, mail.placed = [], {}
        if mail.outcome == Outcome.TRIAGE:  # nothing is left of it that anybody could sort
            mail.outcome, mail.reason = Outcome.REFUSED, _("Its sender was erased before anybody sorted it.")
        mail.save()


def _cancellations(messages: QuerySet[Message]) -> list[UUID]:
    """Give what still has to leave: who was to meet the person hears that the interview is off, and no name."""
    kept = messages.filter(status=Status.HELD, kind=catalog.ParticipantCancelled.key)
    for message in kept.select_related("application__candidate", "application__posting__team", "interview"):
        assert message.application is not None  # it was found by its application
        occasion = Occasion(message.application, message.created_at, None, message.interview)
        to = catalog.Recipient(message.recipient, message.language)
        rendered = compose.render(catalog.ParticipantCancelled, occasion, None, to)
        message.subject, message.body, message.edited, message.due_at = (
            rendered.subject,
            rendered.body,
            False,
            clock.now(),
        )
        message.save(update_fields=["subject", "body", "edited", "due_at"])
    return list(kept.values_list("pk", flat=True))


def _digest(raw: bytes) -> bytes:
    """Give what stays of a message as it came: enough to know it again, nothing to read."""
    try:
        return parse.ERASED + parse.parse(raw).content_key.encode()
    except parse.NotAMail:
        return parse.ERASED
