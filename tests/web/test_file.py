"""The page of one application: writing to the person, what the timeline shows, the list one came from, reading."""

import re

import pytest
from django.test import Client

from backend.accounts import actors
from backend.hiring import erasure
from backend.hiring.documents import Upload
from backend.web import takeout
from notifications import compose, replies
from tests import factories
from workflow.models import Note
from workflow.states import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return factories.team(slug="ruisseaux", name="Ruisseaux")


@pytest.fixture
def posting(team):
    return factories.posting(team, title="Développement back-end")


def sign_in(user) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="fr")
    client.force_login(user)
    return client


@pytest.fixture
def member(team):
    return sign_in(factories.user(team, name="Lou Ferrandier"))


def page(client, application, query="") -> str:
    return client.get(f"/a/{application.pk}/{query}").content.decode()


def wrote(application, **fields):
    return application.messages.create(
        **{
            "direction": "in",
            "kind": "incoming",
            "status": "received",
            "sender": application.candidate.email,
            "recipient": "equipe@equipe.example",
            "subject": "Une question {ici}",
            "body": "Bonjour, quand commence la mission ?",
            "message_id": "<question@courrier.example>",
        }
        | fields
    )


def test_reply_waits_in_the_thread_of_what_they_wrote(posting, member):
    application = factories.application(posting, name="Théo Garnier")
    wrote(application)
    drafted = page(member, application)
    assert 'value="Re: Une question (ici)"' in drafted and "Lou Ferrandier, pour l’équipe Ruisseaux" in drafted
    fields = {"subject": "Re: Une question (ici)", "body": "Bonjour,\r\n\r\nEn mars.\r\n\r\n{link}", "send": "hold"}
    answer = member.post(f"/a/{application.pk}/reply/", fields, follow=True).content.decode()
    assert "attend de partir" in answer and "Ce courriel part dans 5\u202fmin" in answer and "En mars." in answer
    mail = application.messages.get(kind="reply_candidate")
    assert (mail.status, mail.body, mail.transition) == ("held", "Bonjour,\n\nEn mars.\n\n{link}", None)
    wire = compose.wire(mail)
    assert wire.extra_headers["In-Reply-To"] == "<question@courrier.example>"
    assert wire.extra_headers["References"].split()[-1] == "<question@courrier.example>"
    assert application.link in wire.body
    assert "Auto-Submitted" not in wire.extra_headers  # a person wrote it: an absence notice is an answer


def test_reply_goes_back_to_the_application(posting, member, settings):
    settings.INBOUND_DOMAIN = "reponses.example"
    application = factories.application(posting)
    member.post(f"/a/{application.pk}/reply/", {"subject": "Objet", "body": "Texte", "send": "now"})
    mail = application.messages.get(kind="reply_candidate")
    assert mail.due_at <= mail.created_at
    assert compose.wire(mail).extra_headers["Reply-To"].endswith("@reponses.example")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"subject": "", "body": "x"}, "un objet et un texte"),
        ({"subject": "x", "body": " "}, "un objet et un texte"),
        ({"subject": "x", "body": "{nope}"}, "n’existe pas ici"),
    ],
)
def test_reply_that_says_nothing_stays_in_the_form(posting, member, fields, words):
    application = factories.application(posting)
    answer = member.post(f"/a/{application.pk}/reply/", fields)
    assert answer.status_code == 422 and 'id="reply" open' in answer.content.decode()
    assert not application.messages.filter(kind="reply_candidate").exists()


def test_only_members_of_the_team_write(posting, team):
    application = factories.application(posting)
    coach, stranger = factories.user(team, role="coach"), factories.user(factories.team())
    fields = {"subject": "x", "body": "y"}
    assert sign_in(coach).post(f"/a/{application.pk}/reply/", fields).status_code == 403
    assert sign_in(stranger).post(f"/a/{application.pk}/reply/", fields).status_code == 404
    assert "Écrire à" not in page(sign_in(coach), application)
    assert not application.messages.filter(kind="reply_candidate").exists()


def test_draft_is_what_leaves_when_nothing_is_changed(posting, team):
    application = factories.application(posting)
    actor = actors.of_user(factories.user(team))
    begun = replies.draft(application, actor)
    mail = replies.send(pk=application.pk, actor=actor, subject=begun.subject, body=begun.body)
    assert (mail.subject, mail.body, mail.edited) == (begun.subject, begun.body, False)


def test_timeline_is_narrowed_by_its_address(posting, member):
    application = factories.application(posting)
    Note.objects.create(application=application, text="Une note à retrouver")
    wrote(application)
    shown = {word: page(member, application, f"?show={word}") for word in ("moves", "mails", "notes", "", "nonsense")}
    assert [word for word, html in shown.items() if "Une note à retrouver" in html] == ["notes", "", "nonsense"]
    assert [word for word, html in shown.items() if "quand commence" in html] == ["mails", "", "nonsense"]
    assert 'aria-current="true">Notes <b>1</b>' in shown["notes"]
    assert "Rien de cette sorte" in page(member, application, "?show=interviews")


