"""Made-up data in bulk, for trials of speed: legal lives, lived in the order of time and copied into the tables.

The state machine is followed here on plain rows rather than through `services`, which would take hours. Rows arrive in
the state they end in, so three of the lifecycle's triggers are off until the transaction ends; its constraints hold all
the same, every application is compared with its log before anything is kept, and `verify_log` finds nothing to say.
No mail is written.
"""

from __future__ import annotations

import datetime as dt
import heapq
import json
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django.db import connection, models, transaction
from django.utils import timezone

from backend.accounts.models import Incubator, Membership, Role, Team, User
from backend.common import clock
from backend.hiring import identity
from backend.hiring.models import Candidate, ContractKind, Posting, PostingStatus, StatusChange
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
from workflow.states import OFF_PATH, OPEN, Action, FirstAnswer, Rejection, State, Via

FIRST = (
    "Adèle", "Baptiste", "Camille", "Driss", "Élise", "Fatou", "Gabriel", "Héloïse", "Inès", "Jules", "Karim",
    "Lina", "Malo", "Nour", "Octave", "Priya", "Quentin", "Rose", "Samir", "Théa", "Ulysse", "Viggo", "Wassim",
    "Yaël", "Zoé",
)  # fmt: skip
LAST = (
    "Aubépine", "Bruyère", "Charme", "Dahlia", "Érable", "Fougère", "Genêt", "Hêtre", "Iris", "Jonquille",
    "Laurier", "Mélèze", "Noyer", "Orme", "Peuplier", "Roseau", "Saule", "Tilleul", "Verveine", "Yeuse",
)  # fmt: skip
TRADES = (
    "Développeuse ou développeur", "Designer d’interface", "Chargée ou chargé de déploiement", "Product manager",
    "Data scientist", "Coach produit", "Rédactrice ou rédacteur", "Administratrice ou administrateur système",
)  # fmt: skip
DOORS, REASONS, KINDS = Via.values, Rejection.values, ContractKind.values
DOMAINS = ("Eau", "Énergie", "Éducation", "Logement", "Santé", "Transport")

INTERVIEW, CONTRACT, ONBOARD, REJECT, WITHDRAW, REOPEN, UNDO = (
    Action.INTERVIEW, Action.CONTRACT, Action.ONBOARD, Action.REJECT, Action.WITHDRAW, Action.REOPEN, Action.UNDO,
)  # fmt: skip
Roads = tuple[tuple[int, tuple[Action, ...]], ...]
ROADS: Roads = (
    (40, ()),
    (16, (INTERVIEW,)),
    (6, (INTERVIEW, CONTRACT)),
    (10, (INTERVIEW, CONTRACT, ONBOARD)),
    (14, (REJECT,)),
    (6, (INTERVIEW, REJECT)),
    (4, (WITHDRAW,)),
    (2, (REJECT, REOPEN)),
    (2, (INTERVIEW, CONTRACT, WITHDRAW)),
)
"""How many in a hundred take which road, if time is left for it."""
LONG: Roads = (
    (3, ()),
    (6, (INTERVIEW,)),
    (5, (INTERVIEW, CONTRACT)),
    (18, (INTERVIEW, CONTRACT, ONBOARD)),
    (9, (REJECT,)),
    (9, (INTERVIEW, REJECT)),
    (2, (WITHDRAW,)),
    (3, (INTERVIEW, WITHDRAW)),
    (11, (REJECT, REOPEN, INTERVIEW, CONTRACT, ONBOARD)),
    (4, (REJECT, UNDO, INTERVIEW, REJECT)),
    (8, (INTERVIEW, UNDO, INTERVIEW, CONTRACT, ONBOARD)),
    (3, (WITHDRAW, REOPEN, INTERVIEW)),
    (4, (INTERVIEW, CONTRACT, UNDO, CONTRACT, ONBOARD)),
    (4, (INTERVIEW, CONTRACT, WITHDRAW, REOPEN, ONBOARD)),
    (6, (INTERVIEW, REJECT, REOPEN, CONTRACT, ONBOARD)),
    (2, (REJECT, REOPEN, UNDO)),
    (1, (INTERVIEW, CONTRACT, ONBOARD, UNDO)),
    (2, (REJECT, UNDO, REJECT, REOPEN, INTERVIEW, REJECT)),
)
"""Lives of four moves in the middle, reception included, where much is taken back and reopened."""

