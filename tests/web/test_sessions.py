"""Where a person is signed in: listed, and ended from anywhere."""

import pytest
from django.test import Client

from backend.web.views.sessions import device
from tests import factories

pytestmark = pytest.mark.django_db
PASSWORD = "aulne-berge-canal-12"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) Safari/604.1"


@pytest.fixture
def user():
    made = factories.user(factories.team())
    made.set_password(PASSWORD)
    made.save()
    return made


def sign_in(user, agent) -> Client:
    client = Client(headers={"user-agent": agent, "accept-language": "fr"})
    answer = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def is_in(client) -> bool:
    return client.get("/account/").status_code == 200


def test_sessions_are_listed_and_one_is_ended(user):
    here, there, third = sign_in(user, FIREFOX), sign_in(user, PHONE), sign_in(user, PHONE)
    page = here.get("/account/")
    assert [row["device"] for row in page.context["sessions"]] == ["Firefox, Linux", "Safari, iPhone", "Safari, iPhone"]
    ended = there.get("/account/").context["sessions"][0]["row"]
    here.post("/account/sessions/", {"session": ended.pk})
    assert (is_in(here), is_in(there), is_in(third)) == (True, False, True)
    here.post("/account/sessions/")
    assert (is_in(here), is_in(third)) == (True, False)


def test_session_of_somebody_else_stays(user):
    other = factories.user(factories.team())
    other.set_password(PASSWORD)
    other.save()
    theirs, here = sign_in(other, PHONE), sign_in(user, FIREFOX)
    asked = theirs.get("/account/").context["sessions"][0]["row"].pk
    here.post("/account/sessions/", {"session": asked})
    here.post("/account/sessions/")
    assert is_in(theirs)


def test_address_behind_our_proxy_is_the_visitors(user, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client = Client(headers={"x-forwarded-for": "198.51.100.6, 203.0.113.9"})
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert [row["row"].ip for row in client.get("/account/").context["sessions"]] == ["203.0.113.9"]


@pytest.mark.parametrize(
    ("agent", "words"), [(FIREFOX, "Firefox, Linux"), ("curl/8", "Appareil inconnu"), ("", "Appareil inconnu")]
)
def test_device_is_said_in_words(agent, words):
    assert device(agent) == words
