"""Anonymous reading: until an interview was held, nothing that the team is shown says who applied."""

import html
import re
import urllib.parse

import pytest
from icalendar import Calendar

from backend.accounts import actors
from backend.accounts.models import Role
from backend.hiring import editing
from backend.hiring.models import Posting, ReadingChange
from backend.integrations.models import Delivery
from backend.search import index
from notifications import compose, replies
from notifications.models import IncomingMail, Message, Outcome
from tests import factories
from tests.api.client import of as client_of
from tests.architecture import walking
from tests.documents import pages as pages_of
from workflow import anonymous, arrangements, evaluations, selectors
from workflow.models import Application, Interview, Note

pytestmark = pytest.mark.django_db

SECRETS = [
    walking.CANARIES[name]
    for name in (
        "candidate's name",
        "candidate's address",
        "candidate's phone",
        "candidate's LinkedIn",
        "document's name",
        "document's content",
    )
] + ["Premier"]
SKIPPED = re.compile(r"^(c/|mailbox|static|accounts/|api/v1/schema|hooks/|statistics/|exports/.+/file/)")
"""What the team does not read, and files that were made while the names were shown."""


@pytest.fixture
def world():
    """Give the walker's team, its application read without names, with everything that could say who it is."""
    made = walking.build()
    application = made.application
    Posting.objects.filter(team=made.team).update(anonymous=True)  # a merge gave the person another application
    IncomingMail.objects.create(
        message_id="<kanari-reponse@secret.example>",
        raw=b"From: x@y.example\r\n\r\nx",
        sender=walking.CANARIES["candidate's address"],
        sender_name=walking.CANARIES["candidate's name"],
        subject="Re : candidature de Kanari Premier",
        text="Bien à vous, Kanari Premier, 01 99 00 55 77",
        outcome=Outcome.REPLY,
        team=made.team,
        posting=application.posting,
        application=application,
    )
    signed = "Kanari PREMIER, kanari.premier@secret.example, +33 1 99 00 55 77, https://linkedin.example/in/kanari"
    application.messages.filter(direction="in").update(subject=f"Re {signed}", body=signed)
    Note.objects.create(application=application, source="candidate", text=f"Bonjour, {signed}")
    Application.objects.filter(pk=application.pk).update(message=f"Bonjour, je suis {signed}")
    while index.sweep():
        pass
    return made


def member_of(world):
    return world.team.memberships.filter(role=Role.MEMBER, user__name__startswith="Kanari").get().user


def hide(world) -> None:
    """Forget that the person was met."""
    Interview.objects.filter(application=world.application).update(status="planned")
    Application.objects.update(met_at=None)
    while index.sweep():
        pass


def pages(world):
    """Give every address that a team may read, with the words and filters that could find the person."""
    for route in walking.routes():
        if not SKIPPED.match(route):
            yield walking.path_of(route, walking.params_of(world, route))
    person = world.application.candidate
    for word in ("kanari", "premier", person.email):
        yield f"/search/?q={word}"
        yield f"/team/{world.team.slug}/?q={word}"
        yield f"/team/{world.team.slug}/list/?q={word}"
        yield f"/triage/?find={word}"
        yield f"/api/v1/applications/?q={word}"
    pk, held = world.application.pk, world.application.messages.filter(status="held").first()
    yield f"/team/{world.team.slug}/postings/{world.application.posting.slug}/edit/"
    yield f"/a/{pk}/?edit={held.pk}"
    yield f"/a/{pk}/?doc={world.application.documents.first().pk}"
    yield f"/a/{pk}/?do=reject"
    yield f"/api/v1/applications/{pk}/transitions/"
    yield f"/api/v1/candidates/?q={person.email}"


def told(world, paths) -> set[str]:
    """Give which address told whom which secret."""
    found = set()
    for path in paths:
        who = {"api": "read", "coach": "coach"}.get(path.split("/")[1], "member")
        answer = world.visitors[who].send("GET", path)
        text = html.unescape(urllib.parse.unquote(answer.seen))
        asked = path.partition("=")[2]
        text = text.replace(asked, "") if asked else text  # a page says what it was asked
        found |= {f"{who} {path}: {secret}" for secret in SECRETS if secret in text}
    return found


@pytest.mark.timeout(300)
def test_nothing_a_team_can_open_says_who_it_is(world):
    pk, slug = world.application.pk, world.team.slug
    known = [f"/a/{pk}/", f"/a/{pk}/summary.pdf", f"/team/{slug}/", f"/team/{slug}/list/", "/search/?q=kanari"]
    known += ["/outbox/", "/triage/all/", "/people/", "/api/v1/applications/", "/api/v1/messages/"]
    shown = {line.split(" ")[1].rstrip(":") for line in told(world, known)}
    assert shown == set(known)
    hide(world)
    assert told(world, pages(world)) == set()


