"""The outbox: written with the move or not at all, once, and changed only by those who may."""

import datetime as dt
import inspect
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from backend.accounts import actors
from backend.common.errors import Conflict, GuardFailed, Invalid, NotAllowed, NotVisible
from notifications import compose, outbox, receivers, tasks
from notifications.models import Direction, Message, Status
from tests import factories
from workflow import services, signals
from workflow.models import Application, Transition
from workflow.services import MailOptions
from workflow.states import Action, State, Via

pytestmark = pytest.mark.django_db


def interviewed(**options) -> tuple[Application, actors.Actor, Transition]:
    """Move one application, by a member, with these mail options."""
    application = factories.application()
    factories.held_interview(application)
    actor = factories.member(application.team)
    moved = services.move(
        pk=application.pk, action=Action.INTERVIEW, actor=actor, mail=MailOptions(**options), notify=True
    )
    return application, actor, moved


def held() -> tuple[Message, actors.Actor]:
    """Make a held mail, and a member of its team."""
    _application, actor, moved = interviewed()
    return Message.objects.get(transition=moved), actor


def test_outbox_row_is_written_with_the_move():
    application, _actor, moved = interviewed()
    message = Message.objects.get(transition=moved)
    assert (message.application, message.direction, message.status) == (application, Direction.OUT, Status.HELD)
    assert message.due_at == moved.at + dt.timedelta(seconds=300)
    assert message.created_at == moved.at
    assert message.message_id == f"<{message.pk.hex}@localhost.localdomain>"
    assert message.sender == f"{application.team.name} <jalon@localhost.localdomain>" or "=?utf-8?" in message.sender


def test_outbox_row_goes_with_a_move_that_is_taken_back():
    before = Message.objects.count()

    def fail(**_signal):
        raise RuntimeError("a later receiver fails")

    application = factories.application()
    factories.held_interview(application)
    signals.application_moved.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            services.move(pk=application.pk, action=Action.INTERVIEW, actor=factories.member(application.team))
    finally:
        signals.application_moved.disconnect(fail)
    assert Message.objects.count() == before + 1  # the acknowledgement alone
    assert Application.objects.get().state == State.RECEIVED


def test_outbox_has_one_row_a_move_recipient_and_kind():
    application, _actor, moved = interviewed()
    with pytest.raises(IntegrityError, match="message_once"), transaction.atomic():
        outbox.put(application, moved, MailOptions())


def test_outbox_keeps_quiet_when_asked_to():
    application = factories.application()
    factories.held_interview(application)
    actor = factories.member(application.team)
    moved = services.move(pk=application.pk, action=Action.INTERVIEW, actor=actor, notify=False)
    assert not Message.objects.filter(transition=moved).exists()


def test_outbox_writes_nothing_to_nobody():
    application = factories.application(email="")
    assert application.messages.count() == 0
    factories.carry(application, State.INTERVIEWED)
    assert application.messages.count() == 0


@pytest.mark.parametrize(("hold", "seconds"), [(None, 300), (0, 0), (3600, 3600)])
def test_outbox_holds_as_asked(hold, seconds):
    _application, _actor, moved = interviewed(hold=hold)
    assert Message.objects.get(transition=moved).due_at - moved.at == dt.timedelta(seconds=seconds)


@pytest.mark.parametrize("hold", [-1, outbox.LONGEST_HOLD + 1])
def test_outbox_refuses_a_senseless_hold(hold):
    with pytest.raises(Invalid):
        interviewed(hold=hold)


def test_outbox_lets_what_cannot_be_undone_leave_at_once():
    application = factories.application()
    assert application.messages.get().due_at == application.created_at
    moved = services.move(pk=application.pk, action=Action.WITHDRAW, actor=actors.of_candidate(application.pk))
    assert Message.objects.get(transition=moved).due_at == moved.at


def test_outbox_takes_an_own_text():
    _application, _actor, moved = interviewed(subject="Merci !", body="{greeting}, à lundi.\n{link}")
    message = Message.objects.get(transition=moved)
    assert (message.subject, message.edited) == ("Merci !", True)
    assert message.body.endswith(", à lundi.\n{link}")


def test_outbox_refuses_an_own_text_with_the_move():
    with pytest.raises(Invalid, match="nobody"):
        interviewed(body="{nobody}")
    assert Application.objects.get().state == State.RECEIVED
    assert Transition.objects.count() == 1


@pytest.mark.parametrize(
    ("action", "state", "queries"),
    [
        (Action.INTERVIEW, State.RECEIVED, 1),
        (Action.REJECT, State.RECEIVED, 1),
        (Action.CONTRACT, State.INTERVIEWED, 2),
    ],
)
def test_outbox_costs_a_move_one_query(action, state, queries):
    """The posting, the team and the candidate come with the application; only the terms are looked up."""
    application = factories.application(state=state)
    factories.prepare(application, action)
    seen = []

    def count(**signal):
        with CaptureQueriesContext(connection) as captured:
            receivers.tell(**signal)
        seen.extend(captured.captured_queries)

    signals.application_moved.disconnect(dispatch_uid="notifications.tell")
    signals.application_moved.connect(count)
    try:
        services.move(pk=application.pk, action=action, actor=factories.member(application.team), reason="skills")
    finally:
        signals.application_moved.disconnect(count)
        receivers.connect()
    assert len(seen) == queries
    assert seen[-1]["sql"].startswith("INSERT")


