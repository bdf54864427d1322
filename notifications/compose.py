"""One function renders a message, for the preview, the outbox and the wire (DESIGN, section 3, point 4).

The candidate's private link stays a mark in the text until the wire, so that neither the team nor the database ever
holds it.
"""

from __future__ import annotations

import email.message
from collections.abc import Mapping
from dataclasses import dataclass
from email.header import Header
from email.utils import formataddr, parseaddr
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from backend.accounts import invitations
from backend.accounts.actors import Actor
from backend.accounts.models import Team
from backend.common.errors import Invalid
from backend.hiring.models import Posting
from notifications import catalog, identifiers, letter
from notifications.models import Direction, Message, Status
from notifications.placeholders import LINK, PLACEHOLDER, Occasion, data, fill, one_line
from workflow import machine, path
from workflow.models import ActorKind, Application
from workflow.services import MailOptions
from workflow.states import OPEN, Action, State

TEMPLATES = Path(settings.BASE_DIR) / "templates" / "emails"
LONGEST_SUBJECT, LONGEST_BODY = 500, 20_000
THREAD_LENGTH = 10
ENDINGS = (Action.REJECT, Action.WITHDRAW)


@dataclass(frozen=True)
class Rendered:
    """A message as the outbox keeps it: `body` is plain text with the link as a mark."""

    kind: str
    recipient: str
    language: str
    subject: str
    body: str
    edited: bool = False


def preview(application: Application, action: str, actor: Actor, options: MailOptions | None = None) -> Rendered | None:
    """Give the mail to the candidate that this move would write now; None when it would write none.

    Raises Invalid when the own text in `options` cannot be used.
    """
    moved, mails = considered(application, action), catalog.for_action(action)
    if moved is None or not mails or not mails[0].to(application).address:
        return None
    if action == Action.REOPEN and unheard_ending(application).exists():
        return None
    return render(mails[0], Occasion(moved, timezone.now(), actor.user), options or MailOptions())


def unheard_ending(application: Application) -> QuerySet[Message]:
    """Give the refusal (or noted withdrawal) that has not left yet: reopening then has nothing to tell."""
    return Message.objects.filter(
        application=application,
        direction=Direction.OUT,
        status=Status.HELD,
        due_at__gt=timezone.now(),  # what is due is leaving: it is not for us to call back
        transition__action__in=ENDINGS,
        transition__actor_kind=ActorKind.USER,
    )


def considered(application: Application, action: str) -> Application | None:
    """Give an unsaved likeness of the application as it would stand after a move; None when there is no such move."""
    ways = machine.targets(action, application.state)
    if not ways or action == Action.UNDO:
        return None
    moved = Application.__new__(Application)
    moved.__dict__.update(application.__dict__)
    # Written past the FSM's protection on purpose: this object is looked at and thrown away.
    moved.__dict__["state"] = State(application.left_state) if action == Action.REOPEN else ways[0]
    if moved.state in OPEN:
        moved.answer_by = application.promise(timezone.localdate())
    return moved


def render(mail: type[catalog.Mail], occasion: Occasion, options: MailOptions | None = None) -> Rendered:
    """Give the message of one kind for one occasion, in the recipient's language; own texts replace ours.

    Raises Invalid for an own text that is too long or names a placeholder that does not exist.
    """
    options = options or MailOptions()
    to = mail.to(occasion.application)
    with translation.override(to.language):
        ours = text(*template(mail.key, to.language), occasion)
        final = ours
        if options.subject.strip() or options.body.strip():
            final = text(options.subject.strip() or ours[0], options.body.strip() or ours[1], occasion)
    return Rendered(mail.key, to.address, to.language, *final, edited=final != ours)


def text(subject: str, body: str, occasion: Occasion) -> tuple[str, str]:
    """Give a subject (one line) and a body (`\\n` between lines), filled in. Raises Invalid: too long, unknown mark."""
    subject = one_line(fill(subject, occasion).replace(LINK, ""))  # a subject is shown in lists: no link in it
    body = fill(body.replace("\r\n", "\n").replace("\r", "\n"), occasion).strip()
    if len(subject) > LONGEST_SUBJECT:
        words = _("The subject has more than %(limit)d characters.") % {"limit": LONGEST_SUBJECT}
        raise Invalid(words, fields={"subject": [words]})
    if len(body) > LONGEST_BODY or "\0" in body:
        words = _("The text has more than %(limit)d characters.") % {"limit": LONGEST_BODY}
        raise Invalid(words, fields={"body": [words]})
    return subject, body


@lru_cache
def template(key: str, language: str) -> tuple[str, str]:
    """Give subject and body of a text file: `Subject: …`, an empty line, the body; the common end is added to it."""
    subject, body = texts(key, language)
    end = (TEMPLATES / "end" / f"{language}.txt").read_text(encoding="utf-8")
    return subject, f"{body.strip()}\n\n-- \n{end.strip()}"