def test_neighbours_are_those_of_the_list_one_came_from(posting, member):
    first, other, last = (factories.application(posting, name=name) for name in ("Ada", "Bea", "Cleo"))
    rejected = factories.application(posting, name="Dora", state=State.REJECTED)
    received = "?in=/team/ruisseaux/list/%3Fstate=received"
    html = page(member, other, received)
    assert f'rel="prev" href="/a/{first.pk}/?in=' in html and f'rel="next" href="/a/{last.pk}/?in=' in html
    assert 'class="back" href="/team/ruisseaux/list/?state=received"' in html
    assert f"/a/{rejected.pk}/" in page(member, last, "?in=/team/ruisseaux/list/").split("</nav>")[1]
    assert 'rel="next"' not in page(member, last, received)
    assert 'rel="next"' not in page(member, last, "?in=/team/ruisseaux/")  # a column of the board
    assert 'rel="next"' not in page(member, other, "?in=/team/ruisseaux/list/%3Fq=Bea")


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example/", "//[x", "/home/", "javascript:x", "%00", ""]
)
def test_address_of_a_list_that_is_none_leads_to_the_board(posting, member, address):
    application = factories.application(posting)
    html = page(member, application, f"?in={address}")
    assert 'class="back" href="/team/ruisseaux/"' in html and "evil" not in html.split("<main")[1].split("</h1>")[0]


def test_other_applications_are_those_the_viewer_may_see(team, posting, member):
    haies = factories.team(name="Haies")
    here = factories.application(posting, email="theo@courrier.example")
    factories.application(factories.posting(team, title="Design"), email="theo@courrier.example")
    factories.application(factories.posting(haies, title="Poste des haies"), email="theo@courrier.example")
    html = page(member, here)
    assert "A aussi postulé" in html and "Design" in html and "Poste des haies" not in html
    both = page(sign_in(factories.user(team, haies)), here)
    assert "Poste des haies" in both


def test_document_is_read_beside_the_timeline(posting, member):
    application = factories.application(posting, uploads=[Upload("cv.txt", b"Dix ans de Python.")])
    document = application.documents.get()
    assert f'href="/a/{application.pk}/?doc={document.pk}#read"' in page(member, application)
    answer = member.get(f"/a/{application.pk}/?doc={document.pk}")
    assert f'src="/a/{application.pk}/documents/{document.pk}/preview/"' in answer.content.decode()
    assert "frame-src 'self'" in answer["Content-Security-Policy"]
    framed = member.get(f"/a/{application.pk}/documents/{document.pk}/preview/")
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    assert framed["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'self'"
    elsewhere = factories.application(uploads=[Upload("autre.txt", b"Secret.")]).documents.get()
    assert "<iframe" not in page(member, application, f"?doc={elsewhere.pk}")


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_page_asks_the_same_whatever_its_length(posting, member, rows, django_assert_num_queries):
    application = factories.application(posting, email="theo@courrier.example")
    for n in range(rows):
        Note.objects.create(application=application, text=f"Note {n}")
        wrote(application, message_id=f"<{n}@courrier.example>")
        factories.held_interview(application)
        factories.task(application)
        factories.application(factories.posting(posting.team), email="theo@courrier.example")
    address = f"/a/{application.pk}/?in=/team/ruisseaux/list/"
    member.get(address)
    with django_assert_num_queries(33):
        member.get(address)


def test_who_opened_a_file_stands_in_the_timeline_once_a_day(team, posting, member):
    upload = Upload("cv.txt", b"Python depuis 2015")
    application = factories.application(posting, name="Theo Garnier", uploads=[upload])
    document = application.documents.get()
    where = f"/a/{application.pk}/documents/{document.pk}/"
    ana, stranger = sign_in(factories.user(team, name="Ana Roux")), sign_in(factories.user(factories.team()))
    asked = [(member.get, where), (member.get, f"{where}preview/"), (member.get, where), (ana.get, where)]
    asked += [(stranger.get, where)]
    asked += [(Client().get, f"/c/{application.link_token}/documents/{document.pk}/")]
    answers = [ask(path) for ask, path in asked]
    for answer in answers:
        assert b"".join(answer)
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 404, 200]
    text = re.sub(r"<[^>]+>", "", page(member, application, "?show=views"))
    assert text.count("Lou Ferrandier a ouvert cv.txt") == text.count("Ana Roux a ouvert cv.txt") == 1
    assert text.count("a ouvert") == 2
    given = takeout.data(application, [])["documents_opened_by_the_team"]
    assert [row["name"] for row in given] == ["cv.txt"], "the candidate learns that, not who"
    erasure.erase(pk=application.candidate_id, actor=actors.of_user(factories.user(team)))
    assert not application.document_views.exists()
