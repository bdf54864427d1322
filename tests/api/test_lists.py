"""Lists: pages, filters, walls, and the same number of queries whatever their length."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import Scope
from notifications.models import Message
from tests import factories
from tests.api.client import client
from workflow.models import Application

pytestmark = pytest.mark.django_db

LISTS = [
    "postings/",
    "candidates/",
    "applications/",
    "transitions/",
    "interviews/",
    "contracts/",
    "onboarding-tasks/",
    "messages/",
    "tokens/",
]


def furnish(posting, number: int) -> None:
    """Make `number` of everything that lists show."""
    for _ in range(number):
        factories.posting(posting.team)
        application = factories.application(posting)
        factories.held_interview(application)
        factories.contract(application)
        factories.task(application)


@pytest.mark.parametrize("path", LISTS)
def test_list_costs_the_same_with_one_and_with_three_rows(path):
    costs = []
    for number in (1, 3):
        posting = factories.posting()
        furnish(posting, number)
        api = client(posting.team, scope=Scope.READ)
        api.reads(path)
        with CaptureQueriesContext(connection) as captured:
            found = api.reads(path)
        assert len(found["results"]) >= (number if path != "tokens/" else 1)
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 6


@pytest.mark.parametrize("path", LISTS)
def test_list_shows_nothing_of_another_team(path):
    posting = factories.posting()
    furnish(posting, 1)
    assert client(posting.team).reads(path)["results"] != []
    strangers = client(factories.team())
    assert [row for row in strangers.reads(path)["results"] if row["id"] != str(strangers.token.pk)] == []


@pytest.mark.parametrize("path", LISTS)
def test_page_by_page_gives_each_row_once_and_back_again(path):
    posting = factories.posting()
    furnish(posting, 5)
    api = client(posting.team)
    for _ in range(4):
        type(api.token).issue(user=api.user)
    everything = [row["id"] for row in api.reads(path)["results"]]
    pages, address = [], f"/api/v1/{path}?page_size=2"
    while address:
        page = api.get(address).json()
        pages.append(page)
        address = page["next"]
    assert [row["id"] for page in pages for row in page["results"]] == everything
    assert len(pages) == (len(everything) + 1) // 2
    assert pages[0]["previous"] is None
    back = pages[-1]
    for earlier in reversed(pages[:-1]):
        back = api.get(back["previous"]).json()
        assert back["results"] == earlier["results"]
        assert back["next"] == earlier["next"]


def test_page_keeps_its_place_while_rows_arrive():
    posting = factories.posting()
    furnish(posting, 3)
    api = client(posting.team)
    first = api.get("/api/v1/applications/?page_size=2").json()
    furnish(posting, 2)
    second = api.get(first["next"]).json()
    assert len(second["results"]) == 1
    assert not {row["id"] for row in first["results"]} & {row["id"] for row in second["results"]}


def test_page_of_rows_of_the_same_moment_loses_none():
    posting = factories.posting()
    furnish(posting, 5)
    Application.objects.update(created_at="2026-11-01T10:00:00Z")
    api, found = client(posting.team), []
    address = "/api/v1/applications/?page_size=2"
    while address:
        page = api.get(address).json()
        found += [row["id"] for row in page["results"]]
        address = page["next"]
    assert len(found) == len(set(found)) == 5


def test_applications_are_filtered():
    team = factories.team(slug="phares")
    one, two = factories.posting(team), factories.posting(team)
    first = factories.application(one, name="Zoé Phare", email="zoe@courrier.example")
    second = factories.application(two, state="rejected")
    api = client(team, factories.team(slug="autres"))

    def found(**query):
        return {row["id"] for row in api.reads("applications/", **query)["results"]}

    assert found() == {str(first.pk), str(second.pk)}
    assert found(state="received") == {str(first.pk)}
    assert found(state=["received", "rejected"]) == {str(first.pk), str(second.pk)}
    assert found(posting=str(two.pk)) == {str(second.pk)}
    assert found(team="phares") == {str(first.pk), str(second.pk)}
    assert found(team="autres") == set()
    assert found(q="zoé ph") == {str(first.pk)}
    assert found(candidate=str(first.candidate_id)) == {str(first.pk)}
    assert found(since="2100-01-01T00:00:00Z") == set()
    assert found(since="2000-01-01T00:00:00Z", via="form") == {str(first.pk), str(second.pk)}


@pytest.mark.parametrize(
    ("path", "query", "name"),
    [
        ("applications/", "state=asleep", "state"),
        ("applications/", "posting=12", "posting"),
        ("applications/", "since=yesterday", "since"),
        ("applications/", "team=%00", "team"),
        ("applications/", "page_size=0", "page_size"),
        ("applications/", "page_size=201", "page_size"),
        ("applications/", "page_size=x", "page_size"),
        ("applications/", "page_size=²", "page_size"),
        ("applications/", "cursor=", "cursor"),
        ("applications/", "cursor=%00", "cursor"),
        ("applications/", "cursor=bm8", "cursor"),
        ("applications/", "cursor=WzAsIjIwMjYiLCJ4Il0", "cursor"),
        ("applications/", "cursor=WzAsIjAwMDEtMDEtMDFUMDA6MDA6MDArMTA6MDAiLCJ4Il0", "cursor"),
        ("transitions/", "cursor=WzAsOTk5OTk5OTk5OTk5OTk5OTk5OTk5OTld", "cursor"),
        ("transitions/", "after=-1", "after"),
        ("transitions/", "after=99999999999999999999999", "after"),
        ("transitions/", "after=1e400", "after"),
        ("transitions/", "after=NaN", "after"),
        ("interviews/", "application=x", "application"),
        ("messages/", "direction=up", "direction"),
    ],
)
def test_list_with_a_bad_parameter_is_422_and_names_it(path, query, name):
    answer = client(factories.team()).get(f"/api/v1/{path}?{query}")
    assert answer.status_code == 422, answer.content
    assert list(answer.json()["fields"]) == [name]


def test_messages_never_show_the_private_link():
    application = factories.application()
    stored = Message.objects.filter(application=application).first()
    assert stored is not None
    shown = client(application.posting.team).reads("messages/", application=str(application.pk))["results"][0]
    assert application.link_token not in shown["body"]
    assert shown["recipient"] == application.candidate.email
