"""Self-scheduling: times are proposed, one is chosen, and whoever was told hears of each change."""

import datetime as dt

import icalendar
import pytest
from django.utils import timezone

from backend.accounts import actors
from backend.common import clock
from backend.common.errors import Conflict, Invalid, NotAllowed, NotVisible
from backend.hiring import erasure
from notifications import compose
from notifications.models import Message
from tests import factories
from workflow import arrangements, scheduling, services
from workflow.models import InterviewStatus

pytestmark = pytest.mark.django_db


def ahead(*days: int) -> list[dt.datetime]:
    return [timezone.now().replace(microsecond=0) + dt.timedelta(days=day) for day in days]


@pytest.fixture
def application():
    return factories.application(email="camille@courrier.example")


@pytest.fixture
def lou(application):
    return factories.member(application.team)


def proposal(application, lou, *days: int, **fields):
    return scheduling.propose(
        application_id=application.pk, actor=lou, times=ahead(*(days or (2, 3, 4))), minutes=30, **fields
    )


def told(application) -> list[tuple[str, str]]:
    """Give kind and recipient of what waits to leave about interviews, oldest first."""
    rows = Message.objects.filter(application=application, kind__startswith="interview_", status="held")
    return sorted(rows.values_list("kind", "recipient"))


def test_proposal_is_told_to_the_candidate_alone(application, lou):
    made = proposal(application, lou, participants=[lou.user.pk], invited=["guest@ailleurs.example"])
    assert (made.status, made.at, made.slots.count()) == (InterviewStatus.PROPOSED, None, 3)
    assert told(application) == [("interview_proposed_candidate", "camille@courrier.example")]


def test_pick_plans_the_interview_and_invites_everybody(application, lou):
    made = proposal(application, lou, participants=[lou.user.pk], invited=["guest@ailleurs.example"])
    slot = made.slots.all()[1]
    picked = scheduling.pick(actor=actors.of_candidate(application.pk), interview=made.pk, slot=slot.pk)
    assert (picked.status, picked.at) == (InterviewStatus.PLANNED, slot.at)
    assert told(application) == [
        ("interview_planned_candidate", "camille@courrier.example"),
        ("interview_planned_participant", "guest@ailleurs.example"),
        ("interview_planned_participant", lou.user.email),
    ]
    note = application.notes.get()
    assert note.author is None and note.text.startswith("A choisi ")


def test_pick_twice_of_the_same_time_is_once_and_of_another_is_refused(application, lou):
    made, me = proposal(application, lou), actors.of_candidate(application.pk)
    first, second, _third = made.slots.all()
    scheduling.pick(actor=me, interview=made.pk, slot=first.pk)
    before = told(application)
    assert scheduling.pick(actor=me, interview=made.pk, slot=first.pk).at == first.at
    assert told(application) == before and application.notes.count() == 1
    with pytest.raises(Conflict):
        scheduling.pick(actor=me, interview=made.pk, slot=second.pk)


def test_time_that_is_withdrawn_or_past_cannot_be_picked(application, lou):
    made, me = proposal(application, lou), actors.of_candidate(application.pk)
    first, second, third = made.slots.all()
    scheduling.withdraw_slot(actor=lou, pk=first.pk)
    with pytest.raises(Conflict):
        scheduling.pick(actor=me, interview=made.pk, slot=first.pk)
    with clock.at(second.at + dt.timedelta(minutes=1)):
        assert [slots for _made, slots in scheduling.proposals(application)] == [[third]]
        with pytest.raises(Conflict):
            scheduling.pick(actor=me, interview=made.pk, slot=second.pk)
    scheduling.withdraw_slot(actor=lou, pk=second.pk)
    with pytest.raises(Invalid):
        scheduling.withdraw_slot(actor=lou, pk=third.pk)
    assert scheduling.pick(actor=me, interview=made.pk, slot=third.pk).at == third.at
    with pytest.raises(Conflict):
        scheduling.withdraw_slot(actor=lou, pk=third.pk)


