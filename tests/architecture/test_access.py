"""Team walls, walked: every address × method × visitor.

Each address of the resolver stands in `TABLE` with who may do what. A new one fails until it is classified here. What
is not a visitor's is turned away without saying that it exists, and shows no canary; a control first proves that the
rightful ones see every canary, another that a leak planted on purpose is caught.
"""

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import override_settings
from django.urls import include, path

from tests.architecture import walking
from tests.architecture.walking import World
from workflow.models import Application

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(900)]

TOKENS = frozenset({"read", "write", "coach's token", "stranger's token", "token for another team"})
BROWSERS = frozenset({"anonymous", "member", "coach", "stranger", "admin"})
SIGNED_IN = BROWSERS - {"anonymous"}
EVERYBODY = BROWSERS | TOKENS
TEAM = frozenset({"member", "coach"})
MEMBER = frozenset({"member"})
ADMIN = frozenset({"admin"})
TEAM_TOKENS = frozenset({"read", "write", "coach's token"})
MEMBERS_TOKENS = frozenset({"read", "write"})
WRITE = frozenset({"write"})
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class May:
    """Who may do what at one address. `walled`: it is about one team's row, so outsiders must not learn of it."""

    get: frozenset[str] = NOBODY
    post: frozenset[str] = NOBODY
    patch: frozenset[str] = NOBODY
    delete: frozenset[str] = NOBODY
    walled: bool = False
    post_walled: bool = False  # a list of everybody's own, to which a POST is about one team's row

    def who(self, method: str) -> frozenset[str]:
        """Give who may use a method."""
        return {"GET": self.get, "HEAD": self.get, "POST": self.post, "PATCH": self.patch, "DELETE": self.delete}.get(
            method, NOBODY
        )


TEAM_PAGE = May(get=TEAM, walled=True)
MEMBERS_ONLY = May(get=MEMBER, post=MEMBER, walled=True)
TEAM_FORM = May(get=TEAM, post=MEMBER, walled=True)
OWN_LINK = May(get=EVERYBODY)
OWN_FORM = May(get=EVERYBODY, post=EVERYBODY)
API_LIST = May(get=TOKENS)
API_ROW = May(get=TEAM_TOKENS, walled=True)
API_ROW_CHANGE = May(get=TEAM_TOKENS, patch=WRITE, walled=True)
API_LIST_ADD = May(get=TOKENS, post=WRITE, post_walled=True)

