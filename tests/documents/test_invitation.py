"""Calendar files: two readers find the same event in every mail, change it, and drop it."""

import datetime as dt
import email
import email.policy
from zoneinfo import ZoneInfo

import pytest
import vobject
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from backend.accounts.models import Team
from backend.documents import invitation
from backend.hiring.models import Candidate, Posting
from notifications import compose
from notifications.models import Message
from tests import factories
from workflow import arrangements
from workflow.models import Application, Interview

PARIS = ZoneInfo("Europe/Paris")
LONG = "Équipe de l’accès aux droits « simples » ; et, parfois\\ailleurs : 東京の採用チーム فريق التوظيف " * 5


def of(at: dt.datetime, **fields) -> Interview:
    """Make an unsaved interview."""
    team = Team(name=fields.pop("team", "Ruisseaux"))
    posting = Posting(title=fields.pop("title", "Poste"), team=team)
    application = Application(posting=posting, candidate=Candidate(name="Léa", email="lea@courrier.example"))
    return Interview(application=application, at=at, **fields)


def both(content: bytes) -> list[dict[str, object]]:
    """Give what each of two readers finds in a file."""
    calendar = Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    assert event.errors == []
    one = {
        "method": str(calendar["METHOD"]),
        "uid": str(event["UID"]),
        "sequence": int(event["SEQUENCE"]),
        "status": str(event["STATUS"]),
        "at": event.decoded("DTSTART").astimezone(dt.UTC),
        "length": event.decoded("DURATION"),
        "summary": str(event["SUMMARY"]),
        "place": str(event.get("LOCATION", "")),
        "to": str(event.get("ATTENDEE", "")),
        "from": str(event.get("ORGANIZER", "")),
    }
    read = vobject.readOne(content.decode())
    found = read.vevent
    two = {
        "method": read.method.value,
        "uid": found.uid.value,
        "sequence": int(found.sequence.value),
        "status": found.status.value,
        "at": found.dtstart.value.astimezone(dt.UTC),
        "length": found.duration.value,
        "summary": found.summary.value,
        "place": found.location.value if hasattr(found, "location") else "",
        "to": found.attendee.value if hasattr(found, "attendee") else "",
        "from": found.organizer.value if hasattr(found, "organizer") else "",
    }
    return [one, two]


@pytest.mark.parametrize(
    "at",
    [
        dt.datetime(2026, 3, 28, 10, 0, tzinfo=PARIS),
        dt.datetime(2026, 3, 29, 1, 59, tzinfo=PARIS),
        dt.datetime(2026, 3, 29, 3, 0, tzinfo=PARIS),  # the first minute of summer time
        dt.datetime(2026, 7, 14, 9, 30, tzinfo=PARIS),
        dt.datetime(2026, 10, 25, 1, 30, tzinfo=PARIS),
        dt.datetime(2026, 10, 25, 3, 0, tzinfo=PARIS),  # winter time is an hour old
        dt.datetime(2026, 10, 26, 9, 30, tzinfo=PARIS),
        dt.datetime(2030, 12, 31, 23, 30, tzinfo=dt.UTC),
    ],
    ids=str,
)
def test_time_is_the_same_moment_on_both_sides_of_a_change_of_clocks(at):
    content = invitation.render(of(at), "fr", to="lea@courrier.example")
    for found in both(content):
        assert found["at"] == at.astimezone(dt.UTC)
    assert f"DTSTART:{at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}".encode() in content


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
QUICK = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(team=TEXTS, title=TEXTS, place=TEXTS)
@example(team=LONG, title=LONG, place=LONG)
@example(team='A "B"\r\nATTENDEE:mailto:x@mal.example', title="a;b,c\\n", place="x\r\nEND:VEVENT\r\nBEGIN:VEVENT")
@example(team="x:y;z", title="🧭" * 60, place="https://visio.example/salle?a=1;b=2,c")
def test_names_of_any_length_and_script_stay_text(team, title, place):
    made = of(dt.datetime(2026, 12, 1, 10, tzinfo=PARIS), team=team, title=title, place=place)
    content = invitation.render(made, "fr", to="lea@courrier.example")
    for line in content.split(b"\r\n"):
        assert len(line) <= 75 and b"\n" not in line  # folded, RFC 5545, 3.1
    for found in both(content):
        assert (found["to"], found["method"]) == ("mailto:lea@courrier.example", "REQUEST")
        assert " ".join(str(found["place"]).split()) == " ".join(place_of(place).split())
    assert content.count(b"\r\nBEGIN:VEVENT") == content.count(b"\r\nATTENDEE") == 1