FORWARD = {
    INTERVIEW: State.INTERVIEWED,
    CONTRACT: State.CONTRACTED,
    ONBOARD: State.ONBOARDED,
    REJECT: State.REJECTED,
    WITHDRAW: State.WITHDRAWN,
}
YEARS = dt.timedelta(days=3 * 365)
OFF = {
    "workflow_application": ("application_born", "application_logged"),
    "workflow_transition": ("transition_followed",),
}
"""The triggers that judge a row as it arrives; what they promise is looked at once, at the end."""
FILLED: tuple[type[models.Model], ...] = (
    Candidate, Transition, Application, Interview, Interview.participants.through, Contract, OnboardingTask,
)  # fmt: skip
WATCHING = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
           format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])
    UNION ALL
    SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    FROM pg_index i WHERE indrelid = ANY(%s::regclass[])
      AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""
"""How each foreign key and index of some tables is dropped, and how it is made again."""

DIFFER = """
    SELECT count(*) FROM workflow_application a
    LEFT JOIN (
        SELECT DISTINCT ON (application_id) application_id, to_state FROM workflow_transition
        ORDER BY application_id, number DESC
    ) t ON t.application_id = a.id
    WHERE t.to_state IS DISTINCT FROM a.state
"""


@dataclass
class House:
    """Where applications go: teams with two members each, and their postings in the order of time."""

    teams: list[Team] = field(default_factory=list)
    members: dict[UUID, list[User]] = field(default_factory=dict)
    postings: list[Posting] = field(default_factory=list)


