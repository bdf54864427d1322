"""What each resource takes and gives: the road of one application by API alone, and the edges of each."""

import datetime as dt
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from backend.accounts.models import Role, Scope
from backend.hiring.models import Candidate
from tests import factories
from tests.api.client import client
from workflow.models import Application, Interview
from workflow.states import State

pytestmark = pytest.mark.django_db

TODAY = dt.date.today().isoformat()


def test_application_is_carried_to_onboarded_by_api_alone():
    posting = factories.posting()
    api = client(posting.team)
    made = api.writes(
        "applications/", {"posting": str(posting.pk), "name": "Zoé Exemple", "email": "z@courrier.example"}
    )
    assert made.status_code == 201, made.json()
    assert (made.json()["via"], made.json()["state"]) == ("api", "received")
    pk = made.json()["id"]

    def step(path: str, body: dict, status: int = 201, method: str = "post") -> dict:
        answer = api.writes(path, body, method=method)
        assert answer.status_code == status, answer.json()
        return answer.json()

    path = f"applications/{pk}/transitions/"
    assert step(path, {"action": "interview"}, 409)["reasons"] == ["No interview has been held yet."]
    meeting = step("interviews/", {"application": pk, "at": "2026-11-02T10:00:00+01:00", "place": "Visio"})
    assert (meeting["status"], meeting["at"]) == ("planned", "2026-11-02T09:00:00Z")
    step(f"interviews/{meeting['id']}/", {"status": "held", "participants": [str(api.user.pk)]}, 200, "patch")
    step(path, {"action": "interview"})
    terms = step("contracts/", {"application": pk, "kind": "freelance", "day_rate": "550.00"})
    assert len(step(path, {"action": "contract"}, 409)["reasons"]) == 3
    step(f"contracts/{terms['id']}/", {"days_per_week": "4.0", "start": TODAY, "months": 3}, 200, "patch")
    step(path, {"action": "contract"})
    task = step("onboarding-tasks/", {"application": pk, "title": "Créer les comptes"})
    assert step(path, {"action": "onboard"}, 409)["code"] == "guard"
    assert step(f"onboarding-tasks/{task['id']}/", {"done": True}, 200, "patch")["done_at"] is not None
    step(path, {"action": "onboard"})
    assert api.reads(f"applications/{pk}/")["state"] == "onboarded"
    log = api.reads(path)["results"]
    assert [row["action"] for row in log] == ["submit", "interview", "contract", "onboard"]
    assert [row["to"] for row in log] == ["received", "interviewed", "contracted", "onboarded"]


def test_application_of_the_same_person_again_adds_to_the_first():
    posting = factories.posting()
    api = client(posting.team)
    sent = {"posting": str(posting.pk), "email": "z@courrier.example", "message": "Encore moi"}
    first, second = api.writes("applications/", sent), api.writes("applications/", sent)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert Application.objects.get().notes.count() == 1


def test_application_with_files_is_received_once_under_one_key():
    posting = factories.posting()
    api = client(posting.team)

    def send(content: bytes):
        sent = {
            "posting": str(posting.pk),
            "name": "Zoé",
            "links": ["https://un.example", "https://deux.example"],
            "documents": [SimpleUploadedFile("cv.txt", content), SimpleUploadedFile("lettre.txt", b"Bonjour")],
        }
        return api.post("/api/v1/applications/", sent, format="multipart", headers={"Idempotency-Key": "k"})

    first, again, other = send(b"Mon parcours"), send(b"Mon parcours"), send(b"Un autre parcours")
    assert first.status_code == 201, first.json()
    assert [document["name"] for document in first.json()["documents"]] == ["cv.txt", "lettre.txt"]
    assert (again.status_code, again.content) == (201, first.content)
    assert other.status_code == 422
    assert Candidate.objects.get().links == ["https://un.example", "https://deux.example"]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({}, "posting"),
        ({"posting": "x", "name": "Z"}, "posting"),
        ({"posting": None, "name": "Z"}, "posting"),
        ({"name": ""}, "name"),
        ({"email": "nothing"}, "email"),
        ({"name": "Z", "website": "x"}, "website"),
        ({"name": "Z", "links": ["javascript:alert(1)"]}, "links.0"),
        ({"name": "Z", "state": "onboarded"}, "state"),
    ],
    ids=str,
)
def test_application_that_is_none_is_422_and_names_the_field(body, name):
    posting = factories.posting()
    sent = body if "posting" in body or not body else {"posting": str(posting.pk)} | body
    answer = client(posting.team).writes("applications/", sent)
    assert answer.status_code == 422, answer.json()
    assert name in answer.json()["fields"]
    assert not Application.objects.exists()


