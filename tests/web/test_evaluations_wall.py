"""The wall around evaluations: page, API and PDF agree about who reads what, with a canary in each."""

import io

import pypdf
import pytest
from django.test import Client

from backend.accounts import actors
from backend.accounts.models import ApiToken, Role, Scope
from tests import factories
from tests.web.test_team_pages import sign_in
from workflow import evaluations

pytestmark = pytest.mark.django_db
CANARY = "kanariavis"


@pytest.fixture
def application():
    return factories.application()


@pytest.fixture
def team(application):
    return application.team


def everywhere(application, user) -> dict[str, bool]:
    """Say at which doors this user reads the canary."""
    client, bearer = sign_in(user), {"Authorization": f"Bearer {ApiToken.issue(user=user, scope=Scope.WRITE)[1]}"}
    page = client.get(f"/a/{application.pk}/").content.decode()
    listed = client.get("/api/v1/evaluations/", headers=bearer)
    each = [
        client.get(f"/api/v1/evaluations/{row.pk}/", headers=bearer)
        for row in evaluations.visible_to(actors.SYSTEM).filter(text=CANARY)
    ]
    assert {answer.status_code for answer in each} <= {200, 404} and listed.status_code == 200
    files = [
        client.get(f"/a/{application.pk}/summary.pdf"),
        client.get(f"/api/v1/applications/{application.pk}/summary.pdf", headers=bearer),
    ]
    texts = [
        "".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(file.content)).pages) for file in files
    ]
    return {
        "page": CANARY in page,
        "list": CANARY in listed.content.decode(),
        "one": any(CANARY in answer.content.decode() for answer in each),
        "pdf": CANARY in texts[0],
        "pdf by the API": CANARY in texts[1],
    }


def test_nobody_sees_the_others_before_handing_in_their_own(application, team):
    author, waiting = factories.user(team), factories.user(team, role=Role.COACH)
    evaluations.hand_in(application_id=application.pk, actor=actors.of_user(author), recommendation="stop", text=CANARY)
    assert set(everywhere(application, author).values()) == {True}  # there was something to leak
    assert set(everywhere(application, waiting).values()) == {False}
    page = sign_in(waiting).get(f"/a/{application.pk}/").content.decode()
    assert "1 évaluation est remise." in page and "Ne pas continuer</p>" not in page
    form = {"recommendation": "go_on", "text": "", "criterion_0": "4"}
    handed_in = sign_in(waiting).post(f"/a/{application.pk}/evaluations/", form, follow=True).content.decode()
    assert CANARY in handed_in and "1 × plus que satisfait" in handed_in
    assert set(everywhere(application, waiting).values()) == {True}


def test_candidate_reads_no_evaluation(application, team):
    evaluations.hand_in(application_id=application.pk, actor=factories.member(team), recommendation="stop", text=CANARY)
    link = f"/c/{application.link_token}/"
    assert CANARY not in Client().get(link).content.decode()
    whole = b"".join(Client().get(f"{link}everything.zip").streaming_content)
    assert CANARY.encode() not in whole and whole.startswith(b"PK")


def test_evaluation_by_the_page_with_a_fault_comes_back_as_it_was_filled_in(application, team):
    client = sign_in(factories.user(team))
    refused = client.post(f"/a/{application.pk}/evaluations/", {"text": "kanari-texte", "criterion_1": "2"})
    said = refused.content.decode()
    assert refused.status_code == 422 and "kanari-texte" in said and "pas encore remise" in said
    assert 'name="criterion_1" value="2"' in said and not application.evaluations.exists()
    client.post(f"/a/{application.pk}/evaluations/", {"recommendation": "stop"})
    again = client.post(f"/a/{application.pk}/evaluations/", {"recommendation": "go_on"})
    assert again.status_code == 409 and application.evaluations.get().recommendation == "stop"


def test_criteria_of_a_posting_are_changed_on_their_page(application, team):
    client = sign_in(factories.user(team))
    address = f"/team/{team.slug}/postings/{application.posting.slug}/evaluation/"
    assert "Connaît le métier" in client.get(address).content.decode()
    assert client.post(address, {"criteria": "x" * 130}).status_code == 422
    assert client.post(address, {"criteria": "Sait écrire\nSait lire"}).status_code == 302
    assert "Sait écrire" in client.get(f"/a/{application.pk}/").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_panel_asks_the_same_whatever_the_number(application, team, rows, django_assert_num_queries):
    from backend.web.views import evaluation_panel

    user = factories.user(team)
    for one in [user, *(factories.user(team) for _ in range(rows))]:
        evaluations.hand_in(application_id=application.pk, actor=actors.of_user(one), recommendation="go_on")
    actor = actors.of_user(user)
    assert actor.team_ids
    with django_assert_num_queries(1):
        assert len(evaluation_panel.of(actor, application, may_evaluate=True)["evaluations"]) == rows + 1
