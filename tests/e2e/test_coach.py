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
        "/coach/answers/?from=0001-01-01&team=x", "/coach/reached/rows/?line=received&figure=reached",
        "/coach/outcomes/rows/?line=skills&figure=ended",
    ):  # fmt: skip
        found += problems(visitor.go(address), axe, SHARED[language])
    assert found == [], "\n".join(found)


IN_SIGHT = """selector => [...document.querySelectorAll(selector)].map(each => {
    const box = each.getBoundingClientRect(), frame = each.closest(".scroll, nav").getBoundingClientRect()
    return box.left >= frame.left && box.right <= frame.right && box.right <= innerWidth
})"""
APART = """selector => {
    const [first, last] = [...document.querySelectorAll(selector)].map(each => each.getBoundingClientRect())
    return last.left - first.right
}"""


@pytest.mark.parametrize("language", ["fr", "en"])
def test_narrow_page_shows_where_one_is_and_who_is_late_without_scrolling_sideways(visit: Callable, coach, language):
    visitor = visit(locale=language, viewport={"width": 320, "height": 900})
    visitor.sign_in(coach.email)
    page = visitor.go("/coach/?by=week&from=2026-09-28&to=2026-12-02")
    page.wait_for_function("document.querySelector('.bar nav ul').scrollLeft > 0")
    assert page.evaluate(IN_SIGHT, ".bar nav [aria-current]") == [True]
    seen = page.evaluate(IN_SIGHT, "#portfolio tbody tr > :nth-child(-n + 3)")
    assert seen == [True] * 3 * page.locator("#portfolio tbody tr").count() != []
    assert page.locator("#portfolio thead th:nth-child(2)").inner_text() in (
        "Sans réponse à temps",
        "Without an answer in time",
    )
    assert page.evaluate(APART, "svg[aria-labelledby^=received] .axis") > 8
    page = visitor.go("/coach/terms/rows/?figure=signed")
    moved = page.evaluate(
        "(each => { each.scrollLeft = 300; return each.scrollLeft })(document.querySelector('.scroll'))"
    )
    assert moved == 300 and visitor.fits()
    assert page.evaluate(IN_SIGHT, "#behind tbody th") == [True] * page.locator("#behind tbody tr").count() != []
    page.set_viewport_size({"width": 1280, "height": 900})
    assert all(page.evaluate(IN_SIGHT, "#behind :is(th, td)"))


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
