"""The instance's own pages: health, figures, mailbox, sign-in, faults, language."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import get_resolver
from django.utils import translation

from notifications.models import IncomingMail, MailboxItem
from tests import factories

pytestmark = pytest.mark.django_db
INLINE = ("<script>", " style=", "onclick", "javascript:")


def sign_in(user) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="fr")
    client.force_login(user)
    return client


def test_health_asks_nothing_and_readiness_asks_the_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert Client().get("/healthz").json() == {"status": "ok"}
    assert Client().get("/readyz").json() == {"status": "ok", "database": "ok"}


def test_metrics_are_local_or_behind_a_token(settings):
    factories.application()
    assert 'jalon_outbox_messages{status="held"} 1.0' in Client().get("/metrics").content.decode()
    assert Client(REMOTE_ADDR="203.0.113.9").get("/metrics").status_code == 404
    settings.EMBEDDED = False
    assert Client().get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "secret-token"
    assert Client().get("/metrics").status_code == 404
    assert Client().get("/metrics", HTTP_AUTHORIZATION="Bearer secret-token").status_code == 200


def test_robots_keep_out_of_private_pages():
    assert "Disallow: /c/" in Client().get("/robots.txt").content.decode()


@pytest.mark.parametrize(("language", "words"), [("fr", "Nous ne trouvons rien"), ("en", "We find nothing")])
def test_faults_are_told_in_both_languages(language, words):
    answer = Client(HTTP_ACCEPT_LANGUAGE=language).get("/nowhere/")
    assert answer.status_code == 404 and words in answer.content.decode()
    assert f'<html lang="{language}">' in answer.content.decode()


def test_fault_of_ours_is_drawn_without_the_database(django_assert_num_queries, rf):
    from backend.web.views import system

    with django_assert_num_queries(0), translation.override("fr"):
        assert "Une panne de notre côté" in system.server_error(rf.get("/")).content.decode()


def test_language_is_chosen_and_kept():
    client = Client(HTTP_ACCEPT_LANGUAGE="fr")
    assert client.post("/language/", {"language": "en", "next": "/"})["Location"] == "/"
    assert "Open postings" in client.get("/").content.decode()


ACCOUNT_PAGES = sorted(
    f"/accounts/{pattern.pattern}"
    for pattern in get_resolver("allauth.account.urls").url_patterns
    if "<" not in str(pattern.pattern) and "^" not in str(pattern.pattern)
)


@pytest.mark.parametrize("address", [*ACCOUNT_PAGES, "/accounts/2fa/", "/accounts/2fa/totp/activate/"])
def test_account_pages_stand_on_our_theme(address):
    user = factories.user(factories.team())
    user.set_password("aulne-berge-canal-12")
    user.save()
    for client in (Client(HTTP_ACCEPT_LANGUAGE="fr"), sign_in(user)):
        answer = client.get(address, follow=True)
        page = answer.content.decode()
        assert answer.status_code in (200, 404), address
        assert "jalon/components.css" in page and not [mark for mark in INLINE if mark in page]


def test_password_signs_in_and_home_follows():
    user = factories.user(factories.team(slug="haies"))
    user.set_password("aulne-berge-canal-12")
    user.save()
    client = Client(HTTP_ACCEPT_LANGUAGE="fr")
    wrong = client.post("/accounts/login/", {"login": user.email, "password": "nope"})
    assert "La connexion n’a pas abouti" in wrong.content.decode()
    answer = client.post("/accounts/login/", {"login": user.email, "password": "aulne-berge-canal-12"}, follow=True)
    assert answer.request["PATH_INFO"] == "/team/haies/"
    assert client.post("/accounts/logout/")["Location"] == "/"


def test_code_signs_in():
    user = factories.user(factories.team(slug="haies"))
    client = Client(HTTP_ACCEPT_LANGUAGE="fr")
    answer = client.post("/accounts/login/code/", {"email": user.email}, follow=True)
    assert "jalon/components.css" in answer.content.decode()


def mail(**parts):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@b.example", "c@d.example", "Canari"
    message.set_content("Bonjour en texte")
    message.add_alternative("<p>Bonjour <script>alert(1)</script></p>", subtype="html")
    return MailboxItem.objects.create(recipients=["c@d.example"], subject="Canari", raw=message.as_bytes())


def test_mailbox_is_for_administrators(settings):
    item = mail()
    admin, other = sign_in(factories.user(is_admin=True)), sign_in(factories.user(factories.team()))
    for address in ("/mailbox/", f"/mailbox/{item.pk}/", f"/mailbox/{item.pk}/html/"):
        assert admin.get(address).status_code == 200
        refused = other.get(address)
        assert refused.status_code == 404 and "Canari" not in refused.content.decode()
    settings.MAILBOX_ENABLED = False
    assert admin.get("/mailbox/").status_code == 404


def test_mailbox_frames_html_without_scripts():
    item = mail()
    admin = sign_in(factories.user(is_admin=True))
    frame = admin.get(f"/mailbox/{item.pk}/html/")
    assert "sandbox" in frame["Content-Security-Policy"] and "script-src" not in frame["Content-Security-Policy"]
    assert "default-src 'none'" in frame["Content-Security-Policy"]
    assert " allow-scripts" not in frame["Content-Security-Policy"]
    assert (
        ' sandbox="allow-popups allow-popups-to-escape-sandbox">' in admin.get(f"/mailbox/{item.pk}/").content.decode()
    )


def test_mailbox_gives_the_files_of_a_mail():
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@b.example", "c@d.example", "Conditions"
    message.set_content("Ci-joint")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="conditions.pdf")
    item = MailboxItem.objects.create(recipients=["c@d.example"], subject="Conditions", raw=message.as_bytes())
    admin = sign_in(factories.user(is_admin=True))
    address = f"/mailbox/{item.pk}/files/1/"
    assert address in admin.get(f"/mailbox/{item.pk}/").content.decode()
    answer = admin.get(address)
    assert answer.content == b"%PDF-1.7" and "conditions.pdf" in answer["Content-Disposition"]
    assert admin.get(f"/mailbox/{item.pk}/files/2/").status_code == 404
    assert sign_in(factories.user(factories.team())).get(address).status_code == 404


def test_triage_shows_a_team_its_own_and_the_administrator_the_rest():
    team = factories.team()
    IncomingMail.objects.create(message_id="<1@x>", raw=b"", subject="De l’équipe", outcome="triage", team=team)
    IncomingMail.objects.create(message_id="<2@x>", raw=b"", subject="De personne", outcome="triage")
    IncomingMail.objects.create(message_id="<3@x>", raw=b"", subject="Déjà placé", outcome="application", team=team)
    member = sign_in(factories.user(team)).get("/triage/").content.decode()
    assert "De l’équipe" in member and "De personne" not in member and "Déjà placé" not in member
    admin = sign_in(factories.user(is_admin=True)).get("/triage/").content.decode()
    assert "De personne" in admin and "De l’équipe" not in admin


def test_every_page_carries_the_strict_policy():
    answer = Client().get("/")
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_templates_hold_nothing_inline():
    folder = Path(django_settings.BASE_DIR) / "templates" / "web"
    found = [(path.name, mark) for path in folder.rglob("*.html") for mark in INLINE if mark in path.read_text("utf-8")]
    assert found == []
