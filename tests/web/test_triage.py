"""Mail that nobody could place, placed by people."""

from email.message import EmailMessage

import pytest
from django.test import Client

from notifications.inbound import receive
from notifications.models import IncomingMail, Outcome
from tests import factories
from workflow.models import Application
from workflow.states import Via

pytestmark = pytest.mark.django_db


def sign_in(user) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="fr")
    client.force_login(user)
    return client


@pytest.fixture
def lost_mail():
    """A mail that names no posting, received by the real door."""
    message = EmailMessage()
    message["From"], message["To"] = "Nour El Idrissi <nour@courrier.example>", "ailleurs@example.example"
    message["Subject"], message["Message-ID"] = "Candidature spontanée", "<perdu@courrier.example>"
    message.set_content("Bonjour, je cherche une mission. Nour")
    receipt = receive.receive(message.as_bytes())
    assert receipt.outcome == Outcome.TRIAGE
    return IncomingMail.objects.get()


def test_mail_of_no_team_is_placed_by_an_administrator(lost_mail):
    posting = factories.posting()
    admin = sign_in(factories.user(is_admin=True))
    assert posting.title in admin.get("/triage/").content.decode()
    answer = admin.post(f"/triage/{lost_mail.pk}/", {"do": "assign", "posting": posting.pk})
    assert answer["Location"] == "/triage/"  # an administrator sees no team's applications by this
    made = Application.objects.get()
    assert (made.posting, made.via, made.candidate.email) == (posting, Via.EMAIL, "nour@courrier.example")
    lost_mail.refresh_from_db()
    assert (lost_mail.outcome, lost_mail.application) == (Outcome.APPLICATION, made)
    assert admin.post(f"/triage/{lost_mail.pk}/", {"do": "assign", "posting": posting.pk}).status_code == 404
    assert Application.objects.count() == 1


def test_mail_of_a_team_is_placed_by_its_members_only(lost_mail):
    team = factories.team()
    posting, elsewhere = factories.posting(team), factories.posting()
    IncomingMail.objects.update(team=team)
    address, fields = f"/triage/{lost_mail.pk}/", {"do": "assign", "posting": posting.pk}
    assert sign_in(factories.user(factories.team(), is_admin=True)).post(address, fields).status_code == 404
    coach = sign_in(factories.user(team, role="coach"))
    assert coach.post(address, fields).status_code == 403
    assert "C’est une candidature" not in coach.get("/triage/").content.decode()
    member = sign_in(factories.user(team))
    for wrong in ("", "nonsense", elsewhere.pk):
        answer = member.post(address, {"do": "assign", "posting": wrong})
        assert answer.status_code == 422
        assert "Choisissez l’une des annonces ouvertes." in answer.content.decode()
    assert not Application.objects.exists()
    answer = member.post(address, fields)
    assert answer["Location"] == f"/a/{Application.objects.get().pk}/"


def test_mail_put_aside_is_kept(lost_mail):
    admin = sign_in(factories.user(is_admin=True))
    assert admin.get(f"/triage/{lost_mail.pk}/")["Location"] == "/triage/"
    admin.post(f"/triage/{lost_mail.pk}/", {"do": "dismiss"})
    lost_mail.refresh_from_db()
    assert lost_mail.outcome == Outcome.REFUSED and bytes(lost_mail.raw)
    assert "Rien à trier" in admin.get("/triage/").content.decode()


def test_search_with_a_nul_finds_by_the_rest(lost_mail):
    application = factories.application(name="Noël Trouvé")
    IncomingMail.objects.update(team=application.posting.team)
    member = sign_in(factories.user(application.posting.team))
    answer = member.get("/triage/", {"mail": str(lost_mail.pk), "find": "Tro\0uvé"})
    assert answer.status_code == 200 and "Noël Trouvé" in answer.content.decode()
