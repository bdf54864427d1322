"""Made-up data in bulk, for trials of speed: legal lives, written as fast as the database's own rules allow.

The state machine is followed here on plain rows rather than through `services`, which would take minutes; the database
checks every step all the same, and `verify_log` finds nothing to say. No mail is written.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from backend.accounts.models import Membership, Role, Team, User
from backend.hiring import identity
from backend.hiring.candidates import email_key
from backend.hiring.models import Candidate, ContractKind, Posting, PostingStatus
from workflow.models import (
    ActorKind,
    Application,
    Contract,
    Interview,
    InterviewStatus,
    OnboardingTask,
    Transition,
    link_digest,
)
from workflow.states import OFF_PATH, OPEN, Action, Rejection, State, Via

BATCH = 2000
FIRST = (
    "Adèle",
    "Baptiste",
    "Camille",
    "Driss",
    "Élise",
    "Fatou",
    "Gabriel",
    "Héloïse",
    "Inès",
    "Jules",
    "Karim",
    "Lina",
    "Malo",
    "Nour",
    "Octave",
    "Priya",
    "Quentin",
    "Rose",
    "Samir",
    "Théa",
    "Ulysse",
    "Viggo",
    "Wassim",
    "Yaël",
    "Zoé",
)
LAST = (
    "Aubépine",
    "Bruyère",
    "Charme",
    "Dahlia",
    "Érable",
    "Fougère",
    "Genêt",
    "Hêtre",
    "Iris",
    "Jonquille",
    "Laurier",
    "Mélèze",
    "Noyer",
    "Orme",
    "Peuplier",
    "Roseau",
    "Saule",
    "Tilleul",
    "Verveine",
    "Yeuse",
)
TRADES = (
    "Développeuse ou développeur",
    "Designer d’interface",
    "Chargée ou chargé de déploiement",
    "Product manager",
    "Data scientist",
    "Coach produit",
    "Rédactrice ou rédacteur",
    "Administratrice ou administrateur système",
)
ROADS: tuple[tuple[int, tuple[Action, ...]], ...] = (
    (40, ()),
    (16, (Action.INTERVIEW,)),
    (6, (Action.INTERVIEW, Action.CONTRACT)),
    (10, (Action.INTERVIEW, Action.CONTRACT, Action.ONBOARD)),
    (14, (Action.REJECT,)),
    (6, (Action.INTERVIEW, Action.REJECT)),
    (4, (Action.WITHDRAW,)),
    (2, (Action.REJECT, Action.REOPEN)),
    (2, (Action.INTERVIEW, Action.CONTRACT, Action.WITHDRAW)),
)
"""How many in a hundred take which road."""

FORWARD = {
    Action.INTERVIEW: State.INTERVIEWED,
    Action.CONTRACT: State.CONTRACTED,
    Action.ONBOARD: State.ONBOARDED,
    Action.REJECT: State.REJECTED,
    Action.WITHDRAW: State.WITHDRAWN,
}

FOLLOW = """
    UPDATE workflow_application AS a
    SET state = t.to_state,
        state_since = t.at,
        left_state = CASE WHEN t.to_state = ANY(%(off)s) THEN t.from_state ELSE '' END,
        rejection = CASE WHEN t.to_state = %(rejected)s THEN t.reason ELSE '' END,
        answer_by = n.answer_by
    FROM workflow_transition AS t, unnest(%(ids)s::uuid[], %(days)s::date[]) AS n(id, answer_by)
    WHERE t.application_id = n.id AND t.number = %(number)s AND a.id = n.id
