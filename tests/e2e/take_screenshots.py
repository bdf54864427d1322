"""The pictures of the documentation, taken from the demo data: `./jalon test tests/e2e/take_screenshots.py`.

Not collected with the tests: it writes to `docs/screenshots/`, and only when it is asked by its name.
"""

from collections.abc import Callable
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

from backend.demo import accounts
from backend.hiring.models import Posting
from workflow.models import Application
from workflow.states import State

FOLDER = settings.BASE_DIR / "docs" / "screenshots"


@pytest.mark.django_db(transaction=True)
def test_screenshots_are_taken(visit: Callable) -> None:
    call_command("load_demo", stdout=StringIO())
    FOLDER.mkdir(parents=True, exist_ok=True)
    posting = Posting.objects.get(source_path__contains="back-end")
    met = Application.objects.filter(posting=posting, state=State.INTERVIEWED).latest("created_at")
    shots = {
        "postings": ("/", 1280, None),
        "posting": (f"/p/{posting.slug}/", 1280, None),
        "posting-narrow": (f"/p/{posting.slug}/", 320, None),
        "candidate": (f"/c/{met.link_token}/", 1280, None),
        "candidate-narrow": (f"/c/{met.link_token}/", 320, None),
        "board": ("/team/ruisseaux/", 1280, accounts.ACCOUNTS[0]),
        "board-narrow": ("/team/ruisseaux/", 320, accounts.ACCOUNTS[0]),
        "application": (f"/a/{met.pk}/", 1280, accounts.ACCOUNTS[0]),
        "settings": ("/team/ruisseaux/settings/", 1280, accounts.ACCOUNTS[0]),
        "settings-mail": ("/team/ruisseaux/settings/letters/rejected_candidate/fr/", 1280, accounts.ACCOUNTS[0]),
        "applications": ("/team/ruisseaux/list/", 1280, accounts.ACCOUNTS[0]),
        "checklist": ("/team/ruisseaux/settings/checklist/", 1280, accounts.ACCOUNTS[0]),
        "notifications": ("/account/notifications/", 1280, accounts.ACCOUNTS[0]),
        "webhooks": ("/team/ruisseaux/webhooks/", 1280, accounts.ACCOUNTS[0]),
        "coach": ("/coach/", 1280, accounts.ACCOUNTS[1]),
        "coach-narrow": ("/coach/", 320, accounts.ACCOUNTS[1]),
        "statistics": ("/statistics/", 1280, None),
        "account": ("/account/", 1280, accounts.ACCOUNTS[0]),
        "outbox": ("/outbox/", 1280, accounts.ACCOUNTS[0]),
        "triage": ("/triage/", 1280, accounts.ACCOUNTS[2]),
    }
    for name, (path, width, account) in shots.items():
        for scheme in ("light", "dark"):
            visitor = visit(viewport={"width": width, "height": 900}, color_scheme=scheme)
            if account is not None:
                visitor.sign_in(account.email, account.password)
            visitor.go(path)
            visitor.page.evaluate("document.fonts.ready")
            ending = "" if scheme == "light" else "-dark"
            visitor.page.screenshot(path=FOLDER / f"{name}{ending}.png", full_page=width == 320 or name != "board")
