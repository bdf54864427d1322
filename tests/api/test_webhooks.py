"""Webhooks by API: shown once, for members, and no address that is not one."""

import pytest

from backend.accounts.models import Role, Scope
from backend.integrations.models import Delivery, Event
from tests import factories
from tests.api.client import client, of

pytestmark = pytest.mark.django_db

URL = "https://crochet.example/in"


def test_life_of_a_webhook():
    team = factories.team()
    api = client(team)
    made = api.writes("webhooks/", {"team": team.slug, "url": URL, "events": ["application.received"]}).json()
    assert (made["secret"][:6], made["kind"], made["off_at"]) == ("whsec_", "signed", None)
    path = f"webhooks/{made['id']}/"
    assert api.reads(path) == {key: value for key, value in made.items() if key != "secret"}
    turned = api.writes(f"{path}rotate/").json()["secret"]
    assert turned[:6] == "whsec_" and turned != made["secret"]

    factories.application(factories.posting(team), state="rejected")
    row = api.reads(f"{path}deliveries/")["results"][0]
    assert (row["event"], row["number"], row["status"], row["attempts"]) == ("application.received", 1, "waiting", 0)
    assert api.writes(f"{path}test/").status_code == 202
    assert api.writes(f"{path}deliveries/{row['id']}/replay/").json()["id"] == row["id"]

    changed = api.writes(path, {"on": False, "events": Event.values}, method="patch").json()
    assert (changed["off_at"] is None, changed["events"]) == (False, Event.values)
    assert api.writes(f"{path}test/").status_code == 422
    assert api.writes(path, {"on": True}, method="patch").json()["off_at"] is None
    assert api.delete(f"/api/v1/{path}").status_code == 204
    assert (api.reads("webhooks/")["results"], Delivery.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "http://crochet.example/"),
        ("url", "https://127.0.0.1/"),
        ("url", "https://[::1]/"),
        ("url", "https://2130706433/"),
        ("url", "https://a@crochet.example/"),
        ("url", "https://crochet.example:25/"),
        ("url", "crochet.example"),
        ("events", []),
        ("events", ["application.deleted"]),
    ],
)
def test_what_cannot_be_a_webhook_is_refused_by_its_field(field, value):
    team = factories.team()
    api = client(team)
    given = {"team": team.slug, "url": URL, "events": Event.values}
    answer = api.writes("webhooks/", given | {field: value})
    assert (answer.status_code, next(iter(answer.json()["fields"])).partition(".")[0]) == (422, field)
    made = api.writes("webhooks/", given).json()
    assert api.writes(f"webhooks/{made['id']}/", {field: value}, method="patch").status_code == 422


def test_coaches_and_read_tokens_do_what_is_theirs():
    team = factories.team()
    member, reads = client(team), client(team, scope=Scope.READ)
    coach = client(team, role=Role.COACH)
    given = {"team": team.slug, "url": URL, "events": Event.values}
    pk = member.writes("webhooks/", given).json()["id"]
    assert [api.writes("webhooks/", given).status_code for api in (reads, coach)] == [403, 403]
    assert [api.get(f"/api/v1/webhooks/{pk}/").status_code for api in (member, reads, coach)] == [200, 200, 404]
    assert reads.writes(f"webhooks/{pk}/rotate/").status_code == 403
    elsewhere = of(member.user, limited_to=factories.team())
    assert elsewhere.get(f"/api/v1/webhooks/{pk}/").status_code == 404


def test_list_costs_the_same_with_one_and_with_two(django_assert_num_queries):
    team = factories.team()
    api = client(team)
    given = {"team": team.slug, "url": URL, "events": Event.values}
    for _more in range(2):
        api.writes("webhooks/", given)
        with django_assert_num_queries(2):
            api.reads("webhooks/")


def test_a_team_has_at_most_twenty():
    team = factories.team()
    api = client(team)
    given = {"team": team.slug, "url": URL, "events": Event.values}
    answers = [api.writes("webhooks/", given).status_code for _each in range(21)]
    assert answers == [201] * 20 + [422]
