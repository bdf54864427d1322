"""What candidates do on their page with what is theirs, and what the team is told of it."""

import datetime as dt
import io
import json
import re
import zipfile

import icalendar
import pytest
from django.test import Client
from django.utils import timezone

from backend.documents import dossier, log
from backend.hiring import addresses, erasure
from backend.hiring.documents import Upload
from backend.web.views import candidate_data
from notifications import compose, identifiers
from notifications.inbound.receive import receive
from notifications.models import Message
from tests import factories
from tests.notifications.inbound import mails
from workflow import links
from workflow.models import InterviewStatus, Note
from workflow.states import State

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(candidate_data, "EVEN_SECONDS", 0)


@pytest.fixture
def application():
    team = factories.team(name="Ruisseaux", language="en")
    return factories.application(factories.posting(team), name="Théo Garnier", email="theo@courrier.example")


def link(application) -> str:
    application.refresh_from_db()
    return f"/c/{application.link_token}/"


def said(application) -> list[str]:
    return list(application.notes.filter(author=None).values_list("text", flat=True))


def letters(**like) -> list[Message]:
    return list(Message.objects.filter(direction="out", **like).order_by("created_at"))


# ── Correcting ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_data_is_corrected_and_the_team_sees_what_changed(application):
    words = {"name": "Théo Garnier-Lacombe", "email": "theo@courrier.example", "phone": "06 12 34 56 78",
             "links": "github.com/theo https://theo.example"}  # fmt: skip
    client = Client()
    answer = client.post(f"{link(application)}details/", words, follow=True)
    assert "Vos données sont corrigées" in answer.content.decode()
    person = application.candidate
    person.refresh_from_db()
    assert (person.name, person.phone, person.github) == (words["name"], words["phone"], "https://github.com/theo")
    assert person.links == ["https://theo.example"] and "phone:+33612345678" in person.match_keys
    [note] = said(application)
    assert "name: “Théo Garnier-Lacombe” instead of “Théo Garnier”" in note and "links" in note
    client.post(f"{link(application)}details/", words)
    assert len(said(application)) == 1  # nothing changed: nothing is told


def test_wrong_data_is_told_beside_its_field(application):
    answer = Client().post(f"{link(application)}details/", {"name": "", "email": "theo", "links": "x"})
    assert answer.status_code == 422 and "Rien n’est encore modifié" in answer.content.decode()
    assert 'id="correct" open' in answer.content.decode() and said(application) == []


def test_new_address_waits_for_the_link_that_went_there(application):
    client, base = Client(), link(application)
    body = {"name": "Théo Garnier", "email": "theo.garnier@nouveau.example"}
    answer = client.post(f"{base}details/", body, follow=True)
    assert "theo.garnier@nouveau.example" in answer.content.decode()
    person = application.candidate
    person.refresh_from_db()
    assert person.email == "theo@courrier.example"
    [new], [old] = letters(kind="address_new"), letters(kind="address_old")
    assert (new.recipient, old.recipient) == ("theo.garnier@nouveau.example", "theo@courrier.example")
    change = addresses.pending(person)
    wire, known = compose.wire(new), compose.wire(old)
    assert addresses.link_of(change) in wire.body and application.link_token not in wire.body
    html = str(wire.alternatives[0][0])
    assert application.link_token not in html and "Théo" not in html and "path-part" not in html.split("</style>")[1]
    assert application.link_token in known.body and "theo.garnier@nouveau.example" in known.body
    assert addresses.token_of(change) not in new.body + old.body
    confirm = f"/c/address/{addresses.token_of(change)}/"
    assert client.get(confirm).status_code == 200
    person.refresh_from_db()
    assert person.email == "theo@courrier.example"  # looking is not confirming
    assert "est confirmée" in client.post(confirm).content.decode()
    person.refresh_from_db()
    assert (person.email, person.email_key) == ("theo.garnier@nouveau.example",) * 2
    assert client.post(confirm).status_code == 404
    assert len(said(application)) == 2 and "instead of theo@courrier.example" in said(application)[1]


def test_new_address_can_be_dropped_and_ends_by_itself(application):
    client, base, person = Client(), link(application), application.candidate
    for n in range(2):
        client.post(f"{base}details/", {"name": "Théo Garnier", "email": f"n{n}@nouveau.example"})
    first, second = person.address_changes.order_by("created_at")
    assert client.get(f"/c/address/{addresses.token_of(first)}/").status_code == 404
    client.post(f"{base}address/")
    assert client.post(f"/c/address/{addresses.token_of(second)}/").status_code == 404
    client.post(f"{base}details/", {"name": "Théo Garnier", "email": "n3@nouveau.example"})
    third = addresses.pending(person)
    person.address_changes.update(created_at=timezone.now() - addresses.LIFETIME)
    assert client.post(f"/c/address/{addresses.token_of(third)}/").status_code == 404
    person.refresh_from_db()
    assert person.email == "theo@courrier.example"


