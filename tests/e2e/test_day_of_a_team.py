"""The day of a team in a real browser, each journey once by mouse and once by keyboard alone.

With `test_first_sign_in.py` and `test_interviews.py` (self-scheduling, evaluation) these are the ten journeys that the
product promises to everybody, whatever their hands use.
"""

import datetime as dt

import pytest
from playwright.sync_api import Locator, Page

from notifications.inbound.receive import receive
from notifications.models import IncomingMail, Message, Status
from tests import factories
from tests.e2e.hands import Hand, Keyboard, Mouse
from tests.e2e.test_journeys import member_of
from tests.notifications.inbound import mails
from workflow.models import Application, Contract, OnboardingTask
from workflow.states import State

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("kind", [Mouse, Keyboard], ids=["mouse", "keyboard"]),
]
TO_INTERVIEWED = "Passer à «\u202fEntretien passé\u202f»"


@pytest.fixture
def team():
    return factories.team(name="Ruisseaux", slug="ruisseaux")


@pytest.fixture
def theo(team):
    made = factories.application(factories.posting(team, day_rate_max=650), name="Théo Garnier-Lacombe")
    factories.held_interview(made)
    return made


def sit_down(visit, team, kind, path: str = "/team/ruisseaux/") -> Hand:
    """Sign somebody of the team in and open a page; give their hand."""
    visitor = visit(viewport={"width": 1280, "height": 900})
    visitor.sign_in(member_of(team).email)
    visitor.page.wait_for_url("**/team/ruisseaux/")
    visitor.go(path)
    return kind(visitor.page)


def dialog_of(page: Page) -> Locator:
    return page.get_by_role("dialog")


def is_at(application, state: State) -> bool:
    return Application.objects.get(pk=application.pk).state == state


def test_mail_without_a_place_is_put_where_it_belongs(visit, team, kind):
    factories.posting(team, title="Alpha")
    wanted = factories.posting(team, title="Bêta")
    receive(mails.mail(to="alias@any.example", subject="Bonjour", sender="Nour <nour@courrier.example>"))
    IncomingMail.objects.filter(team=None).update(team=team)
    hand = sit_down(visit, team, kind)
    hand.press(hand.page.get_by_role("link", name="À trier").first)
    hand.tick(hand.page.get_by_role("radio", name="Bêta"))
    hand.tick(hand.page.get_by_role("checkbox", name="alias@any.example"))
    hand.press(hand.page.get_by_role("button", name="Le placer là"))
    hand.page.wait_for_url("**/a/**")
    made = Application.objects.get()
    assert (made.posting, made.candidate.email) == (wanted, "nour@courrier.example")
    receive(mails.mail(to="alias@any.example", subject="Bonsoir", sender="Léo <leo@courrier.example>"))
    assert wanted.applications.count() == 2, "the rule that was taught did not hold"


def test_terms_are_filled_and_the_contract_follows(visit, team, theo, kind):
    factories.carry(theo, State.INTERVIEWED)
    hand = sit_down(visit, team, kind, f"/a/{theo.pk}/")
    page, terms = hand.page, hand.page.locator("#terms")
    hand.press(terms.locator("summary").first)
    hand.choose(terms.locator("[name=kind]"), "freelance")
    hand.write(terms.locator("[name=day_rate]"), "600")
    hand.write(terms.locator("[name=days_per_week]"), "4")
    hand.write_day(terms.locator("[name=start]"), dt.date(2027, 2, 1))
    hand.write(terms.locator("[name=months]"), "3")
    terms.locator(".live", has_text="€").wait_for()
    hand.press(terms.get_by_role("button", name="Enregistrer", exact=True))
    page.get_by_text("Les conditions sont enregistrées.").first.wait_for()
    contract = Contract.objects.get()
    assert (contract.day_rate, contract.start, contract.months) == (600, dt.date(2027, 2, 1), 3)
    hand.press(page.get_by_role("button", name="Passer à «\u202fContrat signé\u202f»"))
    page.get_by_role("status").filter(has_text="«\u202fContrat signé\u202f»").wait_for()
    assert is_at(theo, State.CONTRACTED)


