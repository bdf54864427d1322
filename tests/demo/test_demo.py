"""The demo is the main job, so it is also a test of it: on the shipped postings and on the five that started this."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import override_settings

from backend.accounts import actors
from backend.accounts.models import User
from backend.demo import accounts, loader
from backend.hiring.models import Posting
from notifications.models import IncomingMail, MailboxItem, Message, Outcome
from tests import factories
from workflow import selectors
from workflow.models import Application, Transition
from workflow.states import Action, State

SEEDS = settings.BASE_DIR.parent / "shared" / "seeds"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(autouse=True)
def in_app_mailbox() -> Iterator[None]:
    """The mailbox of an instance without mail server: pytest-django would put a list in its place."""
    with override_settings(EMAIL_BACKEND="notifications.mailbox.MailboxBackend"):
        yield


def run(**options: object) -> str:
    out = StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()


def test_demo_goes_through_and_keeps_what_it_made(tmp_path: Path) -> None:
    said = run(out=tmp_path)
    assert "✗" not in said
    assert "21 checks" in said
    # Two of them tell somebody who came late.
    assert len(list((tmp_path / "sent").glob("*.eml"))) == MailboxItem.objects.count() == 18
    assert len(list((tmp_path / "pdf").glob("*.pdf"))) == 5
    assert all(path.read_bytes().startswith(b"%PDF-") for path in (tmp_path / "pdf").iterdir())


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the shared folder with the five first postings is not here")
def test_demo_goes_through_on_the_five_postings_that_started_this() -> None:
    assert "✗" not in run(postings=SEEDS)
    assert Posting.objects.count() == 5


def test_demo_fails_when_something_goes_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.demo.journey.Journey.refusal", lambda *_: "moved")
    with pytest.raises(CommandError, match="2 of 21 steps went otherwise"):
        run()


def test_demo_refuses_a_database_in_use() -> None:
    factories.application()
    with pytest.raises(CommandError, match="wants an empty one"):
        run()


def test_demo_names_a_folder_that_is_not_there() -> None:
    with pytest.raises(CommandError, match="there is no folder"):
        run(postings=Path("/nowhere"))


def test_loading_makes_every_state_once_and_triage() -> None:
    call_command("load_demo", stdout=StringIO())
    before = (Application.objects.count(), Transition.objects.count(), Message.objects.count(), User.objects.count())
    assert set(Application.objects.values_list("state", flat=True)) == set(State.values)
    assert IncomingMail.objects.filter(outcome=Outcome.TRIAGE).count() == 2
    lou = actors.of_user(User.objects.get(email=accounts.ACCOUNTS[0].email))
    rows = Application.objects.filter(posting__team__slug="ruisseaux", state__in=(State.RECEIVED, State.INTERVIEWED))
    forward = [move.action for row in rows for move in selectors.moves(lou, row) if move.allowed]
    assert forward.count(Action.INTERVIEW) == forward.count(Action.CONTRACT) == 1  # there is something to try at once
    call_command("load_demo", stdout=StringIO())
    after = (Application.objects.count(), Transition.objects.count(), Message.objects.count(), User.objects.count())
    assert after == before
    call_command("verify_log", stdout=StringIO())


def test_accounts_can_sign_in_with_what_is_printed() -> None:
    loader.load()
    for account in accounts.ACCOUNTS:
        assert User.objects.get(email=account.email).check_password(account.password)
        assert account.password in accounts.page()


@override_settings(EMBEDDED=False)
def test_demo_data_stays_off_a_host() -> None:
    with pytest.raises(CommandError, match="belongs on a laptop"):
        call_command("load_demo", stdout=StringIO())
