"""Tags: put on and taken off the page of an application, taken back, filtered by, found, and told by the API."""

import pytest
from django.test import Client

from backend.accounts.models import ApiToken, Role, Scope
from backend.search import index
from tests import factories
from workflow import tags

pytestmark = pytest.mark.django_db


def test_tag_is_put_on_taken_off_and_either_taken_back():
    team = factories.team(slug="ruisseaux")
    posting = factories.posting(team)
    tagged, other = factories.application(posting, name="Théo Garnier"), factories.application(posting, name="Inès Roy")
    user = factories.user(team, role=Role.COACH)
    client = Client(headers={"accept-language": "fr"})
    client.force_login(user)
    where = f"/a/{tagged.pk}/tags/"

    page = client.post(where, {"tag": "  Données   ouvertes "}, follow=True).content.decode()
    assert "Données ouvertes" in page and "Annuler" in page
    assert "Annuler" not in client.get(f"/a/{tagged.pk}/").content.decode()
    client.post(f"/a/{other.pk}/tags/", {"tag": "données OUVERTES"})
    other.refresh_from_db()
    assert other.tags == ["Données ouvertes"], "a tag of the team in other letters is that tag"
    client.post(f"/a/{other.pk}/tags/", {"remove": "Données ouvertes"})
    client.post(f"/a/{other.pk}/tags/", {"tag": "Données ouvertes", "undo": "1"})
    other.refresh_from_db()
    assert other.tags == ["Données ouvertes"]
    client.post(f"/a/{other.pk}/tags/", {"remove": "Données ouvertes", "undo": "1"})

    for address in ("", "list/"):
        page = client.get(f"/team/ruisseaux/{address}?tag=Donn%C3%A9es+ouvertes").content.decode()
        assert "Théo Garnier" in page and "Inès Roy" not in page
    while index.sweep():
        pass
    assert "Théo Garnier" in client.get("/search/?q=donnee").content.decode()
    _row, token = ApiToken.issue(user=user, team=None, scope=Scope.READ)
    api = Client(headers={"authorization": f"Bearer {token}"})
    found = api.get("/api/v1/applications/?tag=Données ouvertes").json()["results"]
    assert [(row["id"], row["tags"]) for row in found] == [(str(tagged.pk), ["Données ouvertes"])]


@pytest.mark.parametrize("tag", ["", " # ", "x" * 41])
def test_tag_that_is_none_stays_in_the_form(tag):
    team = factories.team()
    application = factories.application(factories.posting(team))
    client = Client()
    client.force_login(factories.user(team))
    assert client.post(f"/a/{application.pk}/tags/", {"tag": tag}).status_code == 422
    application.refresh_from_db()
    assert application.tags == []


def test_tags_of_another_team_are_not_offered():
    mine, theirs = factories.team(), factories.team()
    factories.application(factories.posting(theirs))
    application = factories.application(factories.posting(theirs))
    tags.add(pk=application.pk, actor=factories.member(theirs), tag="secret")
    assert tags.of_team(factories.member(mine, theirs), mine) == []
