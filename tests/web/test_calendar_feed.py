"""The private calendar feed: the invitations' own events, for who has the address, until it is renewed or closed."""

import datetime as dt
import re

import pytest
import vobject
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from backend.accounts import calendars
from backend.accounts.models import CalendarFeed
from backend.documents import invitation
from tests import factories
from tests.web.test_team_pages import sign_in
from workflow import arrangements

pytestmark = pytest.mark.django_db


def read(address: str) -> dict[str, tuple[str, int]]:
    """Give STATUS and SEQUENCE of each UID at an address, as two readers agree on them."""
    answer = Client().get(address)
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/calendar")
    assert answer["Cache-Control"] == "private, no-store" and "noindex" in answer["X-Robots-Tag"]
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert all(event.errors == [] for event in events)
    one = {str(each["UID"]): (str(each["STATUS"]), int(each["SEQUENCE"])) for each in events}
    two = {
        each.uid.value: (each.status.value, int(each.sequence.value))
        for each in vobject.readOne(answer.content.decode()).contents.get("vevent", [])
    }
    assert one == two
    return one


def test_feed_follows_the_interviews_of_its_person_and_their_teams_by_choice(django_assert_num_queries):
    application = factories.application(name="Kanari Premier")
    user, elsewhere = factories.user(application.team), factories.application()
    actor = factories.member(application.team)
    plan = {"application_id": application.pk, "actor": actor, "announced": True}
    at = timezone.now() + dt.timedelta(days=2)
    mine = arrangements.add_interview(**plan, at=at, participants=[user.pk])
    others = arrangements.add_interview(**plan, at=at + dt.timedelta(days=1))
    factories.held_interview(elsewhere).participants.add(user)  # of a team that is not theirs
    client = sign_in(user)
    client.post("/account/calendar/", {"do": "make", "teams": "own"})
    page = client.get("/account/calendar/").content.decode()
    (address,) = re.findall(r'value="https?://[^/]+(/calendar/[^"]+)"', page)
    assert read(address) == {invitation.uid(mine): ("CONFIRMED", mine.sequence)}
    assert "Kanari" not in Client().get(address).content.decode()
    arrangements.change_interview(pk=mine.pk, actor=actor, status="cancelled")
    mine.refresh_from_db()
    assert read(address) == {invitation.uid(mine): ("CANCELLED", mine.sequence)}
    client.post("/account/calendar/", {"do": "keep", "teams": "all"})
    assert set(read(address)) == {invitation.uid(mine), invitation.uid(others)}
    with django_assert_num_queries(2):
        Client().get(address)
    user.memberships.all().delete()
    assert read(address) == {}


def test_address_is_renewed_closed_and_stored_nowhere():
    user = factories.user(factories.team())
    client = sign_in(user)
    assert "/calendar/" not in client.get("/account/calendar/").content.decode().replace("/account/calendar/", "")
    client.post("/account/calendar/", {"do": "make"})
    row = CalendarFeed.objects.get()
    first = calendars.token_of(row)
    assert len(first) == 40 and first not in (row.key, row.digest)
    client.post("/account/calendar/", {"do": "renew"})
    second = calendars.token_of(CalendarFeed.objects.get())
    status = lambda token: Client().get(f"/calendar/{token}.ics").status_code  # noqa: E731
    assert (status(first), status(second), status("0" * 40), status(row.digest)) == (404, 200, 404, 404)
    user.is_active = False
    user.save()
    assert status(second) == 404
    user.is_active = True
    user.save()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.post("/account/calendar/", {"do": "close"})
    assert status(second) == 404 and not CalendarFeed.objects.exists()
