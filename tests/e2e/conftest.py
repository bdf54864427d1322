"""A real Chromium on a live server. Playwright's sync API runs a loop in this thread, which Django must be told."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

CHROMIUM = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "aulne-berge-canal-12"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium here: install Debian's package “chromium”")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@dataclass
class Visitor:
    """Somebody at a browser, and where they are."""

    page: Page
    address: str

    def go(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        self.go("/accounts/login/")
        self.page.get_by_label("Courriel").or_(self.page.get_by_label("Email")).fill(email)
        self.page.locator("[name=password]").fill(password)
        self.page.locator("main button[type=submit]").click()

    def fits(self) -> bool:
        """Whether nothing scrolls sideways, once the style sheet is there: words are seen before it, and wider."""
        self.page.wait_for_load_state()
        return self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    def wait_for_focus(self) -> None:
        """Wait until something has the focus: `autofocus` acts at the next frame, after the page has loaded."""
        self.page.locator(":focus").wait_for(state="attached")

    def press(self, name: str, value: str) -> None:
        """Press the visible button with this name and value."""
        self.page.locator(f"button[name={name}][value={value}]:not(.sr)").first.click()
        self.page.wait_for_load_state()

    def tab_to(self, name: str, limit: int = 60) -> None:
        """Press Tab until the control with this name (an id, a `name`, or its words) has the focus."""
        for _ in range(limit):
            self.page.keyboard.press("Tab")
            found = self.page.evaluate(
                "[document.activeElement.id, document.activeElement.name, document.activeElement.innerText.trim()]"
            )
            if name in [part for part in found if part]:
                return
        raise AssertionError(f"Tab never reached {name!r}")


@pytest.fixture
def visit(browser: Browser, live_server) -> Iterator[Callable[..., Visitor]]:
    contexts: list[BrowserContext] = []

    def open_browser(**options: object) -> Visitor:
        options = {"locale": "fr-FR", "reduced_motion": "reduce"} | options
        context = browser.new_context(**options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        return Visitor(context.new_page(), live_server.url)

    yield open_browser
    for context in contexts:
        context.close()
