"""The outbox page: what is shown, what narrows it, and what it costs."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from backend.web.forms.outbox import KINDS, OutboxFilters
from notifications import catalog, delivery
from notifications.models import Message, Status
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def mails():
    """Two teams of one person and one of others, each with one mail of a kind and status of its own."""
    first, second, foreign = (
        factories.application(factories.posting(factories.team(name=name, slug=name.lower())))
        for name in ("Ruisseaux", "Moulins", "Péniches")
    )
    Message.objects.filter(application=first).update(status=Status.UNCERTAIN, answer="250?")
    Message.objects.filter(application=second).update(status=Status.SENT, sent_at=timezone.now())
    factories.carry(second, "rejected")
    user = factories.user(first.team, second.team)
    client = Client(headers={"accept-language": "fr"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client, {"uncertain": first, "sent": second, "foreign": foreign}


def shown(client: Client, **query: str) -> set[str]:
    """Give the ids of the mails on the page."""
    answer = client.get("/outbox/", query)
    assert answer.status_code == 200
    return set(re.findall(r'<li id="mail-([0-9a-f-]{36})"', answer.content.decode()))


def ids(**fields: object) -> set[str]:
    return {str(pk) for pk in Message.objects.filter(**fields).values_list("pk", flat=True)}


def test_outbox_shows_what_waits_and_on_demand_what_is_over(mails):
    client, made = mails
    held = ids(kind="rejected_candidate")
    assert shown(client) == ids(application=made["uncertain"]) | held
    assert shown(client, status="held") == held
    assert shown(client, status="sent") == ids(application=made["sent"], status=Status.SENT)
    assert shown(client, status="uncertain") == ids(application=made["uncertain"])
    assert shown(client, status="dead") == shown(client, status="discarded") == set()
    assert shown(client, status="no such status") == shown(client)


def test_outbox_says_when_what_waits_leaves_and_why_something_was_not_sent(mails):
    client, made = mails
    assert re.search(r"en attente, part dans \d.min</span>", client.get("/outbox/").content.decode())
    ours = Message.objects.filter(application=made["uncertain"])
    for change, words in (
        ({"status": Status.DISCARDED}, "annulé"),
        ({"status": Status.DEAD, "answer": "550 no"}, "refusé par leur serveur"),
        (
            {"status": Status.DEAD, "answer": f"451 later\n{delivery.GIVEN_UP}", "attempts": 10},
            "abandonné après 10 essais",
        ),
    ):
        ours.update(**change)
        page = client.get("/outbox/", {"status": change["status"]}).content.decode()
        assert f"non envoyé\u202f: {words}</span>" in page


def test_outbox_is_narrowed_by_team_and_kind(mails):
    client, made = mails
    assert shown(client, team="ruisseaux") == ids(application=made["uncertain"])
    assert shown(client, kind="rejected_candidate") == ids(kind="rejected_candidate")
    assert shown(client, team="ruisseaux", kind="rejected_candidate") == set()
    assert "Aucun courriel de ce genre" in client.get("/outbox/?status=dead").content.decode()


def test_outbox_of_others_cannot_be_asked_for(mails):
    client, made = mails
    theirs = ids(application=made["foreign"])
    assert theirs  # there is something to leak
    for query in ({"team": "péniches"}, {"team": "peniches"}, {"status": "held"}, {"kind": "received_candidate"}):
        assert not theirs & shown(client, **query)
    page = client.get("/outbox/").content.decode()
    assert made["foreign"].team.name not in page


def test_outbox_counts_what_each_choice_would_show(mails):
    client, _made = mails
    page = client.get("/outbox/").content.decode()
    for status in ("", "held", "uncertain", "dead", "sent", "discarded"):
        address = re.escape(f"?status={status}" if status else "?")
        number = re.search(rf'<a class="chip" href="{address}"[^>]*>[^<]+<b>(\d+)</b>', page)
        assert number is not None, status
        assert int(number[1]) == len(shown(client, status=status))


def test_outbox_has_pages_that_keep_the_filter(mails, monkeypatch):
    from backend.web.views import outbox

    client, made = mails
    monkeypatch.setattr(outbox, "PER_PAGE", 1)
    posting = made["sent"].posting
    factories.application(posting)
    first = client.get("/outbox/?team=moulins").content.decode()
    assert re.search(r'rel="next" href="\?team=moulins&amp;page=2"', first)
    assert len(shown(client, team="moulins", page="2")) == 1
    assert shown(client, team="moulins") != shown(client, team="moulins", page="2")


def test_outbox_names_every_kind(mails):
    client, _made = mails
    page = client.get("/outbox/").content.decode()
    for key in catalog.CATALOGUE:
        assert f'<option value="{key}">' in page


def test_every_kind_of_mail_has_words_in_the_filter():
    form = OutboxFilters({}, [])
    assert {key for key, _words in form.fields["kind"].choices} == {"", *KINDS}