def test_page_cannot_be_used_to_write_to_strangers(application):
    for n in range(addresses.MOST_A_DAY + 3):
        answer = Client().post(f"{link(application)}details/", {"name": "T", "email": f"n{n}@nouveau.example"})
    assert answer.status_code == 422 and len(letters(kind="address_new")) == addresses.MOST_A_DAY


def test_address_of_another_candidate_is_told_to_the_team_and_not_taken(application):
    factories.application(application.posting, email="pris@courrier.example")
    Client().post(f"{link(application)}details/", {"name": "Théo Garnier", "email": "pris@courrier.example"})
    change = addresses.pending(application.candidate)
    answer = Client().post(f"/c/address/{addresses.token_of(change)}/")
    assert answer.status_code == 200 and "L’équipe sait" in answer.content.decode()
    application.candidate.refresh_from_db()
    assert application.candidate.email == "theo@courrier.example"
    assert "perhaps the same person" in said(application)[-1]


# ── Adding, ticking, choosing ─────────────────────────────────────────────────────────────────────────────────────────
def test_documents_are_added_with_the_checks_of_the_form(application):
    client, base = Client(), link(application)
    good, bad = io.BytesIO(b"%PDF-1.4\n"), io.BytesIO(b"<svg onload=x>")
    good.name, bad.name = "plan.pdf", "x.svg"
    answer = client.post(f"{base}documents/", {"documents": [bad]})
    assert answer.status_code == 422 and "x.svg" in answer.content.decode()
    assert client.post(f"{base}documents/", {}).status_code == 422
    client.post(f"{base}documents/", {"documents": [good]})
    assert application.documents.get().name == "plan.pdf"


def test_own_tasks_are_ticked_and_unticked_and_no_others():
    application = factories.application(state=State.CONTRACTED)
    own, teams = (
        factories.task(application, owner="candidate", title="Envoyer les papiers"),
        factories.task(application),
    )
    client, base = Client(), link(application)
    page = client.get(base).content.decode()
    assert "Envoyer les papiers" in page and "Créer les comptes" not in page
    for done in ("yes", "no"):
        client.post(f"{base}tasks/{own.pk}/", {"done": done})
        own.refresh_from_db()
        assert (own.done_at is not None) == (done == "yes")
    assert len(said(application)) == 2
    assert client.post(f"{base}tasks/{teams.pk}/", {"done": "yes"}).status_code == 404
    teams.refresh_from_db()
    assert teams.done_at is None


def test_language_is_followed_by_page_and_mails(application):
    client = Client(HTTP_ACCEPT_LANGUAGE="fr")
    answer = client.post(f"{link(application)}language/", {"language": "en"}, follow=True)
    assert "Hello Théo Garnier" in answer.content.decode() and "are in English" in answer.content.decode()
    application.candidate.refresh_from_db()
    assert application.candidate.language == "en" and "English" in said(application)[0]
    links.send_again("theo@courrier.example")
    assert letters(kind="link_candidate")[0].language == "en"
    assert client.post(f"{link(application)}language/", {"language": "xx"}).status_code == 422


def test_language_buttons_on_the_page_are_the_candidates_own(application):
    assert f'action="{link(application)}language/"' in Client().get(link(application)).content.decode()


# ── Calendar and ZIP ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_interview_goes_into_a_calendar_at_its_own_time(application):
    at = dt.datetime(2027, 7, 9, 12, 30, tzinfo=dt.UTC)
    meeting = factories.held_interview(
        application, at=at, status=InterviewStatus.PLANNED, place="12 rue; de l’Eau, Paris"
    )
    page = Client().get(link(application)).content.decode()
    assert f"interviews/{meeting.pk}.ics" in page
    answer = Client().get(f"{link(application)}interviews/{meeting.pk}.ics")
    assert answer["Content-Type"].startswith("text/calendar") and answer["Referrer-Policy"] == "same-origin"
    calendar = icalendar.Calendar.from_ical(answer.content)
    [event] = calendar.walk("VEVENT")
    assert event.decoded("dtstart") == at
    assert event["LOCATION"] == "12 rue; de l’Eau, Paris" and event["SUMMARY"] == "Entretien avec Ruisseaux"
    assert application.link_token not in answer.content.decode()
    meeting.at += dt.timedelta(days=1)
    meeting.save()
    again = icalendar.Calendar.from_ical(Client().get(f"{link(application)}interviews/{meeting.pk}.ics").content)
    assert again.walk("VEVENT")[0]["UID"] == event["UID"]
    other = factories.application()
    assert Client().get(f"{link(other)}interviews/{meeting.pk}.ics").status_code == 404


