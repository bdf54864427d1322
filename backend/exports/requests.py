"""Asking for an export, reading it, and its end: after seven days, when its reader says so, or with an erasure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import IO, Any
from uuid import UUID

import structlog
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.accounts.models import User
from backend.common import clock
from backend.common.errors import Invalid, NotAllowed, NotVisible
from backend.exports import kinds, letters
from backend.exports.models import Export, Kind, Part, Status
from backend.hiring.models import Candidate
from backend.hiring.signals import erasing
from workflow.models import Application

log = structlog.get_logger(__name__)

MOST_OPEN = 3
"""How many exports one person may have under way."""
KEPT = timedelta(days=7)
LONGEST_TITLE = 300


@transaction.atomic
def ask(*, actor: Actor, kind: str, asked: Mapping[str, str]) -> Export:
    """Have a file made, in the active language; what already waits, asked in the same words, is not asked twice.

    Raises NotVisible, NotAllowed (no person asks), Invalid (too many under way, too large, or it cannot be asked so).
    """
    if kind not in Kind.values:
        raise NotVisible(_("There is no such export."))
    if actor.user is None:
        raise NotAllowed(_("Exports are for people with an account."))
    # One after the other, so that nobody has more under way than they may.
    User.objects.select_for_update().get(pk=actor.user.pk)
    mine = Export.objects.filter(
        asked_by=actor.user, schedule__isnull=True, status__in=(Status.WAITING, Status.RUNNING)
    )
    # No text in the database holds a NUL: words with one would be an error there, not an empty list.
    plan = kinds.plan(kind, actor, {name: value.replace("\0", "") for name, value in asked.items()})
    language = (get_language() or "fr")[:2]
    same = mine.filter(kind=kind, asked=dict(plan.asked), language=language).first()
    if same is not None:
        return same
    if mine.count() >= MOST_OPEN:
        words = ngettext(
            "You have %(n)d export under way. Ask again when it is ready.",
            "You have %(n)d exports under way. Ask again when one of them is ready.",
            MOST_OPEN,
        )
        raise Invalid(words % {"n": MOST_OPEN})
    return Export.objects.create(
        kind=kind,
        asked=dict(plan.asked),
        title=plan.title[:LONGEST_TITLE],
        asked_by=actor.user,
        language=language,
        teams=plan.teams,
        rows=plan.rows,
        total=plan.total,
    )


def visible_to(actor: Actor) -> QuerySet[Export]:
    """Give what this person asked for and may still see: every team in it is one of theirs."""
    rows = Export.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=clock.now()))
    if actor.user is None:
        return rows.none()
    return rows.filter(asked_by=actor.user, teams__contained_by=actor.team_ids)


def find(pk: UUID, actor: Actor) -> Export:
    """Give one export. Raises NotVisible."""
    found = visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise NotVisible(_("There is no such export."))
    return found


def opened(export: Export) -> IO[bytes]:
    """Give the content of an export that is ready. Raises NotVisible if it is not, or is gone."""
    if export.status == Status.DONE:
        try:
            return export.file.open("rb")
        except FileNotFoundError:
            log.error("export_file_missing", export=str(export.pk))
    raise NotVisible(_("This file is no longer here."))


@transaction.atomic
def remove(*, pk: UUID, actor: Actor) -> None:
    """Delete an export with its file; one that is being made is given up, and its mail, if it waits, does not leave.

    Raises NotVisible.
    """
    found = find(pk, actor)
    letters.discard(Export.objects.filter(pk=found.pk))
    drop([found])


def drop(rows: list[Export]) -> None:
    """Delete exports, and their files once that is certain."""
    pks = [row.pk for row in rows]
    Export.objects.filter(pk__in=pks).delete()
    for pk in pks:
        transaction.on_commit(partial(empty, pk))


def empty(pk: UUID, *, keep: str = "") -> None:
    """Delete every file of an export but one, also those that a process left when it died."""
    folder = f"exports/{pk}"
    try:
        _folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        if f"{folder}/{name}" != keep:
            default_storage.delete(f"{folder}/{name}")
    if not keep:
        default_storage.delete(folder)


@transaction.atomic
def sweep(most: int = 50) -> int:
    """Delete what has expired; give how many."""
    old = Export.objects.select_for_update(skip_locked=True).filter(expires_at__lte=clock.now())
    found = list(old.order_by("expires_at")[:most])
    if found:
        drop(found)
        log.info("exports_swept", exports=len(found))
    return len(found)


def connect() -> None:
    """Listen for erasures."""
    erasing.connect(forget, dispatch_uid="exports.forget")


def forget(*, candidate: Candidate, **_signal: Any) -> None:
    """Empty what may hold a person who is erased: files that are ready are gone, those under way begin again."""
    theirs = list(Application.objects.filter(candidate=candidate).values_list("pk", flat=True))
    rows = Export.objects.select_for_update().filter(rows__overlap=theirs) if theirs else Export.objects.none()
    for export in list(rows.order_by("id")):
        Part.objects.filter(export=export).delete()
        if export.status == Status.DONE:
            export.status, export.file = Status.FAILED, ""
            export.failure = _("A person in it was erased since: ask for it again.")
        elif export.is_open:
            export.status, export.holder, export.lease_until, export.done = Status.WAITING, None, None, 0
        export.save()
        transaction.on_commit(partial(empty, export.pk))
