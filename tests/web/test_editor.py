"""A team's postings in the browser: the list, the editor with its preview, one click to open or close, one to undo."""

import re

import pytest
from django.test import Client

from backend.accounts.models import Role, Team
from backend.hiring import importing
from backend.hiring.models import KeptFile, Posting
from backend.web import stamps
from notifications.inbound import receive
from notifications.models import IncomingMail
from tests import factories
from tests.api import client as api
from workflow.models import Application

pytestmark = pytest.mark.django_db
FRENCH = {"HTTP_ACCEPT_LANGUAGE": "fr"}


@pytest.fixture
def team():
    return factories.team(slug="ruisseaux", name="Ruisseaux", reply_to="recrutement@ruisseaux.example")


@pytest.fixture
def lou(team):
    client = Client(**FRENCH)
    client.force_login(factories.user(team))
    return client


def imported(tmp_path, data):
    (tmp_path / "a.md").write_bytes(data)
    return importing.import_file(tmp_path / "a.md", "a.md", team=Team.objects.get(slug="ruisseaux")).posting


def fields_of(text):
    """Give what a browser would send of the editor as it is shown."""
    form = text[text.index('<form class="editor') :]
    sent = {
        name: value.replace("&quot;", '"').replace("&#x27;", "'").replace("&amp;", "&")
        for tag in re.findall(r"<input [^>]*>", form)
        if 'type="checkbox"' not in tag and ('type="radio"' not in tag or "checked" in tag)
        for name, value in [(re.search(r'name="([^"]+)"', tag)[1], (re.search(r'value="([^"]*)"', tag) or ["", ""])[1])]
    }
    for name, text_ in re.findall(r'<textarea name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.S):
        sent[name] = text_.replace("&#x27;", "'").replace("\n", "\r\n")
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    checked = re.findall(r'<input type="checkbox" name="([^"]+)"(?: value="([^"]*)")?[^>]*checked', form)
    for name, value in checked:
        sent.setdefault(name, []) if name == "contract" else None
        sent[name] = [*sent[name], value] if name == "contract" else "on"
    return sent


def test_posting_is_written_previewed_and_published(lou, team):
    sent = fields_of(lou.get("/team/ruisseaux/postings/new/").content.decode())
    assert sent["apply_to"] == "recrutement@ruisseaux.example"
    sent |= {
        "title": "Designer produit",
        "body": "## Mission\r\n\r\n**550 à 650 €** HT par jour. <script>",
        "do": "preview",
    }
    answer = lou.post("/team/ruisseaux/postings/new/", sent)
    text = answer.content.decode()
    assert answer.status_code == 200 and not Posting.objects.exists()
    assert "<h2>Mission</h2>" in text and "<strong>550 à 650 €</strong>" in text and "<script" not in text
    assert "550 à 650\u202f€ hors taxes par jour" in text or "650\u202f€" in text
    sent = fields_of(text) | {"status": "open", "do": "keep"}
    assert lou.post("/team/ruisseaux/postings/new/", sent)["Location"] == "/team/ruisseaux/postings/"
    made = Posting.objects.get()
    assert (made.status, made.slug, made.apply_to) == ("open", "ruisseaux-designer-produit", [team.reply_to])
    assert Client().get(f"/p/{made.slug}/").status_code == 200


def test_editor_shows_each_fact_with_its_sentence_and_keeps_a_correction(lou, team, tmp_path):
    posting = imported(
        tmp_path, "---\nroles: Dev\nopen: true\n---\n\nLe tarif est de 550 à 650 € HT par jour.\n".encode()
    )
    address = f"/team/ruisseaux/postings/{posting.slug}/edit/"
    sent = fields_of(lou.get(address).content.decode()) | {"days_per_week_min": "3,5", "do": "keep"}
    assert lou.post(address, sent).status_code == 302
    text = lou.get(address).content.decode()
    assert "Le tarif est de 550 à 650 € HT par jour." in text.partition("read-from")[2]
    assert 'value="3,5"' in text and "Donnée par votre équipe" in text


def test_editor_opened_and_kept_changes_no_byte(lou, team, tmp_path):
    text = '---\nroles: "Dev: l’API"\nopen: true\nx: [1]\n---\n\n## Un\n\n\nDeux & <trois>\n'
    data = text.replace("\n", "\r\n").encode()
    posting = imported(tmp_path, data)
    address = f"/team/ruisseaux/postings/{posting.slug}/edit/"
    text = lou.get(address).content.decode()
    sent = fields_of(text) | {"body": "## Un\r\n\r\n\r\nDeux & <trois>\r\n", "do": "keep"}
    assert lou.post(address, sent).status_code == 302
    assert lou.get(f"/team/ruisseaux/postings/{posting.slug}/source/").content == data


def test_fact_read_in_the_preview_follows_the_text_and_one_typed_stays(lou, team):
    sent = fields_of(lou.get("/team/ruisseaux/postings/new/").content.decode())
    body = "## Conditions\r\n\r\nTarif : 550 à 650 € HT par jour, 4 jours par semaine."
    sent |= {"title": "Dev", "body": body, "days_per_week_max": "5", "do": "preview"}
    sent = fields_of(lou.post("/team/ruisseaux/postings/new/", sent).content.decode())
    assert (sent["day_rate_min"], sent["day_rate_max"], sent["days_per_week_max"]) == ("550", "650", "5")
    sent |= {"body": body.replace("650", "700"), "do": "keep"}
    assert lou.post("/team/ruisseaux/postings/new/", sent).status_code == 302
    made = Posting.objects.get()
    assert (made.day_rate_min, made.day_rate_max, made.days_per_week_max) == (550, 700, 5)
    assert made.front_matter["facts"] == {"days_per_week_max": 5, "apply_to": [team.reply_to]}


def test_questions_are_added_moved_and_removed_without_javascript(lou, team):
    posting = factories.posting(team)
    address = f"/team/ruisseaux/postings/{posting.slug}/edit/"
    sent = fields_of(lou.get(address).content.decode()) | {"title": "Titre en cours", "do": "add"}
    text = lou.post(address, sent).content.decode()
    assert "Titre en cours" in text and text.count('class="panel question"') == 1
    sent = fields_of(lou.post(address, fields_of(text) | {"q-0-label": "Un", "do": "add"}).content.decode())
    sent |= {"q-1-label": "Deux", "q-1-kind": "choice", "q-1-choices": "a\r\nb", "do": "up-1"}
    sent = fields_of(lou.post(address, sent).content.decode())
    assert [sent["q-0-label"], sent["q-1-label"]] == ["Deux", "Un"]
    text = lou.post(address, sent | {"do": "preview"}).content.decode()
    assert "Demandé dans le formulaire" in text and fields_of(text)["shown"] == sent["shown"]
    assert lou.post(address, sent | {"do": "keep"}).status_code == 302
    assert [(q.label, q.kind, q.choices) for q in posting.questions.all()] == [
        ("Deux", "choice", ["a", "b"]),
        ("Un", "short", []),
    ]
    sent = fields_of(lou.get(address).content.decode()) | {"do": "remove-0"}
    sent = fields_of(lou.post(address, sent).content.decode())
    lou.post(address, sent | {"do": "keep"})
    assert [q.label for q in posting.questions.all()] == ["Un"]


def test_editor_says_what_is_wrong_and_keeps_what_was_typed(lou, team):
    sent = fields_of(lou.get("/team/ruisseaux/postings/new/").content.decode())
    wrong = {
        "title": "", "body": "Mon texte", "day_rate_min": "700", "day_rate_max": "600", "apply_to": "nulle part",
        "start": "bientôt", "q-TOTAL_FORMS": "1", "q-0-label": "Quand ?", "q-0-kind": "choice", "do": "keep",
    }  # fmt: skip
    answer = lou.post("/team/ruisseaux/postings/new/", sent | wrong)
    text = answer.content.decode()
    assert answer.status_code == 422 and not Posting.objects.exists()
    assert "Mon texte" in text and "points à corriger" in text
    for words in ("Donnez un titre", "Le plus bas dépasse", "nulle", "Écrivez 2027-01-04", "au moins deux choix"):
        assert words in text


def test_two_editors_conflict_with_words_and_nothing_is_lost(lou, team):
    posting = factories.posting(team, title="Titre", body="Texte")
    address = f"/team/ruisseaux/postings/{posting.slug}/edit/"
    mine = fields_of(lou.get(address).content.decode()) | {"body": "Ma version", "do": "keep"}
    lou.post(address, mine | {"body": "Leur version", "title": "Leur titre"})
    answer = lou.post(address, mine)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Quelqu’un a modifié cette annonce" in text and "Leur version" in text and "Ma version" in text
    assert Posting.objects.get().body.strip() == "Leur version"
    assert lou.post(address, fields_of(text) | {"do": "keep"}).status_code == 302
    assert Posting.objects.get().body.strip() == "Ma version"


def test_one_click_closes_and_one_undoes(lou, team):
    posting = factories.posting(team)
    address = f"/team/ruisseaux/postings/{posting.slug}/status/"
    text = lou.post(address, {"status": "closed", "seen": "open"}, follow=True).content.decode()
    assert Posting.objects.get().status == "closed" and 'class="toast"' in text
    assert 'class="toast"' not in lou.get("/team/ruisseaux/postings/").content.decode()
    assert lou.post(address, {"status": "draft", "seen": "open"}).status_code == 409
    lou.post(address, {"status": "open", "seen": "closed", "undo": "1"})
    assert Posting.objects.get().status == "open"


def test_coach_reads_and_strangers_see_nothing(team):
    posting, coach, stranger = factories.posting(team, status="draft"), Client(**FRENCH), Client(**FRENCH)
    coach.force_login(factories.user(team, role=Role.COACH))
    stranger.force_login(factories.user(factories.team()))
    edit, status = (f"/team/ruisseaux/postings/{posting.slug}/{end}/" for end in ("edit", "status"))
    assert [coach.get("/team/ruisseaux/postings/").status_code, coach.get(edit).status_code] == [200, 403]
    assert coach.post(status, {"status": "open"}).status_code == 403
    assert [stranger.get(page).status_code for page in ("/team/ruisseaux/postings/", edit)] == [404, 404]
    assert stranger.post(status, {"status": "open"}).status_code == 404
    assert Posting.objects.get().status == "draft"


@pytest.mark.parametrize("rows", [1, 12])
def test_list_asks_the_same_whatever_its_length(lou, team, rows, django_assert_num_queries):
    for _ in range(rows):
        factories.posting(team)
    lou.get("/team/ruisseaux/postings/")
    with django_assert_num_queries(10):
        lou.get("/team/ruisseaux/postings/")


@pytest.mark.django_db(transaction=True)
def test_closing_closes_form_api_and_mail_address_together(lou, team):
    posting = factories.posting(team, title="Hydrologue", apply_to=["hydro@ruisseaux.example"])
    opened = lou.get(f"/p/{posting.slug}/").content.decode()
    assert "Envoyer ma candidature" in opened
    lou.post(f"/team/ruisseaux/postings/{posting.slug}/status/", {"status": "closed", "seen": "open"})
    late = {"form": str(stamps.new()), "name": "Zoé Tard", "email": "zoe@courrier.example", "message": "Trop tard ?"}
    answer = Client(**FRENCH).post(f"/p/{posting.slug}/", late)
    assert answer.status_code == 409
    assert "Cette annonce est close" in answer.content.decode() and "Trop tard ?" in answer.content.decode()
    body = {"posting": str(posting.pk), "name": "Zoé Tard", "email": "zoe@courrier.example"}
    answer = api.client(team).writes("applications/", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "closed")
    head = "From: Zo <zoe@courrier.example>\r\nTo: hydro@ruisseaux.example\r\nSubject: Candidature\r\nMessage-ID: <z@x>"
    receive.receive(f"{head}\r\n\r\nBonjour, je candidate.".encode())
    mail = IncomingMail.objects.get()
    assert mail.outcome == "triage" and "close" in mail.reason
    assert not Application.objects.exists() and not KeptFile.objects.exists()
