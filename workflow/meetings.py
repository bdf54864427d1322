"""Who is told of an interview, and when. Each telling raises its sequence, so that calendars follow the same event."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from backend.accounts.models import User
from backend.common import clock
from workflow.models import Application, Interview, InterviewStatus, Transition
from workflow.signals import letter_wanted

DAY_BEFORE = timedelta(hours=24)
"""How long before an interview its reminder is written; who is told of it later than that needs none."""
CALENDAR_KEEPS, MOST_EVENTS = timedelta(days=90), 2000


@dataclass(frozen=True)
class Standing:
    """What calendars and people hold of an interview; `people` are the addresses of who takes part beside the
    candidate, with their languages."""

    status: str
    at: datetime | None
    minutes: int
    place: str
    people: dict[str, str]


def standing(interview: Interview) -> Standing:
    """Give how an interview stands now."""
    return Standing(interview.status, interview.at, interview.minutes, interview.place, people(interview))


def people(interview: Interview) -> dict[str, str]:
    """Give the addresses of who takes part beside the candidate, each with the language that is read there."""
    found = {address.lower(): interview.application.team.language for address in interview.invited}
    return found | {user.email: user.language for user in interview.participants.filter(is_active=True)}


def calendar_of(user: User, *, whole_teams: bool) -> list[Interview]:
    """Give the interviews of a person's calendar, the latest first: those they take part in, or all of their teams.

    From the last months on, with those that were cancelled. A team that they left is theirs no more.
    """
    teams = user.memberships.values("team")
    rows = Interview.objects.filter(
        application__posting__team__in=teams, at__gte=clock.now() - CALENDAR_KEEPS
    ).select_related("application__posting__team")
    if not whole_teams:
        rows = rows.filter(participants=user)
    return list(rows.order_by("-at", "id")[:MOST_EVENTS])


def tell(interview: Interview, before: Standing | None, by: User | None = None) -> None:
    """Ask for the mails that a change calls for, if the interview is one that people are told of.

    `before` is how it stood, None for a new one; `by` signs. Runs in the caller's transaction, the application locked.
    """
    wanted = list(_letters(before, standing(interview))) if interview.announced else []
    if not wanted:
        return
    interview.sequence += 1
    if interview.at is not None and interview.at <= clock.now() + DAY_BEFORE:
        interview.reminded_for = interview.at
    interview.save(update_fields=["sequence", "reminded_for"])
    for key, address, language in wanted:
        ask(interview, key, address, language, by)


def close(application: Application, ending: Transition, hold: int | None = None) -> None:
    """Cancel what is still to come of an application that has ended; what is told of it waits as the ending's own mail.

    The ending's own mail takes the interview out of the candidate's calendar; where there is none, they are told apart.
    """
    for interview in application.interviews.filter(status__in=(InterviewStatus.PROPOSED, InterviewStatus.PLANNED)):
        if interview.at is not None and interview.at <= clock.now():
            continue  # it was held or missed, which a person will say
        interview.application = application
        known = people(interview) if interview.at is not None and interview.announced else {}
        wanted = list(_each(known, "interview_cancelled_participant"))
        if interview.at is not None and interview.announced and not ending.notify:
            wanted.insert(0, ("interview_closed_candidate", "", ""))
        interview.status, interview.closed_by = InterviewStatus.CANCELLED, ending
        interview.sequence += interview.announced
        interview.save(update_fields=["status", "closed_by", "sequence"])
        for key, address, language in wanted:
            ask(interview, key, address, language, ending.actor, ending=ending, hold=hold)


def give_back(application: Application, ending: Transition) -> None:
    """Bring back what this ending, now undone, had cancelled. Whoever has heard that it is off is invited again."""
    for interview in application.interviews.filter(status=InterviewStatus.CANCELLED, closed_by=ending):
        interview.application = application
        interview.status = InterviewStatus.PROPOSED if interview.at is None else InterviewStatus.PLANNED
        interview.closed_by = None
        interview.sequence += interview.announced
        interview.save(update_fields=["status", "closed_by", "sequence"])
        if not interview.announced or interview.at is None:
            continue
        wanted = list(_each(people(interview), "interview_planned_participant"))
        if not ending.notify:
            wanted.insert(0, ("interview_planned_candidate", "", ""))
        for key, address, language in wanted:
            ask(interview, key, address, language, ending.actor, again=True)


def ask(
    interview: Interview, key: str, address: str = "", language: str = "", by: User | None = None, **how: Any
) -> None:
    """Ask for one mail about an interview: to the candidate, or to `address`. `how`: see `workflow.signals`."""
    letter_wanted.send(
        sender=Application,
        application=interview.application,
        key=key,
        address=address,
        language=language,
        interview=interview,
        by=by,
        **how,
    )


def _letters(before: Standing | None, now: Standing) -> Iterator[tuple[str, str, str]]:
    """Give key, address and language of each mail; no address is the candidate."""
    was = before.status if before else ""
    if now.status == InterviewStatus.PROPOSED and before is None:
        yield "interview_proposed_candidate", "", ""
    elif now.status == InterviewStatus.PLANNED:
        if before is None or was == InterviewStatus.PROPOSED:
            yield "interview_planned_candidate", "", ""
            yield from _each(now.people, "interview_planned_participant")
        else:
            yield from _changed(before, now)
    elif now.status == InterviewStatus.CANCELLED and was in (InterviewStatus.PROPOSED, InterviewStatus.PLANNED):
        yield "interview_cancelled_candidate", "", ""
        if before is not None and was == InterviewStatus.PLANNED:
            yield from _each(before.people, "interview_cancelled_participant")


def _changed(before: Standing, now: Standing) -> Iterator[tuple[str, str, str]]:
    """Give the mails for one that was planned before: moved for those who knew, an invitation for who is new to it."""
    moved = (before.status, before.at, before.minutes, before.place) != (now.status, now.at, now.minutes, now.place)
    if moved:
        yield "interview_moved_candidate", "", ""
    for address, language in now.people.items():
        if address not in before.people:
            yield "interview_planned_participant", address, language
        elif moved:
            yield "interview_moved_participant", address, language
    gone = {address: language for address, language in before.people.items() if address not in now.people}
    yield from _each(gone, "interview_cancelled_participant")


def _each(addresses: dict[str, str], key: str) -> Iterator[tuple[str, str, str]]:
    for address, language in addresses.items():
        yield key, address, language
