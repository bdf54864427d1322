"""The first day: from the mail that invites to the first application moved, without a manual; by mouse, by keyboard."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail

from backend.accounts import invitations
from backend.accounts.models import Role
from notifications import compose
from notifications.models import Message
from tests import factories
from tests.e2e.test_accessibility import problems
from workflow.states import State

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
EMAIL = "noe.bellanger@courrier.example"


def link_in_the_mail() -> str:
    """Give the path that the invitation's mail leads to, as it stands on the wire."""
    found = re.search(r"/join/\w+/", compose.wire(Message.objects.get(recipient=EMAIL)).body)
    assert found is not None
    return found[0]


def code_in_the_mail() -> str:
    """Give the code of the last mail."""
    found = re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", mail.outbox[-1].body, re.MULTILINE)
    assert found is not None and mail.outbox[-1].to == [EMAIL]
    return found[0]


def press(page, words, keyboard):
    """Press a button by its words."""
    found = page.get_by_role("button", name=words)
    if not keyboard:
        found.click()
        return
    for _ in range(60):
        page.keyboard.press("Tab")
        if found.evaluate("button => button === document.activeElement"):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"Tab never reached {words!r}")


def write(page, label, text, keyboard):
    """Fill a field by its label."""
    field = page.get_by_label(label)
    if not keyboard:
        field.fill(text)
        return
    for _ in range(60):
        if field.evaluate("field => field === document.activeElement"):
            page.keyboard.type(text)
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reached {label!r}")


@pytest.mark.parametrize("keyboard", [False, True], ids=["mouse", "keyboard"])
def test_invited_person_moves_their_first_application(visit, keyboard):
    team = factories.team(name="Ruisseaux", slug="ruisseaux")
    application = factories.application(factories.posting(team), name="Théo Garnier-Lacombe")
    factories.held_interview(application)
    invitations.invite(team_id=team.pk, actor=factories.member(team), email=EMAIL, role=Role.MEMBER)
    visitor, axe = visit(), Axe()
    page = visitor.go(link_in_the_mail())
    assert problems(page, axe) == []
    write(page, "Votre nom", "Noé Bellanger", keyboard)
    press(page, "Rejoindre l’équipe", keyboard)
    page.wait_for_url("**/accounts/login/code/confirm/**")
    assert problems(page, axe) == []
    write(page, "Code", code_in_the_mail(), keyboard)
    press(page, "Se connecter", keyboard)
    page.wait_for_url("**/team/ruisseaux/")
    page.set_viewport_size({"width": 1280, "height": 900})
    press(page, "Passer à «\u202fEntretien passé\u202f»", keyboard)
    page.get_by_role("status").filter(has_text="Théo Garnier-Lacombe").wait_for()
    application.refresh_from_db()
    assert application.state == State.INTERVIEWED
    assert str(application.transitions.latest("number").actor) == "Noé Bellanger"