def test_undo_discards_what_is_held():
    application, actor, moved = interviewed()
    services.undo(pk=application.pk, actor=actor)
    assert Message.objects.get(transition=moved).status == Status.DISCARDED
    assert Message.objects.filter(status=Status.HELD).count() == 1  # the acknowledgement is none of its business


@pytest.mark.parametrize("status", [Status.CLAIMED, Status.HANDED, Status.SENT, Status.UNCERTAIN])
def test_undo_is_refused_once_it_has_left(status):
    application, actor, moved = interviewed()
    Message.objects.filter(transition=moved).update(status=status)
    with pytest.raises(GuardFailed) as refused:
        services.undo(pk=application.pk, actor=actor)
    assert refused.value.reasons == [outbox.too_late()]
    # Between the question and the answer, too: the receiver raises, and takes the undo back with it.
    signals.undo_asked.disconnect(dispatch_uid="notifications.refuse_undo")
    try:
        with pytest.raises(Conflict):
            services.undo(pk=application.pk, actor=actor)
    finally:
        receivers.connect()
    assert Application.objects.get(pk=application.pk).state == State.INTERVIEWED
    assert Message.objects.get(transition=moved).status == status


@pytest.mark.django_db(transaction=True)
def test_undo_is_refused_when_its_mail_comes_back_from_a_server_out_of_reach():
    """Claimed when the undo discards what is held, held again when it looks at what has left."""
    application, actor, moved = interviewed()
    mails = Message.objects.filter(transition=moved)

    def elsewhere(**fields):
        def write():
            mails.update(**fields)
            connection.close()

        thread = threading.Thread(target=write)
        thread.start()
        thread.join()

    def give_back(execute, sql, *rest):
        result = execute(sql, *rest)
        if sql.startswith('UPDATE "notifications_message"'):
            elsewhere(status=Status.HELD, due_at=timezone.now())
        return result

    signals.undo_asked.disconnect(dispatch_uid="notifications.refuse_undo")  # it asked just before the claim
    elsewhere(status=Status.CLAIMED)
    try:
        with connection.execute_wrapper(give_back), pytest.raises(Conflict):
            services.undo(pk=application.pk, actor=actor)
    finally:
        receivers.connect()
    assert (Application.objects.get(pk=application.pk).state, mails.get().status) == (State.INTERVIEWED, Status.HELD)


def test_who_withdraws_gets_the_confirmation_and_nothing_that_was_still_held():
    application, _actor, _moved = interviewed()
    services.move(pk=application.pk, action=Action.WITHDRAW, actor=actors.of_candidate(application.pk))
    waiting = Message.objects.filter(application=application, status=Status.HELD)
    assert [mail.kind for mail in waiting] == ["withdrawn_candidate"]


@pytest.mark.parametrize("status", [Status.DEAD, Status.DISCARDED])
def test_undo_is_possible_when_nothing_reached_them(status):
    application, actor, moved = interviewed()
    Message.objects.filter(transition=moved).update(status=status)
    services.undo(pk=application.pk, actor=actor)
    assert Message.objects.get(transition=moved).status == Status.DISCARDED


USES = {
    outbox.hold: ({"seconds": 60}, {Status.HELD}),
    outbox.edit: ({"subject": "Merci", "body": "À lundi."}, {Status.HELD}),
    outbox.discard: ({}, {Status.HELD, Status.DEAD}),
    outbox.send_now: ({}, {Status.HELD, Status.DEAD}),
    outbox.settle: ({"arrived": True}, {Status.UNCERTAIN}),
}
OUT = [status for status in Status if status != Status.RECEIVED]


@pytest.mark.parametrize("use", USES, ids=lambda use: use.__name__)
@pytest.mark.parametrize("status", OUT)
def test_outbox_use_in_each_status(use, status):
    message, actor = held()
    Message.objects.filter(pk=message.pk).update(status=status)
    options, fit = USES[use]
    if status in fit:
        assert use(pk=message.pk, actor=actor, **options).pk == message.pk
        return
    with pytest.raises(Conflict) as refused:
        use(pk=message.pk, actor=actor, **options)
    assert str(Status(status).label) in refused.value.detail
    assert Message.objects.get(pk=message.pk).status == status


@pytest.mark.parametrize("use", USES, ids=lambda use: use.__name__)
def test_outbox_use_by_each_actor(use):
    message, member = held()
    options, fit = USES[use]
    Message.objects.filter(pk=message.pk).update(status=min(fit))
    team, other = message.application.team, factories.team()
    reader = actors.Actor(kind="user", user=member.user, may_write=False)
    strangers = [factories.member(other), factories.coach(other), actors.of_candidate(message.application_id)]
    for actor, error in [
        (factories.coach(team), NotAllowed),
        (reader, NotAllowed),
        *((stranger, NotVisible) for stranger in strangers),
    ]:
        with pytest.raises(error):
            use(pk=message.pk, actor=actor, **options)
    assert use(pk=message.pk, actor=member, **options)


