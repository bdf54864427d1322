"""One mail a day and team to whoever wants one: what happened since the last, and what waits. Never an empty one."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from backend.accounts.models import Membership
from backend.common import clock
from notifications import reminders, renewals, team
from notifications.models import Digest, Direction, How, Message, Topic
from workflow.models import Application, Note, Transition
from workflow.states import Action

HOUR = 7
"""From when on, in the morning, where the product is."""
MOST_LINES = 20
BATCH = 200


def write_due() -> int:
    """Write the digests of today that are not written yet; give how many had something to tell.

    Several processes may do so at once. Somebody who joined today gets their first one tomorrow, with
    all since they joined.
    """
    now = clock.now()
    today = timezone.localdate(now)
    midnight = timezone.make_aware(datetime.combine(today, time()))
    if timezone.localtime(now).hour < HOUR:
        return 0
    due = Membership.objects.filter(user__is_active=True, created_at__lt=midnight).exclude(digests__day=today)
    return sum(_write(pk) for pk in due.order_by("id").values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _write(pk: UUID) -> bool:
    """Write one member's digest, if nobody else has; say whether there was something to tell."""
    member = (
        Membership.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("user", "team")
        .filter(pk=pk)
        .first()
    )
    if member is None:
        return False
    now = clock.now()
    last = Digest.objects.filter(member=member).order_by("-day").first()
    _row, made = Digest.objects.get_or_create(member=member, day=timezone.localdate(now), defaults={"created_at": now})
    if not made:
        return False
    first = min(member.created_at, now - timedelta(days=1))  # who joined in the night waits longer than a day
    since = max(last.created_at if last else first, now - timedelta(days=7))
    with override(member.user.language):
        parts = sections(member, since, now)
        if parts:
            team.write(member, team.DIGEST, _("your day"), "\n\n".join(parts), now)
    return bool(parts)


def sections(member: Membership, since: datetime, now: datetime) -> list[str]:
    """Give the paragraphs of a digest, in the active language; none when there is nothing to tell."""
    moves = (
        Transition.objects.filter(application__posting__team=member.team_id, at__gte=since, at__lt=now)
        .exclude(actor=member.user_id)
        .select_related("application__posting")
        .order_by("id")
    )
    parts = []
    if team.wanted(member, Topic.ARRIVED) == How.DIGEST:
        arrived = [move.application for move in moves.filter(action=Action.SUBMIT)]
        parts += _part(
            ngettext("%(n)d new application", "%(n)d new applications", len(arrived)),
            [_line(application) for application in arrived],
        )
    if team.wanted(member, Topic.ANSWERED) == How.DIGEST:
        answered = list(_answered(member, since, now))
        parts += _part(
            ngettext("%(n)d candidate has answered", "%(n)d candidates have answered", len(answered)),
            [_line(application) for application in answered],
        )
    if team.wanted(member, Topic.MOVED) == How.DIGEST:
        moved = list(moves.exclude(action=Action.SUBMIT))
        parts += _part(
            ngettext("%(n)d move by someone else", "%(n)d moves by someone else", len(moved)),
            [f"{_line(move.application)} ({move.get_to_state_display()})" for move in moved],
        )
    if team.wanted(member, Topic.RENEWAL) == How.DIGEST:
        ending = renewals.told_since(member.team_id, since)
        parts += _part(
            ngettext("%(n)d contract ends soon", "%(n)d contracts end soon", len(ending)),
            [renewals.line(contract) for contract in ending],
        )
    if team.wanted(member, Topic.NAMED) == How.DIGEST:
        named = Note.objects.filter(application__posting__team=member.team_id, mentioned=member.user_id)
        named = named.filter(created_at__gte=since, created_at__lt=now).exclude(author=member.user_id)
        notes = list(named.select_related("application__posting").order_by("created_at", "id"))
        parts += _part(
            ngettext("%(n)d note mentions you", "%(n)d notes mention you", len(notes)),
            [_line(note.application) for note in notes],
        )
    if team.wanted(member, Topic.WAITING) != How.NOT:
        for heading, lines in reminders.of(member):
            parts += _part(heading, lines)
    if team.wanted(member, Topic.TROUBLE) != How.NOT:
        parts += _part(*reminders.trouble(member))
    return parts


def _answered(member: Membership, since: datetime, now: datetime) -> QuerySet[Application]:
    came = Message.objects.filter(
        direction=Direction.IN,
        created_at__gte=since,
        created_at__lt=now,
        created_at__gt=F("application__created_at"),  # not the mail that they applied with
    )
    return (
        Application.objects.filter(Q(posting__team=member.team_id), messages__in=came)
        .select_related("posting")
        .distinct()
        .order_by("created_at", "id")
    )


def _line(application: Application) -> str:
    return f"{team.title(application)}\n  {team.address_of(application)}"


def _part(heading: str, lines: list[str]) -> list[str]:
    """Give a heading with its lines, cut at a number that is said; nothing without lines."""
    if not lines:
        return []
    shown = [f"- {line}" for line in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        shown.append(_("and %(n)d more") % {"n": len(lines) - MOST_LINES})
    return ["\n".join([heading % {"n": len(lines)}, *shown])]
