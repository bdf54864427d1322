"""Who is in a team: members alone change it, and somebody who acts always remains."""

import threading

import pytest
from django.db import connection

from backend.accounts import teams
from backend.accounts.models import Membership, Role, Team
from backend.common.errors import Invalid, NotAllowed, NotVisible
from tests import factories

pytestmark = pytest.mark.django_db

GOOD = {"name": "Ruisseaux", "reply_to": "equipe@ruisseaux.example", "answer_days": 10, "language": "en"}


def row_of(actor, team):
    return Membership.objects.get(user=actor.user, team=team)


def test_settings_are_kept():
    team = factories.team()
    teams.change(team_id=team.pk, actor=factories.member(team), **GOOD)
    team.refresh_from_db()
    assert {name: getattr(team, name) for name in GOOD} == GOOD


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", " "), ("reply_to", "pas une adresse"), ("answer_days", 0), ("answer_days", 91), ("language", "de")],
)
def test_wrong_setting_names_its_field_and_changes_nothing(field, value):
    team = factories.team()
    with pytest.raises(Invalid) as refused:
        teams.change(team_id=team.pk, actor=factories.member(team), **GOOD | {field: value})
    assert list(refused.value.fields) == [field]
    assert Team.objects.get(pk=team.pk).name == team.name


def test_reply_address_of_another_team_is_refused():
    """Incoming mail finds its team by this address."""
    factories.team(reply_to="Equipe@ruisseaux.example")
    team = factories.team()
    with pytest.raises(Invalid):
        teams.change(team_id=team.pk, actor=factories.member(team), **GOOD)


@pytest.mark.parametrize("use", ["change", "set_role", "remove", "give_back"])
def test_only_members_change_a_team(use):
    team, other = factories.team(), factories.team()
    member = row_of(factories.member(team), team)
    calls = {
        "change": lambda actor: teams.change(team_id=team.pk, actor=actor, **GOOD),
        "set_role": lambda actor: teams.set_role(team_id=team.pk, actor=actor, membership_id=member.pk, role="coach"),
        "remove": lambda actor: teams.remove(team_id=team.pk, actor=actor, membership_id=member.pk),
        "give_back": lambda actor: teams.give_back(
            team_id=team.pk, actor=actor, user_id=factories.user(other).pk, role="coach"
        ),
    }
    with pytest.raises(NotAllowed):
        calls[use](factories.coach(team))
    with pytest.raises(NotVisible):
        calls[use](factories.member(other))


def test_person_of_another_team_is_not_found():
    team, other = factories.team(), factories.team()
    theirs = row_of(factories.coach(other), other)
    for change in (teams.remove, lambda **given: teams.set_role(role="member", **given)):
        with pytest.raises(NotVisible):
            change(team_id=team.pk, actor=factories.member(team), membership_id=theirs.pk)
    assert row_of(factories.member(other), other) and Membership.objects.get(pk=theirs.pk).role == Role.COACH


def test_last_member_stays_and_a_closed_account_does_not_count():
    team = factories.team()
    actor = factories.member(team)
    factories.coach(team)
    closed = factories.user(team)
    closed.is_active = False
    closed.save()
    mine = row_of(actor, team).pk
    with pytest.raises(Invalid):
        teams.remove(team_id=team.pk, actor=actor, membership_id=mine)
    with pytest.raises(Invalid):
        teams.set_role(team_id=team.pk, actor=actor, membership_id=mine, role=Role.COACH)
    factories.member(team)
    teams.remove(team_id=team.pk, actor=actor, membership_id=mine)
    assert not Membership.objects.filter(pk=mine).exists()


def test_who_was_taken_out_comes_back_as_they_were():
    team = factories.team()
    actor, coach = factories.member(team), factories.coach(team)
    was = teams.remove(team_id=team.pk, actor=actor, membership_id=row_of(coach, team).pk)
    assert team.pk not in factories.actors.of_user(coach.user).roles
    teams.give_back(team_id=team.pk, actor=actor, user_id=was.user_id, role=was.role)
    assert factories.actors.of_user(coach.user).roles == {team.pk: Role.COACH}


@pytest.mark.django_db(transaction=True)
def test_of_two_members_who_leave_at_once_one_stays():
    team = factories.team()
    leaving = [factories.member(team) for _ in range(2)]
    start, said = threading.Barrier(2), []

    def leave(actor):
        pk = row_of(actor, team).pk
        start.wait()
        try:
            teams.remove(team_id=team.pk, actor=actor, membership_id=pk)
            said.append("left")
        except Invalid:
            said.append("stays")
        finally:
            connection.close()

    threads = [threading.Thread(target=leave, args=[actor]) for actor in leaving]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["left", "stays"]
    assert team.memberships.count() == 1
