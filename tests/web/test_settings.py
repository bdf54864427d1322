"""The page of a team's settings, and joining by a link."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from backend.accounts import invitations
from backend.accounts.models import Membership, Role, User
from tests import factories
from workflow import refusals
from workflow.states import Rejection

pytestmark = pytest.mark.django_db
EMAIL = "noe.bellanger@courrier.example"


@pytest.fixture
def team():
    return factories.team(slug="ruisseaux", name="Ruisseaux")


@pytest.fixture
def member(client, team):
    user = factories.user(team, name="Lou Ferrandier")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def at(name, *more):
    return reverse(name, args=["ruisseaux", *more])


def back(client):
    return client.post(at("settings_undo"), follow=True)


def test_settings_are_kept_and_taken_back(client, team, member):
    given = {"name": "Rivières", "reply_to": "e@rivieres.example", "answer_days": "7", "language": "en"}
    page = client.post(at("settings"), given, follow=True)
    assert "Les réglages de l’équipe sont enregistrés." in page.content.decode()
    team.refresh_from_db()
    assert (team.name, team.reply_to, team.answer_days, team.language) == ("Rivières", "e@rivieres.example", 7, "en")
    back(client)
    team.refresh_from_db()
    assert (team.name, team.reply_to, team.answer_days) == ("Ruisseaux", "", 14)


def test_wrong_setting_is_shown_beside_its_field(client, team, member):
    page = client.post(at("settings"), {"name": "X", "answer_days": "1000", "language": "fr"})
    assert page.status_code == 422
    assert "Promettez une réponse entre 1 et 90\u00a0jours" in page.content.decode().replace(" jours", "\u00a0jours")


def test_person_changes_role_and_is_taken_out_and_both_come_back(client, team, member):
    coach = factories.user(team, role=Role.COACH, name="Camille Aubrac")
    row = Membership.objects.get(user=coach)
    client.post(at("settings_person", row.pk), {"role": "member"})
    assert Membership.objects.get(pk=row.pk).role == Role.MEMBER
    back(client)
    assert Membership.objects.get(pk=row.pk).role == Role.COACH
    page = client.post(at("settings_person", row.pk), {"do": "remove"}, follow=True)
    assert "Camille Aubrac n’est plus dans l’équipe." in page.content.decode()
    back(client)
    assert Membership.objects.get(user=coach).role == Role.COACH
    assert back(client).status_code == 422  # once


def test_only_member_is_told_why_they_stay(client, team, member):
    row = Membership.objects.get(user=member)
    page = client.post(at("settings_person", row.pk), {"do": "remove"})
    assert page.status_code == 422 and "Invitez d’abord quelqu’un" in page.content.decode()
    assert "Quitter l’équipe…" not in client.get(at("settings")).content.decode()


def test_somebody_leaves(client, team, member):
    factories.user(team)
    page = client.post(at("settings_person", Membership.objects.get(user=member).pk), {"do": "remove"}, follow=True)
    assert "Vous avez quitté l’équipe Ruisseaux." in page.content.decode()
    assert client.get(at("settings")).status_code == 404


def test_undo_of_another_team_does_nothing(client, team, member):
    other = factories.team(slug="ailleurs")
    Membership.objects.create(user=member, team=other, role=Role.MEMBER)
    client.post(at("settings_invite"), {"email": EMAIL, "role": "coach"})
    assert client.post(reverse("settings_undo", args=["ailleurs"])).status_code == 422
    assert invitations.open_of(team).count() == 1
    back(client)
    assert not invitations.open_of(team).exists()


def test_coach_reads_and_has_no_forms(client, team):
    client.force_login(factories.user(team, role=Role.COACH), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(at("settings")).content.decode()
    assert "Adresse de réponse" in page
    assert not re.search(r"<form[^>]*settings", page)


def test_page_keeps_its_number_of_queries(client, team, member, django_assert_num_queries):
    client.get(at("settings"))
    for _ in range(3):
        client.post(at("settings_invite"), {"email": f"p{factories.user(team).pk}@courrier.example", "role": "coach"})
        with django_assert_num_queries(11):
            client.get(at("settings"))


def test_invited_person_joins_with_a_code_and_lands_on_the_board(client, team):
    made = invitations.invite(team_id=team.pk, actor=factories.member(team), email=EMAIL, role=Role.MEMBER)
    link = f"/join/{invitations.token_of(made)}/"
    assert "Ruisseaux" in client.get(link).content.decode()
    assert client.post(link, {"name": ""}).status_code == 422
    assert not User.objects.filter(email=EMAIL).exists()  # a look and a mistake make no account
    answer = client.post(link, {"name": "Noé Bellanger"})
    assert answer.url == reverse("account_confirm_login_code")
    code = re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", mail.outbox[-1].body, re.MULTILINE)[0]
    assert mail.outbox[-1].to == [EMAIL]
    landed = client.post(answer.url, {"code": code}, follow=True)
    assert landed.redirect_chain[-1][0] == "/team/ruisseaux/"
    ended = client.get(link)
    assert ended.status_code == 404 and "a déjà servi" in ended.content.decode()


def test_link_followed_by_somebody_else_joins_nobody(client, team, member):
    other = factories.team()
    made = invitations.invite(team_id=other.pk, actor=factories.member(other), email=EMAIL, role=Role.MEMBER)
    page = client.post(f"/join/{invitations.token_of(made)}/", {"name": "X"})
    assert page.status_code == 409 and "quelqu’un d’autre" in page.content.decode()
    assert invitations.open_of(other).exists()


def test_signed_in_person_joins_at_once(client, team, member):
    other = factories.team(slug="ailleurs")
    made = invitations.invite(team_id=other.pk, actor=factories.member(other), email=member.email, role=Role.COACH)
    answer = client.post(f"/join/{invitations.token_of(made)}/")
    assert answer.url == "/team/ailleurs/"


def test_reasons_are_the_teams_own_words_and_the_keys_stay(client, team, member):
    application = factories.application(factories.posting(team))
    given = {"skills": "Pas assez de cartographie", "skills_on": "on", "terms_on": "on"}
    client.post(at("settings_reasons"), given)
    team.refresh_from_db()
    assert [key for key, _words in refusals.offered(team)] == ["skills", "terms"]
    page = client.get(f"/a/{application.pk}/?do=reject").content.decode()
    assert "Pas assez de cartographie" in page and "Someone else" not in page and 'value="other_choice"' not in page
    client.post(f"/a/{application.pk}/move/", {"action": "reject", "reason": "skills", "send": "not"})
    application.refresh_from_db()
    assert application.rejection == Rejection.SKILLS
    assert "Pas assez de cartographie" in client.get(f"/a/{application.pk}/").content.decode()
    back(client)
    team.refresh_from_db()
    assert team.refusals == {}


def test_no_reason_at_all_is_refused(client, team, member):
    page = client.post(at("settings_reasons"), {"skills": "x"})
    assert page.status_code == 422 and "Gardez au moins un motif" in page.content.decode()
