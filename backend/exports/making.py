"""Makes what was asked for: by a worker, or by the relay where no worker does (docs/adr/022).

An export is claimed by lease, and a second thread renews the lease while the work goes on. A process that dies leaves a
lease that ends: another then goes on from the parts that are there. Whoever has lost the lease writes nothing more.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import structlog
from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.db.models import F, Q
from django.db.utils import Error as DatabaseError
from django.utils import translation
from django.utils.translation import gettext as _

from backend.accounts import actors
from backend.common import clock
from backend.common.errands import Stop
from backend.common.errors import JalonError, NotVisible
from backend.exports import kinds, letters, requests, schedules
from backend.exports.models import Export, Part, Status

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)
BEAT_SECONDS = 15.0
"""How often the lease of what is being made is renewed."""
LONGEST = timedelta(minutes=20)
"""How long one take may last at most: after that its lease is renewed no more."""
SLICE_SECONDS, LONGEST_SLICE_SECONDS = 20.0, 200.0
"""After how long work that is in parts lets others go first, and after how long its process does other things."""
MOST_TRIES = 3
"""How often an export is taken up without coming forward before it is given up."""
PAUSE = timedelta(seconds=20)
LOST = "lost"


class Lost(Exception):
    """The export is somebody else's by now, or was taken away: leave it alone."""


class Later(Exception):
    """There is more to do than fits into one turn: the rest waits for the next."""


def relay_due(stop: Stop) -> Counter[str]:
    """Make what a worker has left lying; for the relay."""
    return make_due(grace=timedelta(seconds=settings.RELAY_GRACE_SECONDS), stop=stop)


def make_due(*, grace: timedelta = timedelta(0), limit: int = 1, stop: Stop = lambda: False) -> Counter[str]:
    """Make up to `limit` exports that have waited longer than `grace`; count what became of them.

    Several processes may do so at once. Raises django.db.Error.
    """
    results: Counter[str] = Counter()
    requests.sweep()
    schedules.write_due()
    while sum(results.values()) < limit and not stop():
        export = claim(grace)
        if export is None:
            break
        results[make(export, stop)] += 1
    return results


@transaction.atomic
def claim(grace: timedelta = timedelta(0)) -> Export | None:
    """Give the export that has waited the longest, ours for the length of a lease; None when there is none."""
    now = clock.now()
    waits = Q(status=Status.WAITING, due_at__lte=now - grace)
    left = Q(status=Status.RUNNING, lease_until__lt=now)
    export = (
        Export.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("asked_by")
        .filter(waits | left)
        .order_by("due_at", "id")
        .first()
    )
    if export is not None:
        export.status, export.holder, export.lease_until = Status.RUNNING, uuid4(), now + LEASE
        export.tries = export.tries + 1
        export.save(update_fields=["status", "holder", "lease_until", "tries"])
    return export


def make(export: Export, stop: Stop = lambda: False) -> str:
    """Make one claimed export; give its status afterwards. Raises django.db.Error."""
    with translation.override(export.language), Job(export, stop) as job:
        try:
            if export.tries > MOST_TRIES:
                return _end(export, Status.FAILED, failure=_("Making it was interrupted too often. Ask for it again."))
            if not set(export.teams) <= set(job.actor.team_ids):
                raise NotVisible(_("You no longer see everything that was asked for."))
            kinds.make(job)
            return Status.DONE.value
        except Lost:
            return LOST
        except Later:
            return _end(export, Status.WAITING, due_at=clock.now(), tries=0)
        except JalonError as error:
            return _end(export, Status.FAILED, failure=error.detail[:500])
        except DatabaseError:
            raise
        except Exception:
            log.exception("export_failed", export=str(export.pk), kind=export.kind, tries=export.tries)
            if export.tries < MOST_TRIES:
                return _end(export, Status.WAITING, due_at=clock.now() + PAUSE * export.tries)
            words = _("Something went wrong on our side. Ask for it again; if it stays so, tell who runs Jalon.")
            return _end(export, Status.FAILED, failure=words)


