"""The only module that speaks to a mail server.

A message goes held → claimed → handed → sent, each step its own short commit, and no row is locked while the server is
spoken to. `claimed` belongs to one process until its lease ends, and is safe to send again. `handed` is committed
between the server's “yes” to DATA and the first byte of the mail: whoever dies after that leaves a message of
which nobody can know whether it arrived, so it becomes `uncertain` and is shown to a person, never sent twice.
"""

from __future__ import annotations

import smtplib
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.utils import Error as DatabaseError
from django.utils import timezone
from django.utils.translation import gettext_noop

from notifications import compose, pace
from notifications.line import Line, Unreachable
from notifications.models import Direction, Message, Status
from notifications.signals import in_trouble

log = structlog.get_logger(__name__)

BATCH = 200
MINUTES = (0.5, 2, 7.5, 20, 60, 120, 240, 360, 630)
"""Pauses after the first, second, … failed attempt: together 24 hours. A candidate who has heard nothing for a day
needs a person, not another try, so this is shorter than the four days of RFC 5321 (4.5.4.1)."""
UNREACHABLE_PAUSE = timedelta(seconds=30)

NOT_CONFIRMED = gettext_noop(
    "The mail server did not confirm: it may have arrived. Ask the person, or look in its log."
)
GIVEN_UP = gettext_noop("Given up after trying for 24 hours.")
CANNOT_BE_MADE = gettext_noop("The mail could not be made from its text. It will be tried again.")
WITHOUT_FILE = gettext_noop("The PDF could not be made, so the mail left without it.")


class Taken(Exception):
    """Our lease ended and the message is somebody else's now: leave it alone."""


def deliver_due(
    *, grace: timedelta = timedelta(0), limit: int = BATCH, stop: Callable[[], bool] = lambda: False
) -> Counter[str]:
    """Send what has been due for longer than `grace`, oldest first, over one connection; count what became of it.

    Any number of processes may do this at once. Raises django.db.Error when the database is lost.
    """
    results: Counter[str] = Counter()
    recover()
    with Line() as line:
        while sum(results.values()) < limit and not stop():
            message = claim(grace)
            if message is None:
                break
            try:
                results[deliver(message, line)] += 1
            except Unreachable as error:
                results[_wait_for_server(message, error)] += 1
                break  # the next one would fare no better
    return results


def recover() -> None:
    """End the leases of processes that died: what was claimed is held again, what was handed is uncertain."""
    late = Message.objects.filter(direction=Direction.OUT, lease_until__lt=timezone.now())
    late.filter(status=Status.CLAIMED).update(status=Status.HELD, lease_until=None)
    for message in late.filter(status=Status.HANDED):
        _finish(message, Status.UNCERTAIN, answer=NOT_CONFIRMED)


@transaction.atomic
def claim(grace: timedelta = timedelta(0)) -> Message | None:
    """Give the message that has been due the longest, ours for the length of a lease; None when nothing may leave."""
    now = timezone.now()
    due = (
        Message.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related(
            "application__posting__team",
            "application__candidate",
            "transition",
            "posting__team",
            "invitation__team",
            "member__team",
        )
        .filter(direction=Direction.OUT, status=Status.HELD, due_at__lte=now - grace)
        .order_by("due_at", "id")
    )
    message = pace.within(due, now).first()
    if message is not None:
        message.status, message.attempts = Status.CLAIMED, message.attempts + 1
        message.lease_until = now + timedelta(seconds=settings.LEASE_SECONDS)
        message.save(update_fields=["status", "attempts", "lease_until"])
    return message


def deliver(message: Message, line: Line) -> str:
    """Send one claimed message; give its status afterwards. Raises Unreachable before anything was said of it."""
    try:
        mail = compose.wire(message)
        note = _attach(mail, message)
    except DatabaseError:
        raise
    except Exception:  # a text or a template that fails must neither be lost nor stop the others
        log.exception("mail_cannot_be_made", message=str(message.pk))
        return _later(message, CANNOT_BE_MADE)
    try:
        answer = line.send(mail, before_content=lambda: _hand(message))
    except Taken:
        log.warning("mail_taken_over", message=str(message.pk))
        return Status.CLAIMED
    except smtplib.SMTPRecipientsRefused as error:
        return _refused(message, *next(iter(error.recipients.values())))
    except smtplib.SMTPResponseException as error:
        return _refused(message, error.smtp_code, error.smtp_error)
    except (Unreachable, DatabaseError):
        raise
    except Exception as error:
        return _broken(message, error)
    sent = {"sent_at": timezone.now(), "answer": _lines(answer, note), "provider_id": line.provider_id(mail)}
    return _finish(message, Status.SENT, **sent)


