"""Publishing: once a quarter is over and its applications have had time to be answered, its figures go out, once: fine
ones to people of the teams, and coarser ones made of these to anybody."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from backend.accounts.models import Membership
from backend.common import clock
from backend.hiring.markdown import fields
from backend.opendata import cells
from backend.opendata.models import DIMENSIONS, K_INTERNAL, Cell, InternalCell, K, Release
from workflow.models import Application
from workflow.states import PATH, Action

WAIT = dt.timedelta(days=30)
"""How long after the end of a quarter its figures are published."""

COUNTS = """
SELECT coalesce(posting.domains[1], ''), reached.state, application.state, posting.team_id, count(*)
FROM workflow_application application
JOIN hiring_posting posting ON posting.id = application.posting_id
CROSS JOIN LATERAL (
    SELECT (%(path)s::text[])[max(array_position(%(path)s::text[], log.to_state::text))] AS state
    FROM workflow_transition log
    WHERE log.application_id = application.id AND log.action <> %(undo)s
      AND NOT EXISTS (SELECT 1 FROM workflow_transition undoing WHERE undoing.undoes_id = log.id)
) reached
WHERE application.created_at >= %(start)s AND application.created_at < %(end)s
GROUP BY 1, 2, 3, 4
"""


@dataclass(frozen=True, order=True)
class Quarter:
    """Three months, from midnight to midnight where the product is."""

    year: int
    number: int

    @classmethod
    def of(cls, day: dt.date) -> Quarter:
        """Give the quarter of a day."""
        return cls(day.year, (day.month + 2) // 3)

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def following(self) -> Quarter:
        """Give the next one."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def start(self) -> dt.datetime:
        """Give its first moment."""
        first = dt.datetime(self.year, 3 * self.number - 2, 1)
        return timezone.make_aware(first, timezone.get_default_timezone())


def counts(quarter: Quarter) -> dict[cells.Key, cells.Group]:
    """Give how many applications came in a quarter, by domain (a slug), furthest state of the path, and state now; and
    of these by team.

    A move that was undone reached nothing; one that was reopened reached what it had.
    """
    found: dict[cells.Key, cells.Group] = defaultdict(Counter)
    bounds = {"start": quarter.start, "end": quarter.following.start}
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, bounds | {"path": [state.value for state in PATH], "undo": Action.UNDO.value})
        for domain, reached, state, team, n in cursor.fetchall():
            found[(fields.slug(domain), reached, state)][team] += n
    return found


def readers() -> set[cells.Reader]:
    """Give the sets of teams whose rows somebody sees."""
    teams: dict[UUID, set[UUID]] = defaultdict(set)
    for user, team in Membership.objects.values_list("user_id", "team_id"):
        teams[user].add(team)
    return {frozenset(known) for known in teams.values()}


@transaction.atomic
def publish(quarter: Quarter) -> Release | None:
    """Publish one quarter, once; None if it is out already or holds too few applications for anybody.

    The public cells are made of the internal ones; where there are none, somebody could take their own rows off.
    """
    counted = counts(quarter)
    internal = cells.publishable(counted, K_INTERNAL, readers())
    if not internal:
        return None
    public = cells.publishable(internal, K)
    # The unique quarter decides between two that publish at once: the second finds the row and stops.
    release, made = Release.objects.get_or_create(quarter=str(quarter), defaults={"published_on": clock.today()})
    if not made:
        return None
    InternalCell.objects.bulk_create(InternalCell(release=release, **words) for words in _rows(internal))
    Cell.objects.bulk_create(Cell(release=release, **words) for words in _rows(public))
    return release


def _rows(ready: Mapping[cells.Key, cells.Group]) -> Iterator[dict[str, Any]]:
    for key in sorted(ready):
        yield {"applications": ready[key].total()} | dict(zip(DIMENSIONS, key, strict=True))


def next_due() -> tuple[Quarter, dt.date]:
    """Give the quarter that is due next, and the day from which it is published."""
    quarter = Quarter.of(timezone.localdate(clock.now() - WAIT))
    return quarter, timezone.localdate(quarter.following.start + WAIT)


def publish_due() -> list[Release]:
    """Publish every quarter that is over for `WAIT` and not out; give what was published."""
    first = Application.objects.order_by("created_at").values_list("created_at", flat=True).first()
    if first is None:
        return []
    out = set(Release.objects.values_list("quarter", flat=True))
    quarter, published = Quarter.of(timezone.localdate(first)), []
    while quarter.following.start + WAIT <= clock.now():
        if str(quarter) not in out and (release := publish(quarter)):
            published.append(release)
        quarter = quarter.following
    return published