def test_application_with_a_file_we_do_not_take_leaves_nothing():
    posting = factories.posting()
    sent = {"posting": str(posting.pk), "name": "Z", "documents": [SimpleUploadedFile("x.exe", b"MZ\x00\x01")]}
    answer = client(posting.team).post("/api/v1/applications/", sent, format="multipart")
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["documents"])
    assert not Application.objects.exists()
    assert not Candidate.objects.exists()


@pytest.mark.parametrize(("role", "scope"), [(Role.COACH, Scope.WRITE), (Role.MEMBER, Scope.READ)])
def test_writes_are_for_members_with_a_write_token(role, scope):
    application = factories.application()
    posting, pk = application.posting, str(application.pk)
    factories.held_interview(application)
    api = client(posting.team, role=role, scope=scope)
    writes = [
        ("post", "applications/", {"posting": str(posting.pk), "name": "Z"}),
        ("post", "interviews/", {"application": pk, "at": "2026-11-02T10:00:00Z"}),
        ("post", "contracts/", {"application": pk}),
        ("post", "onboarding-tasks/", {"application": pk, "title": "X"}),
        ("patch", f"interviews/{application.interviews.get().pk}/", {"minutes": 30}),
        ("patch", f"contracts/{factories.contract(application).pk}/", {"months": 5}),
        ("patch", f"onboarding-tasks/{factories.task(application).pk}/", {"done": True}),
        ("delete", f"onboarding-tasks/{factories.task(application).pk}/", None),
        ("patch", f"postings/{posting.pk}/", {"status": "closed"}),
        ("patch", f"candidates/{application.candidate_id}/", {"phone": "12"}),
    ]
    assert {path: api.writes(path, body, method=method).status_code for method, path, body in writes} == {
        path: 403 for _, path, _ in writes
    }


def test_posting_is_opened_and_closed():
    posting = factories.posting(status="draft", day_rate_min="400.50")
    api = client(posting.team)
    for status in ("open", "closed", "draft"):
        answer = api.writes(f"postings/{posting.pk}/", {"status": status}, method="patch")
        assert (answer.status_code, answer.json()["status"]) == (200, status)
    assert answer.json()["day_rate_min"] == "400.50"
    assert api.writes(f"postings/{posting.pk}/", {"status": "gone"}, method="patch").status_code == 422
    assert api.writes(f"postings/{posting.pk}/", {"title": "X"}, method="patch").status_code == 422


def test_candidate_is_corrected_and_found_again_by_the_new_address():
    application = factories.application(name="Zoe Exemple", email="faux@courrier.example")
    api = client(application.posting.team)
    answer = api.writes(
        f"candidates/{application.candidate_id}/",
        {"name": "Zoé Exemple", "email": "Vrai@Courrier.example"},
        method="patch",
    )
    assert answer.status_code == 200, answer.json()
    assert (answer.json()["name"], answer.json()["email"]) == ("Zoé Exemple", "Vrai@Courrier.example")
    other = factories.posting(application.posting.team)
    again = api.writes("applications/", {"posting": str(other.pk), "email": "vrai@courrier.example"}).json()
    assert again["candidate"]["id"] == str(application.candidate_id)
    bare = api.writes(f"candidates/{application.candidate_id}/", {"name": "", "email": ""}, method="patch")
    assert bare.status_code == 422


def test_candidate_address_of_another_of_our_candidates_is_refused():
    posting = factories.posting()
    one, two = factories.application(posting), factories.application(posting, email="pris@courrier.example")
    answer = client(posting.team).writes(
        f"candidates/{one.candidate_id}/", {"email": two.candidate.email.upper()}, method="patch"
    )
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["email"])


