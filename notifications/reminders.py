"""What waits in a team: answers promised for these days, interviews tomorrow, late tasks, mail in trouble."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.accounts.models import Membership
from backend.common import clock, typography
from notifications import team
from notifications.models import Direction, Message, Status
from workflow.models import Application, Interview, InterviewStatus, OnboardingTask
from workflow.states import State

SOON = timedelta(days=2)
"""How long before the promised day somebody is reminded."""


def of(member: Membership) -> list[tuple[str, list[str]]]:
    """Give headings with their lines, in the active language; a heading may have no line."""
    promised = _promised(member)
    meetings = _tomorrow(member)
    tasks = _late_tasks(member)
    troubled = _troubled(member)
    owed = ngettext(
        "%(n)d answer is promised for these days", "%(n)d answers are promised for these days", len(promised)
    )
    return [
        (owed, promised),
        (ngettext("%(n)d interview tomorrow", "%(n)d interviews tomorrow", len(meetings)), meetings),
        (ngettext("%(n)d task is late", "%(n)d tasks are late", len(tasks)), tasks),
        (
            ngettext("%(n)d e-mail waits for your decision", "%(n)d e-mails wait for your decision", len(troubled)),
            troubled,
        ),
    ]


def _promised(member: Membership) -> list[str]:
    rows = Application.objects.filter(
        posting__team=member.team_id,
        state__in=(State.RECEIVED, State.INTERVIEWED),
        answer_by__lte=clock.today() + SOON,
    ).select_related("posting")
    return [f"{typography.long_date(row.answer_by)}{_(':')} {_line(row)}" for row in rows.order_by("answer_by", "id")]


def _tomorrow(member: Membership) -> list[str]:
    rows = Interview.objects.filter(
        application__posting__team=member.team_id,
        status=InterviewStatus.PLANNED,
        at__date=clock.today() + timedelta(days=1),
    ).select_related("application__posting")
    return [
        f"{typography.clock_time(row.at)}{_(':')} {_line(row.application)}"
        for row in rows.order_by("at", "id")
        if row.at
    ]


def _late_tasks(member: Membership) -> list[str]:
    rows = OnboardingTask.objects.filter(
        application__posting__team=member.team_id,
        application__state=State.CONTRACTED,
        done_at__isnull=True,
        due__lt=clock.today(),
    ).select_related("application__posting")
    return [_line(row.application) for row in rows.order_by("due", "id")]


def _troubled(member: Membership) -> list[str]:
    about = Q(application__posting__team=member.team_id) | Q(posting__team=member.team_id)
    rows = Message.objects.filter(
        about, direction=Direction.OUT, status__in=(Status.UNCERTAIN, Status.DEAD)
    ).select_related("application__posting", "posting")
    return [_line(row.application) for row in rows.order_by("created_at", "id") if row.application]


def _line(application: Application) -> str:
    return f"{team.title(application)}\n  {team.address_of(application)}"
