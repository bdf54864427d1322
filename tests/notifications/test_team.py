"""What the people of a team are told: as each chose, once, never nothing, and never a candidate's name."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from backend.accounts import actors
from backend.accounts.models import Membership, Role, User
from backend.common import clock
from backend.integrations import delivery, endpoints
from backend.integrations.models import Event
from notifications import compose, digests, outbox, renewals, team
from notifications import delivery as mail_delivery
from notifications.inbound import receive
from notifications.models import Choice, Direction, How, Message, RenewalAlert, Status, Topic
from tests import factories
from tests.notifications.inbound import mails
from workflow import evaluations, services
from workflow.models import InterviewStatus

pytestmark = pytest.mark.django_db

MORNING = dt.time(7, 5)


def tomorrow(days: int = 1) -> dt.datetime:
    """Give a moment in the morning of a coming day."""
    return timezone.make_aware(dt.datetime.combine(timezone.localdate() + dt.timedelta(days=days), MORNING))


def told(kind: str = "") -> list[Message]:
    rows = Message.objects.filter(member__isnull=False).order_by("created_at", "recipient")
    return list(rows.filter(kind=kind) if kind else rows)


def digest(at: dt.datetime, of: User | None = None) -> list[Message]:
    """Write the digests at a moment; give the new ones, or those of one person: others are of the team, too."""
    before = {row.pk for row in told(team.DIGEST)}
    with clock.at(at):
        digests.write_due()
    return [row for row in told(team.DIGEST) if row.pk not in before and of in (None, row.member.user)]


def test_each_is_told_at_once_as_they_chose_and_nobody_else():
    posting = factories.posting()
    eager, calm, mover = (factories.user(posting.team, language="en") for _each in range(3))
    factories.user(factories.team())
    for user in (eager, mover):
        team.choose(user, dict.fromkeys(Topic.values, How.NOW))
    team.choose(calm, dict.fromkeys(Topic.values, How.NOT))
    application = factories.application(posting, name="Kanari Premier")
    assert sorted(row.recipient for row in told()) == sorted([eager.email, mover.email])
    Message.objects.filter(member__isnull=False).delete()
    actor = actors.of_user(mover)
    services.move(pk=application.pk, action="reject", reason="skills", actor=actor, notify=False)
    (row,) = told()
    assert (row.recipient, row.subject) == (
        eager.email,
        f"{posting.team}: An application for “{posting.title}” is now “Rejected”",
    )
    assert f"/a/{application.pk}/" in row.body
    assert "anari" not in row.body + row.subject


def test_move_that_is_taken_back_tells_nobody():
    posting = factories.posting()
    team.choose(factories.user(posting.team), {Topic.ARRIVED: How.NOW})
    with pytest.raises(RuntimeError), transaction.atomic():
        factories.application(posting)
        assert len(told()) == 1
        raise RuntimeError
    assert told() == []


def test_digest_says_what_happened_since_the_last_and_is_written_once_a_day():
    posting = factories.posting(title="Dev")
    user = factories.user(posting.team, language="en")
    for _each in range(2):
        factories.application(posting)
    (row,) = digest(tomorrow(), user)
    assert (row.recipient, row.subject) == (user.email, f"{posting.team}: your day")
    assert row.body.startswith("2 new applications\n- Dev\n  http")
    assert digest(tomorrow() + dt.timedelta(hours=3)) == []
    assert digest(tomorrow(2)) == []
    with clock.at(tomorrow(2)):
        factories.application(posting)
    assert [row.body[:17] for row in digest(tomorrow(3), user)] == ["1 new application"]


def test_digest_is_never_sent_empty_nor_in_the_night_nor_on_the_first_day():
    posting = factories.posting()
    user = factories.user(posting.team)
    assert digest(tomorrow()) == []
    with clock.at(tomorrow() + dt.timedelta(hours=1)):
        factories.application(posting)
    assert digest(tomorrow(2) - dt.timedelta(hours=1)) == []
    assert len(digest(tomorrow(2), user)) == 1
    Membership.objects.update(created_at=tomorrow(3) - dt.timedelta(hours=2))
    with clock.at(tomorrow(3)):
        factories.application(posting)
        assert digest(tomorrow(3)) == []


def test_coaches_and_those_who_left_are_told_nothing():
    posting = factories.posting()
    coach = factories.user(posting.team, role=Role.COACH)
    stays, left, gone = (factories.user(posting.team) for _each in range(3))
    left.is_active = False
    left.save()
    Membership.objects.filter(user=gone).delete()
    factories.application(posting)
    assert {row.member.user for row in digest(tomorrow())} & {coach, stays, left, gone} == {stays}


def test_digest_reminds_of_what_waits():
    posting = factories.posting()
    user = factories.user(posting.team, language="en")
    team.choose(user, dict.fromkeys([Topic.ARRIVED, Topic.MOVED, Topic.ANSWERED], How.NOT))
    owed = factories.application(posting)
    late = factories.application(posting, state="contracted")
    factories.task(late, due=timezone.localdate() - dt.timedelta(days=1))
    meeting = tomorrow(13) + dt.timedelta(hours=7)
    factories.held_interview(late, status=InterviewStatus.PLANNED, at=meeting)
    Message.objects.filter(application=late).update(status=Status.DEAD)
    assert [row.body.split("\n")[0] for row in digest(tomorrow(), user)] == ["1 task is late"]
    (row,) = digest(tomorrow(12), user)  # two days before the promised one
    headings = [part.split("\n")[0] for part in row.body.split("\n\n")][:4]
    assert headings[:3] == ["1 answer is promised for these days", "1 interview tomorrow", "1 task is late"]
    assert headings[3].endswith("wait for your decision")
    assert f"/a/{owed.pk}/" in row.body


def test_answer_of_a_candidate_is_told_at_once():
    posting = factories.posting()
    user = factories.user(posting.team, language="fr")
    team.choose(user, {Topic.ANSWERED: How.NOW})
    application = factories.application(posting, email="camille@courrier.example")
    raw = (
        "From: camille@courrier.example\r\nTo: x@y.example\r\nSubject: Re: x\r\nMessage-ID: <1@c.example>\r\n"
        f"In-Reply-To: {application.messages.first().message_id}\r\n\r\nBonjour, oui.\r\n"
    )
    receive.receive(raw.encode())
    (row,) = told()
    assert row.subject == f"{posting.team}\u202f: Une réponse pour «\u202f{posting.title}\u202f»"


def test_mail_to_a_member_leaves_as_such():
    posting = factories.posting()
    user = factories.user(posting.team, language="en")
    team.choose(user, {Topic.ARRIVED: How.NOW})
    factories.application(posting)
    (row,) = told()
    mail = compose.wire(row)
    headers = mail.message()
    assert (mail.to, headers["Auto-Submitted"]) == ([user.email], "auto-generated")
    assert headers["List-Unsubscribe"] == "<http://127.0.0.1:8000/account/notifications/>"
    assert f"/team/{posting.team.slug}/" in mail.body
    assert "/account/notifications/" in mail.body
    assert not Message.objects.filter(outbox.of_teams([posting.team_id]), pk=row.pk).exists()  # theirs, not the team's


def test_owner_is_told_that_their_webhook_was_switched_off(settings):
    settings.WEBHOOK_ALLOWED_HOSTS = ["crochet.example"]
    posting = factories.posting()
    owner, other = factories.user(posting.team, language="en"), factories.user(posting.team, language="en")
    actor = actors.of_user(owner)
    endpoint = endpoints.add(team=posting.team, actor=actor, url="https://crochet.example/secret", wanted=Event.values)
    factories.application(posting)
    claimed = delivery.claim()
    delivery._give_up(claimed, "410", delivery.SAID_GONE)
    (row,) = told(team.TROUBLE)
    assert row.recipient == owner.email
    assert "The other side said that this address is gone for good (410)." in row.body
    assert f"/team/{posting.team.slug}/webhooks/{endpoint.pk}/" in row.body
    assert "/secret" not in row.body
    Membership.objects.filter(user=owner).delete()  # and their mail with it
    team.tell_trouble(posting.team, owner, "webhook_off", {"host": "h", "why": delivery.DEAD, "page": "/"})
    recipients = {row.recipient for row in told(team.TROUBLE)}
    assert (other.email in recipients, owner.email in recipients) == (True, False)


def test_digest_costs_the_same_with_one_and_with_three(django_assert_num_queries):
    posting = factories.posting()
    member = Membership.objects.select_related("user", "team").get(user=factories.user(posting.team))
    began = timezone.now() - dt.timedelta(hours=1)
    for _more in range(2):
        factories.application(posting)
        with django_assert_num_queries(16):
            assert digests.sections(member, began, timezone.now())
        member = Membership.objects.select_related("user", "team").get(pk=member.pk)


def test_choices_are_kept_and_shown(client):
    user = factories.user(factories.team(), language="en")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    given = {"arrived": "now", "answered": "digest", "moved": "not", "named": "not", "waiting": "digest"}
    given |= {"trouble": "now", "renewal": "digest"}
    assert client.post("/account/notifications/", given).status_code == 302
    assert dict(Choice.objects.values_list("topic", "how")) == given
    page = client.get("/account/notifications/").content.decode()
    assert page.count("checked") == 7
    assert client.post("/account/notifications/", given | {"waiting": "now"}).status_code == 422
    assert client.post("/account/notifications/", {}).status_code == 422
    assert dict(Choice.objects.values_list("topic", "how")) == given


def test_message_is_about_one_thing():
    posting = factories.posting()
    application = factories.application(posting)
    member = Membership.objects.create(user=factories.user(), team=posting.team, role=Role.MEMBER)
    given = {"direction": Direction.OUT, "kind": "x", "status": Status.SENT, "message_id": "<1@x>"}
    for about in ({"member": member, "application": application}, {"member": member, "posting": posting}, {}):
        with pytest.raises(IntegrityError, match="message_about_one_thing"), transaction.atomic():
            Message.objects.create(**given | about)


# ── Contracts that end, evaluations that are missing, mail in trouble ─────────────────────────────────────────────────
def ending(posting, days: int, **fields):
    """Make a contract of three months whose last day is so many days ahead."""
    application = factories.application(posting, **{"state": "contracted"} | fields)
    start = timezone.localdate() + dt.timedelta(days=days + 1)
    month = start.month - 3
    start = dt.date(start.year - (month < 1), (month - 1) % 12 + 1, 1)
    contract = application.contracts.get()
    contract.start = start
    contract.save()
    return contract


def test_end_of_a_contract_is_told_30_and_15_days_ahead_once_each():
    posting = factories.posting(title="Dev")
    eager, coach = factories.user(posting.team, language="en"), factories.user(posting.team, role=Role.COACH)
    contract = ending(posting, 40, name="Kanari Premier")
    team.choose(eager, {Topic.RENEWAL: How.NOW})
    factories.application(posting, state="contracted").contracts.update(kind="permanent")
    assert contract.ends is not None

    def sweep(days: int) -> tuple[int, list[str]]:
        Message.objects.filter(member__isnull=False).delete()
        morning = timezone.make_aware(dt.datetime.combine(contract.ends - dt.timedelta(days=days), MORNING))
        with clock.at(morning):
            return sum(renewals.write_due() for _each in range(2)), [row.subject for row in told()]

    assert sweep(31) == (0, [])
    assert [sweep(day)[0] for day in (30, 29, 16)] == [1, 0, 0]
    count, (subject,) = sweep(15)
    assert count == 1 and subject.startswith(f"{posting.team}: A contract ends in 15 days, on ")
    assert "anari" not in subject
    morning = timezone.make_aware(dt.datetime.combine(contract.ends - dt.timedelta(days=15), MORNING))
    RenewalAlert.objects.update(created_at=morning - dt.timedelta(minutes=1))
    (row,) = digest(morning, coach)
    assert row.body.startswith("1 contrat finit bientôt")
    assert sweep(-1) == (0, [])  # it has ended


@pytest.mark.parametrize("why", ["renewed", "withdrawn"])
def test_end_of_a_contract_that_is_renewed_or_was_left_is_told_to_nobody(why):
    contract = ending(factories.posting(), 40)
    if why == "renewed":
        factories.contract(contract.application, number=2, start=contract.ends + dt.timedelta(days=1))
    else:
        actor = factories.member(contract.application.team)
        services.move(pk=contract.application_id, action="withdraw", actor=actor)
    with clock.at(timezone.make_aware(dt.datetime.combine(contract.ends - dt.timedelta(days=20), MORNING))):
        assert renewals.write_due() == 0


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_once_tell_of_a_contract_once():
    posting = factories.posting()
    team.choose(factories.user(posting.team), {Topic.RENEWAL: How.NOW})
    contract = ending(posting, 40)
    moment = timezone.make_aware(dt.datetime.combine(contract.ends - dt.timedelta(days=20), MORNING))
    before, start = len(told()), threading.Barrier(6)

    def sweep() -> None:
        try:
            start.wait()
            with clock.at(moment):
                renewals.write_due()
        finally:
            connection.close()

    threads = [threading.Thread(target=sweep) for _each in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert (RenewalAlert.objects.count(), len(told()) - before) == (1, 1)


def test_missing_evaluation_is_asked_for_two_days_after_the_interview():
    posting = factories.posting()
    here, other = (factories.user(posting.team, language="en") for _each in range(2))
    for user in (here, other):
        team.choose(user, dict.fromkeys([Topic.ARRIVED, Topic.MOVED, Topic.ANSWERED], How.NOT))
    application = factories.application(posting)
    factories.held_interview(application).participants.add(here)  # yesterday
    assert digest(tomorrow(-0), here) == [] == digest(tomorrow(5), other)
    (row,) = digest(tomorrow(6), here)
    assert row.body.startswith("1 evaluation of yours is missing")
    evaluations.hand_in(application_id=application.pk, actor=actors.of_user(here), recommendation="go_on")
    assert digest(tomorrow(7), here) == []


def test_mail_in_trouble_is_told_at_once_and_once():
    posting = factories.posting(title="Dev")
    eager = factories.user(posting.team, language="en")
    team.choose(eager, {Topic.TROUBLE: How.NOW, Topic.ARRIVED: How.NOT})
    application = factories.application(posting, name="Kanari Premier", email="perdu@courrier.example")
    row = application.messages.get()
    Message.objects.exclude(pk=row.pk).delete()

    def after(status: str, act: Callable[[], object]) -> list[str]:
        Message.objects.filter(member__isnull=False).delete()
        past = timezone.now() - dt.timedelta(seconds=1)
        Message.objects.filter(pk=row.pk).update(status=status, lease_until=past, attempts=1)
        row.refresh_from_db()
        act()
        return [mail.subject.partition(": ")[2] for mail in told()]

    assert after(Status.HANDED, lambda: [mail_delivery.recover() for _each in range(2)]) == [
        "Nobody can tell whether an e-mail has arrived, for “Dev”"
    ]
    assert after(Status.CLAIMED, lambda: mail_delivery._refused(row, 550, "no such user")) == [
        "An e-mail was refused for good, for “Dev”"
    ]
    assert after(Status.SENT, lambda: receive.receive(mails.bounce(row.message_id))) == [
        "An e-mail came back, for “Dev”"
    ]
    assert after(Status.SENT, lambda: mail_delivery._refused(row, 450, "later")) == []
