"""Every (action, state): what the table allows goes through, everything else is refused and changes nothing."""

import pytest
from django.utils import timezone, translation

from backend.common.errors import GuardFailed, NotPossible
from tests import factories
from workflow import machine, policies, selectors, services
from workflow.models import Application
from workflow.states import OPEN, Action, State

pytestmark = pytest.mark.django_db

PROMISED = {
    (Action.INTERVIEW, State.RECEIVED): {State.INTERVIEWED},
    (Action.CONTRACT, State.INTERVIEWED): {State.CONTRACTED},
    (Action.ONBOARD, State.CONTRACTED): {State.ONBOARDED},
    (Action.REJECT, State.RECEIVED): {State.REJECTED},
    (Action.REJECT, State.INTERVIEWED): {State.REJECTED},
    (Action.REJECT, State.CONTRACTED): {State.REJECTED},
    (Action.WITHDRAW, State.RECEIVED): {State.WITHDRAWN},
    (Action.WITHDRAW, State.INTERVIEWED): {State.WITHDRAWN},
    (Action.WITHDRAW, State.CONTRACTED): {State.WITHDRAWN},
    (Action.REOPEN, State.REJECTED): set(OPEN),
    (Action.REOPEN, State.WITHDRAWN): set(OPEN),
}
"""The table of the design, written out once more by hand: the code is compared with it, not with itself."""

MOVES = [action for action in policies.MOVES if action != Action.UNDO]


def ready(application: Application) -> Application:
    """Make every guard hold, whichever action comes."""
    factories.held_interview(application)
    if not application.contracts.exists():
        factories.contract(application)
    application.onboarding_tasks.update(done_at=timezone.now())
    return application


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("action", MOVES)
def test_action_from_state_goes_where_the_design_says_or_is_refused(action: Action, state: State) -> None:
    application = ready(factories.application(state=state))
    actor = factories.member(application.posting.team)
    before, rows = application.snapshot(), application.transitions.count()
    reason = "skills" if action == Action.REJECT else "because"
    expected = PROMISED.get((action, state), set())
    assert set(machine.targets(action, state)) == expected
    if not expected:
        with pytest.raises(NotPossible) as refused:
            services.move(pk=application.pk, action=action, actor=actor, reason=reason)
        assert refused.value.state == state
        assert Application.objects.get(pk=application.pk).snapshot() == before
        assert application.transitions.count() == rows
        return
    log = services.move(pk=application.pk, action=action, actor=actor, reason=reason)
    assert log.to_state in expected
    assert Application.objects.get(pk=application.pk).state == log.to_state
    assert application.transitions.count() == rows + 1


@pytest.mark.parametrize("state", State)
def test_undo_gives_the_row_back_exactly(state: State) -> None:
    application = ready(factories.application(state=state))
    actor = factories.member(application.posting.team)
    for action in MOVES:
        if not machine.targets(action, state):
            continue
        before = Application.objects.filter(pk=application.pk).values().get()
        move = services.move(pk=application.pk, action=action, actor=actor, reason="skills")
        back = services.undo(pk=application.pk, actor=actor)
        assert back.undoes == move
        assert Application.objects.filter(pk=application.pk).values().get() == before


def test_undo_of_undo_is_refused() -> None:
    application = ready(factories.application())
    actor = factories.member(application.posting.team)
    services.move(pk=application.pk, action="interview", actor=actor)
    services.undo(pk=application.pk, actor=actor)
    with translation.override("en"), pytest.raises(GuardFailed) as refused:
        services.undo(pk=application.pk, actor=actor)
    assert refused.value.reasons == ["There is no move to undo."]


@pytest.mark.parametrize("left", OPEN)
@pytest.mark.parametrize("ending", [Action.REJECT, Action.WITHDRAW])
def test_reopen_leads_back_to_the_state_it_left(ending: Action, left: State) -> None:
    application = factories.application(state=left)
    actor = factories.member(application.posting.team)
    services.move(pk=application.pk, action=ending, actor=actor, reason="terms")
    ended = Application.objects.get(pk=application.pk).state
    assert services.move(pk=application.pk, action="reopen", actor=actor).to_state == left
    assert services.undo(pk=application.pk, actor=actor).to_state == ended


@pytest.mark.parametrize("state", State)
def test_offered_choices_are_the_arrows_of_the_state(state: State) -> None:
    application = ready(factories.application(state=state))
    actor = factories.member(application.posting.team)
    offered = {choice.action for choice in selectors.choices(actor, application)} - {Action.UNDO}
    assert offered == {action for action in MOVES if machine.targets(action, state)}
