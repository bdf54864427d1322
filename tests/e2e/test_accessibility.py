"""Every page, in both languages, light and dark, narrow, wide, zoomed: axe finds nothing, nothing scrolls sideways."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from backend.accounts import actors, invitations
from backend.exports.models import Export
from backend.hiring import addresses, dedupe, erasure
from backend.hiring.documents import Upload
from backend.hiring.models import Posting, Question
from backend.integrations import endpoints
from backend.integrations.models import Event
from backend.opendata.models import Release
from notifications.models import IncomingMail
from tests import factories
from tests.e2e.conftest import PASSWORD
from workflow import own as theirs
from workflow.models import InterviewStatus
from workflow.states import State

pytestmark = [pytest.mark.timeout(900), pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

LONG = "Maximilienne-Aurélie de Lestrange-Boisvert-Kerbiriou-Le Dantec"
UNBROKEN = "x" * 90 + "@courrier.example"
LOOKS = ((320, "light"), (320, "dark"), (1280, "light"), (1280, "dark"))
"""Each width with each scheme: how a page is looked at."""
SHARED = {"fr": (LOOKS[0], LOOKS[3]), "en": (LOOKS[1], LOOKS[2])}
"""The same for a page that is looked at in both languages: each has both widths and both schemes, together all four."""
ZOOMED = 640
"""What is left of 1280 pixels at 200 %."""
RUN = """options => axe.run(document, options).then(found =>
    found.violations.map(each => each.id + " " + each.nodes.slice(0, 3).map(node => node.target).join(" ")))"""
"""Only what is wrong crosses to us, in words: what axe says of all that is well costs more than looking."""
EVERYTHING = {"resultTypes": ["violations"]}
COLOURS = EVERYTHING | {"runOnly": ["color-contrast", "link-in-text-block"]}
"""The rules that a second scheme at the same width may break: no other hangs on colours."""


@pytest.fixture
def world():
    """A team with something in every corner; gives the addresses by who may open them."""
    team = factories.team(slug="ruisseaux", name="Ruisseaux", reply_to="recrutement@ruisseaux.example")
    posting = factories.posting(
        team, day_rate_min=550, day_rate_max=650, remote="partial", contract_kinds=["freelance"], start="2027-01-04",
        body="## L’équipe\n\nSix et un [lien](https://exemple.example).\n\n- un\n- deux\n\n`c`\n\n|a|b|\n|-|-|\n|1|2|",
    )  # fmt: skip
    for number, (kind, required) in enumerate([("short", True), ("long", False), ("choice", True), ("file", True)], 1):
        Question.objects.create(
            posting=posting, position=number, kind=kind, label=f"Question {number} " + "x" * 60, required=required,
            hint="Une précision", choices=["Oui", "Non " + "z" * 60] if kind == "choice" else [],
        )  # fmt: skip
    draft = factories.posting(team, status="draft")
    closed = factories.posting(team, status="closed")
    rows = {state: factories.application(posting, state=state) for state in State}
    hard = factories.application(
        posting,
        name=LONG,
        message="Bonjour.\n\nhttps://exemple.example/" + "y" * 120,
        uploads=[Upload("z" * 140, b"x")],
    )
    factories.held_interview(hard, status=InterviewStatus.PLANNED, place="https://visio.example/" + "s" * 80)
    factories.application(posting, name="", email="a" * 50 + "@courrier.example")
    factories.task(rows[State.CONTRACTED])
    factories.task(rows[State.CONTRACTED], owner="candidate", title="Envoyer " + "t" * 90)
    twins = [factories.application(factories.posting(team), name=LONG, phone="06 12 34 56 78") for _ in range(3)]
    pair = [factories.application(factories.posting(team), github="https://github.com/" + "g" * 80) for _ in range(2)]
    dedupe.merge(kept=twins[0].candidate_id, absorbed=twins[1].candidate_id, actor=factories.member(team))
    change = theirs.ask_address(actor=actors.of_candidate(twins[0].pk), email=UNBROKEN)
    theirs.ask_erasure(actor=actors.of_candidate(twins[0].pk))
    erased = factories.application(posting)
    erasure.erase(pk=erased.candidate_id, actor=factories.member(team))
    rows[State.INTERVIEWED].messages.update(status="uncertain", answer="451 " + "q" * 120)
    IncomingMail.objects.create(
        message_id="<1@x>", raw=b"", subject="Sans annonce", sender=UNBROKEN, outcome="triage", team=team, text="Oui",
        reason="Aucune annonce ne correspond.",
    )  # fmt: skip
    factories.user(team, name=LONG)
    factories.user(team, role="coach", email="c" * 50 + "@courrier.example")
    asked = invitations.invite(team_id=team.pk, actor=factories.member(team), email=UNBROKEN[-60:], role="coach")
    release = Release.objects.create(quarter="2026-Q3", published_on="2026-10-31")
    Release.objects.create(quarter="2026-Q2", published_on="2026-07-31")
    for words in ({"domain": "d" * 90, "reached": "received", "state": "rejected"}, {"reached": "contracted"}, {}):
        release.cells.create(applications=1234, **words)
    user = factories.user(team, name="Lou Ferrandier", is_admin=True)
    user.set_password(PASSWORD)
    user.save()
    for status, done in (("waiting", 3), ("failed", 0)):
        Export.objects.create(
            kind="report", asked_by=user, teams=[team.pk], title=UNBROKEN, status=status, done=done, total=7
        )
    endpoint = endpoints.add(
        team=team, actor=actors.of_user(user), url="https://crochet.example/" + "u" * 90, wanted=Event.values
    )
    endpoints.test(pk=endpoint.pk, actor=actors.of_user(user)).endpoint.deliveries.update(answer="503 " + "r" * 120)
    public = [
        "/", "/?closed=on", "/?q=rien", f"/p/{posting.slug}/", f"/p/{closed.slug}/", f"/p/{posting.slug}/thanks/",
        "/accounts/login/", "/accounts/login/code/", "/accounts/password/reset/", "/nowhere/", "/c/nothing/",
        "/privacy/", "/statistics/", "/?domain=design",
        f"/c/{hard.link_token}/?withdraw=ask", f"/c/{hard.link_token}/?erase=ask", f"/c/{twins[0].link_token}/",
        f"/join/{invitations.token_of(asked)}/", "/join/nothing/",
        "/c/", f"/c/address/{addresses.token_of(change)}/", f"/c/{erased.link_token}/",
        *[f"/c/{row.link_token}/" for row in rows.values()],
    ]  # fmt: skip
    own = [
        "/teams/", "/account/", "/account/notifications/", "/account/calendar/",
        "/team/ruisseaux/", "/team/ruisseaux/?q=rien",
        "/team/ruisseaux/list/",
        "/exports/", "/outbox/", "/triage/", "/mailbox/", "/accounts/2fa/", "/accounts/logout/", f"/p/{draft.slug}/",
        "/team/ruisseaux/postings/", "/team/ruisseaux/postings/new/", f"/team/ruisseaux/postings/{posting.slug}/edit/",
        "/team/ruisseaux/settings/", "/team/ruisseaux/settings/letters/",
        "/team/ruisseaux/settings/letters/rejected_candidate/fr/",
        "/team/ruisseaux/webhooks/", f"/team/ruisseaux/webhooks/{endpoint.pk}/",
        "/people/", f"/a/{twins[0].pk}/", f"/a/{pair[0].pk}/", f"/a/{erased.pk}/",
        f"/a/{hard.pk}/?do=reject", *[f"/a/{row.pk}/" for row in rows.values()],
    ]  # fmt: skip
    return user, public, own


def problems(page, axe, looks=LOOKS) -> list[str]:
    """Give what axe finds in the widths and schemes of `looks`, and how far the page scrolls sideways in each width."""
    found: list[str] = []
    seen: set[int] = set()
    page.evaluate(axe.axe_script)
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        options = COLOURS if width in seen else EVERYTHING
        found += [f"{page.url} {width} {scheme}: {what}" for what in page.evaluate(RUN, options)]
        if width not in seen:
            found += sideways(page, f"{width}")
        seen.add(width)
    page.set_viewport_size({"width": ZOOMED, "height": 450})
    found += sideways(page, "at 200 %")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    found += sideways(page, "with letters of 200 %")
    page.evaluate("document.documentElement.style.fontSize = ''")
    return found


def sideways(page, where: str) -> list[str]:
    """Say how far the page scrolls sideways, if it does."""
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{page.url} {where}: scrolls sideways by {over} px"] if over > 0 else []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_public_page_is_accessible(visit, world, language):
    _user, public, _own = world
    visitor, axe, looks, found = visit(locale=language), Axe(), SHARED[language], []
    for address in public:
        page = visitor.go(address)
        page.locator("details").evaluate_all("folds => folds.forEach(fold => fold.open = true)")
        found += problems(page, axe, looks)
    visitor.page.goto(
        visitor.address + next(address for address in public if address.startswith("/c/") and "?" in address)
    )
    visitor.page.locator("#correct summary").click()
    visitor.page.locator("#details_name").fill("")
    visitor.page.locator("#details_email").fill("x")
    visitor.page.locator("#correct button").click()
    found += problems(visitor.page, axe, looks)  # the form of their data with its errors
    posting = next(address for address in public if address.startswith("/p/"))
    visitor.go(posting).locator("form .btn-go").click()
    found += problems(visitor.page, axe, looks)  # the form with its errors
    page = visitor.page
    files = [{"name": "v" * 120 + ".pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}]
    page.locator("#id_documents").set_input_files(files)
    page.locator("form .btn-go").click()
    assert page.locator("ul.kept").count() == 1
    found += problems(page, axe, looks)  # with a file that waits
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("half", [0, 1])
def test_every_page_of_a_team_is_accessible(visit, world, language, half):
    user, _public, own = world
    visitor, axe, looks, found = visit(locale=language), Axe(), SHARED[language], []
    visitor.sign_in(user.email)
    for address in own[half::2]:
        found += problems(visitor.go(address), axe, looks)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_editor_is_accessible_in_every_state(visit, world, language):
    user, _public, own = world
    visitor, axe, looks, found = visit(locale=language), Axe(), SHARED[language], []
    visitor.sign_in(user.email)
    editor = next(address for address in own if address.endswith("/edit/"))
    page = visitor.go(editor)
    visitor.press("do", "add")
    found += problems(page, axe, looks)  # one more question
    visitor.press("do", "preview")
    assert page.locator("#preview").count() == 1
    found += problems(page, axe, looks)
    page.locator("#id_title").fill("")
    page.locator("#id_start").fill("bientôt")
    visitor.press("do", "keep")
    found += problems(page, axe, looks)  # with its errors
    page = visitor.go(editor)
    Posting.objects.filter(pk=Question.objects.first().posting_id).update(title="Autre")
    visitor.press("do", "keep")
    assert page.locator("pre.source").count() == 1
    found += problems(page, axe, looks)  # two who edited at once
    visitor.go("/team/ruisseaux/postings/")
    visitor.press("status", "closed")
    assert page.locator(".toast").count() == 1
    found += problems(page, axe, looks)
    assert not found, "\n".join(found)