TABLE: dict[str, May] = {
    # Anybody
    "": May(get=EVERYBODY),
    "p/<slug:slug>/": May(get=EVERYBODY, post=EVERYBODY),
    "p/<slug:slug>/thanks/": May(get=EVERYBODY),
    "privacy/": May(get=EVERYBODY),
    "statistics/": May(get=EVERYBODY),
    "statistics/applications.csv": May(get=EVERYBODY),
    "statistics/applications.parquet": May(get=EVERYBODY),
    "statistics/datapackage.json": May(get=EVERYBODY),
    "feed.atom": May(get=EVERYBODY),
    "sitemap.xml": May(get=EVERYBODY),
    "language/": May(get=EVERYBODY, post=EVERYBODY),
    "robots.txt": May(get=EVERYBODY),
    "healthz": May(get=EVERYBODY),
    "readyz": May(get=EVERYBODY),
    "metrics": May(get=EVERYBODY),  # embedded and asked locally, as here; on a host by its own token
    # The candidate: the link is the key, whoever holds it; `test_link_…` below walks it for what it shows
    "c/<str:token>/": OWN_LINK,
    "c/": May(get=EVERYBODY, post=EVERYBODY),
    "c/address/<str:token>/": May(get=EVERYBODY, post=EVERYBODY),
    "c/<str:token>/withdraw/": OWN_FORM,
    "c/<str:token>/documents/": OWN_FORM,
    "c/<str:token>/details/": OWN_FORM,
    "c/<str:token>/address/": OWN_FORM,
    "c/<str:token>/language/": OWN_FORM,
    "c/<str:token>/tasks/<uuid:task>/": OWN_FORM,
    "c/<str:token>/erasure/": OWN_FORM,
    "c/<str:token>/everything.zip": OWN_LINK,
    "c/<str:token>/interviews/<uuid:interview>/": OWN_FORM,
    "c/<str:token>/interviews/<uuid:interview>.ics": OWN_LINK,
    "c/<str:token>/documents/<uuid:doc>/": OWN_LINK,
    "c/<str:token>/documents/<uuid:doc>/preview/": OWN_LINK,
    # Somebody invited to a team: the link is the key; what comes of it is signed in by a code to the invited address
    "join/<str:token>/": May(get=EVERYBODY, post=EVERYBODY),
    # People with an account
    "home/": May(get=SIGNED_IN),
    "teams/": May(get=SIGNED_IN),
    "account/": May(get=SIGNED_IN),
    "account/sessions/": May(get=SIGNED_IN, post=SIGNED_IN),
    "search/": May(get=SIGNED_IN),
    "account/calendar/": May(get=SIGNED_IN, post=SIGNED_IN),
    # Whoever has the address; that of no other person
    "calendar/<str:token>.ics": May(get=EVERYBODY),
    "account/notifications/": May(get=SIGNED_IN, post=SIGNED_IN),
    "outbox/": May(get=SIGNED_IN),
    "triage/": May(get=SIGNED_IN),
    "triage/all/": May(get=SIGNED_IN),
    "triage/rules/": May(get=SIGNED_IN),
    # The team
    "team/<slug:slug>/": TEAM_PAGE,
    "team/<slug:slug>/live/": TEAM_PAGE,
    "team/<slug:slug>/list/": TEAM_PAGE,
    "team/<slug:slug>/list/move/": TEAM_FORM,
    "team/<slug:slug>/views/": May(get=TEAM, post=TEAM, walled=True),
    "team/<slug:slug>/settings/": TEAM_FORM,
    "team/<slug:slug>/settings/letters/": TEAM_PAGE,
    "team/<slug:slug>/settings/letters/<slug:key>/<slug:language>/": TEAM_FORM,
    "team/<slug:slug>/settings/reasons/": TEAM_FORM,
    "team/<slug:slug>/settings/checklist/": TEAM_FORM,
    "team/<slug:slug>/settings/checklist/incubator/": May(get=TEAM, post=frozenset({"coach"}), walled=True),
    "team/<slug:slug>/settings/undo/": TEAM_FORM,
    "team/<slug:slug>/settings/invitations/": TEAM_FORM,
    "team/<slug:slug>/settings/invitations/<uuid:invitation>/": TEAM_FORM,
    "team/<slug:slug>/settings/people/<uuid:membership>/": TEAM_FORM,
    "team/<slug:slug>/postings/": TEAM_PAGE,
    "team/<slug:slug>/postings/new/": May(get=MEMBER, post=MEMBER, walled=True),
    "team/<slug:slug>/postings/<slug:posting>/edit/": May(get=MEMBER, post=MEMBER, walled=True),
    "team/<slug:slug>/postings/<slug:posting>/status/": TEAM_FORM,
    "team/<slug:slug>/postings/<slug:posting>/reading/": May(get=TEAM, post=TEAM, walled=True),
    "team/<slug:slug>/postings/<slug:posting>/evaluation/": May(get=MEMBER, post=MEMBER, walled=True),
    "team/<slug:slug>/postings/<slug:posting>/source/": TEAM_PAGE,
    # Their addresses may hold secrets of others: a coach sees none
    "team/<slug:slug>/webhooks/": MEMBERS_ONLY,
    "team/<slug:slug>/webhooks/<uuid:pk>/": MEMBERS_ONLY,
    "team/<slug:slug>/webhooks/<uuid:pk>/act/": MEMBERS_ONLY,
    "team/<slug:slug>/webhooks/<uuid:pk>/<uuid:delivery>/replay/": MEMBERS_ONLY,
    "a/<uuid:pk>/": TEAM_PAGE,
    "a/<uuid:pk>/summary.pdf": TEAM_PAGE,
    "a/<uuid:pk>/documents/<uuid:doc>/": TEAM_PAGE,
    "a/<uuid:pk>/documents/<uuid:doc>/preview/": TEAM_PAGE,
    "a/<uuid:pk>/move/": TEAM_FORM,
    "a/<uuid:pk>/dialog/<slug:name>/": TEAM_FORM,
    "a/<uuid:pk>/undo/": TEAM_FORM,
    "a/<uuid:pk>/reply/": TEAM_FORM,
    "a/<uuid:pk>/tags/": May(get=TEAM, post=TEAM, walled=True),
    "a/<uuid:pk>/note/": May(get=TEAM, post=TEAM, walled=True),
    "a/<uuid:pk>/interviews/": TEAM_FORM,
    "a/<uuid:pk>/interviews/propose/": TEAM_FORM,
    "a/<uuid:pk>/interviews/<uuid:interview>/": TEAM_FORM,
    "a/<uuid:pk>/interviews/<uuid:interview>/again/": TEAM_FORM,
    "a/<uuid:pk>/interviews/<uuid:interview>/move/": TEAM_FORM,
    "a/<uuid:pk>/interviews/<uuid:interview>/slots/<uuid:slot>/": TEAM_FORM,
    "a/<uuid:pk>/evaluations/": May(get=TEAM, post=TEAM, walled=True),
    "a/<uuid:pk>/terms/": TEAM_FORM,
    "a/<uuid:pk>/terms/total/": TEAM_PAGE,
    "a/<uuid:pk>/terms/<uuid:contract>.pdf": TEAM_PAGE,
    "a/<uuid:pk>/renewals/": TEAM_FORM,
    "a/<uuid:pk>/tasks/": TEAM_FORM,
    "a/<uuid:pk>/tasks/usual/": TEAM_FORM,
    "a/<uuid:pk>/tasks/<uuid:task>/": TEAM_FORM,
    "a/<uuid:pk>/link/": TEAM_FORM,
    "coach/": May(get=SIGNED_IN),
    "coach/<slug:key>/": May(get=SIGNED_IN),
    "coach/<slug:key>/rows/": May(get=SIGNED_IN),
    "coach/<slug:key>/rows/<slug:form>/": May(get=SIGNED_IN),
    "coach/<slug:key>/download/<slug:form>/": May(get=SIGNED_IN),
    # What the member had made: not even the coach's
    "exports/": May(get=SIGNED_IN, post=SIGNED_IN),
    "exports/<uuid:pk>/file/": May(get=MEMBER, walled=True),
    "exports/<uuid:pk>/remove/": MEMBERS_ONLY,
    "schedules/": May(get=SIGNED_IN, post=SIGNED_IN),
    "schedules/<uuid:pk>/": MEMBERS_ONLY,
    "people/": May(get=SIGNED_IN),
    "people/<uuid:pk>/merge/": TEAM_FORM,
    "people/<uuid:pk>/distinct/": TEAM_FORM,
    "people/<uuid:pk>/separate/": TEAM_FORM,
    "people/<uuid:pk>/erase/": TEAM_FORM,
    "outbox/<uuid:pk>/dialog/": May(get=MEMBER, post=MEMBER, walled=True),
    "outbox/<uuid:pk>/edit/": TEAM_FORM,
    "outbox/<uuid:pk>/send/": TEAM_FORM,
    "outbox/<uuid:pk>/discard/": TEAM_FORM,
    "outbox/<uuid:pk>/settle/": TEAM_FORM,
    "triage/<uuid:pk>/": TEAM_FORM,
    "triage/<uuid:pk>/message.eml": May(get=MEMBER, walled=True),
    "triage/rules/<uuid:pk>/": TEAM_FORM,
    # Mail providers, by a secret of their own that no visitor has; the secret is not set here: it does not exist
    "hooks/mail/raw/": May(walled=True),
    # The instance
    "mailbox/": May(get=ADMIN, walled=True),
    "mailbox/<uuid:pk>/": May(get=ADMIN, walled=True),
    "mailbox/<uuid:pk>/html/": May(get=ADMIN, walled=True),
    "mailbox/<uuid:pk>/files/<int:number>/": May(get=ADMIN, walled=True),
    # The API
    "api/v1/schema/": May(get=EVERYBODY),
    "api/v1/postings/": API_LIST,
    "api/v1/postings/<uuid:pk>/": API_ROW_CHANGE,
    "api/v1/candidates/": API_LIST,
    "api/v1/candidates/<uuid:pk>/": API_ROW_CHANGE,
    "api/v1/applications/": API_LIST_ADD,
    "api/v1/applications/<uuid:pk>/": API_ROW,
    "api/v1/applications/<uuid:pk>/transitions/": May(get=TEAM_TOKENS, post=WRITE, walled=True),
    "api/v1/applications/<uuid:pk>/summary.pdf": API_ROW,
    "api/v1/transitions/": API_LIST,
    "api/v1/transitions/<int:pk>/": API_ROW,
    "api/v1/interviews/": API_LIST_ADD,
    "api/v1/interviews/<uuid:pk>/": API_ROW_CHANGE,
    "api/v1/evaluations/": May(get=TOKENS, post=frozenset({"write", "coach's token"}), post_walled=True),
    # The member's own, which opens the others' to them; the coach has not handed in theirs
    "api/v1/evaluations/<uuid:pk>/": May(get=frozenset({"read", "write"}), walled=True),
    "api/v1/contracts/": API_LIST_ADD,
    "api/v1/contracts/<uuid:pk>/": API_ROW_CHANGE,
    "api/v1/onboarding-tasks/": API_LIST_ADD,
    "api/v1/onboarding-tasks/<uuid:pk>/": May(get=TEAM_TOKENS, patch=WRITE, delete=WRITE, walled=True),
    "api/v1/messages/": API_LIST,
    "api/v1/messages/<uuid:pk>/": API_ROW_CHANGE,
    "api/v1/messages/<uuid:pk>/decision/": May(post=WRITE, walled=True),
    "api/v1/reports/": May(get=TOKENS),
    "api/v1/reports/<slug:key>/": May(get=TOKENS),
    "api/v1/tokens/": API_LIST,
    # The member's own tokens: not even the coach's
    "api/v1/tokens/<uuid:pk>/": May(get=frozenset({"read", "write"}), delete=frozenset({"read", "write"}), walled=True),
    "api/v1/webhooks/": API_LIST_ADD,
    "api/v1/webhooks/<uuid:pk>/": May(get=MEMBERS_TOKENS, patch=WRITE, delete=WRITE, walled=True),
    "api/v1/webhooks/<uuid:pk>/rotate/": May(post=WRITE, walled=True),
    "api/v1/webhooks/<uuid:pk>/test/": May(post=WRITE, walled=True),
    "api/v1/webhooks/<uuid:pk>/deliveries/": May(get=MEMBERS_TOKENS, walled=True),
    "api/v1/webhooks/<uuid:pk>/deliveries/<uuid:delivery>/replay/": May(post=WRITE, walled=True),
    "api/": May(walled=True),  # whatever else stands under it: 404
}
GROUPS = {"accounts/": "django-allauth's own: sign-in and account, about nobody but the visitor"}
INSTANCE = {"mailbox/", "mailbox/<uuid:pk>/", "mailbox/<uuid:pk>/html/", "mailbox/<uuid:pk>/files/<int:number>/"}
"""The administrator's: they hold mails of all teams, by their purpose."""