@pytest.mark.parametrize(
    "times", [[], ahead(1), ahead(1) * 2, ahead(-1, 1), ahead(1, 400), ahead(*range(1, 12))], ids=len
)
def test_times_that_are_no_choice_are_refused_in_words(application, lou, times):
    with pytest.raises(Invalid) as refusal:
        scheduling.propose(application_id=application.pk, actor=lou, times=times)
    assert list(refusal.value.fields) == ["times"] and not application.interviews.exists()


def test_only_members_propose_and_only_the_candidate_picks(application, lou):
    with pytest.raises(NotAllowed):
        proposal(application, factories.coach(application.team))
    with pytest.raises(NotVisible):
        proposal(application, factories.member(factories.team()))
    with pytest.raises(Invalid):  # somebody of another team does not take part by account
        proposal(application, lou, participants=[factories.user(factories.team()).pk])
    made = proposal(application, lou)
    slot = made.slots.first()
    for other in (lou, actors.of_candidate(factories.application().pk), actors.SYSTEM):
        with pytest.raises(NotVisible):
            scheduling.pick(actor=other, interview=made.pk, slot=slot.pk)
    with pytest.raises(NotAllowed):
        scheduling.withdraw_slot(actor=factories.coach(application.team), pk=slot.pk)
    with pytest.raises(NotVisible):
        scheduling.withdraw_slot(actor=factories.member(factories.team()), pk=slot.pk)


def plan(application, lou, **fields):
    (at,) = ahead(2)
    return arrangements.add_interview(application_id=application.pk, actor=lou, at=at, announced=True, **fields)


def sent(application) -> None:
    """Let what waits have left, so that only what comes next is seen."""
    Message.objects.filter(application=application).update(status="sent")


def test_move_goes_to_those_who_knew_and_invites_who_is_new(application, lou):
    made = plan(application, lou, invited=["old@ailleurs.example", "gone@ailleurs.example"])
    sent(application)
    (later,) = ahead(5)
    arrangements.change_interview(
        pk=made.pk, actor=lou, at=later, invited=["old@ailleurs.example", "new@ailleurs.example"]
    )
    assert told(application) == [
        ("interview_cancelled_participant", "gone@ailleurs.example"),
        ("interview_moved_candidate", "camille@courrier.example"),
        ("interview_moved_participant", "old@ailleurs.example"),
        ("interview_planned_participant", "new@ailleurs.example"),
    ]
    sent(application)
    arrangements.change_interview(pk=made.pk, actor=lou, at=later)
    assert told(application) == []  # nothing changed: nothing to tell


def test_missed_interview_is_moved_as_the_same_event(application, lou):
    made = plan(application, lou)
    sent(application)
    arrangements.change_interview(pk=made.pk, actor=lou, status="missed")
    assert told(application) == []
    sequence = application.interviews.get().sequence
    (later,) = ahead(9)
    again = arrangements.change_interview(pk=made.pk, actor=lou, at=later)
    assert (again.pk, again.status, again.at) == (made.pk, "planned", later)
    assert again.sequence == sequence + 1
    assert told(application) == [("interview_moved_candidate", "camille@courrier.example")]


def test_cancelled_interview_is_told_once_and_what_waited_never_leaves(application, lou):
    made = plan(application, lou, invited=["guest@ailleurs.example"])
    for _ in range(2):
        arrangements.change_interview(pk=made.pk, actor=lou, status="cancelled")
    assert told(application) == [
        ("interview_cancelled_candidate", "camille@courrier.example"),
        ("interview_cancelled_participant", "guest@ailleurs.example"),
    ]
    planned = Message.objects.filter(kind__startswith="interview_planned")
    assert set(planned.values_list("status", flat=True)) == {"discarded"}


def test_what_is_recorded_quietly_is_told_to_nobody(application, lou):
    made = arrangements.add_interview(application_id=application.pk, actor=lou, at=ahead(2)[0])
    arrangements.change_interview(pk=made.pk, actor=lou, at=ahead(3)[0])
    arrangements.change_interview(pk=made.pk, actor=lou, status="cancelled")
    assert told(application) == []


