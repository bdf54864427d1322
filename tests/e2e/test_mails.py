"""Every mail of the catalogue as HTML, in both languages: axe finds nothing, light and dark, and nothing scrolls."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from notifications import catalog, compose, letter
from tests.notifications import occasions
from workflow import path

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

RULES = {"rules": {"region": {"enabled": False}}}  # a mail program gives the landmarks around a mail


def page_of(mail: type[catalog.Mail], occasion, language: str) -> str:
    rendered = compose.render(mail, occasion, language=language)
    return letter.html(
        subject=rendered.subject,
        body=rendered.body,
        language=language,
        team="Ruisseaux",
        steps=path.steps(occasion.application) if mail.shows_path else (),
        link="https://jalon.example/c/0123456789/",
    )


SHOW = """html => document.replaceChild(
    document.adoptNode(new DOMParser().parseFromString(html, "text/html").documentElement), document.documentElement
)"""
"""Another mail in the same window, where axe is loaded already."""
RUN = """options => axe.run(document, options).then(found => [
    ...found.violations.map(each => each.id + " " + each.nodes.slice(0, 3).map(node => node.target).join(" ")),
    ...(document.documentElement.scrollWidth > document.documentElement.clientWidth ? ["scrolls sideways"] : []),
])"""
DARK = {"runOnly": ["color-contrast"]}  # the rest does not hang on colours


def test_every_mail_is_accessible(browser):
    found, seen = [], 0
    context = browser.new_context(viewport={"width": 320, "height": 800})
    page = context.new_page()
    page.set_content("<!doctype html><title>x</title>")
    page.evaluate(Axe().axe_script)
    for language in ("fr", "en"):
        occasion = occasions.occasion(occasions.application(language))
        for key, mail in catalog.CATALOGUE.items():
            page.evaluate(SHOW, page_of(mail, occasion, language))
            found += [f"{key} {language}: {what}" for what in page.evaluate(RUN, RULES)]
            seen += 1
        page.emulate_media(color_scheme="dark")  # the last one has a button, and all have the same styles
        found += [f"{key} {language} dark: {what}" for what in page.evaluate(RUN, DARK)]
        page.emulate_media(color_scheme="light")
    context.close()
    assert found == []
    assert seen == 2 * len(catalog.CATALOGUE)