def test_mails_calendars_and_programs_are_told_no_name(world):
    hide(world)
    application = Application.objects.get(pk=world.application.pk)
    member = actors.of_user(member_of(world))
    arrangements.add_interview(
        application_id=application.pk,
        actor=member,
        at=factories.timezone.now() + factories.dt.timedelta(days=2),
        participants=[member.user.pk],
        invited=["invitee@courrier.example"],
        announced=True,
    )
    written = Message.objects.filter(kind__endswith="_participant")
    assert written.count() == 2
    for message in written:
        wire = compose.wire(message)
        files = "".join(part.content.decode() for part in compose.attachments(message))
        text = "".join([str(wire.message()), wire.body, wire.subject, files])
        assert [secret for secret in SECRETS if secret in text] == []
        assert f"{application.number}" in wire.subject + wire.body
        assert Calendar.from_ical(files)
    to_them = Message.objects.get(kind="interview_planned_candidate")
    assert to_them.recipient == application.candidate.email and application.candidate.name in to_them.body
    bodies = "".join(Delivery.objects.filter(application=application).values_list("body", flat=True))
    assert bodies and [secret for secret in SECRETS if secret in bodies] == []


def test_what_a_member_writes_reaches_the_person_by_name(world):
    hide(world)
    member = world.visitors["member"].client
    application = selectors.application(world.application.pk, actors.of_user(member_of(world)))
    actor = actors.of_user(member_of(world))
    draft = replies.draft(application, actor)
    assert "{greeting}" in draft.body and "[" not in draft.subject
    sent = replies.send(pk=application.pk, actor=actor, subject=draft.subject, body=draft.body)
    assert sent.recipient == walking.CANARIES["candidate's address"] and "Kanari Premier" in sent.body
    page = html.unescape(member.get(f"/a/{application.pk}/?edit={sent.pk}").content.decode())
    assert "{candidate}" in page and "Kanari Premier" not in page
    body = anonymous_body(sent, application)
    answer = member.post(f"/outbox/{sent.pk}/edit/", {"subject": sent.subject, "body": f"{body}\nÀ bientôt"})
    sent.refresh_from_db()
    assert answer.status_code == 302
    assert sent.body.startswith("Bonjour Kanari Premier") and sent.body.endswith("À bientôt")


def anonymous_body(message, application) -> str:
    """Give the text of a mail as the form shows it."""
    shown = Message.objects.select_related("application__posting", "application__candidate").get(pk=message.pk)
    anonymous.mail(shown, shown.application)
    return shown.body


def test_an_interview_that_was_held_lifts_it_for_good(world):
    hide(world)
    actor = actors.of_user(member_of(world))
    application = world.application
    assert str(selectors.application(application.pk, actor).candidate) == f"Candidature {application.number}"
    held = factories.held_interview(application)
    assert selectors.application(application.pk, actor).candidate.name == "Kanari Premier"
    Interview.objects.filter(pk=held.pk).update(status="missed")
    assert selectors.application(application.pk, actor).candidate.name == "Kanari Premier"


def test_likeness_is_read_and_never_saved(world):
    hide(world)
    actor = actors.of_user(member_of(world))
    found = selectors.application(world.application.pk, actor)
    with pytest.raises(TypeError):
        found.candidate.save()
    found.save()
    assert Application.objects.get(pk=found.pk).candidate.name == "Kanari Premier"
    assert [row.candidate.veiled for row in selectors.visible_to(actor).select_for_update(of=("self",))].count(None) > 1


@pytest.mark.parametrize(
    "text, left",
    [
        ("Élise D’Angelo-Martin vous écrit", "[masqué] D’[masqué] vous écrit"),
        ("elise.dangelo@courrier.example et 06 12 34 56 78", "[masqué] et [masqué]"),
        ("voir https://site.example/cv, du 12/01/2026 au 30/06/2026", "voir [masqué] du 12/01/2026 au 30/06/2026"),
        ("ELISE, depuis 2019 : 550 € par jour", "[masqué], depuis 2019 : 550 € par jour"),
        (
            "E\u0301lise, ou Goeury, GŒURY, Groß, Gross : œuvre",
            "[masqué], ou [masqué], [masqué], [masqué], [masqué] : œuvre",
        ),
    ],
)
def test_texts_lose_what_names_the_person_and_nothing_else(text, left):
    application = factories.application(name="Élise d’Angelo-Martin Gœury Groß", email="elise.dangelo@courrier.example")
    assert anonymous.redactor(application)(text) == left


