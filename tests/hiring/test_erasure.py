"""Forgetting a person: nothing about them is left in any table or file, the log works on, and only they are touched."""

import datetime as dt
import io

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone, translation

from backend.accounts import actors
from backend.common.errors import Invalid, NotAllowed, NotVisible
from backend.hiring import dedupe, erasure
from backend.hiring.documents import Upload
from backend.hiring.models import Candidate, Document
from notifications.inbound import receive
from notifications.models import IncomingMail, Status
from tests import factories
from workflow import own, services
from workflow.models import Application, Transition
from workflow.states import State

pytestmark = pytest.mark.django_db

NAME, ADDRESS, SECRET = "Camille Sourcier", "camille.sourcier@courrier.example", "sourcier-secret"
MAIL = f"""From: {NAME} <{ADDRESS}>\r\nTo: %s\r\nSubject: Candidature {SECRET}\r\nMessage-ID: <1@courrier.example>\r
Content-Type: text/plain\r\n\r\nBonjour, {SECRET}. 06 12 34 56 78 https://github.com/{SECRET}\r\n"""


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def team():
    return factories.team(name="Ruisseaux")


@pytest.fixture
def member(team):
    return factories.member(team)


def everything() -> str:
    """Give all that the product's tables hold, as text; bytes too."""
    found = []
    for model in apps.get_models():
        if model._meta.app_label in {"hiring", "workflow", "notifications"}:
            for value in (value for row in model.objects.values() for value in row.values()):
                raw = isinstance(value, memoryview | bytes)
                found.append(bytes(value).decode("utf-8", "replace") if raw else str(value))
    return "\n".join(found)


@pytest.fixture
def application(team, member):
    posting = factories.posting(team, apply_to=["candidature@ruisseaux.example"])
    receive.receive((MAIL % posting.apply_to[0]).encode())
    made = Application.objects.get()
    with transaction.atomic():
        own.add_documents(actor=actors.of_candidate(made.pk), uploads=[Upload(f"{SECRET}.txt", SECRET.encode())])
        own.ask_address(actor=actors.of_candidate(made.pk), email=f"{SECRET}@courrier.example")
    factories.held_interview(made, place=SECRET)
    factories.contract(made, rate_reason=SECRET)
    factories.task(made, title=SECRET)
    made.notes.create(text=SECRET, author=member.user)
    for action, reason in (("withdraw", SECRET), ("reopen", SECRET), ("reject", "skills"), ("reopen", SECRET)):
        services.move(pk=made.pk, action=action, actor=member, reason=reason, data={"said": SECRET})
    return made


def test_nothing_about_the_person_is_left(application, member, django_capture_on_commit_callbacks):
    stored = [(d.file.storage, d.file.name) for d in Document.objects.all()]
    assert all(storage.exists(name) for storage, name in stored) and len(stored) == 1
    text = everything().lower()
    assert all(word in text for word in (SECRET, NAME.lower(), ADDRESS, "06 12 34 56 78"))
    numbers = list(Transition.objects.values_list("number", "action", "from_state", "to_state", "at"))
    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase(pk=application.candidate_id, actor=member)
    text = everything().lower()
    assert [w for w in (SECRET, "sourcier", "camille", ADDRESS, "12 34 56 78", "612345678") if w in text] == []
    assert not any(storage.exists(name) for storage, name in stored) and not Document.objects.exists()
    kept = list(Transition.objects.values_list("number", "action", "from_state", "to_state", "at"))
    assert kept[: len(numbers)] == numbers and kept[-1][1] == "withdraw"
    assert Transition.objects.filter(action="reject").get().reason == "skills"
    assert not application.messages.filter(status=Status.HELD).exists()
    call_command("verify_log", stdout=io.StringIO())


def test_erased_mail_that_comes_again_is_known_and_another_is_not_lost(application, member):
    to = application.posting.apply_to[0]
    erasure.erase(pk=application.candidate_id, actor=member)
    assert receive.receive((MAIL % to).encode()).outcome == "duplicate"
    other = (MAIL % to).replace("Bonjour", "Autre chose").encode()
    assert receive.receive(other).outcome == "application"
    assert Application.objects.count() == 2 and IncomingMail.objects.count() == 2


