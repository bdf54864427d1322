"""What a candidate does on their own page. Each change leaves a line on the team's timeline, in the team's language.

Every function takes the actor behind the candidate's link; for any other it raises NotVisible.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.accounts.actors import Actor
from backend.common import clock, typography
from backend.common.errors import Invalid, NotVisible
from backend.hiring import addresses, documents, erasure
from backend.hiring.candidates import email_key, tidy_name
from backend.hiring.models import AddressChange, Candidate, Document
from workflow import selectors
from workflow.models import Application, Note, NoteSource, OnboardingTask, TaskOwner
from workflow.signals import letter_wanted
from workflow.states import State

MOST_DOCUMENTS = 3 * settings.DOCUMENTS_MAX_COUNT
"""Files of one application, over all sendings."""


@transaction.atomic
def correct(*, actor: Actor, name: str, phone: str, links: Mapping[str, Any]) -> list[str]:
    """Correct what they said of themselves, the address aside; give the names of what changed. Raises Invalid."""
    application, candidate = _lock(actor)
    given = {"name": tidy_name(name)[:200], "phone": phone.strip()[:40], **links}
    if not given["name"] and not candidate.email:
        words = _("Give a name or an e-mail address.")
        raise Invalid(words, fields={"name": [words]})
    before = {field: getattr(candidate, field) for field, value in given.items() if getattr(candidate, field) != value}
    for field in before:
        setattr(candidate, field, given[field])
    if before:
        candidate.save(update_fields=before)
        with _language(application):
            labels = {"name": _("name"), "phone": _("phone"), "links": _("links")}
            lines = [
                _("%(what)s: “%(after)s” instead of “%(before)s”")
                % {"what": labels.get(field, field), "after": _said(given[field]), "before": _said(was)}
                for field, was in before.items()
            ]
        _note(application, "\n".join(lines))
    return list(before)


@transaction.atomic
def ask_address(*, actor: Actor, email: str) -> AddressChange | None:
    """Ask for another address: a link goes to the new one, a word to the old one; nothing changes yet.

    None when it is the one that we have. Raises Invalid.
    """
    application, candidate = _lock(actor)
    if email_key(email) == candidate.email_key:
        if email.strip() != candidate.email and email.strip():
            Candidate.objects.filter(pk=candidate.pk).update(email=email.strip())  # letter case only
        return None
    change = addresses.ask(candidate, email)
    with _language(application):
        words = _("Asked for another e-mail address: %(email)s. It takes effect when it is confirmed there.")
    _note(application, words % {"email": change.email})
    _write(application, "address_new", change.email)
    if candidate.email:
        _write(application, "address_old")
    return change


@transaction.atomic
def drop_address(*, actor: Actor) -> None:
    """Keep the address as it is: the link that was sent to the new one stops working."""
    application, candidate = _lock(actor)
    if addresses.pending(candidate) is not None:
        addresses.drop(candidate)
        with _language(application):
            _note(application, _("Keeps the e-mail address as it was."))


@transaction.atomic
def confirm_address(token: str) -> bool:
    """Let a new address take effect; False where another candidate of the team has it, which the team is told.

    Raises NotVisible.
    """
    change = addresses.find(token)
    before, done = addresses.confirm(change)
    for application in Application.objects.filter(candidate=change.candidate_id).select_related("posting__team"):
        with _language(application):
            if done:
                words = _("Confirmed the new e-mail address %(after)s instead of %(before)s.")
            else:
                words = _(
                    "Confirmed the e-mail address %(after)s, which another of your candidates has: perhaps the same "
                    "person. Until somebody merges them, the address stays %(before)s."
                )
            _note(application, words % {"after": change.email, "before": before or "–"})
    return done


@transaction.atomic
def choose_language(*, actor: Actor, language: str) -> None:
    """Have the page and the mails in another language from now on. Raises Invalid."""
    application, candidate = _lock(actor)
    if language not in dict(settings.LANGUAGES):
        raise Invalid(_("This language is not spoken here."))
    if candidate.language != language:
        candidate.language = language
        candidate.save(update_fields=["language"])
        with _language(application):
            words = {"fr": _("Chose French for the page and the e-mails."),
                     "en": _("Chose English for the page and the e-mails.")}[language]  # fmt: skip
        _note(application, words)


@transaction.atomic
def add_documents(*, actor: Actor, uploads: Sequence[documents.Upload]) -> list[Document]:
    """Add files, judged as those of the form; they stand on the timeline under their own name. Raises Invalid."""
    application, candidate = _lock(actor)
    if not uploads:
        words = _("Choose a file first.")
        raise Invalid(words, fields={"documents": [words]})
    if application.documents.count() + len(uploads) > MOST_DOCUMENTS:
        words = ngettext(
            "An application holds %(most)d file at most.",
            "An application holds %(most)d files at most.",
            MOST_DOCUMENTS,
        ) % {"most": MOST_DOCUMENTS}
        raise Invalid(words, fields={"documents": [words]})
    kept = [documents.store(candidate, upload) for upload in uploads]
    application.documents.add(*kept)
    return kept


@transaction.atomic
def tick(*, actor: Actor, pk: UUID, done: bool) -> OnboardingTask:
    """Say that a task of theirs is done, or not. Raises NotVisible, and Invalid once they have arrived."""
    application, _candidate = _lock(actor)
    task = application.onboarding_tasks.select_for_update().filter(pk=pk, owner=TaskOwner.CANDIDATE).first()
    if task is None:
        raise NotVisible(_("There is no such task."))
    if application.state != State.CONTRACTED:
        raise Invalid(_("Your list is open between the contract and your arrival."))
    if done != (task.done_at is not None):
        task.done_at = timezone.now() if done else None
        task.save(update_fields=["done_at"])
        with _language(application):
            words = _("Ticked “%(task)s” as done.") if done else _("Unticked “%(task)s”: not done yet.")
            said = typography.localised(words % {"task": task.title})
        _note(application, said)
    return task


@transaction.atomic
def ask_erasure(*, actor: Actor) -> None:
    """Ask to be forgotten: every team that has this address gets the request with its day, and confirms it by mail."""
    _application, candidate = _lock(actor)
    rows = Candidate.objects.filter(erased_at__isnull=True, erasure_asked_at__isnull=True)
    same = {row.pk for row in erasure.person_of(candidate)}
    if candidate.email_key:
        same |= set(rows.filter(email_key=candidate.email_key).values_list("pk", flat=True))
    for row in rows.select_for_update().filter(pk__in=same).order_by("pk"):
        row.erasure_asked_at = clock.now()
        row.save(update_fields=["erasure_asked_at"])
        _tell_of_erasure(row)


def _tell_of_erasure(candidate: Candidate) -> None:
    applications = Application.objects.filter(candidate=candidate).select_related("posting__team", "candidate")
    for place, application in enumerate(applications.order_by("-created_at", "id")):
        with _language(application):
            words = _("Asked for their data to be erased. It must be done by %(date)s.")
            said = words % {"date": typography.long_date(erasure.due(candidate.erasure_asked_at))}
        _note(application, said)
        if place == 0:
            _write(application, "erasure_candidate")


@transaction.atomic
def drop_erasure(*, actor: Actor) -> None:
    """Take the request back, at this team."""
    application, candidate = _lock(actor)
    pks = [row.pk for row in erasure.person_of(candidate)]
    waiting = Candidate.objects.filter(pk__in=pks, erased_at__isnull=True, erasure_asked_at__isnull=False)
    if waiting.update(erasure_asked_at=None):
        with _language(application):
            _note(application, _("Took back the request to be erased."))


def _lock(actor: Actor) -> tuple[Application, Candidate]:
    """Give the application and the person behind a link, the person's row locked. Raises NotVisible."""
    if actor.kind != "candidate" or actor.application_id is None:
        raise NotVisible(_("There is no such application."))
    application = selectors.application(actor.application_id, actor)
    candidate = Candidate.objects.select_for_update().filter(pk=application.candidate_id).first()
    if candidate is None or candidate.erased_at:
        raise NotVisible(_("There is no such application."))
    application.candidate = candidate
    return application, candidate


def _language(application: Application) -> Any:
    """Give the context in which words are the team's."""
    return translation.override(application.team.language)


def _said(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _note(application: Application, text: str) -> None:
    Note.objects.create(application=application, source=NoteSource.CANDIDATE, text=text)


def _write(application: Application, key: str, address: str = "") -> None:
    letter_wanted.send(sender=Application, application=application, key=key, address=address)
