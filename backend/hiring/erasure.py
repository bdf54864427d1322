"""A person's right to be forgotten: asked for by them, done by the team within a month (docs/adr/008).

Erasing empties every text about the person and deletes their files; what happened when stays, about nobody.
"""

from __future__ import annotations

import calendar
from datetime import date, datetime
from uuid import UUID

from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.common import clock
from backend.common.errors import Invalid
from backend.hiring import corrections, selectors
from backend.hiring.models import Candidate
from backend.hiring.signals import erasing


def due(asked: datetime | None) -> date | None:
    """Give the day by which an erasure must be done: one month after it was asked for (GDPR, article 12(3))."""
    if asked is None:
        return None
    day = timezone.localdate(asked)
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def asked(actor: Actor) -> QuerySet[Candidate]:
    """Give the people of the actor’s teams who wait to be erased, those who asked first on top; merged ones once."""
    return (
        selectors.candidates_of(actor)
        .filter(erasure_asked_at__isnull=False, erased_at__isnull=True, merged_into__isnull=True)
        .select_related("team")
        .order_by("erasure_asked_at", "id")
    )


def person_of(candidate: Candidate) -> list[Candidate]:
    """Give every row of the same team that is this person: themselves, and what was merged with them."""
    top = candidate
    while top.merged_into is not None:
        top = top.merged_into
    found, fresh = [top], [top]
    while fresh:
        fresh = list(Candidate.objects.filter(merged_into__in=fresh).order_by("created_at", "id"))
        found += fresh
    return found


@transaction.atomic
def erase(*, pk: UUID, actor: Actor) -> list[Candidate]:
    """Erase one person from one team; give the rows that now are nobody's.

    Raises NotVisible, NotAllowed (members of the team erase), Invalid (erased already, or a mail is leaving just now).
    """
    corrections.require_right(pk, actor)
    people = [row for row in _lock(pk) if not row.erased_at]
    if not people:
        raise Invalid(_("This person is erased already."))
    known = {candidate.pk: candidate.email for candidate in people}
    for candidate in people:
        _empty(candidate)
    for candidate in people:
        erasing.send(sender=Candidate, candidate=candidate, address=known[candidate.pk], actor=actor)
        _delete_files(candidate)
    return people


def _lock(pk: UUID) -> list[Candidate]:
    """Give every row of the person, locked; also one that was merged with them while we waited for the others."""
    wanted: set[UUID] = set()
    while True:
        found = {row.pk for row in person_of(Candidate.objects.get(pk=pk))}
        if found == wanted:
            break
        wanted = found
        locked = list(Candidate.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    return locked


def _empty(candidate: Candidate) -> None:
    """Empty the row; the database refuses one that is erased and still says something (`candidate_erased_is_empty`)."""
    for name in Candidate.PERSONAL:
        setattr(candidate, name, "")
    candidate.email_key, candidate.links = None, []
    candidate.erased_at = clock.now()
    candidate.save()
    candidate.address_changes.all().delete()


def _delete_files(candidate: Candidate) -> None:
    for document in candidate.documents.all():
        storage, name = document.file.storage, document.file.name
        document.delete()
        if name:
            _delete_after_commit(storage, name)


def _delete_after_commit(storage: Storage, name: str) -> None:
    # Not before: a file that is gone cannot come back if the erasure is taken back.
    transaction.on_commit(lambda: storage.delete(name))