def test_nobody_is_invited_to_the_past(application, lou):
    with pytest.raises(Invalid):
        arrangements.add_interview(application_id=application.pk, actor=lou, at=ahead(-1)[0], announced=True)
    with pytest.raises(Invalid):
        arrangements.add_interview(application_id=application.pk, actor=lou, at=ahead(1)[0], status="proposed")
    made = proposal(application, lou)
    with pytest.raises(Invalid):
        arrangements.change_interview(pk=made.pk, actor=lou, status="planned")
    set_directly = arrangements.change_interview(pk=made.pk, actor=lou, at=ahead(6)[0])
    assert set_directly.status == "planned"


def test_candidate_reads_none_of_the_participants_mails(application, lou):
    from notifications import outbox

    plan(application, lou, invited=["guest@ailleurs.example"])
    sent(application)
    team = outbox.visible_to(lou).values_list("kind", flat=True)
    own = outbox.visible_to(actors.of_candidate(application.pk)).values_list("kind", flat=True)
    assert "interview_planned_participant" in team  # there was something to leak
    assert set(own) == {"received_candidate", "interview_planned_candidate"}


def test_participant_gets_neither_the_candidates_link_nor_their_reply_address(application, lou, settings):
    from notifications import compose

    settings.INBOUND_DOMAIN = "entrant.example"
    plan(application, lou, participants=[lou.user.pk], invited=["guest@ailleurs.example"])
    for message in application.messages.filter(kind="interview_planned_participant"):
        mail = compose.wire(message)
        whole = mail.message().as_string()
        assert application.link_token not in mail.body and application.link_token not in whole
        assert "reply+" not in whole
        inside = f"/a/{application.pk}/" in mail.body
        assert inside == (message.recipient == lou.user.email)
    own = compose.wire(application.messages.get(kind="interview_planned_candidate"))
    assert application.link in own.body and "reply+" in own.message().as_string()


# ── An application that ends takes its interviews with it ─────────────────────────────────────────────────────────────
def invited(application, lou, **fields):
    """Plan an interview with a guest, and let the invitations have left."""
    made = plan(application, lou, invited=["guest@ailleurs.example"], **fields)
    sent(application)
    return made


def calendars(message) -> list[tuple[str, str, int]]:
    """Give method, UID and SEQUENCE of each calendar file that goes with a message."""
    made = []
    for attached in compose.attachments(message):
        if attached.media_type.startswith("text/calendar"):
            read = icalendar.Calendar.from_ical(attached.content)
            (event,) = read.walk("VEVENT")
            made.append((str(read["METHOD"]), str(event["UID"]), int(event["SEQUENCE"])))
    return made


@pytest.mark.parametrize("action", ["reject", "withdraw"])
def test_ending_takes_the_interview_out_of_every_calendar_and_its_undo_brings_it_back(application, lou, action):
    made, open_one = invited(application, lou), proposal(application, lou)
    sent(application)
    past = factories.held_interview(application, status="planned", announced=True)
    uid, sequence = f"{made.pk}@interviews.jalon", application.interviews.get(pk=made.pk).sequence
    services.move(pk=application.pk, action=action, actor=lou, reason="other_choice")
    states = {row.pk: row.status for row in application.interviews.all()}
    assert states == {made.pk: "cancelled", open_one.pk: "cancelled", past.pk: "planned"}
    assert scheduling.proposals(application) == []
    ending = application.messages.get(transition__action=action)
    guests = application.messages.get(kind="interview_cancelled_participant")
    assert guests.due_at == ending.due_at  # nobody hears of it before it can no longer be undone
    assert calendars(ending) == calendars(guests) == [("CANCEL", uid, sequence + 1)]
    assert told(application) == [("interview_cancelled_participant", "guest@ailleurs.example")]
    services.undo(pk=application.pk, actor=lou)
    assert {row.pk: row.status for row in application.interviews.all()} == {
        made.pk: "planned", open_one.pk: "proposed", past.pk: "planned"
    }  # fmt: skip
    assert told(application) == []  # whoever had heard of nothing is told nothing
    services.move(pk=application.pk, action=action, actor=lou, reason="other_choice")
    application.messages.filter(kind="interview_cancelled_participant", status="held").update(status="sent")
    services.undo(pk=application.pk, actor=lou)
    again = application.messages.get(kind="interview_planned_participant", status="held")
    ((method, same, latest),) = calendars(again)
    assert (method, same) == ("REQUEST", uid) and latest > sequence + 2


