"""Moves by API: each (action, state), the refusals, and what a move costs."""

import itertools

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import Role, Scope
from tests import factories
from tests.api.client import client
from workflow import machine
from workflow.models import Application, Transition
from workflow.policies import MOVES
from workflow.states import Action, State

pytestmark = pytest.mark.django_db

PAIRS = [(action, state) for action, state in itertools.product(MOVES, State) if action != Action.UNDO]


def body(action: str) -> dict:
    return {"action": action, "reason": "skills"} if action == Action.REJECT else {"action": action}


@pytest.mark.parametrize(("action", "state"), PAIRS, ids=[f"{a}-{s}" for a, s in PAIRS])
def test_move_of_each_action_from_each_state_is_made_or_refused_with_words(action, state):
    application = factories.application(state=state)
    if action not in (Action.INTERVIEW, Action.CONTRACT) or machine.targets(action, state):
        factories.prepare(application, action)
    api = client(application.posting.team)
    path = f"applications/{application.pk}/transitions/"
    offered = {choice["action"]: choice for choice in api.reads(path)["allowed"]}
    log = Transition.objects.count()
    answer = api.writes(path, body(action))
    said = answer.json()
    if machine.targets(action, state):
        assert answer.status_code == 201, said
        assert offered[action] == {"action": action, "to": said["to"], "allowed": True, "reasons": []}
        assert (said["application"], said["action"], said["from"]) == (str(application.pk), action, state)
        assert api.reads(f"transitions/{said['id']}/") == said
        assert api.reads(path)["results"][-1] == said
        assert Application.objects.get(pk=application.pk).state == said["to"]
    else:
        assert answer.status_code == 409
        assert action not in offered
        assert (said["code"], said["state"]) == ("not_allowed", state)
        assert said["allowed"] == [name for name, choice in offered.items() if choice["allowed"]]
        assert len(said["reasons"]) == 1
        assert Transition.objects.count() == log


@pytest.mark.parametrize("action", [Action.INTERVIEW, Action.CONTRACT, Action.ONBOARD])
def test_move_that_a_guard_stops_gives_its_reasons(action):
    state = {Action.INTERVIEW: State.RECEIVED, Action.CONTRACT: State.INTERVIEWED, Action.ONBOARD: State.CONTRACTED}
    application = factories.application(state=state[action])
    factories.task(application)
    api = client(application.posting.team)
    path = f"applications/{application.pk}/transitions/"
    blocked = next(c for c in api.reads(path)["allowed"] if c["action"] == action)
    answer = api.writes(path, {"action": action, "from": state[action]})
    assert answer.status_code == 409
    assert answer.json()["code"] == "guard"
    assert answer.json()["state"] == state[action]
    assert answer.json()["reasons"] == blocked["reasons"] != []
    assert not blocked["allowed"]
    assert action not in answer.json()["allowed"]


def test_undo_restores_and_is_in_the_log():
    application = factories.application()
    api = client(application.posting.team)
    path = f"applications/{application.pk}/transitions/"
    moved = api.writes(path, {"action": "withdraw"}).json()
    undone = api.writes(path, {"action": "undo", "from": "withdrawn"})
    assert undone.status_code == 201, undone.json()
    assert (undone.json()["to"], undone.json()["undoes"]) == ("received", moved["id"])
    again = api.writes(path, {"action": "undo"})
    assert (again.status_code, again.json()["code"]) == (409, "guard")


def test_move_from_a_state_that_has_passed_is_a_conflict():
    application = factories.application(state=State.INTERVIEWED)
    answer = client(application.posting.team).writes(
        f"applications/{application.pk}/transitions/", {"action": "withdraw", "from": "received"}
    )
    assert answer.status_code == 409
    said = answer.json()
    assert (said["code"], said["state"]) == ("conflict", "interviewed")
    assert said["allowed"] == ["reject", "withdraw", "undo"]
    assert "Someone has already moved this application" in said["reasons"][0]


def test_move_keeps_data_reason_and_notify():
    application = factories.application()
    api = client(application.posting.team)
    data = {"ticket": 12, "deep": [{"é": None}], "rate": 1.5}
    made = api.writes(
        f"applications/{application.pk}/transitions/",
        {"action": "withdraw", "reason": "A better offer", "data": data, "notify": False},
    ).json()
    assert (made["data"], made["reason"], made["notify"]) == (data, "A better offer", False)
    assert made["actor"] == str(api.user.pk)


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"action": "submit"},
        {"action": "fly"},
        {"action": None},
        {"action": ["interview"]},
        {"action": "interview", "from": "nowhere"},
        {"action": "interview", "notifiy": False},
        {"action": "withdraw", "data": []},
        {"action": "withdraw", "data": {"much": "x" * 17_000}},
        {"action": "withdraw", "reason": "x" * 2001},
        {"action": "withdraw", "notify": "perhaps"},
        {"action": "reject"},
        {"action": "reject", "reason": "because"},
        [],
        "interview",
        None,
    ],
    ids=lambda sent: str(sent)[:40],
)
def test_move_with_bad_data_is_422_and_moves_nothing(sent):
    application = factories.application()
    api = client(application.posting.team)
    answer = api.post(f"/api/v1/applications/{application.pk}/transitions/", sent, format="json")
    assert answer.status_code == 422, answer.content
    assert answer.json()["code"] == "invalid"
    assert answer.json()["fields"]
    assert Application.objects.get(pk=application.pk).state == State.RECEIVED


def test_move_needs_a_token_a_right_and_a_team():
    application = factories.application()
    factories.held_interview(application)
    team, other = application.posting.team, factories.team()
    path = f"/api/v1/applications/{application.pk}/transitions/"
    statuses = {}
    for name, api in {
        "read": client(team, scope=Scope.READ),
        "coach": client(team, role=Role.COACH),
        "other": client(other),
        "limited to another": client(team, other, limited_to=other),
    }.items():
        statuses[name] = [api.post(path, sent, format="json").status_code for sent in ({"action": "interview"}, {})]
    assert statuses == {
        "read": [403, 403],
        "coach": [403, 403],
        "other": [404, 404],
        "limited to another": [404, 404],
    }
    anonymous = client()
    anonymous.credentials()
    answer = anonymous.post(path, {"action": "interview"}, format="json", headers={"Authorization": ""})
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert client(team).writes(path.removeprefix("/api/v1/"), {"action": "interview"}).status_code == 201


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("key", [None, "a-key"])
def test_move_costs_at_most_thirteen_queries(key):
    application = factories.application()
    factories.held_interview(application)
    api = client(application.posting.team)
    api.reads("tokens/")  # the first use of a token in an hour writes its time
    with CaptureQueriesContext(
        connection,
    ) as captured:
        answer = api.writes(f"applications/{application.pk}/transitions/", {"action": "interview"}, key=key)
    assert answer.status_code == 201
    statements = [q["sql"] for q in captured if q["sql"] not in ("BEGIN", "COMMIT")]
    assert len(statements) <= 13, "\n".join(q[:150] for q in statements)
