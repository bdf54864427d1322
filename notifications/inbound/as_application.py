"""A first message: an application, a second one of the same person, or something that a person must sort."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from backend.accounts.actors import SYSTEM
from backend.common.errors import Closed, Invalid, NotVisible
from backend.hiring.candidates import Person, email_key
from backend.hiring.models import Posting
from notifications.inbound import as_reply, clean, contacts, directory, files, language, late, recognise, timeline
from notifications.inbound.author import APPLIES, Author
from notifications.inbound.headers import Address
from notifications.inbound.outcomes import Result
from notifications.inbound.parse import Incoming
from notifications.models import Direction, Outcome
from workflow import services
from workflow.models import Application
from workflow.states import Via

APPLICATION = re.compile(r"(?i)\bcandidat|\bpostul|\bapplication\b|\bapplying\b|\bcv\b")


def outcome(mail: Incoming, who: Author, now: datetime) -> Result:
    """Give the outcome of a mail that belongs to no application yet."""
    found = recognise.recognise(
        directory.postings(),
        rules=directory.rules(who.recipients),
        recipients=who.recipients,
        subject=f"{mail.subject} {who.subject}" if who.forwarded_by else who.subject,
        body=f"{_cover(mail, who)}{who.written.own}",
    )
    doubt = _doubt(mail, who, found)
    if doubt:
        return _triage(who, doubt, found)
    assert found.posting is not None and who.sender is not None
    earlier = _earlier(found.posting, who)
    if earlier is None and not found.posting.is_open:
        closed = _("The posting “%(title)s” is closed.") % {"title": found.posting.title}
        told = late.tell(found.posting, mail, who, now)
        return _triage(who, f"{found.reason} {closed} {told}", found)
    # A posting is closed to newcomers; who is already there may still write.
    if earlier is not None and (not found.posting.is_open or not _applies_again(earlier, who)):
        return as_reply.answer(earlier, mail, who, now, f"{found.reason} {_('This person has applied before.')}")
    return submit(mail, who, found, now)


def _cover(mail: Incoming, who: Author) -> str:
    """Give what the forwarder wrote above: they may name the posting."""
    if who.forwarded_by is None:
        return ""
    return clean.split(mail.text.partition(who.written.own[:80] or "\0")[0]).body[:2000] + "\n\n"


def _doubt(mail: Incoming, who: Author, found: recognise.Recognised) -> str:
    """Give why a person must look at this first; `` if nothing stands against it."""
    if who.unsure:
        return who.unsure
    if who.sender is None:
        return _("It does not say who sent it.")
    if who.colleague is not None:
        return _("It comes from %(sender)s, of a team, and forwards nobody’s message.") % {"sender": who.sender}
    if who.forwarded_by is not None and directory.colleague(who.sender.email) is not None:
        return _("It forwards a message from %(sender)s, who is of a team.") % {"sender": who.sender}
    if mail.calendar and not who.attachments:
        return _("It is an answer to an invitation (%(method)s) that belongs to no known application.") % {
            "method": mail.calendar[:20]
        }
    if _is_newsletter(mail):
        return _("It looks like a newsletter.")
    if found.posting is None:
        return found.reason
    return ""


def _is_newsletter(mail: Incoming) -> bool:
    given = mail.headers
    return "list-unsubscribe" in given and "list-post" not in given and "list-id" not in given


def _triage(who: Author, reason: str, found: recognise.Recognised) -> Result:
    among = [found.posting] if found.posting else list(found.among)
    return Result(Outcome.TRIAGE, reason, posting=found.posting, among=among, person=who.sender)


def _earlier(posting: Posting, who: Author) -> Application | None:
    key = email_key(who.sender.email) if who.sender else None
    rows = Application.objects.select_related("posting__team", "candidate")
    return rows.filter(posting=posting, candidate__email_key=key).first() if key else None


def _applies_again(earlier: Application, who: Author) -> bool:
    """Say whether a person's further mail is their application once more, rather than something to add to it."""
    if clean.is_reply_subject(who.subject):
        return False
    subject = clean.bare_subject(who.subject)
    known = earlier.messages.filter(direction=Direction.IN, subject__iexact=subject)
    return (
        who.written.body.split() == earlier.message.split()
        or (bool(subject) and known.exists())
        or APPLICATION.search(subject) is not None
        or APPLIES.search(who.written.body) is not None
    )


def person(who: Author, posting: Posting) -> Person:
    """Give what the mail says of its author."""
    assert who.sender is not None
    own = who.written.own
    domains = {address.rpartition("@")[2] for address in who.recipients} - directory.PUBLIC_DOMAINS
    known = Posting.objects.values_list("body", flat=True).get(pk=posting.pk)
    reached = contacts.read(own, who.links, known=known, domains=domains)
    return Person(
        name=contacts.name_of(who.sender, own),
        email=who.sender.email,
        phone=reached.phone,
        linkedin=reached.linkedin,
        github=reached.github,
        links=reached.links,
        language=language.guess(f"{who.subject}\n{who.written.body}", posting.language),
    )


def submit(mail: Incoming, who: Author, found: recognise.Recognised, now: datetime) -> Result:
    """Bring the application in by the one door, with the files that can be taken; give the outcome.

    It is triage (again) where the author, the posting or the person's data make it impossible.
    """
    assert found.posting is not None
    if who.sender is None:
        return _triage(who, _("It does not say who sent it."), found)
    sorted_files = files.sort(who.attachments)
    message = "\n\n".join([who.written.body, *sorted_files.refused]).strip()
    try:
        submitted = services.submit(
            posting_id=found.posting.pk,
            person=person(who, found.posting),
            via=Via.EMAIL,
            actor=SYSTEM,
            message=message,
            uploads=sorted_files.taken,
        )
    except (Closed, Invalid, NotVisible) as refusal:
        return _triage(who, f"{found.reason} {refusal.detail}", found)
    application = submitted.application
    result = Result(
        Outcome.APPLICATION,
        f"{found.reason} {_forwarded_words(who)}".strip(),
        application=application,
        person=Address(application.candidate.name, application.candidate.email),
        documents=tuple(_names(application, sorted_files)),
        notes=sorted_files.refused,
    )
    if submitted.created:
        timeline.put(application, mail, who, sorted_files.refused, now)
        return result
    again = _("This person has already applied for this posting: it is kept as a note there.")
    return replace(result, outcome=Outcome.DUPLICATE, reason=f"{result.reason} {again}")


def _names(application: Application, sorted_files: files.Sorted) -> list[str]:
    """Give the names of the documents that these files became."""
    digests = [hashlib.sha256(upload.content).hexdigest() for upload in sorted_files.taken]
    names = dict(application.documents.filter(digest__in=digests).values_list("digest", "name"))
    return [names[digest] for digest in dict.fromkeys(digests) if digest in names]


def _forwarded_words(who: Author) -> str:
    if who.forwarded_by is None:
        return ""
    return _("Forwarded by %(sender)s.") % {"sender": who.forwarded_by}
