"""A real browser looks at documents: pages show, and nothing in a hostile file runs."""

import pytest

from backend.hiring import documents
from backend.hiring.documents import Upload
from backend.hiring.files import care, kinds
from backend.hiring.models import Document, TextStatus
from tests import factories
from tests.e2e.conftest import PASSWORD
from tests.hiring import builders as make

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
JS = b"/OpenAction << /S /JavaScript /JS (app.alert(1); this.submitForm('http://127.0.0.1:9/')) >>"
MARKUP = b'<!DOCTYPE html><html><body><script>document.title="RAN";fetch("/home/")</script>'


@pytest.fixture
def hostile_gets_in(monkeypatch):
    """Take hostile files as if the judgement had been got past."""
    monkeypatch.setattr(documents, "judge", lambda content, name: kinds.PDF if content[:1] == b"%" else kinds.TEXT)


def preview_of(visit, *, name: str, content: bytes, **options):
    """Sign in, open the application, and follow the preview; give the page and all that was asked for."""
    team = factories.team()
    user = factories.user(team, name="Sacha")
    user.set_password(PASSWORD)
    user.save()
    application = factories.application(factories.posting(team), uploads=[Upload(name, content)])
    care.look_after()
    visitor = visit(**options)
    visitor.sign_in(user.email)
    page = visitor.go(f"/a/{application.pk}/")
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.locator(".files a.look").click()  # in its frame beside the timeline, then alone
    page.wait_for_load_state("load")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator(".read header a").first.click()
    page.wait_for_load_state("load")
    page.wait_for_timeout(500)  # for what would run
    assert dialogs == []
    return page, [url for url in asked if not url.startswith("data:") and "favicon" not in url]


@pytest.mark.parametrize("options", [{}, {"java_script_enabled": False}])
def test_pages_of_a_pdf_show(visit, options):
    page, asked = preview_of(visit, name="CV.pdf", content=make.pdf(), **options)
    picture = page.locator("img")
    assert picture.count() == 1
    assert picture.bounding_box()["width"] > 300
    assert picture.bounding_box()["height"] > 400
    assert asked == [page.url]
    page.get_by_role("link").click()
    assert make.WORDS in page.locator("body").inner_text()


def test_hostile_pdf_runs_nothing(visit, hostile_gets_in):
    page, asked = preview_of(visit, name="CV.pdf", content=make.pdf(catalog=JS))
    assert page.locator("img").count() == 1
    assert asked == [page.url]


def test_hostile_text_is_shown_as_it_is_written(visit, hostile_gets_in):
    page, asked = preview_of(visit, name="CV.txt", content=MARKUP)
    assert page.title() != "RAN"
    assert "<script>" in page.locator("body").inner_text()
    assert asked == [page.url]


def test_markup_without_the_walls_would_run(visit, hostile_gets_in, monkeypatch):
    """The control: there is something to stop."""
    from backend.web import previews

    def unwalled(*_anything):
        policy = {"Content-Security-Policy": "script-src 'unsafe-inline'"}
        return previews.HttpResponse(MARKUP, content_type="text/html", headers=policy)

    monkeypatch.setattr(previews, "_inline", unwalled)
    page, asked = preview_of(visit, name="CV.txt", content=MARKUP)
    assert page.title() == "RAN"
    assert len(asked) > 1


def test_page_that_is_served_sandboxed_could_run_nothing(visit, hostile_gets_in, monkeypatch):
    """The last wall: even markup served as markup has no scripts and no origin here."""
    from backend.web import previews

    monkeypatch.setattr(previews, "_words", lambda document: previews.HttpResponse(MARKUP, content_type="text/html"))
    page, asked = preview_of(visit, name="CV.txt", content=MARKUP)
    assert page.title() != "RAN"
    assert asked == [page.url]


def test_document_of_words_shows_on_a_small_screen(visit):
    page, _asked = preview_of(visit, name="CV.odt", content=make.odt(), viewport={"width": 320, "height": 640})
    assert Document.objects.get().text_status == TextStatus.DONE
    assert make.WORDS in page.locator("body").inner_text()
