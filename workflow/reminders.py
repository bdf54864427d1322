"""The reminder before an interview: written once for each time that was set, whoever sweeps and however often."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Q

from backend.common import clock
from workflow import meetings
from workflow.models import Interview, InterviewStatus
from workflow.states import OPEN

BATCH = 100


@transaction.atomic
def write() -> int:
    """Ask for the reminders of interviews that begin within a day; give of how many interviews.

    The relay and Celery's beat both call this, at any moment: what one of them holds, the other passes by.
    """
    now = clock.now()
    due = (
        Interview.objects.select_related("application__posting__team", "application__candidate")
        # Both rows at once, without waiting: who changes an interview locks its application first, and then the row.
        .select_for_update(of=("self", "application"), skip_locked=True)
        .filter(Q(reminded_for__isnull=True) | ~Q(reminded_for=F("at")))
        .filter(status=InterviewStatus.PLANNED, announced=True, application__state__in=OPEN)
        .filter(at__gt=now, at__lte=now + meetings.DAY_BEFORE, application__candidate__erased_at__isnull=True)
    )
    found = list(due.order_by("at", "id")[:BATCH])
    for interview in found:
        interview.reminded_for = interview.at
        interview.save(update_fields=["reminded_for"])
        meetings.ask(interview, "interview_reminder_candidate")
        for address, language in meetings.people(interview).items():
            meetings.ask(interview, "interview_reminder_participant", address, language)
    return len(found)
