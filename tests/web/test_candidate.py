"""The candidate's page: what they are told, what never shows, and the way out."""

import pytest
from django.test import Client

from backend.hiring.documents import Upload
from tests import factories
from workflow.states import State

pytestmark = pytest.mark.django_db


def page_of(application, **headers):
    return Client(**headers).get(f"/c/{application.link_token}/")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.RECEIVED, "votre candidature est bien arrivée."),
        (State.INTERVIEWED, "l’entretien est passé, merci\u202f!"),
        (State.CONTRACTED, "le contrat est signé"),
        (State.ONBOARDED, "Bienvenue"),
        (State.REJECTED, "nous n’irons pas plus loin ensemble cette fois."),
        (State.WITHDRAWN, "votre candidature est retirée."),
    ],
)
def test_page_says_where_they_stand(state, words):
    answer = page_of(factories.application(state=state, name="Inès Valmorin"))
    assert answer.status_code == 200
    assert words in answer.content.decode() and "Inès Valmorin" in answer.content.decode()


def test_page_leaves_no_trace():
    answer = page_of(factories.application())
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in answer["Cache-Control"]


def test_page_hides_what_is_internal():
    application = factories.application(state=State.REJECTED)
    factories.held_interview(application)
    application.notes.create(text="note interne canari")
    text = page_of(application).content.decode()
    assert "Quelqu’un d’autre" not in text and "autre_choice" not in text and "canari" not in text
    assert "Refusée" in text  # the state itself is told


def test_page_speaks_their_language_unless_they_chose():
    application = factories.application(language="en", name="Ada")
    assert (
        "Hello Ada, your application has arrived." in page_of(application, HTTP_ACCEPT_LANGUAGE="fr").content.decode()
    )
    client = Client()
    client.cookies["django_language"] = "fr"
    assert "Bonjour Ada" in client.get(f"/c/{application.link_token}/").content.decode()


def test_wrong_link_is_met_with_kind_words():
    application = factories.application(name="Canari")
    for token in ("x", application.link_token[:-1] + "0" * (application.link_token[-1] != "0") + "1", "a" * 500):
        answer = Client(HTTP_ACCEPT_LANGUAGE="fr").get(f"/c/{token}/")
        assert answer.status_code == 404
        assert "Ce lien n’ouvre rien" in answer.content.decode() and "Canari" not in answer.content.decode()
        assert answer["Referrer-Policy"] == "same-origin"


def test_withdrawal_takes_two_steps_and_holds_once():
    application = factories.application()
    link, client = f"/c/{application.link_token}/", Client()
    assert f"{link}withdraw/" not in client.get(link).content.decode()
    assert f"{link}withdraw/" in client.get(f"{link}?withdraw=ask").content.decode()
    assert client.get(f"{link}withdraw/")["Location"] == link
    application.refresh_from_db()
    assert application.state == State.RECEIVED
    for _ in range(2):
        assert client.post(f"{link}withdraw/", {"reason": "Une autre \0mission"})["Location"] == link
    application.refresh_from_db()
    assert application.state == State.WITHDRAWN
    last = application.transitions.last()
    assert (last.number, last.actor_kind, last.reason) == (2, "candidate", "Une autre mission")


def test_withdrawal_from_the_end_of_the_path_is_refused_in_words():
    application = factories.application(state=State.ONBOARDED)
    answer = Client().post(f"/c/{application.link_token}/withdraw/")
    assert answer.status_code == 409 and "Bienvenue" in answer.content.decode()


def test_documents_are_their_own_only():
    application = factories.application(uploads=[Upload("cv.txt", b"bonjour")])
    other = factories.application()
    document = application.documents.get()
    mine = Client().get(f"/c/{application.link_token}/documents/{document.pk}/")
    assert b"".join(mine.streaming_content) == b"bonjour"
    assert Client().get(f"/c/{other.link_token}/documents/{document.pk}/").status_code == 404
