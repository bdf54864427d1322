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
from backend.documents import invitation
from backend.hiring.models import Posting
from notifications import catalog, identifiers, letter
from notifications.models import Direction, Message, Status
from notifications.placeholders import LINK, PLACEHOLDER, Occasion, data, fill, one_line
from workflow import anonymous, machine, path
from workflow.models import ActorKind, Application, Interview
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
    if moved is None or not mails or not mails[0].to(anonymous.whole(application)).address:
        return None
    if action == Action.REOPEN and unheard_ending(application).exists():
        return None
    occasion = Occasion(moved, timezone.now(), actor.user, draft=True)
    return render(mails[0], occasion, options or MailOptions(), shown_to(moved))


def shown_to(application: Application) -> catalog.Recipient:
    """Give the candidate as a draft names who it is for: not by an address that is hidden from who writes it."""
    to = catalog.candidate(application)
    return to._replace(address=str(application.candidate)) if application.candidate.veiled else to


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


def render(
    mail: type[catalog.Mail],
    occasion: Occasion,
    options: MailOptions | None = None,
    to: catalog.Recipient | None = None,
    *,
    language: str = "",
    words: tuple[str, str] | None = None,
) -> Rendered:
    """Give the message of one kind for one occasion, in the recipient's language; own texts replace ours.

    `to`: another recipient than the kind's own. `words` stand in place of the team's, and `language` in place of the
    recipient's: for a text that is not kept yet. Raises Invalid for an own text that is too long or names a placeholder
    that does not exist.
    """
    options = options or MailOptions()
    to = to or mail.to(occasion.application)
    to = to._replace(language=language or to.language)
    with translation.override(to.language):
        usual = (
            ended(words, mail.key, to.language) if words else template(mail.key, to.language, occasion.application.team)
        )
        try:
            ours = text(*usual, occasion)
        except Invalid:
            if words:
                raise
            # A team's own words whose marks stand for nothing here must not stop a move: ours are said.
            ours = text(*template(mail.key, to.language), occasion)
        final = ours
        if options.subject.strip() or options.body.strip():
            final = text(options.subject.strip() or ours[0], options.body.strip() or ours[1], occasion)
    return Rendered(mail.key, to.address, to.language, *final, edited=final != ours)


def text(subject: str, body: str, occasion: Occasion) -> tuple[str, str]:
    """Give a subject (one line) and a body (`\\n` between lines), filled in.

    Raises Invalid: empty, too long, unknown mark.
    """
    subject = one_line(fill(subject, occasion).replace(LINK, ""))  # a subject is shown in lists: no link in it
    body = fill(body.replace("\r\n", "\n").replace("\r", "\n"), occasion).strip()
    if not subject or not body:  # a mark may stand for nothing
        words = _("A mail needs a subject and a text.")
        raise Invalid(words, fields={"body" if subject else "subject": [words]})
    if len(subject) > LONGEST_SUBJECT:
        words = _("The subject has more than %(limit)d characters.") % {"limit": LONGEST_SUBJECT}
        raise Invalid(words, fields={"subject": [words]})
    if len(body) > LONGEST_BODY or "\0" in body:
        words = _("The text has more than %(limit)d characters.") % {"limit": LONGEST_BODY}
        raise Invalid(words, fields={"body": [words]})
    return subject, body


def template(key: str, language: str, team: Team | None = None) -> tuple[str, str]:
    """Give subject and body of a mail with the common end: the team's own words, or else our text file."""
    own = team.letters.get(f"{key}.{language}") if team else None
    return ended((own["subject"], own["body"]) if own else texts(key, language), key, language)


@lru_cache
def ended(words: tuple[str, str], key: str, language: str) -> tuple[str, str]:
    """Give a subject and a body with the common end added to it: the candidate's, or the team's own."""
    subject, body = words
    folder = "end_team" if catalog.CATALOGUE[key].for_team else "end"
    end = (TEMPLATES / folder / f"{language}.txt").read_text(encoding="utf-8")
    return subject, f"{body.strip()}\n\n-- \n{end.strip()}"


@lru_cache
def texts(key: str, language: str) -> tuple[str, str]:
    """Give subject and body of a text file: `Subject: …`, an empty line, the body; without the common end."""
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
    private = message.application and not _kind(message).for_team
    return masked(message.body) if private else message.body.replace(LINK, link(message))