@pytest.fixture
def world(db, readable_documents) -> World:
    return walking.build()


def test_every_address_is_classified():
    known = {route for route in walking.routes() if not route.startswith(tuple(GROUPS))}
    assert known - TABLE.keys() == set(), "Say in TABLE who may do what there."
    assert TABLE.keys() - known == set(), "These addresses are gone: take them out of TABLE."


def test_rightful_visitors_see_every_canary(world):
    """The control: there is something to leak, at the addresses that are walked."""
    shown = {
        name: set().union(
            *(
                walking.found(world.visitors[name].send("GET", where(world, route)).seen)
                for route in TABLE
                if name in TABLE[route].get
            )
        )
        for name in ("member", "coach", "read", "write")
    }
    pages_only = {
        "note",
        "document's content",
        "unsorted mail's subject",
        "unsorted mail's sender",
        "rule's address",
        "invited address",
        "team's own reason",
        "team's own mail",
    }
    api_only = {"log's data", "member's address"}
    assert walking.CANARIES.keys() - shown["member"] - api_only == set()
    assert walking.CANARIES.keys() - shown["read"] - pages_only == set()
    assert shown["read"] == shown["write"]
    assert walking.CANARIES.keys() - (shown["member"] | shown["coach"] | shown["read"]) == set()
    for route in [route for route in TABLE if route.startswith("a/") and route.endswith(".pdf")]:
        paper = world.visitors["member"].send("GET", where(world, route)).seen
        assert "candidate's name" in walking.found(paper), route


