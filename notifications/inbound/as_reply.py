"""An answer on an application that exists: by its reply address, its thread, or its sender and posting."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.hiring import candidates, documents
from backend.hiring.candidates import email_key
from notifications import team
from notifications.inbound import clean, directory, files, timeline
from notifications.inbound.author import Author
from notifications.inbound.headers import Address
from notifications.inbound.outcomes import Result
from notifications.inbound.parse import Incoming
from notifications.models import Outcome
from workflow.models import Application, Note


def outcome(mail: Incoming, who: Author, now: datetime) -> Result | None:
    """Give the outcome of a mail that answers on a known application; None for any other."""
    application = directory.application_by_token(who.recipients)
    if application is not None:
        return answer(application, mail, who, now, _("Sent to the reply address of the application."))
    application = directory.application_in_thread(who.thread)
    if application is not None:
        if _is_from(application, who) or who.colleague is not None:
            return answer(application, mail, who, now, _("It answers a message of the application."))
        words = _("It answers a message of %(candidate)s’s application, but comes from %(sender)s.")
        names = {"candidate": application.candidate, "sender": who.sender or "?"}
        return Result(Outcome.TRIAGE, words % names, posting=application.posting, person=who.sender)
    application = _only_one_of_sender(mail, who)
    if application is not None:
        return answer(application, mail, who, now, _("It is an answer from a person with one application there."))
    return None


def _is_from(application: Application, who: Author) -> bool:
    key = email_key(who.sender.email) if who.sender else None
    return key is not None and key == application.candidate.email_key


def _only_one_of_sender(mail: Incoming, who: Author) -> Application | None:
    """Give the only application of a person whose subject says that they answer, if its team is addressed or nobody."""
    if who.sender is None or who.colleague is not None:
        return None
    if not clean.is_reply_subject(who.subject) and not mail.calendar:
        return None
    applications = directory.applications_from(who.sender.email)
    addressed = [one for one in applications if directory.addresses_of(one.posting).intersection(who.recipients)]
    others = [
        posting
        for posting in directory.postings()
        if directory.addresses_of(posting).intersection(who.recipients)
        and posting.team_id not in {one.posting.team_id for one in applications}
    ]
    fitting = addressed or ([] if others else applications)
    return fitting[0] if len(fitting) == 1 else None


def answer(application: Application, mail: Incoming, who: Author, now: datetime, reason: str) -> Result:
    """Put an answer on the timeline, with its files; give the outcome. Of somebody who is erased, it is for triage."""
    if candidates.hold(application.candidate) is None:  # nobody may be erased between here and the commit
        words = _("It is about an application of a person who has been erased: nothing is kept there any more.")
        return Result(Outcome.TRIAGE, words, posting=application.posting, person=who.sender)
    if who.colleague is not None:
        return _by_colleague(application, mail, who, reason)
    sorted_files = files.sort(who.attachments)
    kept = [documents.store(application.candidate, upload) for upload in sorted_files.taken]
    application.documents.add(*kept)
    timeline.put(application, mail, who, sorted_files.refused, now)
    team.tell_answer(application)
    if not _is_from(application, who):
        sender = who.sender or "?"
        reason = f"{reason} {_('The sender, %(sender)s, is not the address known.') % {'sender': sender}}"
    return Result(
        Outcome.REPLY,
        reason,
        application=application,
        documents=tuple(document.name for document in kept),
        notes=sorted_files.refused,
        person=Address(application.candidate.name, application.candidate.email),
    )


def _by_colleague(application: Application, mail: Incoming, who: Author, reason: str) -> Result:
    """Keep what somebody of the team wrote as a note: the candidate sees the messages, not the notes."""
    assert who.colleague is not None
    user = who.colleague.user
    if not directory.is_member(user, application.posting.team_id):
        user = None
    # Anybody can write anybody's address above a mail, and a candidate knows the reply address of their application.
    came = _("By e-mail, as %(sender)s; nobody checked who sent it.") % {"sender": who.sender}
    text = f"{came}\n\n{who.written.body or mail.subject}"
    Note.objects.create(application=application, author=user, text=text)
    left = len(who.attachments)
    notes = (_left(left),) if left else ()
    return Result(
        Outcome.REPLY,
        f"{reason} {_('A colleague wrote it: it is kept as a note.')}",
        application=application,
        notes=notes,
        person=Address(application.candidate.name, application.candidate.email),
    )


def _left(count: int) -> str:
    words = ngettext(
        "A colleague’s file stays in the message.", "%(count)d files of a colleague stay in the message.", count
    )
    return words % {"count": count}
