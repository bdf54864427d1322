"""What machines wrote: a delivery report is noted on the message it is about, the rest is only recorded."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.hiring.models import Candidate
from notifications import tracking
from notifications.inbound import automatic, directory
from notifications.inbound.automatic import Bounce
from notifications.inbound.headers import Address
from notifications.inbound.outcomes import Result
from notifications.inbound.parse import Incoming
from notifications.models import Arrival, Outcome


def outcome(mail: Incoming) -> Result | None:
    """Give the outcome of a mail that no person wrote; None for any other."""
    if directory.is_ours(mail.message_id):
        return Result(Outcome.AUTOMATIC, _("It is a message of ours that came back."))
    returned = automatic.bounce(mail)
    if returned is not None:
        return _bounced(returned)
    why = automatic.reason(mail)
    if not why and mail.sender is not None and mail.sender.key == directory.own_address():
        why = _("It comes from the address that our own mail leaves from.")
    if not why:
        return None
    application = directory.application_by_token(mail.recipients) or directory.application_in_thread(mail.thread)
    person = _person(application.candidate) if application else None
    return Result(Outcome.AUTOMATIC, why, application=application, person=person)


def _bounced(returned: Bounce) -> Result:
    message = directory.message_about(returned.message_ids)
    arrival = Arrival.BOUNCED if returned.final else Arrival.DEFERRED
    recipient = returned.recipient or (message.recipient if message else "")
    words = tracking.sentence(arrival, recipient, returned.said)
    if message is None:
        return Result(Outcome.BOUNCE, f"{words} {_('It is about no message that we know.')}")
    tracking.note(message, arrival, words)
    if message.application is None:  # about our answer to somebody who wrote too late
        return Result(Outcome.BOUNCE, words, posting=message.posting)
    return Result(Outcome.BOUNCE, words, application=message.application, person=_person(message.application.candidate))


def _person(candidate: Candidate) -> Address:
    return Address(candidate.name, candidate.email)
