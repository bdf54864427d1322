"""The one use case of mail that arrives: each message ends in exactly one outcome, recorded with its reason.

What it creates and the record of it are one transaction; applications come in by `services.submit`, as everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import Team
from backend.hiring.models import Posting
from notifications.inbound import as_application, as_notice, as_reply, author, parse
from notifications.inbound.headers import Address
from notifications.inbound.outcomes import Result
from notifications.inbound.parse import Incoming, NotAMail
from notifications.models import IncomingMail, Outcome
from workflow.models import Application

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Receipt:
    """What became of one message. `documents` are the names under which files were kept."""

    outcome: Outcome
    reason: str
    application: Application | None = None
    posting: Posting | None = None
    person: Address | None = None
    documents: tuple[str, ...] = ()


def receive(raw: bytes) -> Receipt:
    """Take one message, as bytes; give what became of it.

    What is no mail at all, or too large, is refused and not recorded. The same Message-ID is taken once, also when two
    processes hold it at the same time. Raises OperationalError or InterfaceError when the database does not answer:
    nothing was written then, and the message can be given again.
    """
    try:
        mail = parse.parse(raw)
    except NotAMail as refusal:
        return Receipt(Outcome.REFUSED, refusal.detail)
    try:
        return _take(mail, raw)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        # A fault of ours must not lose a candidate's message: it waits in triage, and the log has the trace.
        log.exception("inbound.failed", message_id=mail.message_id)
        return _keep_for_triage(mail, raw, error)


@transaction.atomic
def _take(mail: Incoming, raw: bytes) -> Receipt:
    """Claim the Message-ID, then find the outcome; the first that answers decides."""
    now = timezone.now()
    row, earlier = _claim(mail, raw, now)
    if earlier is not None:
        return _again(earlier, mail)
    result = as_notice.outcome(mail)
    if result is None:
        who = author.of(mail)
        result = as_reply.outcome(mail, who, now) or as_application.outcome(mail, who, now)
    return _record(row, result, mail)


def _claim(mail: Incoming, raw: bytes, now: datetime) -> tuple[IncomingMail, IncomingMail | None]:
    """Give the new row of this message, or the earlier one that holds its Message-ID (second of the pair).

    The unique constraint makes a second process wait here until the first has committed. A sender that gives one
    Message-ID to different messages loses none of them: the later ones are kept under a name of their own.
    """
    for message_id in (mail.message_id, _own_id(mail)):
        row = IncomingMail(
            message_id=message_id,
            raw=raw,
            sender_name=mail.sender.name[:200] if mail.sender else "",
            sender=mail.sender.email[:320] if mail.sender else "",
            recipients=list(mail.recipients[:50]),
            subject=mail.subject,
            text=mail.text,
            outcome=Outcome.TRIAGE,
            created_at=now,
        )
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            earlier = IncomingMail.objects.select_related("application__candidate", "posting").get(
                message_id=message_id
            )
            if _same(earlier, mail):
                return row, earlier
        else:
            return row, None
    return row, earlier


def _own_id(mail: Incoming) -> str:
    return f"<{mail.content_key}.{mail.message_id.strip('<>')[:300]}>"


def _same(earlier: IncomingMail, mail: Incoming) -> bool:
    """Say whether two mails with one Message-ID are the same, whatever way they took."""
    if bytes(earlier.raw).startswith(parse.ERASED):
        return bytes(earlier.raw) == parse.ERASED + mail.content_key.encode()
    try:
        return parse.parse(bytes(earlier.raw)).content_key == mail.content_key
    except NotAMail:
        return False


def _again(earlier: IncomingMail, mail: Incoming) -> Receipt:
    IncomingMail.objects.filter(pk=earlier.pk).update(copies=F("copies") + 1)
    candidate = earlier.application.candidate if earlier.application else None
    return Receipt(
        outcome=Outcome.DUPLICATE,
        reason=_("This message was received before; it became: %(outcome)s.")
        % {"outcome": earlier.get_outcome_display()},
        application=earlier.application,
        posting=earlier.posting,
        person=Address(candidate.name, candidate.email) if candidate else Address(earlier.sender_name, earlier.sender),
    )


def _record(row: IncomingMail, result: Result, mail: Incoming) -> Receipt:
    """Write what became of a message on its row; give the receipt."""
    application = result.application
    posting = application.posting if application else result.posting
    row.outcome, row.application, row.posting = result.outcome, application, posting
    row.team = _team(posting, result)
    row.reason = " ".join(part for part in (result.reason, *mail.left_out, *result.notes) if part)
    row.save(update_fields=["outcome", "application", "posting", "team", "reason", "message_id"])
    return Receipt(
        outcome=result.outcome,
        reason=row.reason,
        application=application,
        posting=posting,
        person=result.person,
        documents=result.documents,
    )


def _team(posting: Posting | None, result: Result) -> Team | None:
    """Give the team that sees the message: the posting's, or the one team of all the postings it may be for."""
    if posting is not None:
        return posting.team
    teams = {other.team_id: other.team for other in result.among}
    return next(iter(teams.values())) if len(teams) == 1 else None


def _keep_for_triage(mail: Incoming, raw: bytes, error: Exception) -> Receipt:
    """Record a message that could not be processed."""
    words = _("Jalon failed on this message (%(error)s). It is kept as it came.") % {"error": type(error).__name__}
    with transaction.atomic():
        row, earlier = _claim(mail, raw, timezone.now())
        if earlier is not None:
            return _again(earlier, mail)
        return _record(row, Result(Outcome.TRIAGE, words), mail)
