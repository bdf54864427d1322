"""A second factor in a real browser: a code of an application, and a security key (Chromium's own virtual one)."""

import os
import time
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe

from tests import factories
from tests.e2e.conftest import PASSWORD
from tests.e2e.test_accessibility import LOOKS, SHARED, problems
from tests.e2e.test_journeys import member_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def code_for(secret: str) -> str:
    """Give what the person's application shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def look(page, axe, name: str, looks=LOOKS) -> list[str]:
    found = problems(page, axe, looks)
    if folder := os.environ.get("LOOK_AT"):
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
    return found


def open_guarded(visitor, path: str, axe, looks=LOOKS) -> list[str]:
    """Open a page that asks for the password once more; give what axe finds on that one."""
    page = visitor.go(path)
    page.wait_for_url("**/reauthenticate/**")
    found = look(page, axe, "again", looks)
    if page.locator("html").get_attribute("lang") == "fr":
        assert "l’accès" in page.locator("h1").inner_text()
        assert "passe\u202f:" in page.locator("main").inner_text()
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(f"**{path}")
    return found


@pytest.fixture
def team():
    return factories.team(name="Ruisseaux", slug="ruisseaux")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_codes_of_an_application_are_switched_on_and_asked_for(visit, team, language, monkeypatch):
    user, axe, looks, found = member_of(team), Axe(), SHARED[language], []
    visitor = visit(locale=language)
    visitor.sign_in(user.email)
    page = visitor.go("/accounts/2fa/")
    found += look(page, axe, f"{language}-index", looks)
    found += open_guarded(visitor, "/accounts/2fa/totp/activate/", axe, looks)
    found += look(page, axe, f"{language}-activate", looks)
    ground = page.locator("img.qr").evaluate("image => getComputedStyle(image).backgroundColor")
    assert ground == "rgb(255, 255, 255)", "a camera reads black on white alone, also in the dark"
    secret = page.locator("#authenticator_secret").input_value()
    page.locator("[name=code]").fill("000000")
    page.locator("main form button[type=submit]").click()
    page.get_by_role("alert").first.wait_for()
    found += look(page, axe, f"{language}-wrong", looks)
    page.locator("[name=code]").fill(code_for(page.locator("#authenticator_secret").input_value() or secret))
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/recovery-codes/**")
    found += look(page, axe, f"{language}-recovery", looks)

    other = visit(locale=language)
    other.sign_in(user.email)
    other.page.wait_for_url("**/2fa/authenticate/**")
    found += look(other.page, axe, f"{language}-authenticate", looks)
    assert "ruisseaux" not in other.go("/team/ruisseaux/").url.split("?")[0], "the password alone opened the team"
    other.go("/accounts/2fa/authenticate/")
    later = time.time() + 30  # a code serves once: the next one's time, for the person and for the server
    monkeypatch.setattr(time, "time", lambda: later)
    other.page.locator("[name=code]").fill(code_for(secret))
    other.page.locator("main form button[type=submit]").first.click()
    other.page.wait_for_url("**/team/ruisseaux/")
    assert found == [], "\n".join(found)


def test_security_key_is_added_and_signs_in(visit, team):
    user, axe, found = member_of(team), Axe(), []
    visitor = visit()
    trouble = []
    visitor.page.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
    session = visitor.page.context.new_cdp_session(visitor.page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": True, "isUserVerified": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    visitor.sign_in(user.email)
    found += open_guarded(visitor, "/accounts/2fa/webauthn/add/", axe)
    page = visitor.page
    found += look(page, axe, "key-add")
    page.locator("[name=name]").fill("Clé du bureau")
    page.locator("main form button").first.click()
    page.wait_for_url("**/recovery-codes/**")
    assert Authenticator.objects.filter(user=user, type="webauthn").count() == 1
    found += look(visitor.go("/accounts/2fa/webauthn/"), axe, "key-list")
    visitor.go("/accounts/logout/").locator("main form button").click()
    visitor.sign_in(user.email)
    page.wait_for_url("**/2fa/authenticate/**")
    found += look(page, axe, "key-authenticate")
    page.locator("#mfa_webauthn_authenticate").click()
    page.wait_for_url("**/team/ruisseaux/")
    assert trouble == []
    assert found == [], "\n".join(found)
