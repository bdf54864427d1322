"""What a move stood on stays, also for what ended on the way; and days are days that somebody can mean."""

import datetime as dt

import pytest
from django.utils import timezone

from backend.common.errors import GuardFailed, Invalid
from tests import factories
from workflow import arrangements, conditions, services
from workflow.models import Application, Contract
from workflow.states import Action, State

pytestmark = pytest.mark.django_db


def ended(state: str):
    """Give an application rejected at `state`, and a member of its team."""
    application = factories.application(state=state)
    actor = factories.member(application.team)
    services.move(pk=application.pk, action=Action.REJECT, actor=actor, reason="skills")
    return application, actor


def test_interview_of_a_rejected_application_stays_held_since_it_may_be_reopened():
    application, actor = ended(State.INTERVIEWED)
    with pytest.raises(GuardFailed) as refusal:
        arrangements.change_interview(pk=application.interviews.get().pk, actor=actor, status="cancelled")
    assert refusal.value.state == State.REJECTED
    services.move(pk=application.pk, action=Action.REOPEN, actor=actor)
    found = Application.objects.get(pk=application.pk)
    assert (found.state, conditions.interview_held(found)) == (State.INTERVIEWED, True)


def test_terms_of_a_rejected_application_stay_complete_since_the_move_may_be_undone():
    application, actor = ended(State.CONTRACTED)
    with pytest.raises(GuardFailed):
        arrangements.change_contract(pk=application.contracts.get().pk, actor=actor, start=None)
    services.undo(pk=application.pk, actor=actor)
    found = Application.objects.get(pk=application.pk)
    assert (found.state, conditions.terms_complete(found)) == (State.CONTRACTED, True)


def test_start_of_who_has_arrived_does_not_move_to_the_future():
    application = factories.application(state=State.ONBOARDED)
    actor = factories.member(application.team)
    contract = application.contracts.get()
    with pytest.raises(GuardFailed):
        arrangements.change_contract(pk=contract.pk, actor=actor, start=timezone.localdate() + dt.timedelta(days=30))
    assert Contract.objects.get(pk=contract.pk).start == contract.start


def test_open_required_task_is_not_added_after_the_arrival():
    application = factories.application(state=State.ONBOARDED)
    actor = factories.member(application.team)
    with pytest.raises(GuardFailed):
        arrangements.add_task(application_id=application.pk, actor=actor, title="Oubliée")
    assert arrangements.add_task(application_id=application.pk, actor=actor, title="Faite", done=True).done_at
    assert arrangements.add_task(application_id=application.pk, actor=actor, title="Si possible", required=False)


@pytest.mark.parametrize("year", [1, 1989, 2101, 9999])
def test_day_that_nobody_can_mean_is_refused(year: int):
    """One such interview closed the board of the whole team: PostgreSQL keeps what Python cannot read back."""
    application = factories.application(state=State.CONTRACTED)
    actor = factories.member(application.team)
    at = dt.datetime(year, 1, 1, tzinfo=timezone.get_current_timezone())
    pk, day = application.pk, at.date()
    interview, contract, task = (
        application.interviews.get(),
        application.contracts.get(),
        factories.task(application),
    )
    for field, change in {
        "at": lambda: arrangements.add_interview(application_id=pk, actor=actor, at=at),
        "at ": lambda: arrangements.change_interview(pk=interview.pk, actor=actor, at=at),
        "start": lambda: arrangements.add_contract(application_id=pk, actor=actor, start=day),
        "start ": lambda: arrangements.change_contract(pk=contract.pk, actor=actor, start=day),
        "due": lambda: arrangements.add_task(application_id=pk, actor=actor, title="Tâche", due=day),
        "due ": lambda: arrangements.change_task(pk=task.pk, actor=actor, due=day),
    }.items():
        with pytest.raises(Invalid) as refusal:
            change()
        assert list(refusal.value.fields) == [field.strip()]
