"""Reports that come by themselves, weekly or monthly, to chosen people: each made with the rights of who gets it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.signals import post_delete
from django.utils import translation
from django.utils.translation import gettext as _

from backend.accounts import actors
from backend.accounts.actors import Actor
from backend.accounts.models import Membership, User
from backend.common import clock
from backend.common.errors import Invalid, NotAllowed, NotVisible
from backend.exports import kinds, recruitment
from backend.exports.models import Every, Export, Form, Schedule, Status, What
from backend.exports.plan import Plan
from backend.reports import question
from notifications import catalog, team
from notifications.catalog import Attachment
from notifications.models import Message
from notifications.models import Status as Sending

log = structlog.get_logger(__name__)

MAIL = "report_scheduled"
HOUR = 7
MOST, MOST_PEOPLE = 20, 50
LARGEST = 8_000_000
"""Bytes of a file that goes with a mail; a larger one is linked."""
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
        _halt(schedule, now)
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


def _halt(schedule: Schedule, now: dt.datetime) -> None:
    """Pause what reaches nobody any more, and tell its owner, who would otherwise wait for it."""
    schedule.paused_at, owner = now, schedule.owner
    log.warning("scheduled_report_reaches_nobody", schedule=str(schedule.pk))
    member = (
        Membership.objects.select_related("user", "team")
        .filter(user=owner, user__is_active=True)
        .order_by("team__name", "pk")
        .first()
    )
    if member is not None:
        with translation.override(owner.language):
            words = _(
                "Your scheduled report (%(every)s) reaches nobody any more: what it is narrowed to is gone, or those "
                "who got it no longer see it. It is paused. Remove it, or schedule another, on the page of the reports."
            )
            text = words % {"every": Every(schedule.every).label}
            team.write(member, MAIL, _("Scheduled report paused"), text, now, see=_("See the reports"))


def tell(export: Export) -> None:
    """Write the mail of a scheduled report that is ready, or could not be made; in the caller's transaction."""
    schedule = export.schedule
    if schedule is None or schedule.removed_at or not schedule.people.filter(pk=export.asked_by_id).exists():
        return
    member = (
        Membership.objects.select_related("user", "team")
        .filter(user=export.asked_by, user__is_active=True, team__in=export.teams)
        .order_by("team__name", "pk")
        .first()
    )
    left = not set(export.teams) <= set(actors.of_user(export.asked_by).team_ids)
    if member is None or (left and export.status == Status.DONE):  # a team, while it was being made
        return
    with translation.override(export.language):
        see = _("See these figures")
        if export.status == Status.FAILED:
            parts = [_("This report could not be made."), export.failure]
        else:
            parts = ["\n".join(f"- {line}" for line in export.words.splitlines())]
            sheets = export.kind == What.SHEETS
            if is_attached(export):
                parts.append(_("The figures are attached, as sheets.") if sheets else _("The full report is attached."))
            else:
                see = _("Take the figures as sheets") if sheets else _("Take the full report")
                parts.append(_("The file is kept for seven days."))
        if schedule.owner_id == export.asked_by_id:
            end = _("You scheduled this report. Stop it on the page of the reports:")
        else:
            words = _("%(name)s has this report sent to you. Stop it on the page of the reports:")
            end = words % {"name": schedule.owner}
        end = f"{end}\n{settings.SITE_URL}/coach/#schedules"
        message = team.write(member, MAIL, export.title, "\n\n".join(parts), clock.now(), see=see, end=end)
        Export.objects.filter(pk=export.pk).update(message=message)


def is_attached(export: Export) -> bool:
    """Say whether the file goes with the mail."""
    wanted = export.schedule is not None and export.schedule.form == Form.ATTACHED
    return wanted and export.status == Status.DONE and export.size <= LARGEST


def connect() -> None:
    """Give the mails their files and their pages, and listen for who leaves a team."""
    catalog.FILES[MAIL], catalog.LINKS[MAIL] = files, page
    post_delete.connect(call_back, sender=Membership, dispatch_uid="exports.call_back")


def call_back(*, instance: Membership, **_signal: Any) -> None:
    """Discard the reports that wait to leave for somebody who has just left a team that is in them."""
    theirs = Export.objects.filter(asked_by=instance.user_id, teams__contains=[instance.team_id], message__isnull=False)
    Message.objects.filter(pk__in=theirs.values("message"), status=Sending.HELD).update(status=Sending.DISCARDED)


def page(message: UUID) -> str:
    """Give what the mail of a report opens: the file if it is linked, else the page with the same figures."""
    export = Export.objects.select_related("schedule").filter(message=message).first()
    if export is None:
        return f"{settings.SITE_URL}/coach/#schedules"
    linked = export.status == Status.DONE and not is_attached(export)
    return f"{settings.SITE_URL}/exports/" if linked else f"{settings.SITE_URL}/coach/?{urlencode(export.asked)}"


def files(message: UUID) -> list[Attachment]:
    """Give the report that goes with a mail. Raises OSError if it is gone."""
    export = Export.objects.select_related("schedule").filter(message=message).first()
    if export is None or not is_attached(export):
        return []
    with export.file.open("rb") as opened:
        return [Attachment(export.name, opened.read(), export.media_type)]


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
