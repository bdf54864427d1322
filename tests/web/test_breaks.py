"""Words without end may break, and nothing else changes: a browser set one of 100,000 signs in half a minute."""

import re

import pytest
from django.template import Context, Template
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from backend.web.breaks import LONGEST, breakable
from backend.web.templatetags.jalon import letter
from notifications.inbound.receive import receive
from tests import factories
from tests.notifications.inbound import mails
from workflow.models import Application


def longest(html: str) -> int:
    """Give the signs of the longest word that is no tag, an entity counting as one."""
    words = re.split(r"\s|<[^>]*>", re.sub(r"&#?\w{1,10};", "x", html))
    return max(map(len, words), default=0)


@given(st.text(st.sampled_from("ab<>&\"'; \n/:.éx"), max_size=600), st.integers(0, 900))
def test_long_words_break_and_nothing_else_changes(text: str, count: int) -> None:
    written = f"{text}{'&x' * count} https://courrier.example/{'y' * count}"
    html = Template("{{ text|urlize|linebreaks }}").render(Context({"text": written}))
    broken = breakable(html)
    assert broken.replace("<wbr>", "") == html
    assert longest(broken) <= LONGEST
    assert [tag for tag in re.findall(r"<[^>]*>", broken) if tag != "<wbr>"] == re.findall(r"<[^>]*>", html)


def test_words_of_people_stay_as_they_are() -> None:
    assert "<wbr>" not in letter("Bonjour " * 3000 + "https://courrier.example/" + "z" * (LONGEST - 30))


@pytest.mark.django_db
def test_mail_of_one_word_without_end_freezes_no_page() -> None:
    team = factories.team()
    factories.posting(team, apply_to=[mails.JOBS])
    word = "x" * 90_000
    receive(mails.mail(text=word))
    receive(mails.mail(text=word))  # once more: a note
    receive(mails.mail(text=word, headers={"List-Unsubscribe": "<mailto:x@courrier.example>"}))
    made = Application.objects.get()
    member = Client(HTTP_ACCEPT_LANGUAGE="fr")
    member.force_login(factories.user(team))
    for address in (f"/a/{made.pk}/", "/triage/", f"/c/{made.link_token}/"):
        page = member.get(address).content.decode()
        assert page.count("x" * LONGEST + "<wbr>") >= 400
        assert longest(page) < 1000, address
