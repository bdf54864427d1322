"""A team's own words: any text and any names, and nothing happens but that they are said."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.common.errors import Invalid, NotAllowed, NotVisible
from notifications import compose, outbox, wording
from notifications.models import Message
from notifications.placeholders import PLACEHOLDERS, Occasion
from tests import factories
from tests.notifications import occasions
from workflow import services
from workflow.states import Action

pytestmark = pytest.mark.django_db
KEY = "rejected_candidate"
OWN = {"subject": "Notre réponse, {posting}", "body": "{greeting},\n\nNon.\n\nMa page :\n{link}"}
HOSTILE = ["{team}", "{link}", "{posting.team}", "{greeting.__class__}", "{0}", "%(team)s", "{{team}}", "{% now %}"]
PIECES = st.sampled_from([*HOSTILE, "\r\nBcc: x@y.example", "\0", "\u202e", "\n", "-- \n", "<b>", "é", " ", "a"])
TEXTS = st.lists(st.one_of(PIECES, st.sampled_from([f"{{{name}}}" for name in PLACEHOLDERS])), max_size=12).map("".join)


@pytest.fixture
def team():
    return factories.team(name="Ruisseaux")


@pytest.fixture
def actor(team):
    return factories.member(team)


def keep(team, actor, **given):
    return wording.keep(**{"team_id": team.pk, "actor": actor, "key": KEY, "language": "fr"} | OWN | given)


def refuse(team, actor):
    """Refuse somebody; give the mail that is held."""
    made = factories.application(factories.posting(team))
    services.move(pk=made.pk, action=Action.REJECT, actor=actor, reason="skills")
    return Message.objects.get(application=made, kind=KEY)


def test_own_words_are_previewed_and_sent_alike_in_their_language_alone(team, actor):
    factories.application(factories.posting(team), language="en")
    made = factories.application(factories.posting(team, title="Hydrologue"))
    shown = wording.preview(actor, team, KEY, "fr", **OWN)
    team = keep(team, actor)
    services.move(pk=made.pk, action=Action.REJECT, actor=actor, reason="skills")
    sent = Message.objects.get(application=made, kind=KEY)
    assert (sent.subject, sent.body, sent.edited) == (shown.subject, shown.body, False)
    assert sent.subject == "Notre réponse, Hydrologue"
    assert compose.template(KEY, "en", team) == compose.template(KEY, "en")


def test_what_is_held_follows_and_what_was_edited_stays(team, actor):
    held, edited, gone = (refuse(team, actor) for _ in range(3))
    elsewhere = refuse(other := factories.team(), factories.member(other))
    outbox.edit(pk=edited.pk, actor=actor, subject="À la main", body="Voilà.")
    Message.objects.filter(pk=gone.pk).update(status="sent")
    before = held.body
    keep(team, actor)
    for row in (held, edited, gone, elsewhere):
        row.refresh_from_db()
    assert held.subject.startswith("Notre réponse, ") and "Non." in held.body and not held.edited
    assert (edited.subject, edited.body) == ("À la main", "Voilà.")
    assert "Non." not in gone.body + elsewhere.body
    wording.reset(team_id=team.pk, actor=actor, key=KEY, language="fr")
    held.refresh_from_db()
    assert held.body == before


def test_words_like_ours_are_ours(team, actor):
    subject, body = compose.texts(KEY, "fr")
    assert keep(team, actor, subject=subject, body=body.replace("\n", "\r\n")).letters == {}


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("subject", ""),
        ("subject", "x" * 121),
        ("subject", "{team} {team} {team}"),
        ("subject", "{nothing}"),
        ("body", " "),
        ("body", "{link}" + "x" * 6000),
        ("body", "{link}" * 31),
        ("body", "{link} {settings}"),
        ("body", "{link} \x1b[2J"),
        ("body", "Sans lien."),
    ],
)
def test_text_that_cannot_serve_is_refused_beside_its_field(team, actor, field, words):
    with pytest.raises(Invalid) as refused:
        keep(team, actor, **{field: words})
    assert list(refused.value.fields) == [field]


def test_members_alone_write_and_only_mails_of_moves(team, actor):
    with pytest.raises(NotAllowed):
        keep(team, factories.coach(team))
    with pytest.raises(NotVisible):
        keep(team, factories.member(factories.team()))
    for key in ("address_new", "link_candidate", "../end", "reply_candidate"):
        with pytest.raises(NotVisible):
            keep(team, actor, key=key)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(subject=TEXTS, body=TEXTS, names=st.lists(TEXTS, min_size=2, max_size=2))
def test_any_text_is_refused_or_said_as_it_stands(fuzzed, subject, body, names):
    about = fuzzed
    about.application.posting.title, about.application.posting.team.name = (name.replace("\0", "") for name in names)
    try:
        subject, body = wording.checked(KEY, "fr", subject, body)
        rendered = compose.render(wording.mail_of(KEY, "fr"), about, words=(subject, body))
    except Invalid:  # refused when it is kept, or when its marks stand for nothing
        return
    # Each mark is replaced once, by a value that holds no brace: what remains in braces was in the text itself.
    rest = re.sub(r"\{(\w+)\}", "", body)
    end = compose.ended(("", ""), "received_candidate", "fr")[1]
    braces = rest.count("{") + end.count("{link}") + len(re.findall(r"\{link\}", body))
    assert rendered.body.count("{") == braces
    assert "__class__" not in rendered.body.replace("{greeting.__class__}", "").replace("(greeting.__class__)", "")
    # The subject is one header and makes no other.
    message = Message(
        application=about.application, kind=KEY, direction="out", language="fr", sender="Jalon <j@jalon.example>",
        recipient=rendered.recipient, subject=rendered.subject, body=rendered.body, message_id="<1@jalon.example>",
        created_at=about.at,
    )  # fmt: skip
    wire = compose.wire(message).message()
    assert wire["Bcc"] is None and len(wire.get_all("Subject")) == 1
    assert not re.search(r"[\r\n\0\u202e]", rendered.subject)


def test_words_whose_marks_stand_for_nothing_stop_no_move(fuzzed):
    usual = compose.render(wording.mail_of(KEY, "fr"), fuzzed)
    fuzzed.application.team.letters = {f"{KEY}.fr": {"subject": "{link}", "body": "Bonjour."}}
    assert compose.render(wording.mail_of(KEY, "fr"), fuzzed) == usual


@pytest.fixture
def fuzzed() -> Occasion:
    return occasions.occasion(occasions.application())