"""


@dataclass
class House:
    """Where applications go: teams with one member each, and their postings."""

    teams: list[Team] = field(default_factory=list)
    members: dict[UUID, User] = field(default_factory=dict)
    postings: list[Posting] = field(default_factory=list)
    numbers: Counter[UUID] = field(default_factory=Counter)


@transaction.atomic
def make(*, applications: int, seed: int, teams: int | None = None) -> list[Team]:
    """Make `applications` lives of the last eighteen months; the same seed makes the same ones. Gives the teams.

    They go to `teams` teams; to one for every hundred, at most twelve, where nothing is said.

    Raises ValueError if this seed was made before.
    """
    chance = random.Random(seed)  # noqa: S311 - made-up data, not a secret
    if Team.objects.filter(slug__startswith=f"essai-{seed}-").exists():
        raise ValueError(f"the data of seed {seed} is already there")
    house = _house(chance, seed, applications, teams or max(1, min(12, applications // 100)))
    done = 0
    while done < applications:
        number = min(BATCH, applications - done)
        _batch(chance, house, seed, range(done, done + number))
        done += number
    return house.teams


def _house(chance: random.Random, seed: int, applications: int, teams: int) -> House:
    house = House()
    for n in range(teams):
        team = Team(id=_id(chance), name=f"Équipe d’essai {seed}.{n}", slug=f"essai-{seed}-{n}")
        member = User(id=_id(chance), email=f"membre-{seed}-{n}@essai.example", name=_name(chance), password="!")  # noqa: S106
        house.teams.append(team)
        house.members[team.pk] = member
    Team.objects.bulk_create(house.teams)
    User.objects.bulk_create(house.members.values())
    Membership.objects.bulk_create(
        Membership(id=_id(chance), user=user, team_id=team, role=Role.MEMBER) for team, user in house.members.items()
    )
    for n in range(max(1, applications // 40)):
        house.postings.append(
            Posting(
                id=_id(chance),
                team=chance.choice(house.teams),
                slug=f"essai-{seed}-poste-{n}",
                title=f"{chance.choice(TRADES)} {n}",
                status=PostingStatus.OPEN if chance.random() < 0.7 else PostingStatus.CLOSED,
                body="## La mission\n\nUne mission inventée, pour essayer.\n" * 20,
                day_rate_min=Decimal(300),
                day_rate_max=Decimal(700),
            )
        )
    Posting.objects.bulk_create(house.postings)
    return house


@dataclass
class Life:
    """One application, the moves ahead of it, and its log so far."""

    row: Application
    road: tuple[Action, ...]
    log: list[Transition]


def _batch(chance: random.Random, house: House, seed: int, numbers: range) -> None:
    lives = [_born(chance, house, seed, n) for n in numbers]
    Candidate.objects.bulk_create(life.row.candidate for life in lives)
    for life in lives:
        house.numbers[life.row.posting_id] += 1
        life.row.number = house.numbers[life.row.posting_id]
    Application.objects.bulk_create(life.row for life in lives)
    Transition.objects.bulk_create(life.log[0] for life in lives)
    _furnish(chance, lives)
    step = 0
    while moving := [life for life in lives if len(life.road) > step]:
        Transition.objects.bulk_create(_step(chance, house, life, life.road[step]) for life in moving)
        _follow(moving, number=step + 2)
        step += 1


def _born(chance: random.Random, house: House, seed: int, n: int) -> Life:
    name = _name(chance)
    email = f"candidature-{seed}-{n}@courrier.example"
    posting = chance.choice(house.postings)
    candidate = Candidate(id=_id(chance), team=posting.team, name=name, email=email, email_key=email_key(email))
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    at = midnight - dt.timedelta(days=chance.randint(40, 540), seconds=chance.randint(0, 80_000))
    candidate.created_at = at
    candidate.match_keys = identity.keys(candidate)  # rows made in bulk are not saved one by one
    row = Application(
        id=_id(chance),
        posting=posting,
        candidate=candidate,
        via=chance.choice(Via.values),
        message="Bonjour, cette mission m’intéresse.",
        created_at=at,
        state_since=at,
        answer_by=timezone.localdate(at) + dt.timedelta(days=14),
        link_key=f"{chance.getrandbits(128):032x}",
    )
    row.link_digest = link_digest(row.link_token)
    road = chance.choices([road for _, road in ROADS], [weight for weight, _ in ROADS])[0]
    row.met_at = at + dt.timedelta(days=3) if Action.INTERVIEW in road else None
    born = Transition(
        application=row,
        number=1,
        action=Action.SUBMIT,
        to_state=State.RECEIVED,
        actor_kind=ActorKind.CANDIDATE,
        at=at,
        notify=False,
    )
    return Life(row, road, [born])


def _furnish(chance: random.Random, lives: Iterable[Life]) -> None:
    """Make what the guards of each road ask for."""
    interviews, contracts, tasks = [], [], []
    for life in lives:
        row, met = life.row, Action.INTERVIEW in life.road
        if met or chance.random() < 0.3:
            held = InterviewStatus.HELD if met else InterviewStatus.PLANNED
            at = row.created_at + dt.timedelta(days=3)
            interviews.append(Interview(id=_id(chance), application=row, at=at, status=held, place="Visioconférence"))
        if Action.CONTRACT in life.road:
            start = timezone.localdate(row.created_at) + dt.timedelta(days=30)
            rate, days = Decimal(chance.randrange(300, 701, 25)), Decimal(chance.randint(2, 5))
            terms = {"kind": ContractKind.FREELANCE, "day_rate": rate, "days_per_week": days, "start": start}
            contracts.append(Contract(id=_id(chance), application=row, months=chance.randint(3, 12), **terms))
            done = row.created_at + dt.timedelta(days=29) if Action.ONBOARD in life.road else None
            tasks.append(OnboardingTask(id=_id(chance), application=row, title="Créer les comptes", done_at=done))
    Interview.objects.bulk_create(interviews)
    Contract.objects.bulk_create(contracts)
    OnboardingTask.objects.bulk_create(tasks)


def _step(chance: random.Random, house: House, life: Life, action: Action) -> Transition:
    """Give the log row of the next move, and carry the row in memory."""
    row, before = life.row, life.row.snapshot()
    target = State(row.left_state) if action == Action.REOPEN else FORWARD[action]
    at = row.state_since + dt.timedelta(days=chance.randint(1, 7))
    if action == Action.ONBOARD:
        at = row.created_at + dt.timedelta(days=30)
    reason = chance.choice(Rejection.values) if action == Action.REJECT else "Relu." if action == Action.REOPEN else ""
    log = Transition(
        application=row,
        number=len(life.log) + 1,
        action=action,
        from_state=before["state"],
        to_state=target,
        actor_kind=ActorKind.USER,
        actor=house.members[row.posting.team_id],
        at=at,
        reason=reason,
        notify=False,
        before=before,
    )
    life.log.append(log)
    row.left_state = before["state"] if target in OFF_PATH else ""
    row.rejection = reason if target == State.REJECTED else ""
    row.state_since = at
    vars(row)["state"] = target  # the field is protected: here the log decides, as the trigger checks
    if target in OPEN:
        row.answer_by = row.promise(timezone.localdate(at))
    return log


def _follow(moving: list[Life], *, number: int) -> None:
    """Bring the rows to where their logs say they are."""
    said: dict[str, Any] = {
        "off": [state.value for state in OFF_PATH],
        "rejected": State.REJECTED.value,
        "ids": [life.row.pk for life in moving],
        "days": [life.row.answer_by for life in moving],
        "number": number,
    }
    with connection.cursor() as cursor:
        cursor.execute(FOLLOW, said)


def _id(chance: random.Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


def _name(chance: random.Random) -> str:
    return f"{chance.choice(FIRST)} {chance.choice(LAST)}"