def place_of(text: str) -> str:
    return "".join(c if c.isprintable() or c.isspace() else "" for c in text)


def test_file_to_look_at_asks_nothing_and_names_nobody():
    for found in both(invitation.render(of(dt.datetime(2026, 12, 1, 10, tzinfo=PARIS)), "fr")):
        assert (found["method"], found["to"], found["from"], found["status"]) == ("PUBLISH", "", "", "CONFIRMED")


def calendar_of(message: Message) -> tuple[bytes, str]:
    """Give the calendar file as a mail program gets it, and the method that its type announces."""
    wire = compose.wire(message)
    for name, content, media_type in compose.attachments(message):
        wire.attach(name, content, media_type)
    mail = email.message_from_bytes(wire.message().as_bytes(), policy=email.policy.SMTP)
    (part,) = [part for part in mail.iter_attachments() if part.get_content_type() == "text/calendar"]
    assert part.get_filename() in ("entretien.ics", "interview.ics")
    assert part.get_content_charset() == "utf-8"
    return part.get_payload(decode=True), part["Content-Type"].params["method"]


@pytest.mark.django_db
def test_update_and_cancellation_hit_the_same_event():
    application = factories.application(email="lea@courrier.example", language="en")
    application.posting.team.name = LONG[:150]
    application.posting.team.save()
    lou = factories.member(application.team)
    first, later = (timezone.now().replace(microsecond=0) + dt.timedelta(days=day) for day in (2, 9))
    guest = "une.personne.invitee.au.nom.tres.long@une-organisation-lointaine.example"
    made = arrangements.add_interview(
        application_id=application.pk, actor=lou, at=first, announced=True, place=LONG[:400], invited=[guest]
    )
    arrangements.change_interview(pk=made.pk, actor=lou, at=later)
    arrangements.change_interview(pk=made.pk, actor=lou, status="missed")
    arrangements.change_interview(pk=made.pk, actor=lou, at=first)
    arrangements.change_interview(pk=made.pk, actor=lou, status="cancelled")
    assert made.application.messages.filter(interview=made).count() == 8
    for address in ("lea@courrier.example", guest):
        kept: list[dict[str, dict[str, object]]] = [{}, {}]  # a calendar for each reader
        sequences = []
        for step in ("planned", "moved", "cancelled"):
            for message in Message.objects.filter(recipient=address, kind__startswith=f"interview_{step}"):
                content, announced = calendar_of(message)
                for calendar, found in zip(kept, both(content), strict=True):
                    assert found["method"] == announced
                    assert found["to"] == f"mailto:{address}"
                    calendar[str(found["uid"])] = found
                sequences.append(kept[0][invitation.uid(made)]["sequence"])
        assert [len(calendar) for calendar in kept] == [1, 1]
        assert {calendar[invitation.uid(made)]["status"] for calendar in kept} == {"CANCELLED"}
        assert sequences == sorted(sequences)


@pytest.mark.django_db
def test_sequence_grows_with_each_telling():
    application = factories.application()
    lou = factories.member(application.team)
    days = iter(range(2, 9))

    def ahead() -> dt.datetime:
        return timezone.now().replace(microsecond=0) + dt.timedelta(days=next(days))

    made = arrangements.add_interview(application_id=application.pk, actor=lou, at=ahead(), announced=True)
    seen = []
    for change in ({"at": ahead()}, {"place": "Visio"}, {"status": "cancelled"}, {"at": ahead()}):
        message = Message.objects.filter(interview=made, status="held").latest("created_at")
        seen.append([(found["uid"], found["sequence"]) for found in both(calendar_of(message)[0])])
        made = arrangements.change_interview(pk=made.pk, actor=lou, **change)
    assert seen == [[(invitation.uid(made), number)] * 2 for number in (1, 2, 3, 4)]
    assert made.sequence == 5
