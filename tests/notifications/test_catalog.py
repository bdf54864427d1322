"""The catalogue: each mail has its words in each language, and says what a candidate needs to know."""

import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from notifications import catalog, compose, invitation, letter
from notifications.inbound import late
from tests.notifications import occasions
from workflow import path
from workflow.states import Action, State

pytestmark = pytest.mark.django_db

SNAPSHOTS = Path(__file__).parent / "snapshots"
RENEW = "RENEW_SNAPSHOTS"  # RENEW_SNAPSHOTS=1 pytest tests/notifications/test_catalog.py, then read the difference
LANGUAGES = [code for code, _name in settings.LANGUAGES]
EACH = [(mail, language) for mail in catalog.CATALOGUE.values() for language in LANGUAGES]
IDS = [f"{mail.key}-{language}" for mail, language in EACH]


def keep(name: str, text: str) -> None:
    """Compare with the file of this name; write it when asked to."""
    file = SNAPSHOTS / name
    if os.environ.get(RENEW):
        file.write_text(text, encoding="utf-8")
    assert file.exists(), f"no snapshot {name}: run with {RENEW}=1"
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize(("mail", "language"), EACH, ids=IDS)
def test_catalog_text(mail, language):
    rendered = compose.render(mail, occasions.occasion(occasions.application(language)))
    assert not rendered.edited
    keep(f"{mail.key}.{language}.txt", f"Subject: {rendered.subject}\n\n{rendered.body}\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalog_page(language, settings):
    settings.LANGUAGE_CODE = "en" if language == "fr" else "fr"  # the reader's language, not the instance's
    stands = [path.Stand(State.RECEIVED, occasions.AT.replace(day=9)), path.Stand(State.INTERVIEWED, occasions.AT)]
    rendered = compose.render(catalog.Interviewed, occasions.occasion(occasions.application(language)))
    with translation.override(language):
        html = letter.html(
            subject=rendered.subject,
            body=rendered.body,
            language=language,
            team="Ruisseaux",
            steps=path.draw(stands),
            link="https://jalon.example/c/0123456789/",
        )
    keep(f"interviewed_candidate.{language}.html", html)


@pytest.mark.parametrize(("mail", "language"), EACH, ids=IDS)
def test_catalog_says_what_is_needed(mail, language):
    rendered = compose.render(mail, occasions.occasion(occasions.application(language)))
    text = rendered.body
    assert "Développeuse ou développeur back-end" in rendered.subject
    assert "Développeuse ou développeur back-end" in text
    assert "Ruisseaux" in text
    assert text.count(compose.LINK) == 1
    assert {"fr": "La suite", "en": "What comes next"}[language] in text
    months = {"fr": "novembre|décembre|janvier", "en": "November|December|January"}[language]
    assert re.search(rf"\d{{1,2}}\u00a0({months}) 20\d\d", text), "no date"
    assert rendered.language == language
    assert rendered.recipient == "theo@courrier.example"


@pytest.mark.parametrize("mail", catalog.CATALOGUE.values(), ids=catalog.CATALOGUE)
def test_catalog_french_is_set_as_french(mail):
    rendered = compose.render(mail, occasions.occasion(occasions.application("fr")))
    for text in (rendered.subject, rendered.body):
        assert re.findall(r"[^\u202f\d][:;!?»](?!//)", text.replace(compose.LINK, "")) == []
        assert re.findall(r"«[^\u202f]", text) == []
        assert "'" not in text
        assert '"' not in text


def test_catalog_has_a_mail_for_each_action():
    assert {mail.on for mail in catalog.CATALOGUE.values()} - {None} == set(Action) - {Action.UNDO}
    assert catalog.for_action(Action.UNDO) == []


def test_catalog_has_no_text_without_an_entry():
    folders = {folder.name for folder in compose.TEMPLATES.iterdir() if folder.is_dir()} - {late.CLOSED, invitation.KEY}
    assert folders == {*catalog.CATALOGUE, "end"}
    for key in folders:
        assert {file.stem for file in (compose.TEMPLATES / key).iterdir()} == set(LANGUAGES)
    for key in catalog.CATALOGUE:
        for language in LANGUAGES:
            head = (compose.TEMPLATES / key / f"{language}.txt").read_text(encoding="utf-8").splitlines()
            assert head[0].startswith("Subject: ")
            assert head[1] == ""


def test_catalog_attaches_the_terms():
    pytest.importorskip("backend.documents.terms", reason="backend.documents has no terms yet")
    made = catalog.contract_terms(occasions.application(), "fr")
    assert (made.name, made.media_type) == ("conditions-du-contrat.pdf", "application/pdf")
    assert made.content.startswith(b"%PDF-")
