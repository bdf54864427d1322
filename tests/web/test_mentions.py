"""Mentions in notes: who is meant, who is told and how, and how it is shown."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from backend.accounts import actors
from backend.accounts.models import Role
from backend.common import clock
from notifications import digests, team
from notifications.models import How, Message, Topic
from tests import factories
from workflow import mentions, records, selectors

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text, meant",
    [
        ("@Lou Ferrandier, ton avis ?", ["Lou Ferrandier"]),
        ("@ana roux et @LOU", ["Ana Roux", "Lou Ferrandier"]),
        ("Vu avec @Théo.", ["Théo Garnier"]),
        ("Vu avec @theo.", ["Théo Garnier"]),
        ("@jo", []),  # two people
        ("@Jo Petit", ["Jo Petit"]),
        ("écrire à ana@roux.example", []),
        ("@Louise n’est pas de l’équipe", []),
        ("@Étrangère Personne", []),
    ],
)
def test_a_mention_means_one_person_of_the_team(text, meant):
    of = factories.team()
    for name in ("Lou Ferrandier", "Ana Roux", "Théo Garnier", "Jo Petit", "Jo Grand"):
        factories.user(of, name=name)
    factories.user(factories.team(), name="Étrangère Personne")
    application = factories.application(factories.posting(of))
    assert [one.user.name for one in mentions.find(text, selectors.people_of(application))] == meant


def test_each_is_told_as_they_chose_and_the_candidate_is_not_named():
    of = factories.team()
    lou = factories.user(of, name="Lou Ferrandier")
    ana = factories.user(of, name="Ana Roux", role=Role.COACH, language="en")
    theo, jo = factories.user(of, name="Théo Garnier"), factories.user(of, name="Jo Petit")
    team.choose(theo, {Topic.NAMED: How.DIGEST})
    team.choose(jo, {Topic.NAMED: How.NOT})
    posting = factories.posting(of, title="Design")
    application = factories.application(posting, name="Kanari Premier")
    Message.objects.all().delete()
    text = "@Ana @Théo @Jo @Lou : Kanari connaît bien le sujet."
    note = records.add_note(pk=application.pk, actor=actors.of_user(lou), text=text)
    assert set(note.mentioned.all()) == {lou, ana, theo, jo}
    (told,) = Message.objects.all()
    assert told.recipient == ana.email
    assert told.subject == f"{of}: Lou Ferrandier mentions you in a note, for “Design”"
    assert f"/a/{application.pk}/" in told.body and "anari" not in told.subject + told.body
    Message.objects.all().delete()
    morning = timezone.make_aware(dt.datetime.combine(timezone.localdate() + dt.timedelta(days=1), dt.time(8)))
    with clock.at(morning):
        digests.write_due()
    said = {row.recipient: row.body for row in Message.objects.filter(kind=team.DIGEST)}
    assert "1 note vous mentionne" in said[theo.email]
    assert not any("note vous mentionne" in said.get(user.email, "") for user in (lou, ana, jo))


def test_mention_is_a_marked_name_and_nothing_else_of_the_note_is_markup():
    of = factories.team()
    lou = factories.user(of, name="Lou Ferrandier")
    application = factories.application(factories.posting(of))
    client = Client()
    client.force_login(lou)
    client.post(f"/a/{application.pk}/note/", {"text": "<b>@lou</b> & @inconnue"})
    page = client.get(f"/a/{application.pk}/").content.decode()
    assert '&lt;b&gt;<strong class="mention">@lou</strong>&lt;/b&gt; &amp; @inconnue' in page
