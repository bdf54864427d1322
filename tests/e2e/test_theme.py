"""Another look over the same pages: it sets tokens that exist, and stays readable light and dark, narrow and wide."""

import os
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings

from tests import factories
from tests.e2e.test_accessibility import problems
from tests.e2e.test_journeys import member_of
from workflow.states import State

STATIC = django_settings.BASE_DIR / "static"
THEMES = sorted(folder.name for folder in (STATIC / "themes").iterdir())
TOKEN = re.compile(r"^\s*(--[\w-]+):|;\s*(--[\w-]+):", re.MULTILINE)


def tokens(sheet: Path) -> set[str]:
    return {name for pair in TOKEN.findall(sheet.read_text()) for name in pair if name}


@pytest.mark.parametrize("theme", THEMES)
def test_theme_sets_only_tokens_that_exist(theme):
    unknown = tokens(STATIC / "themes" / theme / "theme.css") - tokens(STATIC / "jalon" / "tokens.css")
    assert not unknown


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("theme", THEMES)
def test_pages_stay_readable_under_a_theme(visit, settings, theme):
    settings.THEME = theme
    team = factories.team(slug="ruisseaux", name="Ruisseaux")
    posting = factories.posting(team, day_rate_min=550, day_rate_max=650)
    rows = {state: factories.application(posting, state=state) for state in State}
    user, axe, found = member_of(team), Axe(), []
    visitor = visit()
    for address in ("/", f"/p/{posting.slug}/", f"/c/{rows[State.CONTRACTED].link_token}/", "/statistics/"):
        found += look(visitor.go(address), axe)
    visitor.sign_in(user.email)
    for address in ("/team/ruisseaux/", f"/a/{rows[State.REJECTED].pk}/?do=reopen", "/coach/", "/outbox/"):
        found += look(visitor.go(address), axe)
    assert visitor.page.evaluate("getComputedStyle(document.body).fontFamily").startswith("Marianne")
    assert not found, "\n".join(found)


def look(page, axe) -> list[str]:
    """Give what axe finds; with LOOK_AT, leave pictures in that folder."""
    found = problems(page, axe)
    if folder := os.environ.get("LOOK_AT"):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            name = re.sub(r"\W+", "-", page.url.split("/", 3)[3])[:12]
            page.screenshot(path=Path(folder) / f"{name}-{scheme}.png", full_page=True)
    return found