@pytest.mark.parametrize("waits", ["invitation", "move"])
def test_ending_that_is_undone_loses_no_invitation_that_had_not_left(application, lou, waits):
    made = plan(application, lou, invited=["guest@ailleurs.example"])
    if waits == "move":
        sent(application)
        arrangements.change_interview(pk=made.pk, actor=lou, at=ahead(9)[0])
    for _round in range(2):
        services.move(pk=application.pk, action="reject", actor=lou, reason="other_choice")
        services.undo(pk=application.pk, actor=lou)
        last = application.messages.filter(recipient="guest@ailleurs.example", status="held").get()
        assert last.kind == "interview_planned_participant"
    sent(application)
    services.move(pk=application.pk, action="reject", actor=lou, reason="other_choice")
    services.undo(pk=application.pk, actor=lou)
    assert told(application) == []


def test_ending_without_its_mail_still_takes_the_interview_out_of_the_candidates_calendar(application, lou):
    invited(application, lou)
    services.move(pk=application.pk, action="reject", actor=lou, reason="other_choice", notify=False)
    assert told(application) == [
        ("interview_cancelled_participant", "guest@ailleurs.example"),
        ("interview_closed_candidate", "camille@courrier.example"),
    ]
    Message.objects.filter(kind="interview_closed_candidate").update(status="sent")
    services.undo(pk=application.pk, actor=lou)
    assert told(application) == [("interview_planned_candidate", "camille@courrier.example")]


def test_reopening_before_the_refusal_left_brings_the_interview_back_and_its_undo_cancels_it(application, lou):
    made = invited(application, lou)
    services.move(pk=application.pk, action="reject", actor=lou, reason="other_choice")
    services.move(pk=application.pk, action="reopen", actor=lou)
    made.refresh_from_db()
    assert (made.status, told(application)) == ("planned", [])
    services.undo(pk=application.pk, actor=lou)
    made.refresh_from_db()
    assert made.status == "cancelled"
    assert told(application) == [("interview_cancelled_participant", "guest@ailleurs.example")]
    assert calendars(application.messages.get(kind="rejected_candidate"))[0][0] == "CANCEL"


def test_what_a_person_decided_about_the_interview_since_then_stands(application, lou):
    made = invited(application, lou)
    services.move(pk=application.pk, action="reject", actor=lou, reason="other_choice")
    arrangements.change_interview(pk=made.pk, actor=lou, at=ahead(9)[0])
    arrangements.change_interview(pk=made.pk, actor=lou, status="cancelled")
    services.undo(pk=application.pk, actor=lou)
    made.refresh_from_db()
    assert made.status == "cancelled"


def test_who_was_to_meet_somebody_erased_hears_that_it_is_off_and_no_name(application, lou):
    invited(application, lou)
    application.candidate.refresh_from_db()
    name = application.candidate.name
    erasure.erase(pk=application.candidate_id, actor=lou)
    message = application.messages.get(status="held")
    assert (message.kind, message.recipient) == ("interview_cancelled_participant", "guest@ailleurs.example")
    assert message.due_at <= clock.now() and calendars(message)[0][0] == "CANCEL"
    assert name not in message.subject + message.body + compose.wire(message).message().as_string()


def test_missed_interview_is_proposed_anew_once_with_the_same_people(application, lou):
    made = invited(application, lou, place="Visio", participants=[lou.user.pk])
    with pytest.raises(Conflict):
        scheduling.propose_again(actor=lou, pk=made.pk)  # it is still to come
    arrangements.change_interview(pk=made.pk, actor=lou, status="missed")
    with pytest.raises(NotAllowed):
        scheduling.propose_again(actor=factories.coach(application.team), pk=made.pk)
    again = scheduling.propose_again(actor=lou, pk=made.pk)
    assert (again.status, again.place, again.invited) == ("proposed", "Visio", ["guest@ailleurs.example"])
    assert list(again.participants.all()) == [lou.user]
    times = [timezone.localtime(slot.at) for slot in again.slots.all()]
    assert len(times) == 3 and all(time.weekday() < 5 for time in times)
    assert {time.time() for time in times} == {timezone.localtime(made.at).time()}
    with pytest.raises(Conflict):
        scheduling.propose_again(actor=lou, pk=made.pk)
