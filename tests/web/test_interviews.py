"""Interviews on the pages: proposed by the team, picked by the candidate, moved, and told in words."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

from backend.common import typography
from notifications.models import Message
from tests import factories
from tests.web.test_team_pages import sign_in
from workflow import scheduling
from workflow.states import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def application():
    return factories.application(name="Inès Valmorin", email="ines@courrier.example")


@pytest.fixture
def user(application):
    return factories.user(application.team, name="Lou Ferrandier")


def local(days: float) -> str:
    return f"{timezone.localtime() + dt.timedelta(days=days):%Y-%m-%dT%H:%M}"


def proposal(application, user):
    from backend.accounts import actors

    times = [timezone.now() + dt.timedelta(days=day) for day in (2, 3)]
    return scheduling.propose(application_id=application.pk, actor=actors.of_user(user), times=times, place="Visio")


def test_proposal_from_the_team_to_the_choice(application, user):
    client, page = sign_in(user), f"/a/{application.pk}/"
    form = {"time_1": local(2), "time_2": local(3), "minutes": "30", "place": "https://visio.example/x"}
    form |= {"participants": [str(user.pk)], "invited": "Guest@ailleurs.example; b@ailleurs.example"}
    said = client.post(f"{page}interviews/propose/", form, follow=True).content.decode()
    assert "Les créneaux sont proposés." in said and "proposé" in said
    meeting = application.interviews.get()
    assert meeting.invited == ["guest@ailleurs.example", "b@ailleurs.example"]
    assert list(meeting.participants.all()) == [user]
    link, person = f"/c/{application.link_token}/", Client()
    own = person.get(link).content.decode()
    first, second = meeting.slots.all()
    assert str(first.pk) in own and str(second.pk) in own and "Quand nous rencontrons-nous" in own
    chosen = person.post(f"{link}interviews/{meeting.pk}/", {"slot": str(second.pk)}, follow=True).content.decode()
    assert "C’est entendu" in chosen and f"interviews/{meeting.pk}.ics" in chosen
    meeting.refresh_from_db()
    assert (meeting.status, meeting.at) == ("planned", second.at)
    day, hour = typography.weekday_date(second.at), typography.clock_time(second.at)
    assert f"Bonjour Inès Valmorin, nous nous rencontrons le {day} à {hour}." in chosen
    assert "Bonjour Inès Valmorin, votre candidature est bien arrivée." in own and "bien arrivée.</h1>" not in chosen
    again = person.post(f"{link}interviews/{meeting.pk}/", {"slot": str(first.pk)})
    assert again.status_code == 409 and "ne sont plus ouverts" in again.content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"time_2": ""}, "Donnez au moins deux créneaux"),
        ({"time_2": local(-3)}, "est passé"),
        ({"invited": "pas une adresse"}, "n’est pas une adresse"),
        ({"invited": ",".join(f"p{n}@x.example" for n in range(12))}, "au plus 10"),
        ({"participants": ["x"]}, ""),
        ({"minutes": "0"}, "5"),
    ],
)
def test_proposal_with_a_fault_comes_back_as_it_was_filled_in(application, user, change, words):
    form = {"time_1": local(2), "time_2": local(3), "minutes": "30", "place": "kanari-salle"} | change
    refused = sign_in(user).post(f"/a/{application.pk}/interviews/propose/", form)
    assert refused.status_code == 422 and not application.interviews.exists()
    said = refused.content.decode()
    assert "kanari-salle" in said and "Rien n’est encore proposé" in said
    assert words in said
    needed = said.count("Donnez au moins deux créneaux")  # said beforehand, and in the refusal twice
    assert needed == (3 if change.get("time_2") == "" else 1)


def test_pick_without_a_choice_or_of_a_strangers_interview(application, user):
    made, link = proposal(application, user), f"/c/{application.link_token}/"
    for slot in ("", "x", "0" * 40):
        assert Client().post(f"{link}interviews/{made.pk}/", {"slot": slot}).status_code == 422
    other = factories.application()
    address = f"/c/{other.link_token}/interviews/{made.pk}/"
    assert Client().post(address, {"slot": str(made.slots.first().pk)}).status_code == 404
    made.refresh_from_db()
    assert made.at is None
    assert Client().get(f"{link}interviews/{made.pk}/")["Location"] == f"{link}#proposals"


def test_proposal_is_no_longer_shown_to_who_has_left(application, user):
    made, link = proposal(application, user), f"/c/{application.link_token}/"
    assert "Choisir ce créneau" in Client().get(link).content.decode()
    factories.carry(application, State.WITHDRAWN)
    assert "Choisir ce créneau" not in Client().get(link).content.decode()
    refused = Client().post(f"{link}interviews/{made.pk}/", {"slot": str(made.slots.first().pk)})
    assert refused.status_code == 409


def test_time_is_withdrawn_and_the_proposal_cancelled(application, user):
    made, client = proposal(application, user), sign_in(user)
    first, second = made.slots.all()
    base = f"/a/{application.pk}/interviews/{made.pk}/"
    assert client.post(f"{base}slots/{first.pk}/").status_code == 302
    refused = client.post(f"{base}slots/{second.pk}/")
    assert refused.status_code == 422 and "dernier créneau" in refused.content.decode()
    assert client.post(f"{base}slots/{first.pk}/").status_code == 404
    client.post(base, {"status": "cancelled"})
    made.refresh_from_db()
    assert (made.status, made.at) == ("cancelled", None)
    assert client.get(f"/a/{application.pk}/").status_code == 200
    body = Message.objects.get(kind="interview_cancelled_candidate").body
    assert "que nous vous avions proposé" in body


def test_planned_interview_is_moved_and_told(application, user):
    client, base = sign_in(user), f"/a/{application.pk}/interviews/"
    client.post(base, {"at": local(2), "status": "planned", "minutes": "45", "place": ""})
    meeting = application.interviews.get()
    assert meeting.announced
    form = {"at": local(5), "minutes": "60", "place": "Bureau 3"}
    assert client.post(f"{base}{meeting.pk}/move/", form).status_code == 302
    mail = Message.objects.get(kind="interview_moved_candidate", status="held")
    assert "60 minutes" in mail.body and "Bureau 3" in mail.body and re.search(r"heure de Paris", mail.body)
    refused = client.post(f"{base}{meeting.pk}/move/", form | {"at": local(-5)})
    assert refused.status_code == 422 and "est passé" in refused.content.decode()


def test_interview_that_was_held_is_told_to_nobody(application, user):
    sign_in(user).post(
        f"/a/{application.pk}/interviews/", {"at": local(-1), "status": "held", "minutes": "45", "place": ""}
    )
    assert application.interviews.held().count() == 1
    assert not Message.objects.filter(kind__startswith="interview_").exists()


def test_missed_interview_is_proposed_anew_in_one_click(application, user):
    meeting = factories.held_interview(application, status="missed", announced=True)
    client, page = sign_in(user), f"/a/{application.pk}/"
    assert "Proposer ces créneaux" in client.get(page).content.decode()
    said = client.post(f"{page}interviews/{meeting.pk}/again/", follow=True).content.decode()
    assert "Les créneaux sont proposés." in said and "Proposer ces créneaux" not in said
    assert application.interviews.filter(status="proposed").count() == 1
    assert client.post(f"{page}interviews/{meeting.pk}/again/").status_code == 409
