"""What waits in a team: answers promised for these days, interviews tomorrow, late tasks, mail in trouble."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.accounts.models import Membership
from backend.common import clock, typography
from notifications import team
from notifications.models import Direction, Message, Status
from workflow.models import Application, Evaluation, Interview, InterviewStatus, OnboardingTask
from workflow.states import OPEN, State

SOON = timedelta(days=2)
"""How long before the promised day somebody is reminded."""
EVALUATED_WITHIN, FORGOTTEN_AFTER = timedelta(days=2), timedelta(days=30)
"""How long after an interview an evaluation is missed, and when nobody waits for it any more."""


def of(member: Membership) -> list[tuple[str, list[str]]]:
    """Give headings with their lines, in the active language; a heading may have no line."""
    promised = _promised(member)
    meetings = _tomorrow(member)
    owed_evaluations = _evaluations(member)
    tasks = _late_tasks(member)
    owed = ngettext(
        "%(n)d answer is promised for these days", "%(n)d answers are promised for these days", len(promised)
    )
    return [
        (owed, promised),
        (ngettext("%(n)d interview tomorrow", "%(n)d interviews tomorrow", len(meetings)), meetings),
        (
            ngettext(
                "%(n)d evaluation of yours is missing", "%(n)d evaluations of yours are missing", len(owed_evaluations)
            ),
            owed_evaluations,
        ),
        (ngettext("%(n)d task is late", "%(n)d tasks are late", len(tasks)), tasks),
    ]


def trouble(member: Membership) -> tuple[str, list[str]]:
    """Give the heading and lines of the e-mails that wait for a decision, in the active language."""
    found = _troubled(member)
    return (
        ngettext("%(n)d e-mail waits for your decision", "%(n)d e-mails wait for your decision", len(found)),
        found,
    )


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


def _evaluations(member: Membership) -> list[str]:
    """Give the applications whose interview they took part in, that goes on, and that they have not evaluated."""
    handed_in = Evaluation.objects.filter(application=OuterRef("application"), author=member.user_id)
    rows = Interview.objects.held().filter(
        ~Exists(handed_in),
        application__posting__team=member.team_id,
        application__state__in=OPEN,
        participants=member.user_id,
        at__lte=clock.now() - EVALUATED_WITHIN,
        at__gt=clock.now() - FORGOTTEN_AFTER,
    )
    found = {
        row.application_id: row.application for row in rows.select_related("application__posting").order_by("at", "id")
    }
    return [_line(application) for application in found.values()]


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
