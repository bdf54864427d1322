"""Sorting mail in a real browser: with two keys, and the same without JavaScript; axe on every state of these pages."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from notifications.inbound.receive import receive
from notifications.models import IncomingMail, IntakeRule, Outcome
from tests import factories
from tests.e2e.conftest import PASSWORD
from tests.e2e.test_accessibility import SHARED, problems
from tests.notifications.inbound import mails
from workflow.models import Application

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def team():
    team = factories.team(slug="ruisseaux", name="Ruisseaux")
    user = factories.user(team, email="lou@equipe.example")
    user.set_password(PASSWORD)
    user.save()
    return team


def lost(team, n, **fields):
    receive(
        mails.mail(to="alias@any.example", subject=f"Bonjour {n}", sender=f"P {n} <p{n}@courrier.example>", **fields)
    )
    IncomingMail.objects.filter(team=None).update(team=team)


def test_mail_is_sorted_with_two_keys(visit, team):
    first, second = (factories.posting(team, title=title) for title in ("Alpha", "Bêta"))
    for n in range(3):
        lost(team, n)
    visitor = visit()
    visitor.sign_in("lou@equipe.example")
    visitor.page.wait_for_url(lambda url: "login" not in url)
    page = visitor.go("/triage/")
    visitor.wait_for_focus()
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    page.locator("[role=status]").wait_for()
    assert Application.objects.get().posting == second
    visitor.wait_for_focus()
    page.keyboard.press("j")
    page.keyboard.press("x")  # the second one is none
    page.wait_for_url("**/triage/?sorted=*")
    visitor.wait_for_focus()
    assert sorted(IncomingMail.objects.values_list("outcome", flat=True)) == ["application", "refused", "triage"]
    assert IncomingMail.objects.get(outcome=Outcome.REFUSED).subject == "Bonjour 0"
    page.keyboard.press("u")
    page.wait_for_url("**/triage/")
    assert IncomingMail.objects.filter(outcome=Outcome.TRIAGE).count() == 2
    assert first.applications.count() == 0


def test_mail_is_sorted_with_two_keys_without_javascript(visit, team):
    factories.posting(team, title="Alpha")
    second = factories.posting(team, title="Bêta")
    lost(team, 1)
    visitor = visit(java_script_enabled=False)
    visitor.sign_in("lou@equipe.example")
    visitor.page.wait_for_url(lambda url: "login" not in url)
    page = visitor.go("/triage/")
    visitor.wait_for_focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/a/**")
    assert Application.objects.get().posting == second


@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_of_incoming_mail_are_accessible(visit, team, language):
    posting = factories.posting(team, title="Développeuse ou développeur backend")
    for n in range(11):
        factories.posting(team, title=f"Chargée de mission {chr(65 + n)}")
    factories.application(posting, email="p1@courrier.example", name="Camille Martin")
    factories.posting(team, status="closed", apply_to=["fermee@equipe.example"])
    receive(mails.mail(to="fermee@equipe.example", subject="Trop tard"))
    receive(mails.bounce("<nobody@knows.example>"))
    lost(team, 1, headers={"List-Unsubscribe": "<x>"})
    lost(team, 2)
    IntakeRule.objects.create(team=team, address="x" * 60 + "@any.example", posting=posting)
    visitor, axe, found = visit(locale=language), Axe(), []
    visitor.sign_in("lou@equipe.example")
    visitor.page.wait_for_url(lambda url: "login" not in url)
    row = IncomingMail.objects.get(subject="Bonjour 2")
    visitor.go("/triage/")
    visitor.page.locator(f"#mail-{row.pk} [data-key=x]").click()
    visitor.page.wait_for_url("**/triage/?sorted=*")
    done = visitor.page.url.removeprefix(visitor.address)
    mail = IncomingMail.objects.get(subject="Bonjour 1").pk
    pages = [
        done,
        f"/triage/?mail={mail}&find=cam",
        "/triage/all/",
        "/triage/all/?outcome=reply",
        "/triage/rules/",
        "/outbox/",
    ]
    for n, address in enumerate(pages):
        page = visitor.go(address)
        found += problems(page, axe, SHARED[language])
        if folder := os.environ.get("LOOK_AT"):
            for width, scheme in ((320, "light"), (1280, "dark"), (1280, "light")):
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=scheme)
                page.screenshot(path=Path(folder) / f"{language}-{n}-{width}-{scheme}.png", full_page=True)
    assert not found, "\n".join(found)
