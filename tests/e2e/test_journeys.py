"""What people do here, in a real browser: by keyboard, and without JavaScript."""

import pytest

from backend.hiring.models import Posting, Question
from tests import factories
from tests.e2e.conftest import PASSWORD
from workflow.models import Application
from workflow.states import State

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def member_of(team):
    user = factories.user(team)
    user.set_password(PASSWORD)
    user.save()
    return user


def test_somebody_applies_by_keyboard_alone_and_without_javascript(visit, tmp_path):
    posting = factories.posting(title="Développement back-end")
    cv = tmp_path / "CV.pdf"
    cv.write_bytes(b"%PDF-1.4\n%fictional\n")
    visitor = visit(java_script_enabled=True)  # read by the test only: the page brings no script of its own
    page = visitor.go("/")
    assert page.locator("script").count() == 0
    visitor.tab_to("Développement back-end")
    page.keyboard.press("Enter")
    page.wait_for_url("**/p/**")
    visitor.tab_to("id_name")
    page.keyboard.type("Anne-Sophie de Lestrange-Boisvert")
    visitor.tab_to("id_email")
    page.keyboard.type("as.lestrange@courrier")
    visitor.tab_to("id_message")
    page.keyboard.type("Bonjour, j’ai grandi au bord d’un ruisseau.")
    visitor.tab_to("Envoyer ma candidature")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    summary = page.locator(".notice[role=alert]")
    assert "1 point à corriger" in summary.inner_text()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    assert page.locator("#id_name").input_value() == "Anne-Sophie de Lestrange-Boisvert"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "id_email"
    page.keyboard.press("End")
    page.keyboard.type(".example")
    page.locator("#id_cv").set_input_files(cv)
    visitor.tab_to("Envoyer ma candidature")
    page.keyboard.press("Enter")
    page.wait_for_url("**/thanks/")
    assert "Merci" in page.locator("h1").inner_text()
    made = Application.objects.get(posting=posting)
    assert (made.candidate.email, made.documents.count()) == ("as.lestrange@courrier.example", 1)


def test_form_works_with_javascript_off_and_a_double_click_is_one_application(visit):
    posting = factories.posting()
    visitor = visit(java_script_enabled=False)
    page = visitor.go(f"/p/{posting.slug}/")
    page.get_by_label("Nom et prénom").fill("Théo Garnier")
    page.get_by_label("Adresse électronique").fill("theo@courrier.example")
    page.get_by_label("Quelques lignes").fill("Bonjour.")
    page.get_by_role("button", name="Envoyer ma candidature").dblclick()
    page.wait_for_url("**/thanks/")
    assert Application.objects.filter(posting=posting).count() == 1


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_somebody_applies_on_a_narrow_screen_by_keyboard_and_their_file_waits(visit, tmp_path, javascript):
    posting = factories.posting(title="Hydrologue")
    asked = Question.objects.create(posting=posting, position=1, kind="short", label="Votre ville ?", required=True)
    cv = tmp_path / "CV.pdf"
    cv.write_bytes(b"%PDF-1.4\n%fictional\n")
    visitor = visit(java_script_enabled=javascript, viewport={"width": 320, "height": 640})
    said = []
    visitor.page.on("console", lambda message: said.append(message.text))
    page = visitor.go(f"/p/{posting.slug}/")
    for name, words in (("name", "Nour Castagnède"), ("email", "nour@courrier.example"), ("message", "Bonjour.")):
        page.locator(f"#id_{name}").focus()
        page.keyboard.type(words)
    page.locator("#id_cv").set_input_files(cv)
    page.locator("form .btn-go").focus()
    page.keyboard.press("Enter")
    page.locator("ul.kept").wait_for()
    assert "CV.pdf" in page.locator("ul.kept").inner_text()
    assert visitor.fits()
    page.locator(f"#id_q_{asked.pk.hex}").focus()
    page.keyboard.type("Auch")
    page.locator("form .btn-go").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/thanks/")
    made = Application.objects.get(posting=posting)
    assert [answer.text for answer in made.answers.all()] == ["Auch"]
    assert [document.name for document in made.documents.all()] == ["CV.pdf"]
    assert not [words for words in said if "Content Security Policy" in words]


def test_member_writes_a_posting_and_closes_it_and_takes_that_back(visit):
    team = factories.team(name="Ruisseaux", slug="ruisseaux")
    visitor = visit(java_script_enabled=False)
    visitor.sign_in(member_of(team).email)
    page = visitor.go("/team/ruisseaux/postings/")
    page.get_by_role("link", name="Écrire une annonce").first.click()
    page.get_by_label("Titre").fill("Hydrologue")
    page.get_by_label("Texte, en Markdown").fill("## Mission\n\n## Conditions\n\nTarif : 550 à 650 € HT par jour.")
    visitor.press("do", "preview")
    assert page.locator("#preview-panel h2", has_text="Mission").is_visible()
    page.get_by_label("Ouverte").check()
    visitor.press("do", "keep")
    posting = Posting.objects.get()
    assert (posting.status, posting.day_rate_max) == ("open", 650)
    visitor.press("status", "closed")
    page.get_by_role("button", name="Annuler").click()
    page.get_by_text("est comme avant").wait_for()
    posting.refresh_from_db()
    assert posting.status == "open"


def test_member_rejects_with_a_letter_of_their_own(visit):
    team = factories.team(slug="ruisseaux")
    application = factories.application(factories.posting(team))
    visitor = visit(java_script_enabled=False)
    visitor.sign_in(member_of(team).email)
    page = visitor.page
    page.get_by_role("link", name="Refuser…").click()
    page.locator("#reject_reason").select_option("skills")
    page.locator("#reject_subject").fill("Notre réponse")
    page.get_by_role("button", name="Refuser et prévenir").click()
    letter = page.locator("section.letter").filter(has_text="Notre réponse")
    assert letter.is_visible()
    letter.get_by_role("link", name="Modifier").click()
    page.locator("#letter_subject").fill("Notre réponse, relue")
    page.get_by_role("button", name="Enregistrer").first.click()
    page.get_by_text("Notre réponse, relue").first.wait_for()
    application.refresh_from_db()
    assert application.state == State.REJECTED


def test_candidate_withdraws_by_their_link(visit):
    application = factories.application()
    visitor = visit(java_script_enabled=False)
    page = visitor.go(f"/c/{application.link_token}/")
    page.get_by_role("link", name="Retirer ma candidature…").click()
    page.get_by_role("button", name="Retirer ma candidature").click()
    assert "votre candidature est retirée" in page.locator("h1").inner_text()
    application.refresh_from_db()
    assert application.state == State.WITHDRAWN