def _kind(message: Message) -> type[catalog.Mail]:
    return catalog.CATALOGUE.get(message.kind, catalog.Mail)


def link(message: Message) -> str:
    """Give what stands in place of the link: the candidate's page, an invitation, a page of a member, or postings."""
    if message.invitation is not None:
        return invitations.link_of(message.invitation)
    if message.member is not None:
        page = catalog.LINKS.get(message.kind)
        return page(message.pk) if page else f"{settings.SITE_URL}/team/{message.team.slug}/"
    if message.application is None:
        return f"{settings.SITE_URL}/"
    return _kind(message).link(message.application, message.recipient)


def masked(body: str) -> str:
    """Give a stored text with the private link as words, in the active language."""
    return body.replace(LINK, _("[the candidate’s private link]"))


class Mail(EmailMultiAlternatives):
    """Django's mail, with a mark of ours for providers, and a subject folded after its name: Django folds the value
    alone, and a long one then begins with a space."""

    metadata: dict[str, str]

    def message(self, *args: Any, **kwargs: Any) -> Any:
        """Give the message for the wire."""
        made: Any = super().message(*args, **kwargs)  # refuses line breaks in every header
        if not self.subject.isascii():
            del made["Subject"]
            email.message.Message.__setitem__(
                made, "Subject", Header(str(self.subject), "utf-8", header_name="Subject")
            )
        return made


def wire(message: Message) -> Mail:
    """Give the mail as it leaves, without attachments (see `attachments`): the stored text, with the link in its
    place, as plain text and as HTML."""
    application, kind = message.application, _kind(message)
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
    mail.metadata = {"message": str(message.pk)}  # a provider says it again when it tells what became of the mail
    return mail


def attachments(message: Message) -> list[catalog.Attachment]:
    """Give the files that go with a message. Raises whatever making them raises."""
    mail, application = _kind(message), message.application
    made = [make(application, message.language) for make in mail.attach] if application else []
    if mail.calendar and message.interview is not None and message.interview.at is not None:
        made.append(_invitation(message, message.interview, mail.calendar))
    if mail.on in ENDINGS:
        closed = Interview.objects.filter(closed_by=message.transition, announced=True, at__isnull=False)
        made += [
            _invitation(message, interview, catalog.Calendar.CANCEL)
            for interview in closed.select_related("application__posting__team")
        ]
    if (files := catalog.FILES.get(message.kind)) is not None:
        made += files(message.pk)
    return made


def _invitation(message: Message, interview: Interview, ask: catalog.Calendar) -> catalog.Attachment:
    with translation.override(message.language):
        name = _("interview.ics")
    cancelled = ask == catalog.Calendar.CANCEL
    content = invitation.render(interview, message.language, to=message.recipient, cancelled=cancelled)
    # The method stands in the type too (RFC 6047, 2.4): mail programs look there before they open the file.
    return catalog.Attachment(name, content, f"text/calendar; method={invitation.method(interview, cancelled)}")


def _headers(message: Message) -> dict[str, str]:
    headers = {
        "Message-ID": message.message_id,
        "Content-Language": message.language,
    }
    if not catalog.CATALOGUE.get(message.kind, catalog.Mail).by_hand:
        # RFC 3834: nobody's holiday notice has to answer this, and ours does not answer theirs.
        headers["Auto-Submitted"] = "auto-replied" if message.posting_id else "auto-generated"
        headers["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    if message.member is not None:
        headers["List-Unsubscribe"] = f"<{settings.SITE_URL}/account/notifications/>"
        return headers
    about = message.application
    own = about is not None and not _kind(message).for_team
    if reply_to := identifiers.reply_address(about) if about and own else message.team.reply_to:
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
    # Two conversations: the candidate's, and one with each of those who take part in an interview.
    if _kind(message).for_team:
        before = before.filter(recipient=message.recipient)
    else:
        before = before.exclude(kind__in=catalog.for_team())
    found = [f"<{row.strip('<> ')}>" for row in before.values_list("message_id", flat=True)[:THREAD_LENGTH]]
    return [row for row in reversed(found) if not any(c.isspace() for c in row)]