def test_every_visitor_gets_what_is_theirs_and_nothing_else(world):
    wrong = walk(world, TABLE)
    assert wrong == [], "\n".join(map(str, wrong))


def test_leak_planted_on_purpose_is_caught(world):
    """Three leaks: a page shows everybody a candidate, a 403 admits that a row exists, a 404 hides a write."""
    leaks: Any = ModuleType("leaks")
    leaks.urlpatterns = [
        path("a/<uuid:pk>/leak/", shows_a_candidate),
        path("a/<uuid:pk>/admits/", lambda request, pk: HttpResponse("no", status=403)),
        path("a/<uuid:pk>/writes/", writes_and_denies_it),
        path("", include("backend.config.urls")),
    ]
    with override_settings(ROOT_URLCONF=leaks):
        unclassified = {route for route in walking.routes(leaks) if not route.startswith(tuple(GROUPS))} - TABLE.keys()
        assert unclassified == {"a/<uuid:pk>/leak/", "a/<uuid:pk>/admits/", "a/<uuid:pk>/writes/"}
        wrong = walk(world, {route: May(get=TEAM, walled=True) for route in sorted(unclassified)})
    told = {(route, visitor) for route, _method, visitor, _what in wrong}
    assert {(route, "stranger") for route in unclassified} <= told
    assert any("candidate's name" in what for _route, _method, _visitor, what in wrong)
    assert any("403" in what for _route, _method, _visitor, what in wrong)
    assert any("writes workflow_application" in what for _route, _method, _visitor, what in wrong)


