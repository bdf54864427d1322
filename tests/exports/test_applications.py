"""The file of a posting and the ZIP of summaries: complete, behind the wall of evaluations, for who may see them."""

import io
import re
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts import actors
from backend.common.errors import Invalid, NotVisible
from backend.exports import making, posting, requests, summaries
from backend.exports.models import Export, Status
from tests import factories
from tests.documents import pages
from tests.exports.test_making import Killed, read
from workflow import evaluations
from workflow.states import State

pytestmark = pytest.mark.django_db
NAMES = ("Camille Premier", "Camille Premier", "../../etc/passwd", "محمد بن عبد الله")


@pytest.fixture
def jury(db):
    """Make a posting with applications, of which two colleagues have judged one each."""
    made = factories.posting(title="Conception de services")
    found = [factories.application(made, name=name, message=f"kanari-{n}") for n, name in enumerate(NAMES)]
    one, other = factories.member(made.team), factories.member(made.team)
    for application in found[:2]:
        factories.carry(application, State.INTERVIEWED)
    for application, author, words in ((found[0], one, "A"), (found[0], other, "B"), (found[1], other, "C")):
        evaluations.hand_in(
            application_id=application.pk, actor=author, recommendation="stop", text=f"kanari-avis-{words}"
        )
    return made, found, one


def make(actor, kind, **asked):
    export = requests.ask(actor=actor, kind=kind, asked=asked)
    while making.make_due():
        pass
    export.refresh_from_db()
    assert export.status == Status.DONE, export.failure
    return export


def test_file_of_a_posting_has_every_application_and_only_the_evaluations_that_are_open(jury):
    made, found, actor = jury
    content = read(make(actor, "posting", posting=made.slug))
    text = pages.text(content)
    for number in range(len(NAMES)):
        assert f"kanari-{number}" in text
    assert ("kanari-avis-A" in text, "kanari-avis-B" in text, "kanari-avis-C" in text) == (True, True, False)
    assert not [application for application in found if application.link_token in text]
    read_back = pages.reader(content)
    first = pages.SPACES.sub(" ", read_back.pages[0].extract_text())
    where = [n for n, page in enumerate(read_back.pages, 1) if "kanari-3" in page.extract_text()]
    assert re.search(rf"Reçue 0 {where[0]}\b", first) or re.search(rf"0 {where[0]}\b", first)
    kinds = [tag["/S"] for tag in pages.structure(content)]
    assert kinds.count("/H1") == 1 + len(NAMES)
    assert kinds.count("/Link") >= len(NAMES)
    assert read_back.trailer["/Root"]["/Lang"] == "fr"


def test_zip_has_a_pdf_each_under_a_safe_name_of_its_own(jury):
    made, _found, actor = jury
    with zipfile.ZipFile(io.BytesIO(read(make(actor, "summaries", team=made.team.slug)))) as archive:
        names = archive.namelist()
        texts = [pages.text(archive.read(name)) for name in names]
        assert archive.testzip() is None
    assert (len(set(names)), len(names)) == (4, 4)
    assert all(re.fullmatch(r"\d{4}-[^/\\:*?\"<>|]+\.pdf", name) for name in names), names
    assert sorted(number for text in texts for number in range(4) if f"kanari-{number}" in text) == [0, 1, 2, 3]
    assert not any("kanari-avis-C" in text for text in texts)


def test_zip_goes_on_after_its_worker_was_killed(jury, monkeypatch):
    made, _found, actor = jury
    export = requests.ask(actor=actor, kind="summaries", asked={"team": made.team.slug, "state": "received"})
    rendered, original = [], summaries.summary.render

    def render(application, *args, **kwargs):
        rendered.append(application.pk)
        if len(rendered) == 2:
            raise Killed
        return original(application, *args, **kwargs)

    monkeypatch.setattr(summaries.summary, "render", render)
    with pytest.raises(Killed):
        making.make_due()
    Export.objects.update(lease_until=export.created_at)
    assert making.make_due() == {"done": 1}
    export.refresh_from_db()
    assert rendered == [export.rows[0], export.rows[1], export.rows[1]]
    assert export.name.endswith(".zip")


def test_exports_of_applications_are_bounded_and_for_their_team(jury, monkeypatch):
    made, _found, actor = jury
    stranger = factories.member(factories.team())
    for kind, asked in (("posting", {"posting": made.slug}), ("summaries", {"team": made.team.slug})):
        with pytest.raises(NotVisible):
            requests.ask(actor=stranger, kind=kind, asked=asked)
        monkeypatch.setattr(posting, "MOST", 3)
        monkeypatch.setattr(summaries, "MOST", 3)
        with pytest.raises(Invalid):
            requests.ask(actor=actor, kind=kind, asked=asked)
    with pytest.raises(Invalid):
        requests.ask(actor=actor, kind="summaries", asked={"team": made.team.slug, "state": "onboarded"})
    assert not Export.objects.exists()


def test_pages_offer_both_with_their_filters(jury):
    made, _found, actor = jury
    browser = Client()
    browser.force_login(actor.user, "django.contrib.auth.backends.ModelBackend")
    page = browser.get(reverse("team_postings", args=[made.team.slug])).content.decode()
    assert 'name="kind" value="posting"' in page
    page = browser.get(reverse("applications", args=[made.team.slug]), {"state": "received"}).content.decode()
    fields = dict(
        re.findall(
            r'type="hidden" name="(\w+)" value="([^"]*)"', page.split('value="summaries"')[1].split("</form>")[0]
        )
    )
    assert fields == {"team": made.team.slug, "state": "received"}
    browser.post(reverse("exports"), {"kind": "summaries"} | fields)
    assert len(Export.objects.get().rows) == 2
    assert actors.of_user(actor.user).team_ids == Export.objects.get().teams


@pytest.mark.parametrize(("kind", "word"), [("summaries", "q"), ("summaries", "tag"), ("posting", "posting")])
def test_a_character_that_no_text_holds_is_no_error(jury, kind, word):
    made, _found, actor = jury
    with pytest.raises((Invalid, NotVisible)):
        requests.ask(actor=actor, kind=kind, asked={"team": made.team.slug, word: "\0rien"})
