"""Documents looked at in the browser: sandboxed, under a safe name, and only by those who may have them."""

import pytest
from django.test import Client

from backend.hiring.documents import Upload
from backend.hiring.files import care
from backend.hiring.models import Document
from backend.web import previews
from tests import factories
from tests.hiring import builders as make

pytestmark = pytest.mark.django_db
PROGRAM = b"<script>alert(1)</script>"


@pytest.fixture
def posting():
    return factories.posting()


@pytest.fixture
def member(posting) -> Client:
    return signed_in(factories.user(posting.team))


def signed_in(user) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def look(client: Client, posting, name: str, content: bytes, query: str = ""):
    """Store one file, read it, and give the preview of it."""
    application = factories.application(posting, uploads=[Upload(name, content)])
    care.look_after()
    return client.get(f"/a/{application.pk}/documents/{application.documents.get().pk}/preview/{query}")


@pytest.mark.parametrize(
    ("name", "content", "media_type", "shown_as"),
    [
        ("CV.pdf", make.pdf(), "text/html", "CV.pdf.html"),
        ("CV.docx", make.docx(), "text/plain", "CV.docx.txt"),
        ("CV.odt", make.odt(), "text/plain", "CV.odt.txt"),
        ("CV.txt", make.WORDS.encode("cp1252"), "text/plain", "CV.txt.txt"),
        ("moi.png", make.png(), "image/png", "moi.png"),
        ("moi.jpg", make.jpeg(), "image/jpeg", "moi.jpg"),
        ("moi.webp", make.webp(), "image/webp", "moi.webp"),
    ],
)
def test_preview_is_sandboxed(member, posting, name, content, media_type, shown_as):
    answer = look(member, posting, name, content)
    body = b"".join(answer)
    assert answer.status_code == 200
    assert answer["Content-Type"].split(";")[0] == media_type
    assert answer["Content-Disposition"] == f'inline; filename="{shown_as}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "private, no-store"
    policy = {part.split()[0]: part.split()[1:] for part in answer["Content-Security-Policy"].split(";")}
    assert policy["default-src"] == ["'none'"]
    assert policy["sandbox"] == []
    assert "script-src" not in policy
    if media_type == "text/plain":
        assert make.WORDS in body.decode()
        assert answer["Content-Type"] == "text/plain; charset=utf-8"


def test_pages_are_pictures_and_nothing_of_the_file(member, posting):
    body = look(member, posting, "CV.pdf", make.pdf(words="un secret")).content.decode()
    assert body.count('<img src="data:image/webp;base64,UklGR') == 1
    assert "un secret" not in body
    assert 'alt="Page 1"' in body


def test_text_of_a_pdf_is_given_on_its_own(member, posting):
    answer = look(member, posting, "CV.pdf", make.pdf(), "?as=text")
    assert (answer["Content-Type"], answer.content.decode()) == ("text/plain; charset=utf-8", make.WORDS)


def test_name_of_the_file_is_no_markup(member, posting):
    assert b"<b>" not in look(member, posting, "<b>x.pdf", make.pdf()).content


def test_script_in_a_text_is_text(member, posting):
    answer = look(member, posting, "lettre.txt", b"Bonjour. " * 700 + PROGRAM)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert PROGRAM in answer.content


@pytest.mark.parametrize("content", [b"%PDF-1.7 rien", make.pdf()[:60]])
def test_what_cannot_be_drawn_says_so(member, posting, content):
    answer = look(member, posting, "CV.pdf", content)
    assert answer.status_code == 404
    assert "This file cannot be shown here. Download it. It is damaged." in answer.content.decode()


def test_what_waits_to_be_read_says_so(member, posting):
    application = factories.application(posting, uploads=[Upload("CV.docx", make.docx())])
    document = application.documents.get()
    assert not previews.can_show(document)
    answer = member.get(f"/a/{application.pk}/documents/{document.pk}/preview/")
    assert (answer.status_code, "waits to be read" in answer.content.decode()) == (404, True)


def test_page_offers_a_preview_of_what_can_be_shown(member, posting):
    application = factories.application(posting, uploads=[Upload("CV.pdf", make.pdf())])
    beside = f"/a/{application.pk}/?doc={application.documents.get().pk}#read"
    assert f'href="{beside}"' in member.get(f"/a/{application.pk}/").content.decode()
    own = f"/c/{application.link_token}/documents/{application.documents.get().pk}/preview/"
    assert f'href="{own}"' in Client().get(f"/c/{application.link_token}/").content.decode()


def test_preview_is_nobody_elses(member, posting):
    answer = look(member, posting, "CV.txt", b"bonjour")
    assert answer.status_code == 200
    document = Document.objects.get()
    other = factories.application(posting)
    assert member.get(f"/a/{other.pk}/documents/{document.pk}/preview/").status_code == 404
    stranger = signed_in(factories.user(factories.team()))
    application = document.applications.get()
    assert stranger.get(f"/a/{application.pk}/documents/{document.pk}/preview/").status_code == 404
    assert stranger.get(f"/c/{other.link_token}/documents/{document.pk}/preview/").status_code == 404
