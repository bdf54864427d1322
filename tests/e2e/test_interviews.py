"""An interview in a real browser: times are proposed, one is chosen, it is held, and two people say what they think.

Once by mouse, once by keyboard alone; axe looks at each page on the way, wide and narrow, light and dark.
"""

import datetime as dt

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from tests import factories
from tests.e2e.test_accessibility import problems
from tests.e2e.test_journeys import member_of
from workflow.models import Evaluation, Interview
from workflow.states import State

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def moment(days: int) -> str:
    return f"{timezone.localtime() + dt.timedelta(days=days):%Y-%m-%dT10:00}"


@pytest.fixture
def application():
    team = factories.team(name="Ruisseaux", slug="ruisseaux")
    return factories.application(factories.posting(team), name="Inès Valmorin", email="ines@courrier.example")


def hold(application) -> None:
    """Let the interview's time come, and be held."""
    Interview.objects.filter(application=application).update(at=timezone.now() - dt.timedelta(hours=1), status="held")


def others_opinion(application) -> None:
    from workflow import evaluations

    evaluations.hand_in(
        application_id=application.pk,
        actor=factories.coach(application.team),
        recommendation="rather_not",
        text="Un avis à lire après le sien.",
    )


def test_interview_by_self_scheduling_and_evaluation_by_mouse(visit, application):
    user, axe, found = member_of(application.team), Axe(), []
    team, person = visit(), visit()
    team.sign_in(user.email)
    page = team.go(f"/a/{application.pk}/")
    page.locator("#propose summary").click()
    found += problems(page, axe)
    page.set_viewport_size({"width": 1280, "height": 900})
    for number, days in ((1, 2), (2, 3), (3, 4)):
        page.locator(f"#propose_time_{number}").fill(moment(days))
    page.locator("#propose_place").fill("https://visio.example/ruisseaux")
    page.get_by_role("button", name="Proposer", exact=True).click()
    page.get_by_text("Les créneaux sont proposés.").wait_for()
    found += problems(page, axe)

    own = person.go(f"/c/{application.link_token}/")
    found += problems(own, axe)
    own.get_by_role("radio").nth(1).check()
    own.get_by_role("button", name="Choisir ce créneau").click()
    own.get_by_text("C’est entendu").wait_for()
    assert own.get_by_role("link", name="calendrier").or_(own.locator("a[href$='.ics']")).count() >= 1
    found += problems(own, axe)
    interview = Interview.objects.get()
    assert interview.status == "planned" and f"{timezone.localtime(interview.at):%Y-%m-%dT%H:%M}" == moment(3)

    hold(application)
    others_opinion(application)
    page = team.go(f"/a/{application.pk}/")
    assert page.get_by_text("1 évaluation est remise.").is_visible()
    assert page.get_by_text("Un avis à lire après le sien.").count() == 0
    page.locator("#evaluations summary").click()
    found += problems(page, axe)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator("#evaluation_criterion_0 input[value='4']").check()
    page.get_by_role("radio", name="Continuer, avec enthousiasme").check()
    page.get_by_role("button", name="Remettre").click()
    page.get_by_text("Un avis à lire après le sien.").wait_for()
    assert page.get_by_text("Plutôt pas – Continuer, avec enthousiasme").is_visible()
    found += problems(page, axe)
    assert found == [], "\n".join(found)


def test_interview_by_self_scheduling_and_evaluation_by_keyboard_alone(visit, application):
    user = member_of(application.team)
    team, person = visit(viewport={"width": 320, "height": 640}), visit(viewport={"width": 320, "height": 640})
    team.sign_in(user.email)
    page = team.go(f"/a/{application.pk}/")
    team.tab_to("Proposer des créneaux", limit=120)
    page.keyboard.press("Enter")
    for number, days in ((1, 2), (2, 3)):
        team.tab_to(f"propose_time_{number}", limit=20)
        at = timezone.localtime() + dt.timedelta(days=days)
        # The browser's own field, as people type in it; it speaks the browser's language, which is English here.
        page.keyboard.type(f"{at:%m%d%Y}")
        page.keyboard.press("Tab")
        page.keyboard.type("1000A")
        assert page.locator(f"#propose_time_{number}").input_value() == moment(days)
    team.tab_to("Proposer", limit=40)
    page.keyboard.press("Enter")
    page.get_by_text("Les créneaux sont proposés.").wait_for()

    own = person.go(f"/c/{application.link_token}/")
    person.tab_to("slot")
    own.keyboard.press("Space")
    own.keyboard.press("ArrowDown")
    person.tab_to("Choisir ce créneau")
    own.keyboard.press("Enter")
    own.get_by_text("C’est entendu").wait_for()
    interview = Interview.objects.get()
    assert f"{timezone.localtime(interview.at):%Y-%m-%dT%H:%M}" == moment(3)

    hold(application)
    others_opinion(application)
    page = team.go(f"/a/{application.pk}/")
    team.tab_to("Évaluer", limit=120)
    page.keyboard.press("Enter")
    team.tab_to("criterion_0", limit=20)
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    team.tab_to("recommendation", limit=20)
    page.keyboard.press("Space")
    team.tab_to("text", limit=20)
    page.keyboard.type("A parlé clairement de son métier.")
    team.tab_to("Remettre", limit=20)
    page.keyboard.press("Enter")
    page.get_by_text("Un avis à lire après le sien.").wait_for()
    mine = Evaluation.objects.get(author=user)
    assert (mine.recommendation, mine.text) == ("go_on", "A parlé clairement de son métier.")
    assert team.fits()
    application.refresh_from_db()
    assert application.state == State.RECEIVED  # an opinion decides nothing by itself