def test_only_this_person_is_touched(application, member, team):
    other = factories.application(application.posting, name="Autre Personne", uploads=[Upload("a.txt", b"a")])
    elsewhere = factories.application(email=ADDRESS, name=NAME, message="chez une autre equipe")
    Application.objects.filter(pk=other.pk).update(message="reste")
    erasure.erase(pk=application.candidate_id, actor=member)
    other.refresh_from_db()
    assert other.message == "reste" and other.documents.count() == 1 and other.candidate.name == "Autre Personne"
    elsewhere.refresh_from_db()
    assert (elsewhere.message, elsewhere.candidate.email) == ("chez une autre equipe", ADDRESS)


def test_merged_rows_go_together(team, member):
    first, second = (factories.application(factories.posting(team), message=SECRET).candidate for _ in range(2))
    dedupe.merge(kept=first.pk, absorbed=second.pk, actor=member)
    erased = erasure.erase(pk=second.pk, actor=member)
    assert {row.pk for row in erased} == {first.pk, second.pk} and SECRET not in everything()
    with pytest.raises(Invalid):
        erasure.erase(pk=first.pk, actor=member)


def test_members_erase_and_nobody_else(application, team):
    for actor, error in (
        (factories.coach(team), NotAllowed),
        (factories.member(factories.team()), NotVisible),
        (actors.of_candidate(application.pk), NotVisible),
        (actors.of_user(factories.user(is_admin=True)), NotVisible),
    ):
        with pytest.raises(error):
            erasure.erase(pk=application.candidate_id, actor=actor)
    assert Candidate.objects.get().name == NAME


def test_erasure_waits_for_a_mail_that_is_leaving(application, member):
    application.messages.filter(status=Status.HELD).update(status=Status.HANDED)
    with pytest.raises(Invalid, match="leaving just now"):
        erasure.erase(pk=application.candidate_id, actor=member)
    assert Candidate.objects.get().name == NAME and Document.objects.exists()


@pytest.mark.parametrize(
    "change",
    ["reason = ''", "data = '{}'", "reason = 'x'", "reason = '', number = 99", "reason = '', actor_kind = 'system'"],
)
def test_log_of_a_person_who_is_not_erased_stays_as_it_is(application, change):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE workflow_transition SET {change} WHERE action = 'withdraw'")


@pytest.mark.parametrize(
    "change",
    ["UPDATE workflow_transition SET reason = 'x'", "UPDATE workflow_transition SET data = '{\"a\": 1}'",
     "UPDATE workflow_transition SET at = now()", "UPDATE workflow_transition SET reason = '' WHERE action = 'reject'",
     "UPDATE workflow_transition SET was_since = NULL", "DELETE FROM workflow_transition"],
)  # fmt: skip
def test_log_of_an_erased_person_can_be_emptied_and_nothing_else(application, member, change):
    erasure.erase(pk=application.candidate_id, actor=member)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_database_refuses_an_erased_person_who_still_says_something(application):
    with pytest.raises(DatabaseError, match="candidate_erased_is_empty"), transaction.atomic():
        Candidate.objects.update(erased_at=timezone.now())


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-11-21", "2026-12-21"),
        ("2026-12-31", "2027-01-31"),
        ("2027-01-31", "2027-02-28"),
        ("2028-01-31", "2028-02-29"),
    ],
)
def test_month_ends_within_the_next_one(asked, due):
    moment = dt.datetime.fromisoformat(f"{asked}T12:00:00+00:00")
    assert erasure.due(moment) == dt.date.fromisoformat(due)


def test_team_that_reads_the_board_afterwards_sees_nobody(application, member, client):
    erasure.erase(pk=application.candidate_id, actor=member)
    client.force_login(member.user)
    for address in (f"/a/{application.pk}/", f"/team/{application.team.slug}/list/", "/people/"):
        answer = client.get(address, headers={"Accept-Language": "fr"})
        assert answer.status_code == 200 and "sourcier" not in answer.content.decode().lower()
    assert "Personne effacée" in client.get(f"/a/{application.pk}/", headers={"Accept-Language": "fr"}).content.decode()
    application.refresh_from_db()
    assert application.state == State.WITHDRAWN
