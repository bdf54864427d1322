"""Composition: one function, hostile data, and what is previewed is what is sent."""

import email
import email.policy
import re
from html.parser import HTMLParser

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from backend.accounts import actors
from backend.accounts.models import Team
from backend.common.errors import Invalid
from backend.hiring.models import Candidate, Posting
from notifications import catalog, compose, placeholders
from notifications.models import Message, Status
from notifications.placeholders import LINK, Occasion
from tests import factories
from tests.notifications import occasions
from workflow import machine, services
from workflow.models import Application
from workflow.services import MailOptions
from workflow.states import Action

pytestmark = pytest.mark.django_db


class Reader(HTMLParser):
    """What a mail reader would make of the HTML: its links, and its text a block a line."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.lines: list[str] = [""]
        self.skipping = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.skipping += tag == "style"
        if tag in ("p", "br", "div", "h1", "small"):
            self.lines.append("")
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]
        assert tag not in ("script", "img", "iframe", "form", "object")
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_endtag(self, tag: str) -> None:
        self.skipping -= tag == "style"

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.lines[-1] += data

    @property
    def text(self) -> list[str]:
        return [line for line in (re.sub(r"[ \n]+", " ", line).strip() for line in self.lines) if line]


def parts(message: Message) -> tuple[email.message.EmailMessage, str, str]:
    """Give the mail as a reader gets it: parsed from its bytes, its plain text, its HTML."""
    mail = email.message_from_bytes(compose.wire(message).message().as_bytes(), policy=email.policy.default)
    plain, html = (part.get_content() for part in mail.iter_parts())
    return mail, plain, html


WAYS = [edge for edge in machine.edges() if edge.source and edge.action != Action.UNDO]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("edge", WAYS, ids=lambda e: f"{e.action}-{e.source}-{e.target}")
def test_preview_is_outbox_is_wire(edge, language):
    application = factories.application(state="received", language=language)
    actor = actors.of_user(factories.user(application.team, name="Lou Ferrandier"))
    if edge.action == Action.REOPEN:
        factories.carry(application, edge.target)
        application = factories.carry(application, edge.source)
        assert compose.preview(application, Action.REOPEN, actor) is None  # they have not heard of the ending yet
        Message.objects.filter(application=application).update(status=Status.SENT)
    else:
        application = factories.carry(application, edge.source)
        factories.prepare(application, edge.action)
    previewed = compose.preview(application, edge.action, actor)
    reason = "other_choice" if edge.action == Action.REJECT else ""
    move = services.move(pk=application.pk, action=edge.action, actor=actor, reason=reason)
    assert move.to_state == edge.target
    message = Message.objects.get(transition=move)
    written = (message.kind, message.recipient, message.language, message.subject, message.body, message.edited)
    assert tuple(vars(previewed).values()) == written
    mail, plain, html = parts(message)
    assert mail["Subject"] == message.subject
    assert plain.replace("\r\n", "\n").removesuffix("\n") == message.body.replace(LINK, message.application.link)
    read = Reader(html)
    assert set(read.links) == {message.application.link}
    for line in message.body.splitlines():
        words = "" if LINK in line or line == "-- " else line.strip().rstrip("\u202f: ")
        assert any(words in shown for shown in read.text), words
    assert f'<html lang="{language}"' in html


def test_link_is_in_no_row_and_before_no_eyes():
    application = factories.application(state="onboarded")
    for message in application.messages.all():
        assert application.link_token not in message.body + message.subject
        assert LINK not in compose.for_eyes(message)
        assert application.link_token not in compose.for_eyes(message)
        assert application.link in compose.wire(message).body


def test_preview_of_what_writes_nothing():
    application = factories.application(email="")
    actor = factories.member(application.team)
    assert compose.preview(application, Action.REJECT, actor) is None
    application = factories.application()
    assert compose.preview(application, Action.ONBOARD, actor) is None
    assert compose.preview(application, Action.UNDO, actor) is None
    assert compose.preview(application, "no such action", actor) is None


def test_preview_changes_nothing():
    application = factories.application(state="rejected")
    Message.objects.update(status=Status.SENT)
    before = dict(vars(application))
    assert compose.preview(application, Action.REOPEN, factories.member(application.team))
    assert dict(vars(application)) == before


def test_promise_goes_on_from_the_day_of_the_move():
    application = factories.application(state="interviewed")
    late = timezone.localdate() - timezone.timedelta(days=30)
    application.answer_by = late
    moved = compose.considered(application, Action.CONTRACT)
    assert moved.answer_by == timezone.localdate() + timezone.timedelta(days=application.team.answer_days)
    assert application.answer_by == late


def occasion_with(name: str = "", title: str = "Poste", team: str = "Équipe", user: str = "", language: str = "fr"):
    """Make an occasion of unsaved rows, whatever is in their texts."""
    application = Application(
        posting=Posting(title=title, team=Team(name=team)),
        candidate=Candidate(name=name, email="lea@courrier.example", language=language),
        answer_by=occasions.AT.date(),
    )
    by = factories.actors.User(name=user) if user else None
    return Occasion(application, occasions.AT, by)


@pytest.mark.parametrize(
    "name",
    [
        "http://mal.example/gagnez",
        "Cliquez mal.example",
        "www mal",
        "a@mal.example",
        "mal.example:80",
        "<a href='x'>Léa</a>",
        "a" * 81,
        " ",
    ],
)
def test_greeting_repeats_no_name_that_could_become_a_link(name):
    assert compose.render(catalog.Received, occasion_with(name)).body.startswith("Bonjour,\n")


@pytest.mark.parametrize("name", ["J. Dupont", "Anne-Lise d’Été", "محمد الأمين", "Nguyễn Thị Minh Khai", "O'Neill"])
def test_greeting_repeats_a_name(name):
    assert compose.render(catalog.Received, occasion_with(name)).body.startswith(f"Bonjour {name},\n")


HOSTILE = st.text(min_size=0, max_size=60) | st.sampled_from(
    ["{link}", "{{link}}", "{li{link}nk}", "{team}", "{0.__class__}", "x\r\nBcc: a@b.example", "</p><a href=//x>", "%s"]
)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(name=HOSTILE, title=HOSTILE, team=HOSTILE, user=HOSTILE, mail=st.sampled_from(list(catalog.CATALOGUE.values())))
@example(name="{team}", title="{link}", team="{greeting}", user="{link}", mail=catalog.Received)
def test_no_data_breaks_out(name, title, team, user, mail):
    occasion = occasion_with(name, title, team, user)
    rendered = compose.render(mail, occasion)
    template = compose.template(mail.key, "fr")
    assert rendered.body.count(LINK) == 1
    assert placeholders.PLACEHOLDER.findall(rendered.body) == ["link"]
    assert placeholders.PLACEHOLDER.findall(rendered.subject) == []
    assert not re.search(r"[\r\n\x00-\x1f]", rendered.subject)
    if mail is not catalog.Contracted:  # the terms are several lines
        assert rendered.body.count("\n") == template[1].count("\n")
    message = Message(
        application=occasion.application,
        language="fr",
        kind=rendered.kind,
        subject=rendered.subject,
        body=rendered.body,
        sender=compose.sender(occasion.application.team),
        recipient=rendered.recipient or "lea@courrier.example",
        message_id="<1@jalon.example>",
        created_at=occasion.at,
    )
    parsed, _plain, html = parts(message)
    assert parsed["Bcc"] is None
    assert parsed["To"] == "lea@courrier.example"
    assert set(Reader(html).links) == {mail.link(occasion.application, rendered.recipient)}


@QUICK
@given(text=st.text(alphabet="ab{}_.:!0[] \nlink", max_size=40))
@example(text="{greeting.__class__}{link}")
@example(text="{unknown}")
def test_fill_knows_its_list_and_nothing_else(text):
    occasion = occasion_with("Léa")
    names = placeholders.PLACEHOLDER.findall(text)
    unknown = [name for name in names if name != "link" and name not in placeholders.PLACEHOLDERS]
    if not unknown:
        filled = placeholders.fill(text, occasion)
        assert filled.count(LINK) >= names.count("link")
        assert names or filled == text
        return
    with pytest.raises(Invalid) as refused:
        placeholders.fill(text, occasion)
    assert f"{{{unknown[0]}}}" in refused.value.detail
    for known in [*placeholders.PLACEHOLDERS, "link"]:
        assert known in refused.value.detail


def test_own_text_is_filled_and_marked():
    occasion = occasion_with("Léa", title="Design")
    usual = compose.render(catalog.Rejected, occasion)
    own = compose.render(
        catalog.Rejected, occasion, MailOptions(body="{greeting} !\r\n\r\nNon pour {posting}.\r\n{link}")
    )
    assert (own.subject, own.body, own.edited) == (usual.subject, f"Bonjour Léa !\n\nNon pour Design.\n{LINK}", True)
    same = compose.render(catalog.Rejected, occasion, MailOptions(subject=usual.subject, body=usual.body))
    assert same == usual  # a form that was not touched


@pytest.mark.parametrize(
    "options",
    [MailOptions(body="{nom}"), MailOptions(subject="x" * 501), MailOptions(body="x" * 20_001), MailOptions(body="\0")],
)
def test_own_text_that_cannot_be_used_is_refused(options):
    with pytest.raises(Invalid) as refused:
        compose.render(catalog.Rejected, occasion_with("Léa"), options)
    assert refused.value.fields


def test_own_subject_cannot_inject():
    options = MailOptions(subject="Non\r\nBcc: a@b.example\u202e{link}")
    assert compose.render(catalog.Rejected, occasion_with(), options).subject == "Non Bcc: a@b.example"
