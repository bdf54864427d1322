"""The pages about mail that came in: sorting with two keys, everything with its outcome, the rules."""

from __future__ import annotations

import pytest
from django.test import Client

from backend.web import intake
from notifications.inbound.receive import receive
from notifications.models import IncomingMail, IntakeRule, MailboxPoll, Outcome
from tests import factories
from tests.notifications.inbound import mails
from workflow.models import Application

pytestmark = pytest.mark.django_db


def sign_in(user) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(user)
    return client


@pytest.fixture
def team():
    return factories.team()


@pytest.fixture
def posting(team):
    return factories.posting(team, title="Développeuse", apply_to=[mails.JOBS])


@pytest.fixture
def member(team):
    return sign_in(factories.user(team))


def lost(team, **fields):
    given = {"to": "alias@any.example", "subject": "Bonjour", "text": "Bonjour."} | fields
    receive(mails.mail(**given))
    row = IncomingMail.objects.latest("created_at")
    row.team = team
    row.save()
    return row


def test_mail_goes_to_a_posting_and_teaches_its_rule(team, posting, member):
    row = lost(team)
    page = member.get("/triage/").content.decode()
    assert f'value="posting:{posting.pk}" data-key="1" checked autofocus' in page
    assert "mail to alias@any.example is for that posting" in page
    fields = {"do": "assign", "target": f"posting:{posting.pk}", "remember": "1", "address": "alias@any.example"}
    answer = member.post(f"/triage/{row.pk}/", fields)
    assert answer["Location"] == f"/a/{Application.objects.get().pk}/"
    rule = IntakeRule.objects.get()
    listed = member.get("/triage/rules/").content.decode()
    assert "alias@any.example" in listed
    assert member.post(f"/triage/rules/{rule.pk}/")["Location"] == "/triage/rules/"
    assert IntakeRule.objects.count() == 0


def test_mail_goes_on_the_senders_application_first(team, posting, member):
    application = factories.application(posting, email="camille.martin@courrier.example")
    row = lost(team, headers={"List-Unsubscribe": "<x>"})
    page = member.get("/triage/").content.decode()
    assert page.index(f"application:{application.pk}") < page.index(f"posting:{posting.pk}")
    answer = member.post(f"/triage/{row.pk}/", {"do": "assign", "target": f"application:{application.pk}"})
    assert answer["Location"] == f"/triage/?sorted={row.pk}"
    after = member.get(answer["Location"]).content.decode()
    assert "is sorted." in after
    member.post(f"/triage/{row.pk}/", {"do": "undo"})
    row.refresh_from_db()
    assert row.outcome == Outcome.TRIAGE
    assert "is sorted." not in member.get(answer["Location"]).content.decode()


def test_application_is_found_by_name_in_ones_own_team_only(team, posting, member):
    application = factories.application(posting, name="Zoé Introuvable")
    secret = factories.application(name="Zoé Ailleurs")
    row = lost(team)
    page = member.get(f"/triage/?mail={row.pk}&find=zo%C3%A9").content.decode()
    assert f"application:{application.pk}" in page
    assert str(secret.pk) not in page and "Ailleurs" not in page


def test_many_postings_have_keys_and_a_list(team, posting, member):
    for n in range(14):
        factories.posting(team, title=f"Poste {n:02}")
    row = lost(team)
    page = member.get("/triage/").content.decode()
    assert page.count('name="target"') == intake.MOST_KEYS + 1
    last = team.postings.get(title="Poste 13")
    member.post(f"/triage/{row.pk}/", {"do": "assign", "target": "other:", "posting": str(last.pk)})
    assert Application.objects.get().posting == last


@pytest.mark.parametrize("target", ["", "posting:", "posting:x", "application:", "nothing:1", "other:"])
def test_wrong_place_is_refused_with_words(team, posting, member, target):
    row = lost(team)
    answer = member.post(f"/triage/{row.pk}/", {"do": "assign", "target": target})
    assert answer.status_code == 422
    assert Application.objects.count() == 0


def test_everything_that_came_in_is_listed_with_its_outcome(team, posting, member):
    receive(mails.mail(subject="Une candidature"))
    receive(mails.mail(subject="Une candidature", message_id="<x@y>"))
    receive(mails.mail(subject="Une candidature", message_id="<x@y>"))
    row = lost(team, subject="À trier")
    lost(factories.team(), subject="Secret des autres", message_id="<s@y>")
    page = member.get("/triage/all/").content.decode()
    assert "Une candidature" in page and "À trier" in page and "came once more" in page
    assert "Secret des autres" not in page
    only = member.get("/triage/all/?outcome=triage").content.decode()
    assert "À trier" in only and "Une candidature" not in only
    assert member.get("/triage/all/?outcome=nonsense").status_code == 200
    row.refresh_from_db()
    member.post(f"/triage/{row.pk}/", {"do": "dismiss"})
    assert ">Undo<" in member.get("/triage/all/?outcome=refused").content.decode()


def test_mail_is_downloaded_as_it_came_and_never_drawn(team, posting, member):
    row = lost(team, subject='<script>".eml')
    answer = member.get(f"/triage/{row.pk}/message.eml")
    assert answer.content == bytes(row.raw)
    assert answer["Content-Type"] == "message/rfc822"
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert sign_in(factories.user(team, role="coach")).get(f"/triage/{row.pk}/message.eml").status_code == 403
    assert sign_in(factories.user(factories.team())).get(f"/triage/{row.pk}/message.eml").status_code == 404


def test_troubles_of_a_mailbox_are_shown_to_administrators(member):
    MailboxPoll.objects.create(name="imaps://jobs@host:993/INBOX", polled_at="2026-01-01T00:00Z", trouble="No entry.")
    assert "No entry." in sign_in(factories.user(is_admin=True)).get("/triage/").content.decode()
    assert "No entry." not in member.get("/triage/").content.decode()


@pytest.mark.parametrize("address", ["/triage/", "/triage/all/", "/triage/rules/"])
def test_pages_ask_the_same_number_of_questions_for_one_row_and_for_many(team, posting, member, address):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def add(n):
        lost(team, message_id=f"<q{n}@x>", subject=f"q{n}")
        IntakeRule.objects.create(team=team, address=f"a{n}@any.example", posting=posting)

    add(0)
    member.get(address)
    with CaptureQueriesContext(
        connection,
    ) as one:
        member.get(address)
    for n in range(1, 4):
        add(n)
    with CaptureQueriesContext(connection) as many:
        member.get(address)
    assert len(many) == len(one)