def test_candidate_address_does_not_tell_who_applied_elsewhere():
    """The same answer for an address that a stranger to the team has and for one that nobody has."""
    ours, theirs = factories.application(), factories.application(email="ailleurs@courrier.example")
    api = client(ours.posting.team)
    said = [
        api.writes(f"candidates/{ours.candidate_id}/", {"email": email}, method="patch")
        for email in ("ailleurs@courrier.example", "personne@courrier.example")
    ]
    assert [answer.status_code for answer in said] == [200, 200]
    assert {key for answer in said for key in answer.json()} == set(said[0].json())
    assert Candidate.objects.get(pk=theirs.candidate_id).email_key == "ailleurs@courrier.example"


@pytest.mark.parametrize("at", ["0001-01-01T00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_interview_beyond_the_calendar_is_422(at):
    application = factories.application()
    answer = client(application.team).writes("interviews/", {"application": str(application.pk), "at": at})
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["at"])


def test_interview_that_a_move_stood_on_stays_held():
    application = factories.application(state=State.INTERVIEWED)
    meeting = application.interviews.get()
    api = client(application.posting.team)
    answer = api.writes(f"interviews/{meeting.pk}/", {"status": "missed"}, method="patch")
    assert (answer.status_code, answer.json()["code"], answer.json()["state"]) == (409, "guard", "interviewed")
    assert Interview.objects.get(pk=meeting.pk).status == "held"


def test_interview_to_come_was_not_held_and_strangers_take_no_part():
    application = factories.application()
    api, stranger = client(application.posting.team), factories.user(factories.team())
    sent = {"application": str(application.pk), "at": "2100-01-01T10:00:00Z", "status": "held"}
    assert list(api.writes("interviews/", sent).json()["fields"]) == ["status"]
    sent = {"application": str(application.pk), "at": "2100-01-01T10:00:00Z", "participants": [str(stranger.pk)]}
    assert list(api.writes("interviews/", sent).json()["fields"]) == ["participants"]
    assert not Interview.objects.exists()


def test_terms_agreed_on_stay_complete_and_renewals_are_numbered():
    application = factories.application(state=State.CONTRACTED)
    first = application.contracts.get()
    api = client(application.posting.team)
    answer = api.writes(f"contracts/{first.pk}/", {"start": None}, method="patch")
    assert (answer.status_code, answer.json()["reasons"]) == (409, ["Start date is missing from the terms."])
    renewal = api.writes("contracts/", {"application": str(application.pk)})
    assert (renewal.status_code, renewal.json()["number"], renewal.json()["kind"]) == (201, 2, None)


@pytest.mark.parametrize(
    "body",
    [
        {"day_rate": "0"},
        {"day_rate": "NaN"},
        {"day_rate": "1e400"},
        {"days_per_week": 6},
        {"months": 0},
        {"months": 10**30},
        {"start": "2026-13-01"},
        {"kind": "slavery"},
        {"number": 2},
    ],
    ids=str,
)
def test_terms_that_are_none_are_422(body):
    application = factories.application()
    answer = client(application.posting.team).writes("contracts/", {"application": str(application.pk)} | body)
    assert answer.status_code == 422, answer.json()


def test_summary_is_a_pdf_in_the_language_asked_for():
    application = factories.application(state=State.INTERVIEWED)
    api = client(application.posting.team)
    for language in ("fr", "en"):
        answer = api.get(f"/api/v1/applications/{application.pk}/summary.pdf?language={language}")
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert answer.content.startswith(b"%PDF-")
        assert f"/Lang ({language}".encode() in answer.content or b"/ObjStm" in answer.content
    assert api.get(f"/api/v1/applications/{application.pk}/summary.pdf?language=xx").status_code == 422
    stranger = client(factories.team())
    assert stranger.get(f"/api/v1/applications/{application.pk}/summary.pdf").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_row_that_others_hold_is_503_in_time_rather_than_a_request_that_hangs():
    application = factories.application()
    api = client(application.posting.team)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Application.objects.select_for_update().get(pk=application.pk)
            held.set()
            done.wait(20)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(10)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
    answer = api.writes(f"applications/{application.pk}/transitions/", {"action": "withdraw"})
    done.set()
    holder.join()
    connection.close()  # the next one has the usual patience
    assert (answer.status_code, answer["Retry-After"], answer.json()["code"]) == (503, "1", "busy")
    assert Application.objects.get().state == State.RECEIVED
