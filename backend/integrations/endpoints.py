"""The use cases around endpoints: add, change, new secret, on and off, test, replay. For members of the team.

Their addresses may hold secrets of others (a chat's are one), so coaches do not see them.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.accounts.models import Role, Team
from backend.common import clock, destinations
from backend.common.errors import Invalid, NotAllowed, NotVisible
from backend.integrations import events
from backend.integrations.models import Delivery, Endpoint, Event, Kind, Status, new_secret
from workflow import policies

MOST = 20
"""Endpoints of one team."""


def visible_to(actor: Actor) -> QuerySet[Endpoint]:
    """Give the endpoints of the teams whose member the actor is."""
    teams = [team for team, role in actor.roles.items() if role == Role.MEMBER]
    return Endpoint.objects.filter(team__in=teams).select_related("team")


def find(pk: UUID, actor: Actor) -> Endpoint:
    """Give one endpoint. Raises NotVisible."""
    found = visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise NotVisible(_("There is no such webhook."))
    return found


def _own(pk: UUID, actor: Actor) -> Endpoint:
    found = find(pk, actor)
    require_member(actor, found.team_id)
    return found


def require_member(actor: Actor, team: UUID) -> None:
    """Raise NotAllowed unless the actor acts for the team."""
    if not actor.is_member(team):
        raise NotAllowed(policies.refusal(actor))


@transaction.atomic
def add(*, team: Team, actor: Actor, url: str, wanted: Sequence[str], kind: str = Kind.SIGNED) -> Endpoint:
    """Make an endpoint; its `secret` is for the caller to show once. Raises NotAllowed, Invalid."""
    require_member(actor, team.pk)
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)  # two at once must not both be the last that fits
    if Endpoint.objects.filter(team=team).count() >= MOST:
        raise Invalid(_("A team has at most %(limit)d webhooks.") % {"limit": MOST})
    made = Endpoint(team=team, kind=kind, url=_address(url), events=_events(wanted), owner=actor.user)
    made.save(force_insert=True)
    return made


def change(*, pk: UUID, actor: Actor, url: str | None = None, wanted: Sequence[str] | None = None) -> Endpoint:
    """Change where events go and which. Raises NotVisible, NotAllowed, Invalid."""
    found = _own(pk, actor)
    if url is not None:
        found.url = _address(url)
    if wanted is not None:
        found.events = _events(wanted)
    found.save(update_fields=["url", "events"])
    return found


def rotate(*, pk: UUID, actor: Actor) -> str:
    """Give a new secret, to be shown once; the one before signs as well for a day."""
    found = _own(pk, actor)
    found.secret_before, found.secret, found.secret_changed_at = found.secret, new_secret(), clock.now()
    found.save(update_fields=["secret_before", "secret", "secret_changed_at"])
    return found.secret


@transaction.atomic
def switch(*, pk: UUID, actor: Actor, on: bool) -> None:
    """Switch off, or on again: then everything that waits leaves, in order, with all its tries before it."""
    found = _own(pk, actor)
    now = clock.now()
    found.off_at, found.off_why = (None, "") if on else (found.off_at or now, found.off_why)
    found.failures, found.failing_since, found.rests_until = 0, None, now
    found.save(update_fields=["off_at", "off_why", "failures", "failing_since", "rests_until"])
    if on:
        waiting = found.deliveries.filter(status__in=[Status.WAITING, Status.GIVEN_UP])
        waiting.update(status=Status.WAITING, attempts=0, due_at=now)


def remove(*, pk: UUID, actor: Actor) -> None:
    """Take an endpoint away, with its log."""
    _own(pk, actor).delete()


def test(*, pk: UUID, actor: Actor) -> Delivery:
    """Send an event that means nothing, to see it arrive."""
    found, now = _own(pk, actor), clock.now()
    if not found.is_on:
        raise Invalid(_("This webhook is switched off: switch it on first."))
    row = Delivery(endpoint=found, event=events.TEST, created_at=now, due_at=now)
    row.body = events.test_body(found.kind, row.pk, found.team, now)
    row.save(force_insert=True)
    return row


def replay(*, pk: UUID, delivery: UUID, actor: Actor) -> Delivery:
    """Send an event once more, with the same id; later ones of its application wait for it. Raises Invalid."""
    found = _own(pk, actor)
    rows = found.deliveries.filter(pk=delivery)
    again = rows.exclude(status=Status.SENDING).update(status=Status.WAITING, attempts=0, due_at=clock.now())
    row = rows.first()
    if row is None:
        raise NotVisible(_("There is no such delivery."))
    if not again:
        raise Invalid(_("This event is leaving just now."))
    return row


def _address(url: str) -> str:
    """Give an address that may be written to, as far as can be said before it is looked up. Raises Invalid."""
    url = url.strip()
    try:
        destination = destinations.read(url)
        if not destination.is_named and destination.is_ip and not destinations.is_public(destination.host.strip("[]")):
            raise destinations.Forbidden(destinations.not_public())
    except destinations.Forbidden as error:
        raise Invalid(str(error), fields={"url": [str(error)]}) from error
    return url


def _events(wanted: Sequence[str]) -> list[str]:
    chosen = [event for event in Event.values if event in set(wanted)]
    if not chosen or set(wanted) - set(Event.values):
        words = _("Choose at least one event of the list.")
        raise Invalid(words, fields={"events": [words]})
    return chosen
