"""The run: data, two servers, rounds in turn, one table."""

import json
import os
import statistics
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from backend.accounts.models import ApiToken, Membership, Role, Scope, Team, User
from bench import server
from bench.load import Measure, Request, measure
from workflow.models import Application, Interview, InterviewStatus
from workflow.states import State

CLIENTS = (1, 4)
Say = Callable[[str], object]


@dataclass
class Case:
    """One thing measured: the API's way and the floor's, with a number of clients."""

    name: str
    clients: int
    api: Measure = field(default_factory=Measure)
    floor: Measure = field(default_factory=Measure)
    ratios: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Give the API's requests a second beside the floor's: the median of the rounds."""
        return statistics.median(self.ratios)


@dataclass
class Result:
    """What a run found."""

    cases: list[Case]
    queries: dict[str, int]
    memory: dict[str, float | None]
    applications: int
    settings: str
    load: float


class Supply:
    """Received applications whose interview was held, each to be moved once."""

    def __init__(self, needed: int) -> None:
        rows = Application.objects.filter(state=State.RECEIVED).order_by("created_at", "id")
        rows = rows.exclude(interviews__status=InterviewStatus.HELD)
        self.ids = list(rows.values_list("pk", flat=True)[:needed])
        if len(self.ids) < needed:
            raise RuntimeError(f"{needed} received applications are needed, {len(self.ids)} are there")
        held = {"at": timezone.now(), "status": InterviewStatus.HELD}
        Interview.objects.bulk_create(Interview(application_id=pk, **held) for pk in self.ids)

    def take(self, number: int) -> list[uuid.UUID]:
        """Give that many, never again."""
        taken, self.ids = self.ids[:number], self.ids[number:]
        return taken


def run(*, applications: int, moves: int, lists: int, rounds: int, say: Say) -> Result:
    """Make the data, measure, and give what was found. The database must be one that nobody needs."""
    if Application.objects.count() < applications:
        say(f"Making {applications} applications …")
        call_command("make_data", applications=applications, seed=uuid.uuid4().int % 2**32, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    load = os.getloadavg()[0]
    token = _token()
    warm = 40
    supply = Supply(2 * (len(CLIENTS) * rounds * moves + warm) + 2)
    queries = _queries(token, supply)
    with server.running("backend.config.settings") as api, server.running("bench.settings") as floor:
        for which, prefix in ((api, "/api/v1"), (floor, "/floor")):
            measure(which.port, _moves(supply, warm, prefix, token), 4)
            measure(which.port, _lists(warm, prefix, token), 4)
        cases = [Case(name, clients) for name in ("move", "list") for clients in CLIENTS]
        for number in range(rounds):
            say(f"Round {number + 1} of {rounds} …")
            for case in cases:
                _round(case, number, api, floor, supply, moves if case.name == "move" else lists, token)
        memory = {"api": api.memory(), "floor": floor.memory()}
    return Result(cases, queries, memory, Application.objects.count(), _settings(), load)


def _round(
    case: Case, number: int, api: server.Server, floor: server.Server, supply: Supply, n: int, token: str
) -> None:
    """Measure both ways, one after the other; who goes first changes with the round."""
    sides = [(api, "/api/v1", case.api), (floor, "/floor", case.floor)]
    rates = {}
    for which, prefix, kept in sides if number % 2 else reversed(sides):
        requests = _moves(supply, n, prefix, token) if case.name == "move" else _lists(n, prefix, token)
        found = measure(which.port, requests, case.clients)
        rates[prefix] = found.rate
        kept.add(found)
    case.ratios.append(rates["/api/v1"] / rates["/floor"])


def _headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Accept-Language": "fr"}


def _moves(supply: Supply, number: int, prefix: str, token: str) -> list[Request]:
    body = json.dumps({"action": "interview", "from": "received"})
    paths = [f"{prefix}/applications/{pk}/transitions/" for pk in supply.take(number)]
    return [Request("POST", path, 201, body, _headers(token)) for path in paths]


def _lists(number: int, prefix: str, token: str) -> list[Request]:
    return [Request("GET", f"{prefix}/applications/", 200, None, _headers(token))] * number


def _token() -> str:
    """Make a member of every team, and their write token."""
    user = User.objects.create_user(f"banc-{uuid.uuid4().hex[:12]}@essai.example", name="Banc d’essai")
    Membership.objects.bulk_create(Membership(user=user, team=team, role=Role.MEMBER) for team in Team.objects.all())
    return ApiToken.issue(user=user, scope=Scope.WRITE)[1]


def _queries(token: str, supply: Supply) -> dict[str, int]:
    """Count the statements of one move (without and with `Idempotency-Key`) and of one list; BEGIN and COMMIT aside."""
    client = APIClient(headers=_headers(token) | {"Host": "127.0.0.1"})
    client.get("/api/v1/applications/?page_size=1")  # the first use of a token in an hour notes its time
    counts = {}
    plain, keyed = (f"/api/v1/applications/{pk}/transitions/" for pk in supply.take(2))
    for name, path, headers in (
        ("move", plain, {}),
        ("move with key", keyed, {"Idempotency-Key": "banc"}),
        ("list", "", {}),
    ):
        with counting() as count:
            if path:
                answer = client.post(path, {"action": "interview"}, format="json", headers=headers)
            else:
                answer = client.get("/api/v1/applications/")
        if answer.status_code not in (200, 201):
            raise RuntimeError(f"{name}: {answer.status_code} {answer.content[:500]!r}")
        counts[name] = count[0]
    return counts


@contextmanager
def counting() -> Iterator[list[int]]:
    """Count the statements of a block; the number stands in the list's one place."""
    count = [0]

    def one(execute: Callable[..., object], *words: object) -> object:
        count[0] += 1
        return execute(*words)

    with connection.execute_wrapper(one):
        yield count


def _settings() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), current_setting('fsync'), current_setting('synchronous_commit')"
        )
        version, fsync, commit = cursor.fetchone()
    return f"PostgreSQL {version.split()[0]}, fsync {fsync}, synchronous_commit {commit}"