def test_outbox_uses_are_all_tested():
    public = {
        f for name, f in inspect.getmembers(outbox, inspect.isfunction) if "actor" in inspect.signature(f).parameters
    }
    assert {f for f in public if f.__module__ == outbox.__name__ and not f.__name__.startswith("_")} == {
        *USES,
        outbox.visible_to,
    }


def test_visible_to_each_actor():
    message, member = held()
    sent = message.application.messages.exclude(pk=message.pk).get()
    Message.objects.filter(pk=sent.pk).update(status=Status.SENT)
    Message.objects.create(
        application=factories.application(),
        direction=Direction.IN,
        kind="incoming",
        status=Status.RECEIVED,
        recipient="x@jalon.example",
        subject="canary",
        body="canary",
        message_id="<canary@courrier.example>",
    )
    both = {message.pk, sent.pk}
    assert {row.pk for row in outbox.visible_to(member)} == both
    assert {row.pk for row in outbox.visible_to(factories.coach(message.application.team))} == both
    assert {row.pk for row in outbox.visible_to(actors.of_candidate(message.application_id))} == {sent.pk}
    assert {row.pk for row in outbox.visible_to(factories.member(factories.team()))} == set()
    assert outbox.visible_to(actors.SYSTEM).count() == 4


def test_edit_keeps_the_link_and_says_so():
    message, actor = held()
    edited = outbox.edit(pk=message.pk, actor=actor, subject="Merci\nencore", body="Bonjour.\r\n\r\n{link}\r\n")
    assert (edited.subject, edited.body, edited.edited) == ("Merci encore", "Bonjour.\n\n{link}", True)
    assert compose.wire(edited).body == f"Bonjour.\n\n{message.application.link}"


def test_edit_without_change_is_none():
    message, actor = held()
    assert not outbox.edit(pk=message.pk, actor=actor, subject=message.subject, body=message.body).edited


@pytest.mark.parametrize(("subject", "body"), [("", "x"), ("x", " "), ("x", "{inconnu}"), ("x" * 501, "x")])
def test_edit_refuses_what_cannot_be_sent(subject, body):
    message, actor = held()
    with pytest.raises(Invalid):
        outbox.edit(pk=message.pk, actor=actor, subject=subject, body=body)


def test_send_now_is_due_now_and_starts_again():
    message, actor = held()
    Message.objects.filter(pk=message.pk).update(status=Status.DEAD, attempts=13)
    sent = outbox.send_now(pk=message.pk, actor=actor)
    assert (sent.status, sent.attempts) == (Status.HELD, 0)
    assert sent.due_at <= timezone.now()


def test_nudge_follows_the_commit_of_what_is_due_at_once(django_capture_on_commit_callbacks, monkeypatch):
    nudges = []
    monkeypatch.setattr(tasks, "nudge", lambda: nudges.append(1))
    posting = factories.posting()
    with django_capture_on_commit_callbacks(execute=True):
        services.submit(
            posting_id=posting.pk, person=factories.person(), via=Via.FORM, actor=actors.of_candidate(posting.pk)
        )
        assert nudges == []
    assert nudges == [1]
    with django_capture_on_commit_callbacks(execute=True):
        interviewed()
    assert nudges == [1, 1]  # for the acknowledgement; the status mail waits


def test_explain_says_it_in_the_language_of_the_reader():
    message, _actor = held()
    message.answer = f"{outbox.SETTLED_ARRIVED}\n250 ok"
    with translation.override("fr"):
        assert outbox.explain(message) == "Quelqu’un de l’équipe a vérifié\u202f: il est arrivé.\n250 ok"


@pytest.mark.parametrize("ending", ["reject", "withdraw"])
def test_reopening_calls_back_the_mail_of_the_ending_and_tells_nothing(ending):
    application = factories.application()
    actor = factories.member(application.posting.team)
    services.move(pk=application.pk, action=ending, actor=actor, reason="skills")
    ended = Message.objects.get(transition__action=ending)
    services.move(pk=application.pk, action="reopen", actor=actor)
    ended.refresh_from_db()
    assert (ended.status, ended.answer) == (Status.DISCARDED, outbox.REOPENED)
    assert not Message.objects.filter(transition__action="reopen").exists()
    services.undo(pk=application.pk, actor=actor)
    ended.refresh_from_db()
    assert (ended.status, ended.answer) == (Status.HELD, "")


def test_reopening_after_the_refusal_has_left_tells_the_candidate():
    application = factories.application(state=State.REJECTED)
    Message.objects.filter(application=application).update(status=Status.SENT)
    services.move(pk=application.pk, action="reopen", actor=factories.member(application.posting.team))
    assert Message.objects.get(transition__action="reopen").status == Status.HELD
    assert Message.objects.get(transition__action="reject").status == Status.SENT