def make(*, applications: int, seed: int, teams: int | None = None, long: bool = False) -> list[Team]:
    """Make `applications` lives of the last three years; the same seed makes the same ones. Gives the teams.

    They go to `teams` teams; to one for every hundred, at most twelve, where nothing is said. `long` lives have four
    moves in the middle. Nobody else writes an application meanwhile.

    Raises ValueError if this seed was made before.
    """
    chance = random.Random(seed)  # noqa: S311 - made-up data, not a secret
    if Team.objects.filter(slug__startswith=f"essai-{seed}-").exists():
        raise ValueError(f"the data of seed {seed} is already there")
    with transaction.atomic(), _unwatched(), tempfile.TemporaryDirectory() as folder:
        house = _house(chance, seed, applications, teams or max(1, min(12, applications // 100)))
        world = World(chance, house, seed, applications, LONG if long else ROADS, folder)
        world.live()
        for sheet in world.sheets():
            sheet.load()
        _compare()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the database does by itself, a minute later
    return house.teams


@contextmanager
def _unwatched() -> Iterator[None]:
    """Set aside what looks at each row by itself: triggers of the lifecycle, foreign keys, indexes.

    The keys and indexes are made again over all rows at once, which checks the same and takes a tenth of the time.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks to come cannot be altered
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")  # lives take minutes to be lived
        for table, names in OFF.items():
            for name in names:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        tables = [model._meta.db_table for model in FILLED]
        cursor.execute(WATCHING, [tables, tables])
        watching = cursor.fetchall()
        for drop, _make in watching:
            cursor.execute(drop)
        yield
        for _drop, make in reversed(watching):
            cursor.execute(make)
        for table, names in OFF.items():
            for name in names:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {name}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _compare() -> None:
    """Look once at what the triggers would have looked at row by row."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFER)
        differ = cursor.fetchone()[0]
    if differ:
        raise AssertionError(f"{differ} applications are not where their log says")


def _house(chance: random.Random, seed: int, applications: int, teams: int) -> House:
    house = House()
    hosts = [
        Incubator(id=_id(chance), name=f"Incubateur d’essai {seed}.{n}", slug=f"essai-{seed}-incubateur-{n}")
        for n in range(-(-teams // 20))
    ]
    for n in range(teams):
        team = Team(
            id=_id(chance), name=f"Équipe d’essai {seed}.{n}", slug=f"essai-{seed}-{n}", incubator=chance.choice(hosts)
        )
        house.teams.append(team)
        house.members[team.pk] = [
            User(id=_id(chance), email=f"membre-{seed}-{n}-{m}@essai.example", name=_name(chance), password="!")  # noqa: S106
            for m in range(2)
        ]
    number = max(teams, applications // 40)
    for n in range(number):
        # Few teams have many postings, as it is.
        team = house.teams[n if n < teams else int(chance.random() ** 1.6 * teams)]
        house.postings.append(_posting(chance, team, seed, n, (n + 1) / number))
    Incubator.objects.bulk_create(hosts)
    Team.objects.bulk_create(house.teams)
    User.objects.bulk_create(user for users in house.members.values() for user in users)
    Membership.objects.bulk_create(
        Membership(id=_id(chance), user=user, team_id=team, role=Role.MEMBER)
        for team, users in house.members.items()
        for user in users
    )
    Posting.objects.bulk_create(house.postings, batch_size=5000)
    StatusChange.objects.bulk_create(
        StatusChange(posting=posting, status=status, created_at=min(posting.created_at + wait, clock.now()))
        for posting in house.postings
        for status, wait in ((PostingStatus.OPEN, dt.timedelta()), (PostingStatus.CLOSED, dt.timedelta(days=90)))
        if status in (PostingStatus.OPEN, posting.status)
    )
    return house


def _posting(chance: random.Random, team: Team, seed: int, n: int, part: float) -> Posting:
    opened = _midnight() - YEARS + YEARS * part**0.5 - dt.timedelta(days=30)
    return Posting(
        id=_id(chance),
        created_at=opened,
        published_on=timezone.localdate(opened),
        team=team,
        slug=f"essai-{seed}-poste-{n}",
        title=f"{chance.choice(TRADES)} {n}",
        status=PostingStatus.OPEN if chance.random() < (0.9 if part > 0.9 else 0.1) else PostingStatus.CLOSED,
        body="## La mission\n\nUne mission inventée, pour essayer.\n" * 20,
        domains=[chance.choice(DOMAINS)],
        contract_kinds=[chance.choice(KINDS)],
        day_rate_min=Decimal(300),
        day_rate_max=Decimal(700),
    )


class Sheet:
    """Rows on their way into one table, as lines that COPY reads. What is not `given` has the model's default."""

    def __init__(self, model: type[models.Model], folder: str, *given: str, **same: Any) -> None:
        table: Any = model._meta
        left = [f for f in table.concrete_fields if f.name not in given and not (f.primary_key and f.name not in same)]
        columns = [table.get_field(name).column for name in given] + [f.column for f in left]
        self.table, self.columns = table.db_table, columns
        self.rest = "".join("\t" + _text(f, same.get(f.name, f.get_default())) for f in left) + "\n"
        self.file = tempfile.TemporaryFile("w+", encoding="utf-8", newline="", dir=folder)  # noqa: SIM115 - see load

    def add(self, *values: object) -> None:
        """Write one row down, as given; None is NULL. Texts hold neither tab, nor line, nor backslash."""
        self.file.write("\t".join(["\\N" if value is None else str(value) for value in values]) + self.rest)

    def load(self) -> None:
        """Copy all rows into the table."""
        self.file.seek(0)
        with self.file, connection.cursor() as cursor:
            asked = f"COPY {self.table} ({', '.join(self.columns)}) FROM STDIN"
            with cursor.copy(asked) as copy:
                while piece := self.file.read(1 << 18):
                    copy.write(piece)


def _text(field: Any, value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(field, models.JSONField):
        return json.dumps(value)
    return "{}" if isinstance(value, list) else str(value)


Before = tuple[State, dt.datetime, dt.date, str, str]
UNBORN = ("", None, None, "", "")


@dataclass(slots=True)
class Life:
    """One application as it stands, the moves ahead of it, and what its log holds of those behind it."""

    pk: str
    head: tuple[object, ...]
    posting: Posting
    road: tuple[Action, ...]
    since: dt.datetime
    answer_by: dt.date
    moved: dt.datetime
    state: State = State.RECEIVED
    left: str = ""
    rejection: str = ""
    start: dt.date | None = None
    arrived: dt.datetime | None = None
    met: dt.datetime | None = None
    first_answer: str = ""
    first_answer_at: dt.datetime | None = None
    log: list[tuple[int, Before | None, bool]] = field(default_factory=list)

    def snapshot(self) -> Before:
        """Give what `Application.snapshot` gives, in its order."""
        return self.state, self.since, self.answer_by, self.left, self.rejection


class World:
    """All lives at once, moment by moment, so that the log has the order of time."""

    def __init__(self, chance: random.Random, house: House, seed: int, number: int, roads: Roads, folder: str) -> None:
        self.chance, self.house, self.seed, self.number = chance, house, seed, number
        self.roads, self.weights = [road for _, road in roads], [weight for weight, _ in roads]
        self.now, self.zone = _midnight(), timezone.get_current_timezone()
        self.candidate, self.row = (
            cast(Any, Candidate()),
            cast(Any, Application()),
        )  # one of each, filled anew for everybody
        self.waiting: list[tuple[dt.datetime, int, Life]] = []
        self.numbers: Counter[UUID] = Counter()
        self.moves = 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(max(id), 0) FROM workflow_transition")
            self.last_id = cursor.fetchone()[0]

        def sheet(model: type[models.Model], *given: str, **same: Any) -> Sheet:
            return Sheet(model, folder, *given, **same)

        self.candidates = sheet(Candidate, "id", "created_at", "team", "name", "email", "email_key", "match_keys")
        self.log = sheet(
            Transition, "id", "application", "number", "action", "to_state", "actor_kind", "actor", "at", "reason",
            "undoes", "posting", "first", "from_state", "was_since", "was_answer_by", "was_left_state",
            "was_rejection", notify=False,
        )  # fmt: skip
        self.applications = sheet(
            Application, "id", "created_at", "posting", "candidate", "via", "message", "link_key", "link_digest",
            "number", "answer_by", "state", "state_since", "left_state", "rejection", "first_answer",
            "first_answer_at", "met_at",
        )  # fmt: skip
        self.interviews = sheet(Interview, "id", "created_at", "application", "at", "minutes", "status", place="Visio")
        self.present = sheet(Interview.participants.through, "interview", "user")
        self.contracts = sheet(
            Contract, "id", "created_at", "application", "number", "kind", "day_rate", "days_per_week", "start",
            "months",
        )  # fmt: skip
        self.tasks = sheet(OnboardingTask, "id", "created_at", "application", "done_at", title="Créer les comptes")

    def sheets(self) -> Iterator[Sheet]:
        """Give the tables in the order in which they are filled: the log before the states."""
        yield self.candidates
        yield self.log
        yield from (self.applications, self.interviews, self.present, self.contracts, self.tasks)

    def live(self) -> None:
        """Let everybody apply and go their way until today."""
        for n in range(self.number):
            at = self.now - YEARS + YEARS * ((n + self.chance.random()) / self.number) ** 0.5
            self._until(at)
            self._wait(self._born(n, at))
        self._until(self.now)
        for _at, _n, life in self.waiting:
            self._over(life)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('workflow_transition', 'id'), %s)", [self.last_id + self.moves]
            )

    def _until(self, at: dt.datetime) -> None:
        while self.waiting and self.waiting[0][0] <= at:
            moment, _n, life = heapq.heappop(self.waiting)
            self._step(life, moment)
            self._wait(life)

    def _wait(self, life: Life) -> None:
        """Plan the next move; where there is none, the life is told to its end."""
        if len(life.log) > len(life.road):
            self._over(life)
            return
        action = life.road[len(life.log) - 1]
        if action == UNDO:
            at = life.moved + dt.timedelta(seconds=self.chance.randint(20, 1200))
        else:
            at = life.moved + dt.timedelta(seconds=self.chance.randint(3600, 14 * 86_400))
        if action == ONBOARD and life.start:
            at = max(at, dt.datetime.combine(life.start, dt.time(9), self.zone))
        heapq.heappush(self.waiting, (at, self.moves, life))

    def _born(self, n: int, at: dt.datetime) -> Life:
        chance, postings = self.chance, self.house.postings
        place = n * len(postings) // self.number - chance.randint(0, len(postings) // 20)
        posting = postings[max(0, place)]
        candidate, row = self.candidate, self.row
        name, email = _name(chance), f"candidature-{self.seed}-{n}@courrier.example"
        candidate.id, candidate.name, candidate.email, candidate.email_key = _key(chance), name, email, email
        keys = ",".join([f'"{key}"' for key in identity.keys(candidate)])
        self.candidates.add(candidate.id, at, posting.team_id, name, email, candidate.email_key, f"{{{keys}}}")
        self.numbers[posting.pk] += 1
        row.id, row.link_key = _key(chance), f"{chance.getrandbits(128):032x}"
        head = (
            row.id, at, posting.id, candidate.id, chance.choice(DOORS), "Bonjour, cette mission m’intéresse.",
            row.link_key, link_digest(row.link_token), self.numbers[posting.pk],
        )  # fmt: skip
        road = chance.choices(self.roads, self.weights)[0]
        life = Life(row.id, head, posting, road, at, self._day(at) + dt.timedelta(days=14), at)
        self._write(life, Action.SUBMIT, None, at, "", ActorKind.CANDIDATE)
        if not road and chance.random() < 0.3:
            self.interviews.add(
                _key(chance), at, life.pk, at + dt.timedelta(days=3), 45, chance.choice(("planned", "missed"))
            )
        return life

    def _step(self, life: Life, at: dt.datetime) -> None:
        """Carry one application one move further."""
        action, before = life.road[len(life.log) - 1], life.snapshot()
        source, reason, undone, first = life.state, "", None, False
        if action == UNDO:
            undone, earlier, was_first = life.log[-1]
            if earlier is None:
                raise AssertionError("a reception was taken back")
            life.state, life.since, life.answer_by, life.left, life.rejection = earlier
            if was_first:
                life.first_answer, life.first_answer_at = "", None
        else:
            first = not life.first_answer
            if first:
                life.first_answer = FirstAnswer.of(action, self._day(at), life.answer_by).value
                life.first_answer_at = at
            life.state = State(life.left) if action == REOPEN else FORWARD[action]
            if action == REJECT:
                reason = self.chance.choice(REASONS)
            elif action == REOPEN:
                reason = "Relu."
            life.left = source.value if life.state in OFF_PATH else ""
            life.rejection = reason if action == REJECT else ""
            life.since = at
            if life.state in OPEN:
                life.answer_by = max(life.answer_by, self._day(at) + dt.timedelta(days=14))
            self._furnish(life, action, at)
        own = action == WITHDRAW and self.chance.random() < 0.5
        kind = ActorKind.CANDIDATE if own else ActorKind.USER
        self._write(life, action, before, at, reason, kind, undone, first=first)

    def _write(
        self,
        life: Life,
        action: Action,
        before: Before | None,
        at: dt.datetime,
        reason: str,
        kind: ActorKind,
        undone: int | None = None,
        *,
        first: bool = False,
    ) -> None:
        self.moves += 1
        number = self.last_id + self.moves
        actor = self.house.members[life.posting.team_id][number % 2].pk if kind == ActorKind.USER else None
        life.log.append((number, before, first))
        life.moved = at
        self.log.add(
            number, life.pk, len(life.log), action.value, life.state.value, kind.value, actor, at, reason, undone,
            life.posting.pk, first, *(before or UNBORN),
        )  # fmt: skip

    def _furnish(self, life: Life, action: Action, at: dt.datetime) -> None:
        """Make what the guard of a move asks for."""
        chance = self.chance
        if action == INTERVIEW and life.met is None:
            life.met, interview = at, _key(chance)
            held = at - (at - life.moved) * chance.random() * 0.5
            minutes = chance.choice((30, 45, 60, 90))
            self.interviews.add(interview, life.moved, life.pk, held, minutes, InterviewStatus.HELD.value)
            for user in self.house.members[life.posting.team_id][: chance.choice((0, 1, 1, 2))]:
                self.present.add(interview, user.pk)
        elif action == CONTRACT and life.start is None:
            life.start, months = self._day(at) + dt.timedelta(days=chance.randint(5, 30)), chance.randint(3, 12)
            kind = chance.choice((ContractKind.FREELANCE, *life.posting.contract_kinds))
            rate, days, start = chance.randrange(300, 701, 25), chance.randint(2, 5), life.start
            for number in range(1, chance.choice((1, 1, 1, 2)) + 1):
                self.contracts.add(_key(chance), at, life.pk, number, str(kind), rate, days, start, months)
                start += dt.timedelta(days=months * 31)
        elif action == ONBOARD:
            life.arrived = at

    def _over(self, life: Life) -> None:
        """Write the row down as its log leaves it."""
        now = (
            life.answer_by, life.state.value, life.since, life.left, life.rejection, life.first_answer,
            life.first_answer_at, life.met,
        )  # fmt: skip
        self.applications.add(*life.head, *now)
        if life.start is not None:
            self.tasks.add(_key(self.chance), life.moved, life.pk, life.arrived)

    def _day(self, at: dt.datetime) -> dt.date:
        return at.astimezone(self.zone).date()


def _midnight() -> dt.datetime:
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0).astimezone(dt.UTC)


def _id(chance: random.Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


def _key(chance: random.Random) -> str:
    """Give an identifier as COPY takes it."""
    bits = f"{chance.getrandbits(128):032x}"
    return f"{bits[:8]}-{bits[8:12]}-4{bits[13:16]}-a{bits[17:20]}-{bits[20:]}"


def _name(chance: random.Random) -> str:
    return f"{chance.choice(FIRST)} {chance.choice(LAST)}"