def test_draft_exists_for_its_team_alone(world):
    at = walking.path_of("p/<slug:slug>/", world.params["draft"])
    for name, visitor in world.visitors.items():
        for method in ("GET", "POST"):
            answer = visitor.send(method, at)
            assert (answer.status_code == 404) == (name not in TEAM), (name, method)
            assert not walking.found(answer.seen) or name in TEAM


def test_link_shows_its_candidate_their_own_and_nothing_of_the_teams(world):
    stranger = world.visitors["anonymous"]
    for route in [route for route in TABLE if route.startswith("c/<str:token>/")]:
        answer = stranger.send("GET", walking.path_of(route, world.params["c/"]))
        assert answer.status_code in (200, 302), route
        assert walking.found(answer.seen) <= walking.OWN, route
        other = stranger.send("GET", walking.path_of(route, world.params["other"]))
        assert walking.found(other.seen) == set(), route
        unknown = stranger.send("GET", walking.path_of(route, world.params["c/"] | {"token": "0" * 40}))
        assert (unknown.status_code, walking.found(unknown.seen)) == (404, set()), route
    assert (
        stranger.send("GET", walking.path_of("c/<str:token>/documents/<uuid:doc>/", world.params["other"])).status_code
        == 404
    )


def test_lists_aimed_at_another_team_show_nothing(world):
    """Filters that name the team's rows: as if they did not exist."""
    ids = {
        key.split("/")[2]: str(value["pk"])
        for key, value in world.params.items()
        if key.startswith("api/v1/") and "pk" in value
    }
    aim = {
        "team": world.team.slug,
        "application": ids["applications"],
        "candidate": ids["candidates"],
        "email": walking.CANARIES["candidate's address"],
        "q": "anari",
    }
    for route in [route for route, may in TABLE.items() if may in (API_LIST, API_LIST_ADD)]:
        if route.startswith("api/v1/reports/"):
            continue  # a report that is aimed at what is not there is refused: tests/reports/test_ways.py
        for name in sorted(TOKENS):
            answers = [
                world.visitors[name].client.get(
                    f"/{route}", {key: value}, headers={"Authorization": f"Bearer {world.visitors[name].token}"}
                )
                for key, value in aim.items()
            ]
            outside = not world.visitors[name].insider
            assert {answer.status_code for answer in answers} == {200}, (route, name)
            assert not outside or not any(walking.found(walking.seen(answer)) for answer in answers), (route, name)


