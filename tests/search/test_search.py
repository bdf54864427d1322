"""Search: what is found, how forgiving it is, who finds it, and that it is never stale."""

import pytest
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from backend.accounts import actors
from backend.hiring import erasure
from backend.hiring.documents import Upload
from backend.hiring.files import care
from backend.hiring.models import Candidate
from backend.search import find, index, words
from backend.search.models import Entry, Stale
from tests import factories
from workflow.models import Note

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return factories.team(name="Ruisseaux")


@pytest.fixture
def posting(team):
    return factories.posting(team, title="Développement back-end")


@pytest.fixture
def lou(team):
    return actors.of_user(factories.user(team))


def names(actor, text):
    index.sweep()
    return [hit.application.candidate.name for hit in find.find(actor, text).hits]


@pytest.fixture
def theo(posting):
    made = factories.application(
        posting,
        name="Théo Garnier-Lacombe",
        email="theo@courrier.example",
        message="J’ai dirigé des équipes de développement à Besançon.",
        uploads=[Upload("cv.txt", b"Ten years of accessible interfaces, mostly in Python.")],
    )
    care.look_after()
    Note.objects.create(application=made, text="Rappeler mardi au sujet des disponibilités.")
    made.messages.create(
        direction="in", kind="incoming", status="received", sender="theo@courrier.example", recipient="x@y.example",
        subject="Ma question", body="Le télétravail est-il possible ?", message_id="<theo@courrier.example>",
    )  # fmt: skip
    factories.application(posting, name="Inès Valmorin", message="Une autre lettre.")
    return made


@pytest.mark.parametrize(
    "text",
    [
        "Théo Garnier",
        "theo garnier lacombe",
        "GARNIER",
        "lacom",  # the beginning of a word
        "Garnire",  # letters changed places
        "Garnir Lacombe",  # one left out
        "Garniier",  # one too many
        "Lacambe",  # another one
        "theo@courrier.example",
        "besancon",
        "équipe dirigée",  # French stems
        "interface accessibility",  # English stems
        "python",
        "télétravail",
        "disponibilite",
        "developper back-end mardi",  # words of several texts
    ],
)
def test_search_finds_one_file_of_two(lou, theo, text):
    assert names(lou, text) == ["Théo Garnier-Lacombe"]


@pytest.mark.parametrize("text", ["", "  ", "!!", "introuvable", "Théo introuvable", "' | & ! :* <-> \\", "%", "\0"])
def test_search_that_means_nothing_finds_nothing(lou, theo, text):
    assert names(lou, text.replace("\0", "")) == []


def test_search_shows_where_it_found_it(lou, theo):
    index.sweep()
    excerpt = find.find(lou, "disponibilites").hits[0].excerpt
    assert [piece.text for piece in excerpt.pieces if piece.hit] == ["disponibilités"]
    assert "".join(piece.text for piece in excerpt.pieces) == "Rappeler mardi au sujet des disponibilités."


def test_search_stops_at_the_walls_of_the_team(theo, team):
    index.sweep()
    assert Entry.objects.count() == 2
    assert names(actors.of_user(factories.user(factories.team())), "Garnier") == []
    assert names(actors.of_user(factories.user(is_admin=True)), "Garnier") == []
    assert names(actors.of_user(factories.user(team, role="coach")), "Garnier") == ["Théo Garnier-Lacombe"]


def test_search_follows_every_change(lou, theo, posting):
    assert names(lou, "nouveau") == []
    Note.objects.filter(application=theo).update(text="Nouveau rendez-vous")
    assert names(lou, "nouveau") == ["Théo Garnier-Lacombe"] and names(lou, "disponibilités") == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE hiring_candidate SET name = 'Théodora Lacombe' WHERE id = %s", [theo.candidate_id])
    assert names(lou, "theodora") == ["Théodora Lacombe"] and names(lou, "garnier") == []
    theo.notes.all().delete()
    assert names(lou, "nouveau") == []
    assert not Stale.objects.exists()


def test_search_forgets_whom_the_team_erases(lou, theo):
    assert names(lou, "Garnier") == ["Théo Garnier-Lacombe"]
    erasure.erase(pk=theo.candidate_id, actor=lou)
    assert "Garnier" not in str(list(Entry.objects.values_list("parts", "near")))
    index.sweep()
    assert "Garnier" not in str(list(Entry.objects.values_list("parts", "near", "words")))
    assert "garni" not in str(list(Entry.objects.values_list("words")))


def test_search_takes_texts_of_any_length(lou, posting):
    long = " ".join(f"mot{n}" for n in range(60_000))
    made = factories.application(posting, message=long)
    Note.objects.create(application=made, text=long)
    assert names(lou, "mot17") == [made.candidate.name]


@given(st.text(alphabet="abcdefghijklm", min_size=4, max_size=12), st.data())
def test_one_typo_is_always_forgiven(word, data):
    at = data.draw(st.integers(0, len(word) - 2))
    letter = data.draw(st.sampled_from("xyz"))
    for wrong in (
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    ):
        if len(wrong) >= words.SHORTEST_WITH_A_TYPO:
            assert words.near(word) & words.near(wrong)


@given(st.text())
def test_plain_words_are_plain(text):
    for word in words.split(text):
        assert word.isascii() and word == word.lower() and word.isalnum() and len(word) <= words.LONGEST


@pytest.mark.parametrize("rows", [1, 3, 40])
def test_page_asks_few_questions_whatever_it_finds(posting, rows, django_assert_max_num_queries):
    for n in range(rows):
        factories.application(posting, name=f"Camille Arbois {n}")
    index.sweep()
    client = Client(HTTP_ACCEPT_LANGUAGE="fr")
    client.force_login(factories.user(posting.team))
    client.get("/search/?q=arbois")
    with django_assert_max_num_queries(13):
        page = client.get("/search/?q=arbois").content.decode()
    assert page.count("Camille Arbois") == min(rows, 30)
    assert ("Les 30 premières" in page) == (rows == 40)


def test_page_marks_the_words_and_escapes_the_rest(posting):
    made = factories.application(posting, name="Camille", message="Voici <b>mon</b> expérience.")
    index.sweep()
    client = Client(HTTP_ACCEPT_LANGUAGE="fr")
    client.force_login(factories.user(posting.team))
    page = client.get("/search/", {"q": "experience"}).content.decode()
    assert "&lt;b&gt;mon&lt;/b&gt; <mark>expérience</mark>." in page and f"/a/{made.pk}/" in page
    assert "Rien n’a été trouvé" in client.get("/search/", {"q": "<script>"}).content.decode()
    assert client.get("/search/").status_code == 200
    assert Candidate.objects.count() == 1
