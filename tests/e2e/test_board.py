"""The board in a real browser: by mouse, by keys alone, two people at once, and what it says aloud."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from notifications.models import Message, Status
from tests import factories
from tests.e2e.conftest import PASSWORD
from tests.e2e.test_accessibility import SHARED, problems
from workflow import lists
from workflow.models import Application
from workflow.states import State

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def team():
    return factories.team(name="Ruisseaux", slug="ruisseaux")


@pytest.fixture
def theo(team):
    made = factories.application(factories.posting(team), name="Théo Garnier-Lacombe")
    factories.held_interview(made)
    return made


def open_board(visit, team, **options):
    user = factories.user(team)
    user.set_password(PASSWORD)
    user.save()
    visitor = visit(**options)
    visitor.trouble = []
    visitor.page.on("console", lambda said: visitor.trouble.append(said.text) if said.type == "error" else None)
    visitor.page.on("pageerror", lambda error: visitor.trouble.append(str(error)))
    visitor.sign_in(user.email)
    visitor.page.wait_for_url("**/team/ruisseaux/")
    return visitor


def card(page, application):
    return page.locator(f"#card-{application.pk}")


def column(page, state):
    return page.locator(f".drop[data-to={state}]")


def drag(page, application, state):
    """Carry a card by its name; its buttons are for pressing."""
    card(page, application).drag_to(column(page, state), source_position={"x": 24, "y": 20})


def said(page, text):
    page.locator("#said", has_text=text).wait_for()


def is_at(application, state):
    return Application.objects.get(pk=application.pk).state == state


def test_card_is_dragged_its_mail_is_changed_and_the_move_taken_back(visit, team, theo):
    visitor = open_board(visit, team)
    page = visitor.page
    drag(page, theo, "interviewed")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Objet").fill("Merci pour cet échange")
    said(page, "Théo Garnier-Lacombe")
    dialog.get_by_role("button", name="Enregistrer").click()
    dialog.wait_for(state="hidden")
    held = Message.objects.get(application=theo, transition__action="interview")
    assert (held.subject, held.status) == ("Merci pour cet échange", Status.HELD)
    assert column(page, "interviewed").locator(".card").count() == 1
    page.locator("#undo").click()
    column(page, "received").locator(".card").wait_for()
    assert is_at(theo, State.RECEIVED)
    assert page.locator("#toast .toast").count() == 0
    said(page, "Rien n’a été envoyé.")
    assert visitor.trouble == []


def test_card_is_carried_by_keys_alone_and_back(visit, team, theo):
    visitor = open_board(visit, team)
    page = visitor.page
    visitor.tab_to(f"grab-{theo.pk}")
    page.keyboard.press("Enter")
    said(page, "carte prise")
    page.keyboard.press("ArrowRight")
    said(page, "Entretien passé")
    page.keyboard.press("Escape")
    said(page, "carte reposée")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    assert page.evaluate("document.activeElement.closest('dialog') !== null")
    page.keyboard.press("Escape")
    page.locator(f"#name-{theo.pk}:focus").wait_for()
    assert is_at(theo, State.INTERVIEWED)
    visitor.tab_to("undo")
    page.keyboard.press("Enter")
    column(page, "received").locator(".card").wait_for()
    page.locator(f"#name-{theo.pk}:focus").wait_for()
    assert is_at(theo, State.RECEIVED)
    assert visitor.trouble == []


def test_blocked_move_says_why_and_offers_the_missing_step_in_place(visit, team):
    blocked = factories.application(factories.posting(team), name="Inès Valmorin")
    visitor = open_board(visit, team)
    page = visitor.page
    drag(page, blocked, "interviewed")
    guard = card(page, blocked).get_by_role("alert")
    guard.wait_for()
    assert "Aucun entretien n’a encore été tenu." in guard.inner_text()
    assert column(page, "received").locator(".card").count() == 1
    page.locator(f"#fix-{blocked.pk}:focus").wait_for()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.locator("[name=minutes]").fill("2")
    for _round in range(2):  # with no news: what is being written stays
        with page.expect_response("**/live/**"):
            pass
    dialog.locator("[name=minutes]").fill("2")
    dialog.locator(".btn-go").click()
    dialog.get_by_role("alert").wait_for()
    dialog.locator("[name=minutes]").fill("30")
    dialog.locator(".btn-go").click()
    dialog.wait_for(state="hidden")
    page.locator(f"#go-{blocked.pk}").click()
    column(page, "interviewed").locator(".card").wait_for()
    assert is_at(blocked, State.INTERVIEWED)


def test_card_is_dragged_by_its_handle_too(visit, team, theo):
    page = open_board(visit, team).page
    page.locator(f"#grab-{theo.pk}").drag_to(column(page, "interviewed"))
    page.get_by_role("dialog").wait_for()
    assert is_at(theo, State.INTERVIEWED)


def test_card_goes_nowhere_that_no_step_leads_to(visit, team, theo):
    page = open_board(visit, team).page
    drag(page, theo, "onboarded")
    alert = card(page, theo).get_by_role("alert")
    alert.wait_for()
    assert "Aucun passage ne mène de" in alert.inner_text()
    assert is_at(theo, State.RECEIVED)


def test_card_dropped_off_the_path_asks_for_the_reason(visit, team, theo):
    page = open_board(visit, team).page
    drag(page, theo, "rejected")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Refuser et prévenir").click()
    dialog.get_by_role("alert").wait_for()
    assert is_at(theo, State.RECEIVED)
    dialog.locator("[name=reason]").select_option("skills")
    dialog.get_by_role("button", name="Refuser et prévenir").click()
    dialog.wait_for(state="hidden")
    card(page, theo).wait_for(state="detached")
    assert is_at(theo, State.REJECTED)


def test_two_people_see_each_others_moves_and_never_overwrite_them(visit, team, theo):
    here, there = open_board(visit, team), open_board(visit, team)
    here.page.locator(f"#name-{theo.pk}").focus()
    there.page.locator(f"#go-{theo.pk}").click()
    there.page.get_by_role("dialog").wait_for()
    column(here.page, "interviewed").locator(".card").wait_for(timeout=8_000)
    said(here.page, "Entretien passé")
    assert here.page.evaluate("document.activeElement.id") == f"name-{theo.pk}"
    here.page.route("**/live/**", lambda route: route.abort())  # no more news here: what is shown is old
    there.page.keyboard.press("Escape")
    there.page.locator("#undo").click()
    column(there.page, "received").locator(".card").wait_for()
    drag(here.page, theo, "contracted")
    alert = card(here.page, theo).get_by_role("alert")
    alert.wait_for()
    assert "déjà fait avancer cette candidature" in alert.inner_text()
    assert is_at(theo, State.RECEIVED)


def test_column_shows_more_in_place_and_keeps_it(visit, team, monkeypatch):
    monkeypatch.setattr(lists, "CARDS", 2)
    posting = factories.posting(team)
    rows = [factories.application(posting, name=f"Personne {n}") for n in range(5)]
    visitor = open_board(visit, team)
    page = visitor.page
    visitor.tab_to("more-received")
    page.keyboard.press("Enter")
    page.locator(f"#name-{rows[2].pk}:focus").wait_for()
    said(page, "2 de plus")
    assert column(page, "received").locator(".card").count() == 4
    factories.carry(rows[0], State.REJECTED)
    card(page, rows[0]).wait_for(state="detached", timeout=8_000)
    assert column(page, "received").locator(".card").count() == 4
    assert page.evaluate("document.activeElement.id") == f"name-{rows[2].pk}"
    page.reload()
    assert column(page, "received").locator(".card").count() == 4
    assert visitor.trouble == []


@pytest.mark.slow
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_state_of_the_board_is_accessible(visit, team, theo, language):
    """Carried, refused, each dialog, one with errors, the toast, and the report of many: narrow, wide, light, dark."""
    blocked = factories.application(theo.posting, name="Inès " + "Valmorin" * 6)
    axe, found = Axe(), []
    visitor = open_board(visit, team, locale=language)
    page, dialog = visitor.page, visitor.page.get_by_role("dialog")

    def look():
        found.extend(problems(page, axe, SHARED[language]))

    page.locator(f"#grab-{blocked.pk}").press("Enter")
    page.keyboard.press("ArrowRight")
    look()
    page.keyboard.press("Enter")
    card(page, blocked).get_by_role("alert").wait_for()
    look()
    page.locator(f"#fix-{blocked.pk}").click()
    dialog.locator("[name=minutes]").fill("2")
    look()
    dialog.locator(".btn-go").click()
    dialog.get_by_role("alert").wait_for()
    look()
    page.keyboard.press("Escape")
    page.locator(f"#reject-{blocked.pk}").click()
    dialog.locator("[name=reason]").wait_for()
    look()
    page.keyboard.press("Escape")
    page.locator(f"#go-{theo.pk}").click()
    dialog.locator("[name=body]").wait_for()
    look()
    page.keyboard.press("Escape")
    page.locator("#toast .toast").wait_for()
    look()
    visitor.go("/team/ruisseaux/list/")
    page.locator(".pick-all").click()
    page.locator("#id_action").select_option("contract")
    page.locator(".bulk .btn-go").click()
    page.get_by_role("alert").wait_for()
    look()
    assert not found, "\n".join(found)
    assert [words for words in visitor.trouble if "status of 409" not in words and "status of 422" not in words] == []
