"""The application's page in a real browser: somebody is mentioned by keyboard, and axe finds nothing while they are."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests import factories
from tests.e2e.conftest import PASSWORD
from tests.e2e.test_accessibility import problems
from workflow.models import Note

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_somebody_of_the_team_is_mentioned_by_keyboard(visit):
    team = factories.team(slug="ruisseaux", name="Ruisseaux")
    user = factories.user(team, email="lou@equipe.example", name="Lou Ferrandier")
    user.set_password(PASSWORD)
    user.save()
    ana = factories.user(team, name="Ana Roux")
    application = factories.application(factories.posting(team))
    visitor = visit()
    visitor.sign_in("lou@equipe.example")
    visitor.page.wait_for_url(lambda url: "login" not in url)
    page = visitor.go(f"/a/{application.pk}/")
    field, options = page.locator("#id_text"), page.locator("#people")
    field.focus()
    page.keyboard.type("Vu avec @")
    options.wait_for()
    assert field.get_attribute("aria-activedescendant") == options.locator("[aria-selected=true]").get_attribute("id")
    assert problems(page, Axe()) == []
    page.keyboard.type("an")
    assert options.locator("li:visible").all_inner_texts() == ["Ana Roux"]
    page.keyboard.press("Escape")
    assert options.is_hidden()
    page.keyboard.type("a")
    page.keyboard.press("Enter")
    page.keyboard.type("hier")
    assert field.input_value() == "Vu avec @Ana Roux hier"
    page.locator("form:has(#id_text) button").click()
    page.locator(".mention").wait_for()
    assert list(Note.objects.get().mentioned.all()) == [ana]
