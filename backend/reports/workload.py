"""Who interviews, in which team, and how much of it."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.models import User
from backend.reports.question import Question
from backend.reports.shape import Detail, Figure, Kind, Report, count, day


def lines(question: Question, found: Sequence[str]) -> dict[str, str]:
    """Name each team and person found, in the order of their names."""
    split = {key: key.split(":") for key in found}
    teams = {team.slug: team.name for team in question.teams()}
    users = User.objects.in_bulk([UUID(person) for person, _team in split.values() if person])
    named = {
        key: f"{teams.get(team, team)}, {users[UUID(person)] if person else _('nobody noted')}"
        for key, (person, team) in split.items()
    }
    return dict(sorted(named.items(), key=lambda pair: (pair[1].casefold(), pair[0])))


report = Report(
    key="workload",
    title=gettext_lazy("Interviews by person"),
    definition=gettext_lazy(
        "Interviews that were held in the period, once for each person who took part; planned, missed and cancelled "
        "ones are left out."
    ),
    head=gettext_lazy("Team and person"),
    facts="""
        SELECT (coalesce(w.user_id::text, '') || ':' || t.slug) COLLATE "C" AS line, s.id, i.at AS ordered, i.minutes,
               coalesce(nullif(u.name, ''), u.email, '') AS person
        FROM scope s
        JOIN accounts_team t ON t.id = s.team
        JOIN workflow_interview i ON i.application_id = s.id
        LEFT JOIN workflow_interview_participants w ON w.interview_id = i.id
        LEFT JOIN accounts_user u ON u.id = w.user_id
        WHERE i.status = 'held' AND i.at >= %(since)s AND i.at < %(until)s
    """,
    figures=(
        count("interviews", gettext_lazy("Interviews"), gettext_lazy("Interviews held, for each person in them.")),
        Figure(
            "applications",
            gettext_lazy("Applications"),
            gettext_lazy("Different applications met."),
            Kind.COUNT,
            "count(DISTINCT id)",
        ),
        Figure(
            "hours",
            gettext_lazy("Hours"),
            gettext_lazy("Length of these interviews together."),
            Kind.HOURS,
            "round(sum(minutes) / 60.0, 1)",
        ),
    ),
    lines=lines,
    opens="interviews",
    details=(
        day(gettext_lazy("Held on"), "f.ordered AT TIME ZONE %(zone)s"),
        Detail(gettext_lazy("Minutes"), Kind.COUNT, "f.minutes"),
        Detail(gettext_lazy("Person"), Kind.TEXT, "f.person"),
    ),
)