def test_everything_is_taken_away_and_nothing_of_the_teams(application):
    document = Upload("../../etc/pass\u202ewd.txt", b"bonjour" * 100_000)
    again = factories.application(application.posting, email="theo@courrier.example", uploads=[document])
    application.notes.create(text="canari de l’équipe", author=factories.user(application.team))
    application.messages.update(status="sent", sent_at=timezone.now())
    assert again.pk == application.pk
    answer = Client().get(f"{link(application)}everything.zip")
    assert answer.streaming and answer["Content-Type"] == "application/zip"
    raw = b"".join(answer.streaming_content)
    archive = zipfile.ZipFile(io.BytesIO(raw))
    assert archive.testzip() is None
    names = archive.namelist()
    assert names[:2] == ["data.json", "summary.pdf"] and "files/01-passwd.txt" in names
    assert all(not name.startswith("/") and ".." not in name and name.isascii() for name in names)
    assert archive.read("files/01-passwd.txt") == document.content
    assert archive.read("summary.pdf").startswith(b"%PDF-")
    data = json.loads(archive.read("data.json"))
    assert (data["person"]["email"], data["application"]["team"]) == ("theo@courrier.example", "Ruisseaux")
    assert [row["action"] for row in data["steps"]] == ["submit"] and len(data["mails"]) == 1
    mail = archive.read(data["mails"][0]["file"]).decode()
    assert "theo@courrier.example" in mail and application.link_token not in mail
    whole = b"".join(archive.read(name) for name in names)
    assert b"canari" not in whole and application.link_token.encode() not in whole


def test_what_the_team_wrote_by_mail_and_what_servers_say_is_not_taken_away(application, settings):
    settings.INBOUND_DOMAIN = "arrivee.example"
    application.team.reply_to = "equipe@ruisseaux.example"
    application.team.save()
    to, [letter] = identifiers.reply_address(application), letters(kind="received_candidate")
    for sender in ("Équipe <equipe@ruisseaux.example>", "Lou chez soi <lou@maison.example>"):
        receive(mails.mail(sender=sender, to=to, subject="Re: Théo", text="canari de l’équipe"))
    receive(mails.bounce(letter.message_id, to="theo@courrier.example"))
    receive(mails.mail(sender="Théo <THEO@courrier.example>", to=to, subject="Re: suite", text="moineau de Théo"))
    assert [note.source for note in application.notes.all()] == ["team", "machine"]
    client = Client(HTTP_ACCEPT_LANGUAGE="fr")
    page = client.get(link(application)).content.decode()
    archive = zipfile.ZipFile(io.BytesIO(b"".join(client.get(f"{link(application)}everything.zip").streaming_content)))
    texts = [page] + [archive.read(name).decode() for name in archive.namelist() if not name.endswith(".pdf")]
    assert "moineau" in "".join(texts) and "canari" not in "".join(texts)
    assert json.loads(archive.read("data.json"))["your_changes"] == []
    told = [entry.said for entry in log.entries(dossier.read(application.pk), for_candidate=True)]
    assert "canari" not in "".join(told)
    team = Client(HTTP_ACCEPT_LANGUAGE="fr")
    team.force_login(factories.user(application.team))
    page = team.get(f"/a/{application.pk}/").content.decode()
    assert "canari" in page and "Noté par <strong>Jalon</strong>" in page and "</strong> a ajouté" not in page


# ── Erasure ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_erasure_is_asked_in_two_steps_confirmed_and_shown_with_its_day(application):
    client, base = Client(), link(application)
    assert f"{base}erasure/" not in client.get(base).content.decode()
    assert f"{base}erasure/" in client.get(f"{base}?erase=ask").content.decode()
    for _ in range(2):
        client.post(f"{base}erasure/", {"do": "ask"})
    person = application.candidate
    person.refresh_from_db()
    due = erasure.due(person.erasure_asked_at)
    [mail] = letters(kind="erasure_candidate")
    assert mail.recipient == "theo@courrier.example" and str(due.year) in mail.body
    assert len(said(application)) == 1
    member = factories.user(application.team)
    team = Client(HTTP_ACCEPT_LANGUAGE="fr")
    team.force_login(member)
    assert "À effacer d’ici le" in team.get(f"/a/{application.pk}/").content.decode()
    assert "Théo Garnier" in team.get("/people/").content.decode()
    client.post(f"{base}erasure/", {"do": "drop"})
    person.refresh_from_db()
    assert person.erasure_asked_at is None


