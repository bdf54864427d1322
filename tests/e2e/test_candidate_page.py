"""The candidate's page in a real browser: narrow, by keyboard, without JavaScript; and what other sites learn of it."""

import http.server
import threading

import pytest

from backend.hiring import addresses
from tests import factories
from workflow.models import InterviewStatus
from workflow.states import State

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NARROW = {"width": 320, "height": 640}


@pytest.fixture
def application():
    made = factories.application(state=State.CONTRACTED, name="Théo Garnier", email="theo@courrier.example")
    factories.task(made, owner="candidate", title="Envoyer les papiers")
    factories.held_interview(made, status=InterviewStatus.PLANNED)
    return made


@pytest.mark.parametrize("javascript", [True, False])
def test_everything_is_done_by_keyboard_on_a_narrow_screen(visit, application, tmp_path, javascript):
    visitor = visit(viewport=NARROW, java_script_enabled=True)
    if not javascript:  # the test itself reads where the focus is by script; the page's own must not be needed
        visitor.page.route("**/*.js", lambda route: route.abort())
    page = visitor.go(f"/c/{application.link_token}/")
    assert page.locator("script").count() == 0

    visitor.tab_to("Fait\u202f: Envoyer les papiers")
    page.keyboard.press("Enter")
    page.wait_for_url("**#tasks")
    assert page.get_by_role("button", name="Envoyer les papiers").get_attribute("aria-pressed") == "true"

    visitor.tab_to("Corriger mes données")
    page.keyboard.press("Enter")
    visitor.tab_to("details_phone")
    page.keyboard.type("06 12 34 56 78")
    visitor.tab_to("Corriger")
    page.keyboard.press("Enter")
    page.wait_for_url("**#data")
    assert "Vos données sont corrigées" in page.get_by_role("status").inner_text()

    visitor.tab_to("Ajouter un document")
    page.keyboard.press("Enter")
    plan = tmp_path / "plan.pdf"
    plan.write_bytes(b"%PDF-1.4\n%fictional\n")
    page.locator("#add_documents").set_input_files(plan)
    visitor.tab_to("Ajouter")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="plan.pdf", exact=True).wait_for()

    with page.expect_download() as download:
        visitor.tab_to("Tout emporter (ZIP)")
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".zip")

    visitor.tab_to("Faire effacer mes données…")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Demander l’effacement").wait_for()
    visitor.tab_to("Demander l’effacement")
    page.keyboard.press("Enter")
    page.get_by_text("Vous avez demandé l’effacement de vos données").wait_for()

    visitor.tab_to("English")
    page.keyboard.press("Enter")
    page.get_by_text("From now on, this page and our e-mails are in English.").wait_for()
    person = application.candidate
    person.refresh_from_db()
    assert (person.phone, person.language, person.erasure_asked_at is not None) == ("06 12 34 56 78", "en", True)
    assert visitor.fits()


def test_new_address_is_confirmed_with_javascript_off(visit, application):
    visitor = visit(viewport=NARROW, java_script_enabled=False)
    page = visitor.go(f"/c/{application.link_token}/")
    page.get_by_text("Corriger mes données").click()
    page.locator("#details_email").fill("theo@nouveau.example")
    page.get_by_role("button", name="Corriger").click()
    page.get_by_text("Une nouvelle adresse attend d’être confirmée").wait_for()
    change = addresses.pending(application.candidate)
    visitor.go(f"/c/address/{addresses.token_of(change)}/")
    page.get_by_role("button", name="Oui, écrivez-moi à cette adresse").click()
    assert "confirmée" in page.locator("h1").inner_text()
    application.candidate.refresh_from_db()
    assert application.candidate.email == "theo@nouveau.example"


def test_lost_link_is_asked_for_with_javascript_off(visit, application):
    visitor = visit(viewport=NARROW, java_script_enabled=False)
    page = visitor.go("/c/nothing/")
    page.get_by_role("link", name="M’envoyer mon lien").click()
    page.get_by_label("Adresse électronique").fill("theo@courrier.example")
    page.get_by_role("button", name="M’envoyer mon lien").click()
    assert "theo@courrier.example" in page.get_by_role("status").inner_text()
    assert application.messages.filter(kind="link_candidate").count() == 1


@pytest.mark.parametrize("policy", ["ours", "unsafe-url"])
def test_no_other_site_learns_the_address_of_the_page(visit, application, policy):
    """A link out is followed to a server that notes what it is told; a control first shows that a policy which tells
    the address is caught."""
    told: list[str] = []

    class Ear(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/salle":  # not the picture that the browser asks for by itself
                told.append(self.headers.get("Referer", ""))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    def careless(route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers=answer.headers | {"referrer-policy": policy})

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ear) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        outside = f"http://127.0.0.1:{server.server_port}/salle"
        application.interviews.update(place=outside)
        visitor = visit()
        if policy != "ours":
            visitor.page.route("**/c/**", careless)
        page = visitor.go(f"/c/{application.link_token}/")
        page.get_by_role("link", name=outside).click()
        page.wait_for_url(outside)
        server.shutdown()
    assert (told == [""]) == (policy == "ours"), told
    assert (application.link_token in told[0]) == (policy != "ours")