@lru_cache
def texts(key: str, language: str) -> tuple[str, str]:
    """Give subject and body of a text file, without the common end."""
    head, _blank, body = (TEMPLATES / key / f"{language}.txt").read_text(encoding="utf-8").partition("\n\n")
    return head.removeprefix("Subject: "), body


def about_posting(key: str, language: str, posting: Posting) -> tuple[str, str]:
    """Give subject and body of a mail about a posting to somebody who has no application; the link stays a mark."""
    subject, body = texts(key, language)
    names = {"posting": data(posting.title), "team": data(posting.team.name)}
    subject, body = replaced(subject, names), replaced(body, names)
    return one_line(subject)[:LONGEST_SUBJECT], body.strip()


def replaced(text: str, values: Mapping[str, str]) -> str:
    """Give one of our own texts with these marks replaced, once; others (the link) stay."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def sender(team: Team) -> str:
    """Give the From of what leaves for a team: its name, the instance's address."""
    return formataddr((one_line(team.name), parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))


def for_eyes(message: Message) -> str:
    """Give the text of a message as the team may read it: the private link is words."""
    if message.invitation is not None:  # whoever holds this link joins the team
        return message.body.replace(LINK, _("[the link for them alone]"))
    return masked(message.body) if message.application else message.body.replace(LINK, link(message))


def link(message: Message) -> str:
    """Give what stands in place of the link: the candidate's page, the invitation; for anybody else, the postings."""
    if message.invitation is not None:
        return invitations.link_of(message.invitation)
    if message.application is None:
        return f"{settings.SITE_URL}/"
    return catalog.CATALOGUE.get(message.kind, catalog.Mail).link(message.application, message.recipient)


def masked(body: str) -> str:
    """Give a stored text with the private link as words, in the active language."""
    return body.replace(LINK, _("[the candidate’s private link]"))


class Mail(EmailMultiAlternatives):
    """Django's mail, with a subject folded after its name: Django folds the value alone, and a long one then begins
    with a space."""

    def message(self, *args: Any, **kwargs: Any) -> Any:
        """Give the message for the wire."""
        made: Any = super().message(*args, **kwargs)  # refuses line breaks in every header
        if not self.subject.isascii():
            del made["Subject"]
            email.message.Message.__setitem__(
                made, "Subject", Header(str(self.subject), "utf-8", header_name="Subject")
            )
        return made


def wire(message: Message) -> EmailMultiAlternatives:
    """Give the mail as it leaves, without attachments (see `attachments`): the stored text, with the link in its
    place, as plain text and as HTML."""
    application = message.application
    kind = catalog.CATALOGUE.get(message.kind, catalog.Mail)
    with translation.override(message.language):
        html = letter.html(
            subject=message.subject,
            body=message.body,
            language=message.language,
            team=message.team.name,
            steps=path.steps(application, until=message.transition) if application and kind.shows_path else (),
            link=link(message),
        )
    mail = Mail(
        subject=message.subject,
        body=message.body.replace(LINK, link(message)),
        from_email=message.sender,
        to=[message.recipient],
        headers=_headers(message),
    )
    mail.attach_alternative(html, "text/html")
    return mail


def attachments(message: Message) -> list[catalog.Attachment]:
    """Give the files that go with a message. Raises whatever making them raises."""
    mail, application = catalog.CATALOGUE.get(message.kind), message.application
    return [make(application, message.language) for make in mail.attach] if mail and application else []


def _headers(message: Message) -> dict[str, str]:
    headers = {
        "Message-ID": message.message_id,
        "Content-Language": message.language,
    }
    if not catalog.CATALOGUE.get(message.kind, catalog.Mail).by_hand:
        # RFC 3834: nobody's holiday notice has to answer this, and ours does not answer theirs.
        headers["Auto-Submitted"] = "auto-replied" if message.posting_id else "auto-generated"
        headers["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    about = message.application
    if reply_to := identifiers.reply_address(about) if about else message.team.reply_to:
        headers["Reply-To"] = reply_to
    if earlier := _thread(message):
        headers["In-Reply-To"], headers["References"] = earlier[-1], " ".join(earlier)
    return headers


def _thread(message: Message) -> list[str]:
    """Give the Message-IDs that came before on this application, oldest first; or of what it answers."""
    if message.application is None:
        return [message.in_reply_to] if message.in_reply_to else []
    known = (Status.SENT, Status.UNCERTAIN, Status.HANDED, Status.RECEIVED)
    before = Message.objects.filter(
        application=message.application, status__in=known, created_at__lt=message.created_at
    ).order_by("-created_at", "-id")
    found = [f"<{row.strip('<> ')}>" for row in before.values_list("message_id", flat=True)[:THREAD_LENGTH]]
    return [row for row in reversed(found) if not any(c.isspace() for c in row)]
