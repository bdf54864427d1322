"""The coach's pages in a real browser: axe, narrow and wide, light and dark; a figure is followed by keyboard."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests import factories
from tests.e2e.conftest import PASSWORD
from tests.e2e.test_accessibility import LONG, SHARED, problems
from workflow.states import State

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def coach():
    teams = [factories.team(name=name) for name in ("Ruisseaux", LONG)]
    for team in teams:
        posting = factories.posting(team, domains=["Eau"])
        for state in State:
            made = factories.application(posting, state=state)
            for interview in made.interviews.all():
                interview.participants.add(factories.user(team, name=LONG))
    user = factories.user(*teams, role="coach", name="Maud Terrier")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.mark.parametrize("language", ["fr", "en"])
def test_coach_pages_are_accessible(visit: Callable, coach, language):
    visitor, axe, found = visit(locale=language), Axe(), []
    visitor.sign_in(coach.email)
    for address in (
        "/coach/", "/coach/answers/?compare=1", "/coach/received/?by=week", "/coach/stays/",
        "/coach/reached/rows/?line=received&figure=reached", "/coach/outcomes/rows/?line=skills&figure=ended",
    ):  # fmt: skip
        found += problems(visitor.go(address), axe, SHARED[language])
    assert found == [], "\n".join(found)


def test_figure_is_followed_by_keyboard(visit: Callable, coach):
    visitor = visit(locale="en")
    visitor.sign_in(coach.email)
    page = visitor.go("/coach/")
    figure = page.locator("#report-reached a").first
    wanted = int(figure.inner_text())
    figure.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/rows/**")
    assert page.locator("#behind tbody tr").count() == wanted > 0