def test_erasure_reaches_the_other_teams_of_the_same_address(application):
    other = factories.application(email="THEO@courrier.example")
    stranger = factories.application()
    Client().post(f"{link(application)}erasure/", {"do": "ask"})
    for row, asked in ((application, True), (other, True), (stranger, False)):
        row.candidate.refresh_from_db()
        assert (row.candidate.erasure_asked_at is not None) == asked
    assert len(letters(kind="erasure_candidate")) == 2


def test_team_erases_after_a_yes_and_the_link_says_so(application):
    base, client = link(application), Client(HTTP_ACCEPT_LANGUAGE="fr")
    client.force_login(factories.user(application.team))
    assert client.post(f"/people/{application.candidate_id}/erase/").status_code == 422
    back = {"sure": "yes", "back": f"/a/{application.pk}/"}
    assert client.post(f"/people/{application.candidate_id}/erase/", back)["Location"] == f"/a/{application.pk}/"
    for address in (base, f"{base}everything.zip", f"{base}details/"):
        answer = Client().get(address)
        assert answer.status_code == 410 and "Vos données sont effacées" in answer.content.decode()
        assert "Théo" not in answer.content.decode() and answer["Referrer-Policy"] == "same-origin"
    assert Client().post(f"{base}erasure/", {"do": "ask"}).status_code == 410
    assert not Note.objects.exclude(text="").exists()


# ── Links ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_lost_link_answers_the_same_whether_the_address_is_known_or_not(application):
    known, unknown = (
        Client(HTTP_ACCEPT_LANGUAGE="fr").post("/c/", {"email": email}).content.decode()
        for email in ("Theo@courrier.example", "Nobody@courrier.example")
    )

    def clean(page):
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)

    assert clean(known).replace("Theo@", "Nobody@") == clean(unknown)
    [mail] = letters(kind="link_candidate")
    assert mail.recipient == "theo@courrier.example" and application.link in compose.wire(mail).body


def test_lost_link_writes_once_in_a_while_and_for_each_application(application):
    factories.application(email="theo@courrier.example")
    for _ in range(3):
        links.send_again("theo@courrier.example")
    assert len(letters(kind="link_candidate")) == 2
    Message.objects.update(created_at=timezone.now() - links.PAUSE)
    assert links.send_again("theo@courrier.example") == 2


def test_lost_link_is_asked_for_so_often_and_no_more(monkeypatch):
    monkeypatch.setattr(candidate_data, "ASKS_AN_HOUR", 2)
    client = Client(REMOTE_ADDR="203.0.113.77")
    answers = [client.post("/c/", {"email": f"x{n}@courrier.example"}).status_code for n in range(4)]
    assert answers == [200, 200, 429, 429]
    assert Client(REMOTE_ADDR="203.0.113.78").post("/c/", {"email": "x@courrier.example"}).status_code == 200


def test_lost_link_counts_visitors_and_not_the_proxy_before_us(monkeypatch, settings):
    monkeypatch.setattr(candidate_data, "ASKS_AN_HOUR", 1)
    settings.PROXIES = 1

    def ask(visitor: str) -> int:
        client = Client(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=visitor)
        return client.post("/c/", {"email": "x@courrier.example"}).status_code

    assert [ask("203.0.113.79"), ask("203.0.113.79"), ask("203.0.113.80")] == [200, 429, 200]
    assert ask("198.51.100.1, 203.0.113.80") == 429  # what a visitor says of themselves counts for nothing


def test_link_is_replaced_by_the_team(application):
    before, client = link(application), Client()
    client.force_login(factories.user(application.team))
    client.post(f"/a/{application.pk}/link/")
    after = link(application)
    assert before != after and Client().get(before).status_code == 404 and Client().get(after).status_code == 200
    [mail] = letters(kind="link_candidate")
    assert application.link in compose.wire(mail).body
    coach = Client()
    coach.force_login(factories.user(application.team, role="coach"))
    assert coach.post(f"/a/{application.pk}/link/").status_code == 403 and link(application) == after


def test_link_sent_again_opens_the_page_after_the_secret_key_changed(application, settings):
    settings.SECRET_KEY = "another-key-0123456789-abcdefghijklmnopqrstuvwxyz"
    links.send_again("theo@courrier.example")
    assert Client().get(link(application)).status_code == 200


def test_every_change_needs_the_page_itself(application):
    client, base = Client(enforce_csrf_checks=True), link(application)
    for address in ("details/", "documents/", "address/", "language/", "erasure/", "withdraw/"):
        assert client.post(base + address).status_code == 403
        assert Client().get(base + address).status_code == 302
    assert client.post("/c/", {"email": "theo@courrier.example"}).status_code == 403
    assert said(application) == [] and not letters(kind="link_candidate")
