"""Checklist templates: the team's, else the incubator's, copied as a contract is signed."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from backend.accounts.models import Incubator, Role
from backend.common.errors import Invalid
from tests import factories
from workflow import checklists, services
from workflow.checklists import Line
from workflow.states import State

pytestmark = pytest.mark.django_db

OWN = [Line("Créer les comptes", "team", -5, True), Line("Envoyer le RIB", "candidate", 0, True)]
SHARED = [Line("Bilan du premier mois", "coach", 30, False)]


@pytest.fixture
def team():
    return factories.team(slug="ruisseaux", incubator=Incubator.objects.create(name="La Serre", slug="serre"))


def signed(team, start):
    """Give the tasks of an application of the team as they stand when its contract has just been signed."""
    application = factories.application(factories.posting(team), state=State.INTERVIEWED)
    factories.contract(application, start=start)
    services.move(pk=application.pk, action="contract", actor=factories.member(team))
    return list(application.onboarding_tasks.values_list("title", "owner", "due", "required"))


def test_template_is_copied_as_the_contract_is_signed(team):
    today = timezone.localdate()
    start = today + dt.timedelta(days=3)
    coach, member = factories.coach(team), factories.member(team)
    assert signed(team, start) == []  # nobody has written one
    checklists.keep_for_incubator(team_id=team.pk, actor=coach, lines=SHARED)
    assert signed(team, start) == [("Bilan du premier mois", "coach", start + dt.timedelta(days=30), False)]
    checklists.keep(team_id=team.pk, actor=member, lines=OWN)
    copied = [("Créer les comptes", "team", today, True), ("Envoyer le RIB", "candidate", start, True)]
    assert signed(team, start) == copied
    application = factories.application(factories.posting(team), state=State.CONTRACTED)
    checklists.keep(team_id=team.pk, actor=member, lines=[])
    assert application.onboarding_tasks.count() == 2, "what is there stays as it was copied"
    services.undo(pk=application.pk, actor=member)
    services.move(pk=application.pk, action="contract", actor=member)
    assert application.onboarding_tasks.count() == 2


@pytest.mark.parametrize("line", [Line(""), Line("x" * 201), Line("x", "nobody"), Line("x", "team", 400)])
def test_line_that_is_none_is_refused(team, line):
    with pytest.raises(Invalid):
        checklists.keep(team_id=team.pk, actor=factories.member(team), lines=[line])


def test_members_write_the_teams_and_coaches_the_incubators(team):
    member, coach = Client(), Client()
    member.force_login(factories.user(team))
    coach.force_login(factories.user(team, role=Role.COACH))
    where = "/team/ruisseaux/settings/checklist/"
    given = {"title_0": "Créer les comptes", "owner_0": "team", "days_0": "-5", "required_0": "on", "title_1": ""}
    kept = [{"title": "Créer les comptes", "owner": "team", "days": -5, "required": True}]
    assert (coach.post(where, given).status_code, member.post(f"{where}incubator/", given).status_code) == (403, 403)
    assert member.post(where, given).status_code == 302
    assert coach.post(f"{where}incubator/", given).status_code == 302
    team.refresh_from_db()
    assert team.checklist == team.incubator.checklist == kept
    assert "Créer les comptes" in coach.get(where).content.decode()
    assert member.post(where, given | {"days_0": "demain"}).status_code == 422
    assert 'action="/team/ruisseaux/settings/undo/"' in coach.get(where).content.decode()
    for person in (member, coach):
        assert person.post("/team/ruisseaux/settings/undo/").status_code == 302
    team = type(team).objects.get()
    assert team.checklist == team.incubator.checklist == []