def _attach(mail: EmailMultiAlternatives, message: Message) -> str:
    """Add the files. A mail whose file cannot be made leaves without it: its text says the same, and waiting helps
    nobody where the PDF engine is not installed. The note says so to the team."""
    try:
        for name, content, media_type in compose.attachments(message):
            mail.attach(name, content, media_type)
    except DatabaseError:
        raise
    except Exception as error:
        log.exception("attachment_cannot_be_made", message=str(message.pk))
        return _lines(WITHOUT_FILE, f"{type(error).__name__}: {error}"[:300])
    return ""


def _hand(message: Message) -> None:
    """Commit that the server now gets the mail. Raises Taken when the lease has ended meanwhile."""
    lease = timezone.now() + timedelta(seconds=settings.LEASE_SECONDS)
    mine = Message.objects.filter(pk=message.pk, status=Status.CLAIMED, attempts=message.attempts)
    if not mine.update(status=Status.HANDED, lease_until=lease):
        raise Taken
    message.status = Status.HANDED


def _refused(message: Message, code: int, words: bytes | str) -> str:
    """Note a clear no: 4xx comes again later, 5xx (and what is no SMTP answer) does not."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    answer = f"{code} {text}".strip()
    if 400 <= code < 500:
        return _later(message, answer)
    log.warning("mail_refused", message=str(message.pk), code=code)
    return _finish(message, Status.DEAD, answer=answer)


def _broken(message: Message, error: Exception) -> str:
    """Note a conversation that ended without an answer: harmless before the content, uncertain after."""
    words = f"{type(error).__name__}: {error}"[:300]
    if message.status != Status.HANDED:
        if isinstance(error, (OSError, smtplib.SMTPException)):
            return _later(message, words)
        log.exception("mail_cannot_be_made", message=str(message.pk))
        return _later(message, _lines(CANNOT_BE_MADE, words))
    log.warning("mail_uncertain", message=str(message.pk), error=words)
    return _finish(message, Status.UNCERTAIN, answer=_lines(NOT_CONFIRMED, words))


def _wait_for_server(message: Message, error: Unreachable) -> str:
    """Put a message back whose server does not answer: that says nothing about the message, so it counts no attempt."""
    log.warning("mail_server_unreachable", error=str(error))
    due = timezone.now() + UNREACHABLE_PAUSE
    return _finish(message, Status.HELD, due_at=due, attempts=message.attempts - 1, answer=str(error)[:300])


def _later(message: Message, answer: str) -> str:
    """Put a message back for a growing while; after a day of this, stop."""
    if message.attempts > len(MINUTES):
        return _finish(message, Status.DEAD, answer=_lines(answer, GIVEN_UP))
    pause = timedelta(minutes=MINUTES[message.attempts - 1])
    return _finish(message, Status.HELD, due_at=timezone.now() + pause, answer=answer)


def _finish(message: Message, status: Status, **fields: object) -> str:
    """Write the end of an attempt, unless somebody else has the message by now; trouble is told with it."""
    # `uncertain` too: our lease may have ended while a slow server was still thinking, and now it has answered.
    under_way = [Status.CLAIMED, Status.HANDED, *([] if status == Status.UNCERTAIN else [Status.UNCERTAIN])]
    ours = Message.objects.filter(pk=message.pk, status__in=under_way, attempts=message.attempts)
    with transaction.atomic():
        if ours.update(status=status, lease_until=None, **fields) and status in (Status.DEAD, Status.UNCERTAIN):
            message.status = status
            in_trouble.send(sender=Message, message=message)
    return status


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)