def test_accounts_pages_show_nothing_of_a_team(world):
    walked = 0
    for route in [route for route in walking.routes() if route.startswith("accounts/") and "<" not in route]:
        address = "/" + route.replace("^", "").replace("$", "")
        for name in ("anonymous", "stranger"):
            answer = world.visitors[name].send("GET", address)
            assert answer.status_code < 500, (route, name)
            assert walking.found(answer.seen) == set(), (route, name)
            walked += 1
    assert walked > 20


def shows_a_candidate(request: Any, pk: Any) -> HttpResponse:
    """Leak, for the walker to find."""
    return HttpResponse(Application.objects.select_related("candidate").get(pk=pk).candidate.name)


def writes_and_denies_it(request: Any, pk: Any) -> HttpResponse:
    """Leak, for the walker to find."""
    Application.objects.filter(pk=pk).update(message="overwritten")
    return HttpResponse(status=404)


def where(world: World, route: str) -> str:
    """Give the path to walk for a declared address."""
    return "/api/v1/nothing/" if route == "api/" else walking.path_of(route, walking.params_of(world, route))


def walk(world: World, table: dict[str, May]) -> list[tuple[str, str, str, str]]:
    """Give what is wrong: address, method, visitor, and what they got."""
    wrong = []
    for route, may in table.items():
        at = where(world, route)
        for method in walking.METHODS:
            for name, visitor in world.visitors.items():
                answer = visitor.send(method, at, world.bodies.get(route))
                for what in judge(route, may, method, name, visitor.insider, answer):
                    wrong.append((route, method, name, what))
    return wrong


def judge(route: str, may: May, method: str, name: str, insider: bool, answer: Any) -> list[str]:
    """Give what is wrong with one answer."""
    status, said = answer.status_code, []
    to_sign_in = status == 302 and answer["Location"].startswith("/accounts/login/?")
    turned_away = status in (401, 403, 404, 405) or to_sign_in
    if status >= 500:
        said.append(f"{status}")
    if method == "OPTIONS":
        pass  # says which methods there are; its canaries are looked for below
    elif name in may.who(method):
        if turned_away:
            said.append(f"turned away with {status}")
    elif answer.writes:
        said.append(f"writes {', '.join(answer.writes)}")
    elif not turned_away and not (status == 302 and method != "GET"):
        said.append(f"let in with {status}")
    elif (
        (may.walled or (may.post_walled and method == "POST"))
        and not insider
        and status not in walking.WALLED
        and not to_sign_in
    ):
        said.append(f"learns from a {status} that it exists")
    own = walking.OWN if route.startswith("c/") else set()
    leaked = walking.found(answer.seen) - own
    if leaked and not insider and not (name == "admin" and route in INSTANCE):
        said.append(f"sees {', '.join(sorted(leaked))}")
    return said