class Job:
    """One export in the hands of this process: what the makers of each kind are given."""

    def __init__(self, export: Export, stop: Stop = lambda: False) -> None:
        self.export, self.actor = export, actors.within(actors.of_user(export.asked_by), export.teams)
        self._stop, self._began = stop, time.monotonic()
        self._over, self._lost = threading.Event(), threading.Event()
        self._beat = threading.Thread(target=self._renew, daemon=True, name="export")

    def __enter__(self) -> Job:
        self._beat.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._beat.join()

    def _renew(self) -> None:
        """Keep the lease until the work is over, or has taken too long to be believed."""
        until = time.monotonic() + LONGEST.total_seconds()
        try:
            while not self._over.wait(BEAT_SECONDS) and time.monotonic() < until:
                try:
                    if not self._ours().update(lease_until=clock.now() + LEASE):
                        self._lost.set()
                        return
                except DatabaseError as error:
                    log.warning("export_lease_not_renewed", export=str(self.export.pk), error=str(error).strip())
        finally:
            if threading.current_thread() is self._beat:
                connection.close()

    def _ours(self) -> Any:
        return Export.objects.filter(pk=self.export.pk, status=Status.RUNNING, holder=self.export.holder)

    def tell(self, done: int, total: int) -> None:
        """Say how far it is. Raises Lost."""
        if self._lost.is_set() or not self._ours().update(done=done, total=total):
            raise Lost

    def parts(self) -> dict[int, Part]:
        """Give the parts that are made, by number."""
        return {part.number: part for part in self.export.parts.all()}

    def put(self, number: int, name: str, content: bytes, *, total: int) -> None:
        """Keep one part. Raises Lost; and Later when it is time that others go first."""
        assert self.export.holder is not None
        part = Part(export=self.export, number=number, name=name, holder=self.export.holder)
        part.file.save("part", ContentFile(content), save=False)
        with transaction.atomic():
            ours = not self._lost.is_set() and self._ours().update(done=F("done") + 1, total=total, tries=0)
            if ours:
                part.save(force_insert=True)
        if not ours:
            part.file.storage.delete(part.file.name or "")
            raise Lost
        if self._is_time():
            raise Later

    def _is_time(self) -> bool:
        """Say whether to go on at the next turn: when stopped, when others wait, or after a long time anyway."""
        worked = time.monotonic() - self._began
        others = Export.objects.filter(status=Status.WAITING, due_at__lte=clock.now())
        return self._stop() or worked > LONGEST_SLICE_SECONDS or (worked > SLICE_SECONDS and others.exists())

    def finish(self, content: File[bytes] | bytes, *, name: str, media_type: str, words: str = "") -> None:
        """Hand the file over: from now on it is ready; `words` say in short what is in it. Raises Lost."""
        export, now = self.export, clock.now()
        whole = ContentFile(content) if isinstance(content, bytes) else content
        export.file.save("whole", whole, save=False)
        ready = {
            "file": export.file.name,
            "name": name,
            "media_type": media_type,
            "words": words,
            "size": whole.size,
            "ended_at": now,
            "expires_at": now + requests.KEPT,
        }
        kept = export.file.name or ""
        if _end(export, Status.DONE, done=max(export.total, 1), total=max(export.total, 1), **ready) == LOST:
            export.file.storage.delete(kept)
            raise Lost
        export.parts.all().delete()
        requests.empty(export.pk, keep=kept)


@transaction.atomic
def _end(export: Export, status: Status, **fields: Any) -> str:
    """Write the end of a turn, unless somebody else has the export by now; give what became of it.

    The mail of a scheduled one is written in the same transaction: once, whatever happens to who made it.
    """
    ours = Export.objects.filter(pk=export.pk, status=Status.RUNNING, holder=export.holder)
    if status == Status.FAILED:
        fields |= {"ended_at": clock.now(), "expires_at": clock.now() + requests.KEPT}
    if not ours.update(status=status, holder=None, lease_until=None, **fields):
        return LOST
    if status == Status.FAILED:  # nobody goes on from its parts
        export.parts.all().delete()
        transaction.on_commit(partial(requests.empty, export.pk))
    if status in (Status.DONE, Status.FAILED):
        letters.tell(Export.objects.select_related("asked_by", "schedule__owner").get(pk=export.pk))
    return status.value