def test_refusal_leaves_with_the_words_of_the_team(visit, team, theo, kind):
    hand = sit_down(visit, team, kind)
    dialog = dialog_of(hand.page)
    hand.press(hand.page.locator(f"#reject-{theo.pk}"))
    hand.choose(dialog.locator("[name=reason]"), "skills")
    hand.write(dialog.locator("[name=subject]"), "Notre réponse")
    hand.write(dialog.locator("[name=body]"), "Bonjour Théo,\n\nnous cherchons une autre expérience.")
    hand.press(dialog.get_by_role("button", name="Refuser et prévenir"))
    hand.page.locator(f"#card-{theo.pk}").wait_for(state="detached")
    letter = Message.objects.get(transition__action="reject", application=theo)
    assert (letter.status, letter.subject) == (Status.HELD, "Notre réponse")
    assert "une autre expérience" in letter.body and "skills" not in letter.body
    assert is_at(theo, State.REJECTED)


def test_move_is_taken_back_and_nothing_leaves(visit, team, theo, kind):
    hand = sit_down(visit, team, kind)
    hand.press(hand.page.get_by_role("button", name=TO_INTERVIEWED))
    dialog_of(hand.page).wait_for()
    hand.leave(dialog_of(hand.page))
    assert is_at(theo, State.INTERVIEWED)
    hand.press(hand.page.get_by_role("button", name="Annuler le passage"))
    hand.page.locator("#said", has_text="Rien n’a été envoyé.").wait_for()
    assert is_at(theo, State.RECEIVED)
    assert Message.objects.get(transition__action="interview").status == Status.DISCARDED


def test_many_are_refused_and_each_that_could_not_be_is_named(visit, team, theo, kind):
    gone, other = (factories.application(theo.posting, name=name) for name in ("Inès Valmorin", "Nour Castagnède"))
    hand = sit_down(visit, team, kind, "/team/ruisseaux/list/")
    page = hand.page
    for application in (theo, gone, other):
        hand.tick(page.locator(f"input[type=checkbox][value^='{application.pk}']"))
    factories.carry(gone, State.WITHDRAWN)
    hand.choose(page.locator("#id_action"), "reject")
    hand.choose(page.locator("#id_rejection"), "skills")
    hand.press(page.get_by_role("button", name="Faire passer les lignes cochées"))
    report = page.get_by_role("alert")
    report.wait_for()
    assert "Inès Valmorin" in report.inner_text()
    assert is_at(theo, State.REJECTED) and is_at(other, State.REJECTED) and is_at(gone, State.WITHDRAWN)
    assert page.evaluate("document.activeElement.id") == "report"
    assert Message.objects.filter(transition__action="reject", status=Status.HELD).count() == 2
    hand.press(page.locator(f"#undo-{theo.pk}"))
    page.get_by_text("Rien n’a été envoyé.").wait_for()
    assert is_at(theo, State.RECEIVED)


def test_person_arrives_once_the_checklist_is_done(visit, team, theo, kind):
    factories.carry(theo, State.CONTRACTED)
    hand = sit_down(visit, team, kind, f"/a/{theo.pk}/")
    page = hand.page
    hand.press(page.get_by_role("button", name="Ajouter la liste habituelle"))
    page.locator("#tasks .tick").first.wait_for()
    for task in OnboardingTask.objects.filter(application=theo):
        hand.press(
            page.get_by_role("button", name=f"Fait\u202f: {task.title}").and_(page.locator("[aria-pressed=false]"))
        )
        page.locator(".tick[aria-pressed=true]", has_text=task.title).wait_for()
    hand.press(page.get_by_role("button", name="Passer à «\u202fArrivée\u202f»"))
    page.get_by_text("Le chemin est fait").wait_for()
    assert is_at(theo, State.ONBOARDED)


def test_two_people_at_once_see_each_other_and_overwrite_nothing(visit, team, theo, kind):
    here, there = sit_down(visit, team, kind), sit_down(visit, team, kind)
    there.press(there.page.get_by_role("button", name=TO_INTERVIEWED))
    here.page.locator(f".drop[data-to=interviewed] #card-{theo.pk}").wait_for(timeout=8_000)
    there.leave(dialog_of(there.page))
    here.press(here.page.locator(f"#reject-{theo.pk}"))
    dialog = dialog_of(here.page)
    here.choose(dialog.locator("[name=reason]"), "skills")
    there.press(there.page.get_by_role("button", name="Annuler le passage"))
    there.page.locator(f".drop[data-to=received] #card-{theo.pk}").wait_for()
    here.press(dialog.get_by_role("button", name="Refuser et prévenir"))
    here.page.get_by_role("alert").filter(has_text="fait avancer").wait_for()
    assert is_at(theo, State.RECEIVED)
