"""Reports that come by themselves, weekly or monthly, to chosen people: each made with the rights of who gets it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from backend.accounts import actors
from backend.accounts.actors import Actor
from backend.accounts.models import User
from backend.common import clock
from backend.common.errors import Invalid, NotAllowed, NotVisible
from backend.exports import kinds, letters, recruitment
from backend.exports.models import Every, Export, Form, Schedule, What
from backend.exports.plan import Plan
from backend.reports import question

log = structlog.get_logger(__name__)

HOUR = 7
MOST, MOST_PEOPLE = 20, 50
KEPT = dt.timedelta(days=7)
"""How long a schedule that was removed can be brought back."""


def people_of(actor: Actor) -> QuerySet[User]:
    """Give who may be chosen: everybody of the actor's teams, by name."""
    return (
        User.objects.filter(is_active=True, memberships__team__in=actor.team_ids).distinct().order_by("name", "email")
    )


def visible_to(actor: Actor) -> QuerySet[Schedule]:
    """Give the schedules that this person made, and those whose reports come to them."""
    rows = Schedule.objects.filter(removed_at__isnull=True).select_related("owner").prefetch_related("people")
    return rows.filter(Q(owner=actor.user) | Q(people=actor.user)).distinct() if actor.user else rows.none()


def find(pk: UUID, actor: Actor) -> Schedule:
    """Give one schedule. Raises NotVisible."""
    found = visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise NotVisible(_("There is no such scheduled report."))
    return found


@transaction.atomic
def add(
    *, actor: Actor, every: str, form: str, people: Sequence[str], asked: Mapping[str, str], kind: str = What.REPORT
) -> Schedule:
    """Have a report made again and again. Raises Invalid."""
    found = question.ask(actor, {name: asked[name] for name in recruitment.ASKED if asked.get(name)})
    if actor.user is None:
        raise NotAllowed(_("Exports are for people with an account."))
    chosen = list(people_of(actor).filter(pk__in=[pk for pk in people if _is_id(pk)])[: MOST_PEOPLE + 1])
    words = ""
    if every not in Every.values or form not in Form.values or kind not in What.values:
        words = _("Choose what comes, how often, and how.")
    elif not chosen or len(chosen) > MOST_PEOPLE:
        words = _("Choose who gets the report, %(most)d people at most.") % {"most": MOST_PEOPLE}
    elif Schedule.objects.filter(owner=actor.user, removed_at__isnull=True).count() >= MOST:
        words = _("You have %(most)d scheduled reports: remove one first.") % {"most": MOST}
    if words:
        raise Invalid(words)
    kept = {name: getattr(found, name) for name in question.NAMES if getattr(found, name)}
    kept |= ({"by": found.by} if asked.get("by") else {}) | ({"compare": "1"} if found.compare else {})
    zone = found.zone.key
    same = {"owner": actor.user, "every": every, "kind": kind, "form": form, "asked": kept, "zone": zone}
    for other in Schedule.objects.filter(**same, removed_at__isnull=True).prefetch_related("people"):
        if set(other.people.all()) == set(chosen):
            raise Invalid(_("You have this scheduled report already: the same, as often, for the same people."))
    made = Schedule.objects.create(
        **same,
        next_at=after(clock.now(), every, zone),
    )
    made.people.set(chosen)
    return made


def after(moment: dt.datetime, every: str, zone: str) -> dt.datetime:
    """Give when a report is made next: the first Monday, or first of a month, at seven in `zone` after `moment`."""
    there = ZoneInfo(zone)
    day = moment.astimezone(there).date()
    while True:
        at = dt.datetime.combine(day, dt.time(HOUR), there)
        if at > moment and (day.weekday() == 0 if every == Every.WEEK else day.day == 1):
            return at
        day += dt.timedelta(days=1)


def period(day: dt.date, every: str) -> tuple[dt.date, dt.date]:
    """Give the first and last day that a report of `day` is about: the week, or the month, before."""
    if every == Every.WEEK:
        monday = day - dt.timedelta(days=day.weekday())
        return monday - dt.timedelta(days=7), monday - dt.timedelta(days=1)
    last = day.replace(day=1) - dt.timedelta(days=1)
    return last.replace(day=1), last


@transaction.atomic
def act(*, pk: UUID, actor: Actor, do: str) -> Schedule:
    """Pause, resume, remove, restore (its owner), or leave (who gets it). Raises NotVisible, NotAllowed, Invalid."""
    mine = Schedule.objects.select_for_update(of=("self",)).filter(pk=pk)
    found = mine.filter(owner=actor.user).first() or mine.filter(people=actor.user, removed_at__isnull=True).first()
    if found is None or actor.user is None:
        raise NotVisible(_("There is no such scheduled report."))
    if do == "leave":
        found.people.remove(actor.user)
        return found
    if found.owner_id != actor.user.pk:
        raise NotAllowed(_("Only who made this schedule may change it; you can stop getting it."))
    now = clock.now()
    if do == "pause":
        found.paused_at = now
    elif do == "resume":
        found.paused_at, found.next_at = None, after(now, found.every, found.zone)
    elif do == "remove":
        found.removed_at = now
    elif do == "restore":
        found.removed_at, found.next_at = None, after(now, found.every, found.zone)
    else:
        raise Invalid(_("There is no such action."))
    found.save()
    return found


def write_due() -> int:
    """Ask for the reports whose day has come, once, whoever else does so; give how many. Raises django.db.Error."""
    Schedule.objects.filter(removed_at__lt=clock.now() - KEPT).delete()
    asked = 0
    while (written := _write_one()) is not None:
        asked += written
    return asked


@transaction.atomic
def _write_one() -> int | None:
    now = clock.now()
    due = Schedule.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        next_at__lte=now, paused_at__isnull=True, removed_at__isnull=True
    )
    schedule = due.order_by("next_at", "id").first()
    if schedule is None:
        return None
    # Of several that were missed (a week without a worker), the last one is made.
    day = now.astimezone(ZoneInfo(schedule.zone)).date()
    first, last = period(day, schedule.every)
    asked = schedule.asked | {"from": first.isoformat(), "to": last.isoformat(), "zone": schedule.zone}
    people = schedule.people.filter(is_active=True).order_by("pk")
    plans = [(person, plan) for person in people if (plan := _plan(schedule, person, asked)) is not None]
    if not plans:
        schedule.paused_at = now
        log.warning("scheduled_report_reaches_nobody", schedule=str(schedule.pk))
        letters.tell_paused(schedule)
    schedule.next_at = after(now, schedule.every, schedule.zone)
    schedule.save(update_fields=["next_at", "paused_at"])
    return sum(_ask(schedule, person, plan, first) for person, plan in plans)


def _plan(schedule: Schedule, person: User, asked: dict[str, str]) -> Plan | None:
    """Give what is made for one person; None where they no longer see what it is about."""
    with translation.override(person.language):
        try:
            plan = kinds.plan(schedule.kind, actors.of_user(person), asked)
        except Invalid:
            plan = None
    if plan is None or not plan.teams:
        log.info("scheduled_report_not_theirs", schedule=str(schedule.pk), person=str(person.pk))
        return None
    return plan


def _ask(schedule: Schedule, person: User, plan: Plan, day: dt.date) -> bool:
    """Ask for one person's report, once; say whether it had not been asked for before."""
    _row, made = Export.objects.get_or_create(
        schedule=schedule,
        asked_by=person,
        day=day,
        defaults={
            "kind": schedule.kind,
            "asked": dict(plan.asked),
            "title": plan.title,
            "language": person.language,
            "teams": plan.teams,
            "total": plan.total,
        },
    )
    return made


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
