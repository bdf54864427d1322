"""An export is asked for on a page, shows how far it is without a reload, and is downloaded; without a script too."""

import pytest

from backend.exports import making
from backend.exports.models import Export
from tests import factories
from tests.e2e.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("script", [True, False])
def test_report_is_asked_for_followed_and_downloaded(visit, monkeypatch, script):
    monkeypatch.setattr("backend.exports.recruitment.document.render", lambda tables: b"%PDF-1.7 made")
    person = factories.user(factories.team(), role="coach")
    person.set_password(PASSWORD)
    person.save()
    visitor = visit(java_script_enabled=script)
    visitor.sign_in(person.email)
    page = visitor.go("/coach/?by=week")
    page.get_by_role("button", name="Rapport complet (PDF)").click()
    page.wait_for_url("**/exports/")
    assert page.get_by_role("progressbar").is_visible()
    assert Export.objects.get().asked["by"] == "week"
    making.make_due()
    if not script:
        page.reload()
    link = page.get_by_role("link", name="Télécharger")
    link.wait_for()
    assert page.locator("#exports-said").text_content() == "1 export est prêt."
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename.endswith(".pdf")
