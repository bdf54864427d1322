"""Hostile texts and names against the mail as it leaves. `FUZZ=10000 ./jalon test tests/notifications/test_fuzz.py`
tries ten thousand; without it, as many as a test may take time for."""

import email
import email.policy
import os
import re

import pytest
from django.utils import translation
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from backend.common.errors import Invalid
from notifications import catalog, compose, placeholders
from notifications.models import Message
from notifications.placeholders import LINK
from tests.notifications.test_compose import Reader, occasion_with
from workflow.services import MailOptions

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(1800)]

FUZZ = settings(
    max_examples=int(os.environ.get("FUZZ", "150")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
HEADERS = {
    "Content-Type",
    "MIME-Version",
    "Subject",
    "From",
    "To",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "Content-Language",
}
"""All that a mail to a candidate carries here; List-Unsubscribe is not due, as each answers something they did."""
ADDRESS = re.compile(r"\w+://|www\.|\w@\w|\w\.\w", re.IGNORECASE)

NASTY = [
    *("{link}", "{{link}}", "{li{link}nk}", "{team}", "{greeting}", "{0.__class__}", "{greeting.__init__.__globals__}"),
    *("{greeting!r:>99}", "{team[0]}", "{ link }", "{}", "{{", "}}", "{%", "{{ settings.SECRET_KEY }}", "{% debug %}"),
    *("\r\nBcc: voleur@ailleurs.example", "\nTo: voleur@ailleurs.example", "\x00", "\u2028X-Own: 1", "\x85X: 1"),
    *("=?utf-8?q?=0D=0ABcc:_voleur=40ailleurs.example?=", "a, voleur@ailleurs.example", "<voleur@ailleurs.example>"),
    *(
        "https://ailleurs.example/",
        "www.ailleurs.example",
        "//ailleurs.example",
        "javascript:alert(1)",
        "ailleurs.example",
    ),
    *("<a href='https://ailleurs.example'>ici</a>", "<script>", "</p></body>", "<img src=x onerror=y>", "&lt;b&gt;"),
    *(
        "\u202egnp.exe",
        "\u2066x",
        "%s",
        "%(name)s",
        "$name",
        "${name}",
        "-- ",
        "\n.\n",
        "Léa",
        " ",
    ),
]
WORDS = st.lists(st.sampled_from(NASTY) | st.text(max_size=12), max_size=5).map("".join)
MARKS = st.sampled_from([f"{{{name}}}" for name in [*placeholders.PLACEHOLDERS, "link"]])
TEMPLATES = st.lists(MARKS | st.sampled_from(NASTY) | st.text(max_size=20) | st.just("\n\n"), max_size=12).map("".join)


def expected(template: str, occasion) -> str:
    """Give what a text must become, worked out without `fill`'s pass: split at the marks, put each value in once."""
    made = []
    for piece in re.split(r"(\{\w+\})", template):
        known = piece[1:-1] if piece[:1] == "{" and piece[-1:] == "}" else ""
        made.append(placeholders.PLACEHOLDERS[known](occasion) if known in placeholders.PLACEHOLDERS else piece)
    return "".join(made)


def one(text: str, occasion) -> str:
    """Give what a text becomes, on one line and without the link's mark; empty where nothing is left to read."""
    return placeholders.one_line(expected(text, occasion).replace(LINK, "")).strip()


@FUZZ
@given(
    template=TEMPLATES,
    subject=TEMPLATES,
    name=WORDS,
    title=WORDS,
    team=WORDS,
    user=WORDS,
    mail=st.sampled_from([mail for mail in catalog.CATALOGUE.values() if mail.on]),
    language=st.sampled_from(["fr", "en"]),
)
@example("{posting}", "{posting}", "", "", "", "", catalog.Rejected, "fr")
@example("{team}{greeting}", "{posting}", "{link}", "{team}", "{greeting}", "{link}", catalog.Rejected, "fr")
@example("{greeting.__class__}", "x\r\nBcc: a@b.example", "www.a.example", "</p>", "a\nb", "", catalog.Rejected, "en")
def test_nothing_breaks_out_of_a_text_or_a_name(template, subject, name, title, team, user, mail, language):
    occasion = occasion_with(name, title, team, user, language)
    try:
        rendered = compose.render(mail, occasion, MailOptions(subject=subject, body=template))
    except Invalid as refused:
        marks = set(placeholders.PLACEHOLDER.findall(template + subject)) - {*placeholders.PLACEHOLDERS, "link"}
        with translation.override(language):
            empty = any(text.strip() and not one(text, occasion) for text in (subject, template))
            long = len(one(subject, occasion)) > compose.LONGEST_SUBJECT
        assert marks or "\0" in template or empty or long, refused.detail
        return
    with translation.override(language):
        if template.strip():
            lines = template.strip().replace("\r\n", "\n").replace("\r", "\n")
            assert rendered.body == expected(lines, occasion).strip()
        greeting = placeholders.PLACEHOLDERS["greeting"](occasion)
    assert not ADDRESS.search(greeting)
    assert not re.search(r"[\r\n\x00-\x1f\x85\u2028\u2029]", rendered.subject)

    message = Message(
        application=occasion.application,
        language=language,
        kind=rendered.kind,
        subject=rendered.subject,
        body=rendered.body,
        sender=compose.sender(occasion.application.team),
        recipient=rendered.recipient,
        message_id="<1@jalon.example>",
        created_at=occasion.at,
    )
    wire = compose.wire(message)
    assert wire.recipients() == ["lea@courrier.example"]
    parsed = email.message_from_bytes(wire.message().as_bytes(), policy=email.policy.default)
    assert sorted(parsed.keys()) == sorted(HEADERS)
    assert [address.addr_spec for address in parsed["To"].addresses] == ["lea@courrier.example"]
    assert [address.addr_spec for address in parsed["From"].addresses] == ["jalon@localhost.localdomain"]
    plain, html = (part.get_content() for part in parsed.iter_parts())
    assert plain.count(occasion.application.link) >= rendered.body.count(LINK)
    assert set(Reader(html).links) <= {mail.link(occasion.application, rendered.recipient)}
    assert f'<html lang="{language}"' in html
