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
from tests.e2e.hands import Keyboard, Mouse
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


@pytest.mark.parametrize("kind", [Mouse, Keyboard], ids=["mouse", "keyboard"])
def test_invited_person_moves_their_first_application(visit, kind):
    team = factories.team(name="Ruisseaux", slug="ruisseaux")
    application = factories.application(factories.posting(team), name="Théo Garnier-Lacombe")
    factories.held_interview(application)
    invitations.invite(team_id=team.pk, actor=factories.member(team), email=EMAIL, role=Role.MEMBER)
    visitor, axe = visit(), Axe()
    page = visitor.go(link_in_the_mail())
    hand = kind(page)
    assert problems(page, axe) == []
    hand.write(page.get_by_label("Votre nom"), "Noé Bellanger")
    hand.press(page.get_by_role("button", name="Rejoindre l’équipe"))
    page.wait_for_url("**/accounts/login/code/confirm/**")
    assert problems(page, axe) == []
    hand.write(page.get_by_label("Code"), code_in_the_mail())
    hand.press(page.get_by_role("button", name="Se connecter"))
    page.wait_for_url("**/team/ruisseaux/")
    page.set_viewport_size({"width": 1280, "height": 900})
    hand.press(page.get_by_role("button", name="Passer à «\u202fEntretien passé\u202f»"))
    page.locator("#toast").get_by_role("status").filter(has_text="Théo Garnier-Lacombe").wait_for()
    application.refresh_from_db()
    assert application.state == State.INTERVIEWED
    assert str(application.transitions.latest("number").actor) == "Noé Bellanger"
