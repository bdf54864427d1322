"""The page of a team's webhooks."""

import re

import pytest
from django.utils import timezone

from backend.integrations import delivery
from backend.integrations.models import Endpoint, Event, Status
from tests import factories

pytestmark = pytest.mark.django_db

URL = "https://crochet.example/in"


@pytest.fixture
def team():
    return factories.team()


@pytest.fixture
def browser(client, team):
    client.force_login(factories.user(team, language="en"), backend="django.contrib.auth.backends.ModelBackend")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def add(browser, team, **fields):
    given = {"kind": "signed", "url": URL, "events": Event.values} | fields
    return browser.post(f"/team/{team.slug}/webhooks/", given)


def test_secret_is_shown_on_one_page_once(browser, team):
    answer = add(browser, team)
    endpoint = Endpoint.objects.get()
    first, second = browser.get(answer["Location"]), browser.get(answer["Location"])
    assert endpoint.secret in first.content.decode()
    assert endpoint.secret not in second.content.decode()
    browser.post(f"{answer['Location']}act/", {"do": "rotate"})
    endpoint.refresh_from_db()
    assert endpoint.secret in browser.get(answer["Location"]).content.decode()


def test_address_that_is_none_is_refused_beside_its_field(browser, team):
    answer = add(browser, team, url="http://127.0.0.1/")
    assert (answer.status_code, Endpoint.objects.count()) == (422, 0)
    assert "Only https:// addresses are written to." in answer.content.decode()
    add(browser, team)
    changed = browser.post(f"/team/{team.slug}/webhooks/{Endpoint.objects.get().pk}/", {"url": URL + "2"})
    assert (changed.status_code, Endpoint.objects.get().url) == (422, URL)


def test_dead_endpoint_says_why_and_is_switched_on_again(browser, team):
    at = add(browser, team)["Location"]
    factories.application(factories.posting(team))
    Endpoint.objects.update(off_at=timezone.now(), off_why=delivery.DEAD)
    Endpoint.objects.get().deliveries.update(status=Status.GIVEN_UP, answer="503 <b>busy</b>")
    page = browser.get(at).content.decode()
    assert delivery.DEAD in page
    assert "1 event waits and leaves" in page
    assert "503 &lt;b&gt;busy&lt;/b&gt;" in page
    browser.post(f"{at}act/", {"do": "on"})
    assert (Endpoint.objects.get().is_on, Endpoint.objects.get().deliveries.get().status) == (True, Status.WAITING)


def test_log_shows_each_event_and_sends_it_once_more(browser, team):
    at = add(browser, team)["Location"]
    factories.application(factories.posting(team), state="rejected")
    rows = Endpoint.objects.get().deliveries
    rows.update(status=Status.DELIVERED, delivered_at=timezone.now(), answer="204")
    page = browser.get(at).content.decode()
    assert re.findall(r"<h3>([^<]+?) <span", page) == ["an application was rejected", "an application arrived"]
    browser.post(f"{at}{rows.first().pk}/replay/")
    assert sorted(rows.values_list("status", flat=True)) == [Status.DELIVERED, Status.WAITING]


def test_removed_takes_its_log_along(browser, team):
    at = add(browser, team)["Location"]
    assert browser.post(f"{at}act/", {"do": "remove"})["Location"] == f"/team/{team.slug}/webhooks/"
    assert not Endpoint.objects.exists()


def test_pages_cost_the_same_with_one_and_with_two(browser, team, django_assert_num_queries):
    at = add(browser, team)["Location"]
    browser.get(at)
    for _more in range(2):
        factories.application(factories.posting(team))
        with django_assert_num_queries(12):
            browser.get(at)