def test_numbers_count_the_applications_for_one_posting():
    posting, other = factories.posting(), factories.posting()
    made = [factories.application(to).number for to in (posting, other, posting)]
    assert made == [1, 1, 2]


def test_members_and_coaches_switch_it_and_it_is_kept(client):
    team = factories.team()
    posting = factories.posting(team, title="Design")
    coach = factories.user(team, role=Role.COACH, name="Ana Roux")
    client.force_login(coach)
    where = f"/team/{team.slug}/postings/"
    assert client.post(f"{where}{posting.slug}/reading/", {"anonymous": "yes"}).status_code == 302
    assert client.post(f"{where}{posting.slug}/reading/", {"anonymous": "yes"}).status_code == 302
    assert list(ReadingChange.objects.values_list("by__name", "anonymous")) == [("Ana Roux", True)]
    page = client.get(where, headers={"accept-language": "en"}).content.decode()
    assert "Read without names" in page and "Ana Roux hid the names" in page
    reader = actors.of_user(factories.user(team))
    editing.set_anonymous(pk=posting.pk, actor=reader, anonymous=False)
    assert [row.anonymous for row in posting.reading_changes.all()] == [True, False]


# ── Small worlds: one posting read without names ──────────────────────────────────────────────────────────────────────
@pytest.fixture
def hidden():
    """Give an application that is read without names, of somebody whom the team knows by another one."""
    posting = factories.posting(anonymous=True)
    return factories.application(posting, name="Awa Secret", email="awa@secret.example")


def known_elsewhere(hidden):
    """Give an application of the same person, on a posting that shows names."""
    return factories.application(factories.posting(hidden.team), name="Awa Secret", email="awa@secret.example")


def signed_in(client, team, **fields):
    client.force_login(factories.user(team, **fields))
    return client


def test_rows_behind_a_figure_are_taken_away_without_names(client, hidden):
    known_elsewhere(hidden)
    taken = signed_in(client, hidden.team).get("/coach/received/rows/csv/?figure=received")
    rows = b"".join(taken.streaming_content).decode("utf-8-sig").splitlines()[1:]
    names = sorted(re.split("[;,]", row)[:2] for row in rows)
    assert names == [["Awa Secret", "awa@secret.example"], [f"Candidature {hidden.number}", ""]]


def test_report_of_many_moves_names_nobody(client, hidden):
    step = {"row": f"{hidden.pk}:received", "action": "reject", "rejection": "other_choice"}
    page = signed_in(client, hidden.team).post(f"/team/{hidden.team.slug}/list/move/", step).content.decode()
    hidden.refresh_from_db()
    assert hidden.state == "rejected"
    assert f"Candidature {hidden.number}" in page and "Secret" not in page


def test_people_of_a_posting_are_not_those_whom_it_hides(hidden):
    known_elsewhere(hidden)
    who = client_of(factories.user(hidden.team))
    everybody = who.reads("candidates/")["results"]
    assert [one["name"] for one in everybody] == ["Awa Secret"]
    assert who.reads("candidates/", posting=str(hidden.posting_id))["results"] == []


def test_nobody_is_merged_to_learn_their_name(client, hidden):
    other = factories.application(factories.posting(hidden.team), name="Zoé Autre", email="zoe@autre.example")
    where = f"/people/{other.candidate_id}/merge/"
    assert signed_in(client, hidden.team).post(where, {"other": str(hidden.candidate_id)}).status_code == 404
    hidden.candidate.refresh_from_db()
    assert hidden.candidate.merged_into_id is None


def test_page_without_a_name_holds_no_id_that_leads_to_the_person(client, hidden):
    known_elsewhere(hidden)
    member = signed_in(client, hidden.team)
    page = member.get(f"/a/{hidden.pk}/").content.decode()
    assert str(hidden.candidate_id) not in page
    form = re.search(r'action="(/people/[^"]+/erase/)"', page)[1]
    assert member.post(form, {"sure": "yes"}).status_code == 302
    hidden.candidate.refresh_from_db()
    assert hidden.candidate.erased_at


def test_an_evaluation_says_no_name_either(client, hidden):
    author, reader = factories.user(hidden.team), factories.user(hidden.team)
    for user, text in ((author, "Awa Secret convainc."), (reader, "De même.")):
        evaluations.hand_in(application_id=hidden.pk, actor=actors.of_user(user), recommendation="go_on", text=text)
    client.force_login(reader)
    page = client.get(f"/a/{hidden.pk}/").content.decode()
    assert "[masqué] convainc." in page and "Secret" not in page
    assert "Secret" not in pages_of.text(client.get(f"/a/{hidden.pk}/summary.pdf").content)
    given = client_of(reader).reads("evaluations/", application=str(hidden.pk))["results"]
    assert [row["text"] for row in given] == [None, None]
