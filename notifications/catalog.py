"""Every mail that Jalon sends: when, to whom, with what. The words are in `templates/emails/<key>/<language>.txt`.

To add one: a class here and its folder of texts; the tests walk the catalogue and find it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import ClassVar, NamedTuple
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from backend.accounts.models import User
from backend.hiring import addresses
from workflow.models import Application
from workflow.states import Action


class Calendar(StrEnum):
    """What a calendar is asked to do with an event (RFC 5546, 3.2)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


class Recipient(NamedTuple):
    """An address and the language that is read there. An empty address: there is nobody to write to."""

    address: str
    language: str


class Attachment(NamedTuple):
    """A file that goes with a mail."""

    name: str
    content: bytes
    media_type: str


def candidate(application: Application) -> Recipient:
    """Give the person who applied."""
    return Recipient(application.candidate.email, application.candidate.language)


def nobody(application: Application) -> Recipient:
    """Give nobody: such a mail goes to the address that it is written for, and to no other."""
    return Recipient("", application.team.language)


def contract_terms(application: Application, language: str) -> Attachment:
    """Give the agreed terms as a PDF. Raises ImportError or OSError where the PDF engine is not installed."""
    from backend.documents import terms  # imported late: the PDF engine is large, and may be missing

    with override(language):
        name = _("contract-terms.pdf")
    return Attachment(name, terms.render(application, language), "application/pdf")


def private_link(application: Application, address: str) -> str:
    """Give the address of the candidate's own page."""
    return application.link


def confirming_link(application: Application, address: str) -> str:
    """Give the address that confirms a new e-mail address; once it is settled, the page for lost links."""
    change = addresses.pending(application.candidate)
    if change is None or change.email != address:
        return f"{settings.SITE_URL}/c/"
    return addresses.link_of(change)


def participants_link(application: Application, address: str) -> str:
    """Give the application's page to who has an account in the team, the posting's to a guest."""
    if User.objects.filter(email=address, memberships__team=application.posting.team_id).exists():
        return f"{settings.SITE_URL}/a/{application.pk}/"
    return f"{settings.SITE_URL}/p/{application.posting.slug}/"


class Mail:
    """One kind of mail. `on`: the move that writes it; None for one that is asked for by its key (`outbox.write`).

    `hold`: seconds before it leaves; None is the instance's usual time, in which it can be undone. `link`: what stands
    in the place of the private link's mark on the wire. `shows_path`: whether the mail draws where they stand.
    `calendar`: what the calendar file asks for that goes with a mail about an interview. `for_team`: not for the
    candidate's eyes.
    `by_hand`: whether a person wrote it, so that an absence notice may answer it.
    """

    key: ClassVar[str]
    on: ClassVar[Action | None] = None
    to: ClassVar[Callable[[Application], Recipient]] = staticmethod(candidate)
    attach: ClassVar[Sequence[Callable[[Application, str], Attachment]]] = ()
    hold: ClassVar[int | None] = None
    link: ClassVar[staticmethod[[Application, str], str]] = staticmethod(private_link)
    shows_path: ClassVar[bool] = True
    calendar: ClassVar[Calendar | None] = None
    for_team: ClassVar[bool] = False
    by_hand: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        """Enter the catalogue."""
        if cls.key:
            CATALOGUE[cls.key] = cls


FILES: dict[str, Callable[[UUID], Sequence[Attachment]]] = {}
"""What gives the files of a mail that another part writes, by its kind: that part stands above this one, and enters."""

LINKS: dict[str, Callable[[UUID], str]] = {}
"""What gives the page that such a mail to a member leads to, by its kind; other mails lead to the team's board."""

CATALOGUE: dict[str, type[Mail]] = {}
"""Every mail by its key, in the order of the lifecycle."""


class Received(Mail):
    """We have it, what comes next and by when. Leaves at once: nothing can be taken back."""

    key, on, hold = "received_candidate", Action.SUBMIT, 0


class Interviewed(Mail):
    """Thank you, and what comes next."""

    key, on = "interviewed_candidate", Action.INTERVIEW


class Contracted(Mail):
    """The terms, with the PDF."""

    key, on = "contracted_candidate", Action.CONTRACT
    attach = (contract_terms,)


class Onboarded(Mail):
    """Welcome."""

    key, on = "onboarded_candidate", Action.ONBOARD


class Rejected(Mail):
    """A kind refusal; the team may rewrite it."""

    key, on = "rejected_candidate", Action.REJECT


class Withdrawn(Mail):
    """Confirmed."""

    key, on = "withdrawn_candidate", Action.WITHDRAW


class Reopened(Mail):
    """The way goes on."""

    key, on = "reopened_candidate", Action.REOPEN


class LinkAgain(Mail):
    """Their private link, asked for on the page for lost links, or replaced by the team."""

    key, hold = "link_candidate", 0


class AddressNew(Mail):
    """To the new address, which may be a stranger's by mistake: a link that confirms it, nothing about the person."""

    key, hold = "address_new", 0
    link = staticmethod(confirming_link)
    shows_path = False


class AddressOld(Mail):
    """To the address that is known: another one was asked for."""

    key, hold = "address_old", 0


class ErasureAsked(Mail):
    """We have the request, and by when it is done."""

    key, hold = "erasure_candidate", 0


class InterviewProposed(Mail):
    """Several times, of which they choose one on their page."""

    key, hold = "interview_proposed_candidate", 0


class InterviewPlanned(Mail):
    """When and where, for their calendar."""

    key, hold = "interview_planned_candidate", 0
    calendar = Calendar.REQUEST


class InterviewMoved(Mail):
    """Another time or place: the same event in their calendar."""

    key, hold = "interview_moved_candidate", 0
    calendar = Calendar.REQUEST


class InterviewCancelled(Mail):
    """It does not take place."""

    key, hold = "interview_cancelled_candidate", 0
    calendar = Calendar.CANCEL


class InterviewClosed(Mail):
    """Their application has ended, and no other mail of that leaves: the interview is taken out of their calendar."""

    key, hold = "interview_closed_candidate", 0
    calendar = Calendar.CANCEL


class InterviewReminder(Mail):
    """It is tomorrow."""

    key, hold = "interview_reminder_candidate", 0


class Participant(Mail):
    """What mails to those who take part beside the candidate share."""

    key = ""
    hold = 0
    to: ClassVar[Callable[[Application], Recipient]] = staticmethod(nobody)
    link = staticmethod(participants_link)
    shows_path = False
    for_team = True


class ParticipantPlanned(Participant):
    """They are invited."""

    key = "interview_planned_participant"
    calendar = Calendar.REQUEST


class ParticipantMoved(Participant):
    """Another time or place."""

    key = "interview_moved_participant"
    calendar = Calendar.REQUEST


class ParticipantReminder(Participant):
    """It is tomorrow."""

    key = "interview_reminder_participant"


class ParticipantCancelled(Participant):
    """It does not take place, or without them."""

    key = "interview_cancelled_participant"
    calendar = Calendar.CANCEL


class Reply(Mail):
    """What a member writes to the candidate by hand; this is only what they begin with."""

    key, by_hand, shows_path = "reply_candidate", True, False


def for_team() -> list[str]:
    """Give the kinds that are not for the candidate's eyes."""
    return [key for key, mail in CATALOGUE.items() if mail.for_team]


def for_action(action: str) -> list[type[Mail]]:
    """Give the mails that a move writes."""
    return [mail for mail in CATALOGUE.values() if mail.on == action]
