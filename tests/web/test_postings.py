"""The public pages: what anybody reads, and the form by which they apply."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.datastructures import MultiValueDict

from backend.hiring.models import Candidate, PostingStatus
from backend.web import stamps
from backend.web.forms import apply
from tests import factories
from workflow.models import Application
from workflow.states import Via

pytestmark = pytest.mark.django_db
FRENCH = {"HTTP_ACCEPT_LANGUAGE": "fr"}
GOOD = {
    "name": "Inès Valmorin",
    "email": "ines@courrier.example",
    "message": "Bonjour, je construis des API publiques.",
}
PDF = b"%PDF-1.4\n%fictional\n"


def form(posting, client=None, **fields):
    return (client or Client(**FRENCH)).post(f"/p/{posting.slug}/", {"form": str(stamps.new())} | GOOD | fields)


def test_list_shows_open_postings_only():
    open_one, closed = factories.posting(title="Ouverte"), factories.posting(title="Close", status="closed")
    factories.posting(title="Brouillon", status="draft")
    page = Client(**FRENCH).get("/").content.decode()
    assert open_one.title in page
    assert closed.title not in page and "Brouillon" not in page


def test_list_reaches_the_closed_ones():
    factories.posting(title="Ouverte"), factories.posting(title="Close un jour", status="closed")
    page = Client().get("/?closed=on").content.decode()
    assert "Close un jour" in page and "Ouverte</a>" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=riviere+relevés", 1), ("q=absent", 0), ("team=crues", 1), ("contract=freelance", 1), ("remote=full", 1),
     ("remote=none", 0), ("contract=nonsense", 2), ("page=99", 2), ("q=%00", 2)],
)  # fmt: skip
def test_list_is_narrowed_by_get(query, found):
    team = factories.team(slug="crues", name="Crues")
    factories.posting(team, title="Relevés", body="La riviere", contract_kinds=["freelance"], remote="full")
    factories.posting(title="Autre")
    page = Client(**FRENCH).get(f"/?{query}").content.decode()
    assert page.count('<h2><a href="/p/') == found


def test_list_says_why_it_is_empty():
    assert "Aucune annonce ouverte" in Client(**FRENCH).get("/").content.decode()
    factories.posting()
    assert "1 annonce est masquée" in Client(**FRENCH).get("/?q=absent").content.decode()


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_list_asks_the_same_whatever_its_length(rows, django_assert_num_queries):
    for _ in range(rows):
        factories.posting()
    client = Client()
    with django_assert_num_queries(4):
        client.get("/")


def test_posting_shows_markdown_without_its_dangers():
    posting = factories.posting(body="# La mission\n\n<script>alert(1)</script> [oui](javascript:alert(1)) **gras**")
    page = Client().get(f"/p/{posting.slug}/").content.decode()
    assert "<h2>La mission</h2>" in page and "<strong>gras</strong>" in page
    prose, data = page.partition('<section class="prose"')[2], page.partition("ld+json")[2].partition("</script>")[0]
    assert "<script" not in prose and page.count("<script") == 1 and "<" not in data and 'href="javascript:' not in page


def test_draft_exists_for_its_own_team_only():
    team = factories.team()
    posting = factories.posting(team, status=PostingStatus.DRAFT, title="Secret")
    address = f"/p/{posting.slug}/"
    own, other = Client(), Client()
    own.force_login(factories.user(team))
    other.force_login(factories.user(factories.team()))
    assert "Secret" in own.get(address).content.decode()
    assert Client().get(address).status_code == 404
    assert other.get(address).status_code == 404
    assert "Secret" not in other.get(address).content.decode()


def test_closed_posting_keeps_its_address_and_takes_nothing():
    posting = factories.posting(status=PostingStatus.CLOSED)
    page = Client(**FRENCH).get(f"/p/{posting.slug}/")
    assert page.status_code == 200 and "Cette annonce est close" in page.content.decode()
    answer = form(posting)
    assert answer.status_code == 409
    assert GOOD["message"] in answer.content.decode()
    assert not Application.objects.exists()


def test_form_makes_an_application_and_thanks():
    posting = factories.posting()
    cv, more = SimpleUploadedFile("CV Inès.pdf", PDF), SimpleUploadedFile("lettre.txt", "Bonjour à vous".encode())
    answer = form(
        posting, cv=cv, documents=[more], links="github.com/ines\nhttps://ines.example", phone="01 99 00 12 34"
    )
    assert (answer.status_code, answer["Location"]) == (302, f"/p/{posting.slug}/thanks/")
    made = Application.objects.get()
    assert (made.posting, made.via, made.message) == (posting, Via.FORM, GOOD["message"])
    assert sorted(made.documents.values_list("name", flat=True)) == ["CV Inès.pdf", "lettre.txt"]
    person = made.candidate
    assert (person.name, person.email, person.github, person.links) == (
        "Inès Valmorin", "ines@courrier.example", "https://github.com/ines", ["https://ines.example"],
    )  # fmt: skip
    thanks = Client(**FRENCH).get(answer["Location"]).content.decode()
    assert "Merci" in thanks and "Inès" not in thanks and made.link_token not in thanks


def test_form_sent_twice_is_one_application():
    posting = factories.posting()
    assert [form(posting).status_code, form(posting).status_code] == [302, 302]
    assert Application.objects.count() == 1 == Candidate.objects.count()


def test_form_trap_takes_machines_in():
    posting = factories.posting()
    assert form(posting, website="https://spam.example").status_code == 302
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "Dites-nous votre nom."),
        ({"email": "as.lestrange@courrier"}, "Il manque la fin de l’adresse, par exemple «\u202f.fr\u202f»."),
        ({"email": "courrier.example"}, "Il manque le «\u202f@\u202f»"),
        ({"message": ""}, "deux ou trois phrases suffisent"),
        ({"links": "pas un lien"}, "n’est pas une adresse web"),
        ({"name": "x" * 201}, "200"),
        ({"name": "nul\0"}, "1 point à corriger"),
    ],
)
def test_form_says_what_is_wrong_and_keeps_what_was_typed(fields, words):
    posting = factories.posting()
    answer = form(posting, **fields)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "1 point à corriger" in page and f'<a href="#id_{next(iter(fields))}">' in page
    assert 'role="alert" tabindex="-1" autofocus' in page
    kept = "Inès Valmorin" if "name" not in fields else GOOD["message"]
    assert kept in page
    assert not Application.objects.exists()


def test_form_refuses_files_by_content():
    posting = factories.posting()
    answer = form(posting, cv=SimpleUploadedFile("cv.pdf", b"<html>not a pdf</html>"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "cv.pdf" in page and "Inès Valmorin" in page
    assert not Candidate.objects.exists()


def test_form_refuses_a_file_too_large(settings):
    settings.DOCUMENT_MAX_BYTES = 1_048_576
    answer = form(factories.posting(), cv=SimpleUploadedFile("cv.pdf", PDF + b"x" * 1_600_000))
    assert "pèse 2 Mo. Choisissez-en un de moins de 1 Mo." in answer.content.decode()


def test_form_reads_no_file_where_there_are_too_many(settings, monkeypatch):
    settings.DOCUMENTS_MAX_COUNT = 2
    read = []
    monkeypatch.setattr(apply, "read", read.append)
    files = [SimpleUploadedFile(f"cv{n}.pdf", b"%PDF-1.4") for n in range(3)]
    form = apply.ApplyForm({}, MultiValueDict({"documents": files}))
    assert (len(form.errors["documents"]), read) == (1, [])


def test_form_needs_its_token():
    client = Client(enforce_csrf_checks=True, **FRENCH)
    answer = form(factories.posting(), client)
    assert answer.status_code == 403 and "resté ouvert trop longtemps" in answer.content.decode()
