"""An invitation: its mail, its link, once."""

from datetime import timedelta

import pytest

from backend.accounts import invitations, teams
from backend.accounts.models import Invitation, Membership, Role, User
from backend.common import clock
from backend.common.errors import Invalid, NotAllowed, NotVisible
from notifications import compose, outbox
from notifications.models import Message
from tests import factories

pytestmark = pytest.mark.django_db
EMAIL = "noe.bellanger@courrier.example"


@pytest.fixture
def team():
    return factories.team(name="Ruisseaux {link}")


@pytest.fixture
def actor(team):
    return factories.member(team)


def invite(team, actor, **given):
    return invitations.invite(**{"team_id": team.pk, "actor": actor, "email": EMAIL, "role": Role.MEMBER} | given)


def test_mail_holds_the_link_on_the_wire_alone(team, actor):
    made = invite(team, actor, email=f" {EMAIL.upper()} ")
    message = Message.objects.get()
    link, sent = invitations.link_of(made), compose.wire(message)
    assert (message.recipient, message.invitation, message.team) == (EMAIL, made, team)
    assert message.due_at == message.created_at  # nothing to take back: it leaves at once
    assert sent.body.count(link) == 1 and link in str(sent.alternatives[0].content)
    assert link not in message.body + message.subject + compose.for_eyes(message)
    assert "Ruisseaux (link)" in message.subject
    assert list(outbox.visible_to(actor)) == [message]
    assert not outbox.visible_to(factories.member(factories.team())).exists()


def test_link_makes_the_account_and_gives_the_role_once(team, actor):
    token = invitations.token_of(invite(team, actor, role=Role.COACH))
    user = invitations.accept(token, name=" Noé Bellanger ", language="en")
    assert (user.email, user.name, user.language, user.has_usable_password()) == (EMAIL, "Noé Bellanger", "en", False)
    assert Membership.objects.get(user=user).role == Role.COACH
    with pytest.raises(NotVisible):
        invitations.accept(token)
    assert User.objects.filter(email=EMAIL).count() == 1


def test_link_joins_an_account_that_exists_and_leaves_it_as_it_is(team, actor):
    known = factories.user(email=EMAIL, name="Noé")
    assert invitations.accept(invitations.token_of(invite(team, actor)), name="Autre") == known
    known.refresh_from_db()
    assert known.name == "Noé"


def test_closed_account_is_not_opened_by_an_invitation(team, actor):
    token = invitations.token_of(invite(team, actor))
    User.objects.create_user(EMAIL, is_active=False)
    with pytest.raises(NotAllowed):
        invitations.accept(token)
    assert invitations.open_of(team).exists()


def test_link_ends_with_its_time_and_with_a_newer_one(team, actor):
    old = invitations.token_of(invite(team, actor))
    new = invitations.token_of(invite(team, actor, role=Role.COACH))
    with pytest.raises(NotVisible):
        invitations.find(old)
    with clock.at(clock.now() + invitations.LIFETIME - timedelta(minutes=1)):
        assert invitations.find(new).role == Role.COACH
    with clock.at(clock.now() + invitations.LIFETIME), pytest.raises(NotVisible):
        invitations.accept(new)
    assert not Membership.objects.filter(user__email=EMAIL).exists()


def test_revoked_link_opens_nothing_until_that_is_taken_back(team, actor):
    made = invite(team, actor)
    token, where = invitations.token_of(made), {"team_id": team.pk, "actor": actor, "pk": made.pk}
    invitations.revoke(**where)
    with pytest.raises(NotVisible):
        invitations.find(token)
    invitations.restore(**where)
    assert invitations.find(token) == made
    invitations.revoke(**where)
    invite(team, actor)
    with pytest.raises(Invalid):
        invitations.restore(**where)


def test_sending_again_makes_a_new_link(team, actor):
    made = invite(team, actor, role=Role.COACH)
    again = invitations.again(team_id=team.pk, actor=actor, pk=made.pk)
    assert (again.role, Message.objects.count()) == (Role.COACH, 2)
    assert list(invitations.open_of(team)) == [again]


@pytest.mark.parametrize("email", ["", "pas une adresse", "a@b.example\nBcc: x@y.example"])
def test_what_is_no_address_is_not_invited(team, actor, email):
    with pytest.raises(Invalid) as refused:
        invite(team, actor, email=email)
    assert list(refused.value.fields) == ["email"]
    assert not Message.objects.exists()


def test_who_is_in_the_team_is_not_invited(team, actor):
    with pytest.raises(Invalid):
        invite(team, actor, email=actor.user.email.upper())


def test_nobody_invites_hundreds(team, actor, monkeypatch):
    monkeypatch.setattr(invitations, "MOST_A_DAY", 2)
    for n in range(2):
        invite(team, actor, email=f"p{n}@courrier.example")
    with pytest.raises(Invalid):
        invite(team, actor)


def test_coaches_and_strangers_invite_nobody(team):
    with pytest.raises(NotAllowed):
        invite(team, factories.coach(team))
    with pytest.raises(NotVisible):
        invite(team, factories.member(factories.team()))
    assert not Invitation.objects.exists()


def test_someone_taken_out_can_use_the_link_of_a_later_invitation_only(team, actor):
    first = invitations.token_of(invite(team, actor))
    user = invitations.accept(first)
    teams.remove(team_id=team.pk, actor=actor, membership_id=Membership.objects.get(user=user).pk)
    with pytest.raises(NotVisible):
        invitations.accept(first)
    invitations.accept(invitations.token_of(invite(team, actor)))
    assert Membership.objects.filter(user=user).exists()
