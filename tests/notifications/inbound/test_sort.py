"""What people decide about a mail: where it goes, whom it credits, what is learnt from it, and taking it back."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from backend.accounts import actors
from backend.accounts.models import Team
from backend.common.errors import Invalid, NotAllowed, NotVisible
from backend.hiring.models import Document, Posting
from notifications.inbound import rules, sort
from notifications.inbound.receive import receive
from notifications.models import IncomingMail, IntakeRule, Outcome
from tests import factories
from tests.notifications.inbound import mails
from workflow.models import Application

CV = ("cv.pdf", mails.PDF, "application/pdf")


def lost(team: Team | None, **fields: object) -> IncomingMail:
    """Receive a mail that nobody can place, for a team."""
    given = {"to": "alias@any.example", "subject": "Bonjour", "text": "Bonjour, voici mon profil."} | fields
    assert receive(mails.mail(**given)).outcome == Outcome.TRIAGE  # type: ignore[arg-type]
    row = IncomingMail.objects.latest("created_at")
    row.team = team
    row.save()
    return row


def test_forward_of_a_stranger_that_is_placed_credits_who_wrote_first(team: Team, posting: Posting) -> None:
    inner = mails.mail(to="x@y.example", files=[CV])
    receive(mails.forwarded(inner, sender="Inconnu <inconnu@ailleurs.example>", to="a@any.example"))
    row = IncomingMail.objects.get(outcome=Outcome.TRIAGE)
    row.team = team
    row.save()
    made = sort.assign(pk=row.pk, posting_id=posting.pk, actor=factories.member(team))
    assert (made.candidate.email, made.documents.count()) == ("camille.martin@courrier.example", 1)
    row.refresh_from_db()
    assert "inconnu@ailleurs.example" in row.reason


def test_mail_is_put_on_an_application_and_taken_off_again(team: Team, posting: Posting) -> None:
    application, member = factories.application(posting), factories.member(team)
    row = lost(team, files=[CV])
    doubt = row.reason
    assert sort.attach(pk=row.pk, application_id=application.pk, actor=member) == application
    row.refresh_from_db()
    assert (row.outcome, row.application, row.posting) == (Outcome.REPLY, application, posting)
    assert application.messages.filter(direction="in").count() == application.documents.count() == 1
    sort.undo(pk=row.pk, actor=member)
    row.refresh_from_db()
    assert (row.outcome, row.reason, row.application, row.posting) == (Outcome.TRIAGE, doubt, None, None)
    assert application.messages.filter(direction="in").count() == application.documents.count() == 0
    assert Document.objects.count() == 0
    sort.attach(pk=row.pk, application_id=application.pk, actor=member)
    assert application.documents.count() == 1


def test_undo_leaves_alone_what_was_there_before(team: Team, posting: Posting) -> None:
    from backend.hiring.documents import Upload

    application = factories.application(posting, uploads=[Upload("cv.pdf", mails.PDF)])
    member, row = factories.member(team), lost(team, files=[CV])
    sort.attach(pk=row.pk, application_id=application.pk, actor=member)
    sort.undo(pk=row.pk, actor=member)
    assert application.documents.count() == 1


def test_undo_of_not_an_application(team: Team, posting: Posting) -> None:
    row, member = lost(team), factories.member(team)
    sort.dismiss(pk=row.pk, actor=member)
    with pytest.raises(NotAllowed):
        sort.undo(pk=row.pk, actor=factories.coach(team))
    with pytest.raises(NotVisible):
        sort.undo(pk=row.pk, actor=factories.member(factories.team()))
    sort.undo(pk=row.pk, actor=member)
    assert list(sort.to_sort(member)) == [row]
    with pytest.raises(Invalid):
        sort.undo(pk=row.pk, actor=member)
    sort.assign(pk=row.pk, posting_id=posting.pk, actor=member)
    with pytest.raises(Invalid):  # the person has been told
        sort.undo(pk=row.pk, actor=member)


def test_mail_goes_on_no_application_of_another_team(team: Team) -> None:
    elsewhere, row = factories.application(), lost(team)
    with pytest.raises(Invalid):
        sort.attach(pk=row.pk, application_id=elsewhere.pk, actor=factories.member(team, elsewhere.posting.team))
    with pytest.raises(Invalid):
        sort.attach(pk=lost(None).pk, application_id=elsewhere.pk, actor=actors.of_user(factories.user(is_admin=True)))


# ── Rules ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_rule_that_is_taught_places_the_next_mail(team: Team, posting: Posting) -> None:
    member, row = factories.member(team), lost(team)
    other = factories.posting(team, title="Chargée de déploiement")
    assert rules.teachable([row]) == {row.pk: "alias@any.example"}
    sort.assign(pk=row.pk, posting_id=posting.pk, actor=member, remember="Alias@any.example")
    receipt = receive(
        mails.mail(to="alias@any.example", sender="b@courrier.example", subject="Bonjour", text="Bonjour")
    )
    assert (receipt.outcome, receipt.posting) == (Outcome.APPLICATION, posting)
    # it replaces what was said before, and is forgotten
    again = lost(
        team, to="autre@any.example, alias@any.example", headers={"List-Unsubscribe": "<x>"}, sender="c@x.example"
    )
    sort.assign(pk=again.pk, posting_id=other.pk, actor=member, remember="alias@any.example")
    (rule,) = IntakeRule.objects.all()
    assert rule.posting == other
    with pytest.raises(NotVisible):
        rules.forget(pk=rule.pk, actor=factories.member(factories.team()))
    with pytest.raises(NotAllowed):
        rules.forget(pk=rule.pk, actor=factories.coach(team))
    rules.forget(pk=rule.pk, actor=member)
    after = mails.mail(to="alias@any.example", sender="d@courrier.example", subject="Bonjour", text="Bonjour")
    assert receive(after).outcome == Outcome.TRIAGE


def test_rule_goes_before_a_guess_and_after_the_posting_in_the_address(team: Team, posting: Posting) -> None:
    named = factories.posting(team, slug="designer-produit", title="Designer produit")
    IntakeRule.objects.create(team=team, address=mails.JOBS, posting=named)
    assert receive(mails.mail()).posting == named
    coded = mails.mail(to="recrutement+developpeuse-backend@equipe.example", sender="b@courrier.example")
    assert receive(coded).posting == posting


def test_rule_about_a_closed_posting_yields_to_what_else_speaks(team: Team, posting: Posting) -> None:
    closed = factories.posting(team, status="closed", title="Graphiste")
    IntakeRule.objects.create(team=team, address=mails.JOBS, posting=closed)
    IntakeRule.objects.create(team=team, address="alias@any.example", posting=closed)
    assert receive(mails.mail()).posting == posting
    receipt = receive(mails.mail(to="alias@any.example", sender="b@courrier.example", subject="Bonjour"))
    assert (receipt.outcome, receipt.posting) == (Outcome.TRIAGE, closed)


def test_team_takes_no_mail_of_another_by_a_rule(team: Team, posting: Posting) -> None:
    greedy = factories.posting()
    actor, row = (
        factories.member(greedy.team),
        lost(greedy.team, to=f"{mails.JOBS}, x@any.example", subject="?", sender=None),
    )
    assert rules.teachable([row]) == {row.pk: "x@any.example"}
    with pytest.raises(Invalid):
        rules.teach(address=mails.JOBS, posting=greedy, among=row.recipients, actor=actor)
    with pytest.raises(Invalid):
        rules.teach(address="not@in.example", posting=greedy, among=row.recipients, actor=actor)
    # even one that was written before the posting asked for that address
    IntakeRule.objects.create(team=greedy.team, address=mails.JOBS, posting=greedy)
    assert receive(mails.mail()).posting == posting


def test_two_teams_that_taught_the_same_address_leave_it_to_a_person(team: Team, posting: Posting) -> None:
    other = factories.posting()
    for one in (posting, other):
        IntakeRule.objects.create(team=one.team, address="alias@any.example", posting=one)
    assert receive(mails.mail(to="alias@any.example", subject="Bonjour", text="Bonjour")).outcome == Outcome.TRIAGE


def test_address_means_one_posting_of_a_team(team: Team, posting: Posting) -> None:
    IntakeRule.objects.create(team=team, address="a@any.example", posting=posting)
    with pytest.raises(IntegrityError), transaction.atomic():
        IntakeRule.objects.create(team=team, address="a@any.example", posting=posting)
    assert Application.objects.count() == 0
