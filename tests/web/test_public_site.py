"""What machines read of the public site: JobPosting data, the feed, the sitemap, the share preview."""

import datetime as dt
import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import feedparser
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from backend.common.middleware import CONTENT_SECURITY_POLICY
from tests import factories

pytestmark = pytest.mark.django_db
FRENCH = {"HTTP_ACCEPT_LANGUAGE": "fr"}

# What a JobPosting needs. Source: https://developers.google.com/search/docs/appearance/structured-data/job-posting
# (required and recommended properties), types from https://schema.org/JobPosting.
REQUIRED = {"title": str, "description": str, "datePosted": str, "hiringOrganization": dict}
PLACE = ({"jobLocation"}, {"jobLocationType", "applicantLocationRequirements"})
KNOWN = REQUIRED.keys() | {
    "@context", "@type", "identifier", "url", "directApply", "validThrough", "employmentType", "baseSalary", "skills",
    "occupationalCategory", "jobLocation", "jobLocationType", "applicantLocationRequirements",
}  # fmt: skip
EMPLOYMENT = {"FULL_TIME", "PART_TIME", "CONTRACTOR", "TEMPORARY", "INTERN", "VOLUNTEER", "PER_DIEM", "OTHER"}
UNITS = {"HOUR", "DAY", "WEEK", "MONTH", "YEAR"}


def page(posting):
    return Client(**FRENCH).get(f"/p/{posting.slug}/").content.decode()


def data(posting):
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page(posting), re.S)
    return json.loads(found[0]) if found else None


def is_valid(said):
    assert (said["@context"], said["@type"]) == ("https://schema.org/", "JobPosting")
    assert said.keys() - KNOWN == set()
    for name, kind in REQUIRED.items():
        assert isinstance(said[name], kind) and said[name], name
    dt.date.fromisoformat(said["datePosted"])
    assert said["hiringOrganization"]["@type"] == "Organization" and said["hiringOrganization"]["name"]
    assert [needed <= said.keys() for needed in PLACE].count(True) == 1
    if "jobLocation" in said:
        assert said["jobLocation"]["address"]["addressCountry"] == "FR"
    else:
        assert said["jobLocationType"] == "TELECOMMUTE"
        assert said["applicantLocationRequirements"] == {"@type": "Country", "name": "FR"}
    if "validThrough" in said:
        assert dt.datetime.fromisoformat(said["validThrough"]).tzinfo is not None
    assert set(said.get("employmentType", [])) <= EMPLOYMENT
    if "baseSalary" in said:
        amount = said["baseSalary"]
        assert (amount["@type"], amount["currency"], amount["value"]["unitText"]) == ("MonetaryAmount", "EUR", "DAY")
        assert {"value", "minValue", "maxValue"} & amount["value"].keys()
    assert said["identifier"]["value"] and said["url"].startswith(settings.SITE_URL) and said["directApply"] is True


@pytest.mark.parametrize("remote", ["", "none", "partial", "full"])
@pytest.mark.parametrize("rates", [(None, None), (550, None), (None, 650), (550, 650), (600, 600)])
def test_job_posting_has_what_schema_org_requires(remote, rates):
    posting = factories.posting(
        remote=remote,
        day_rate_min=rates[0],
        day_rate_max=rates[1],
        contract_kinds=["freelance", "agency", "permanent"],
        apply_before=dt.date(2027, 1, 31),
        published_on=dt.date(2026, 11, 2),
    )
    said = data(posting)
    is_valid(said)
    assert said["employmentType"] == ["CONTRACTOR", "FULL_TIME"]
    assert ("baseSalary" in said) == any(rates)
    assert (said["datePosted"], said["validThrough"][:10]) == ("2026-11-02", "2027-01-31")


def test_job_posting_of_almost_nothing_is_valid_still():
    is_valid(data(factories.posting(body="")))


@pytest.mark.parametrize("status", ["closed", "draft"])
def test_job_posting_is_there_for_open_postings_only(status):
    posting = factories.posting(status=status)
    client = Client()
    client.force_login(factories.user(posting.team))
    assert "ld+json" not in client.get(f"/p/{posting.slug}/").content.decode()


def test_job_posting_cannot_end_its_element():
    posting = factories.posting(title="</script><script>alert(1)</script>\u2028", body="`</script>` <!-- & \u2028")
    text = page(posting)
    assert text.count("</script>") == 1 == text.count("<script")
    said = data(posting)
    assert said["title"] == posting.title and "<code>&lt;/script&gt;</code>" in said["description"]


def test_policy_lets_no_inline_script_run():
    assert "script-src 'self'" in CONTENT_SECURITY_POLICY and "unsafe-inline" not in CONTENT_SECURITY_POLICY


def test_feed_is_read_by_a_feed_reader():
    team = factories.team(name="Ruisseaux & Cie", slug="ruisseaux")
    made = [
        factories.posting(team, title=f"Poste <{n}>", published_on=dt.date(2026, 11, n), domains=["Développement"])
        for n in (1, 2)
    ]
    other = factories.posting(published_on=dt.date(2026, 10, 1))
    closed, draft = factories.posting(team, status="closed"), factories.posting(team, status="draft")
    answer = Client(**FRENCH).get("/feed.atom")
    assert answer["Content-Type"].startswith("application/atom+xml")
    read = feedparser.parse(answer.content)
    assert (read.bozo, read.version, read.feed.title) == (False, "atom10", "Annonces ouvertes")
    assert [entry.link for entry in read.entries] == [
        f"{settings.SITE_URL}/p/{p.slug}/" for p in (made[1], made[0], other)
    ]
    assert not {closed.title, draft.title} & {entry.title for entry in read.entries}
    entry = read.entries[0]
    assert re.fullmatch(r"tag:[\w.-]+,\d{4}-\d{2}-\d{2}:posting:[0-9a-f-]{36}", entry.id)
    assert (entry.title, entry.author, entry.tags[0].term) == ("Poste <2>", "Ruisseaux & Cie", "Développement")
    assert "<h2>La mission</h2>" in entry.summary and entry.published == "2026-11-02T00:00:00+01:00"
    again = feedparser.parse(Client().get("/feed.atom").content)
    assert [entry.id for entry in again.entries] == [entry.id for entry in read.entries]


def test_feed_of_one_team():
    team = factories.team(slug="ruisseaux", name="Ruisseaux")
    factories.posting(team, title="Ici"), factories.posting(title="Ailleurs")
    read = feedparser.parse(Client(**FRENCH).get("/feed.atom?team=ruisseaux").content)
    assert [entry.title for entry in read.entries] == ["Ici"]
    assert read.feed.title == "Annonces ouvertes\u202f: Ruisseaux"
    assert Client().get("/feed.atom?team=personne").status_code == 404


def test_feed_tells_nobody_that_a_team_without_public_posting_exists():
    factories.posting(factories.team(slug="secrete"), status="draft")
    assert Client().get("/feed.atom?team=secrete").status_code == 404


def test_feed_without_entries_is_a_feed():
    read = feedparser.parse(Client().get("/feed.atom").content)
    assert (read.bozo, read.entries) == (False, []) and read.feed.updated


def test_sitemap_names_open_postings_and_robots_names_it():
    shown, closed = factories.posting(), factories.posting(status="closed")
    factories.posting(status="draft")
    answer = Client().get("/sitemap.xml")
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    found = [loc.text for loc in ET.fromstring(answer.content).findall("s:url/s:loc", space)]
    assert found == [f"{settings.SITE_URL}/", f"{settings.SITE_URL}/p/{shown.slug}/"]
    assert closed.slug not in answer.content.decode()
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in Client().get("/robots.txt").content.decode().splitlines()


def test_link_that_is_shared_has_a_preview():
    posting = factories.posting(title='Designer "produit"', body="## Nous\n\nNous mesurons les ruisseaux, chaque jour.")
    text = page(posting)
    metas = dict(re.findall(r'<meta (?:property|name)="([\w:]+)" content="([^"]*)">', text))
    assert metas["og:title"] == "Designer &quot;produit&quot;"
    assert metas["og:description"] == metas["description"] == "Nous mesurons les ruisseaux, chaque jour."
    assert (
        metas["og:url"] == f"{settings.SITE_URL}/p/{posting.slug}/" and metas["twitter:card"] == "summary_large_image"
    )
    assert f'<link rel="canonical" href="{metas["og:url"]}">' in text
    assert metas["og:image"].startswith(settings.SITE_URL)
    image = Path(finders.find(metas["og:image"].partition("/static/")[2]))
    content = image.read_bytes()
    assert content.startswith(b"\x89PNG") and content[16:24] == (1200).to_bytes(4, "big") + (630).to_bytes(4, "big")


def test_draft_is_previewed_nowhere():
    posting = factories.posting(status="draft")
    client = Client()
    client.force_login(factories.user(posting.team))
    text = client.get(f"/p/{posting.slug}/").content.decode()
    assert "og:title" not in text and '<meta name="robots" content="noindex">' in text


def test_list_is_narrowed_by_domain_whatever_its_spelling():
    factories.posting(title="Un", domains=["Développement"])
    factories.posting(title="Deux", domains=["developpement", "Design"])
    factories.posting(title="Trois", domains=["Design"])
    text = Client(**FRENCH).get("/?domain=developpement").content.decode()
    assert ">Un</a>" in text and ">Deux</a>" in text and ">Trois</a>" not in text
    assert '<option value="developpement" selected>' in text
    assert text.count('<option value="developpement"') == 1
    assert Client().get("/?domain=inconnu").content.decode().count('<h2><a href="/p/') == 3


@pytest.mark.parametrize("address", ["/feed.atom?team=%00", "/?team=%00&q=%00&page=%00", "/sitemap.xml?%00"])
def test_address_with_a_nul_is_an_answer_and_no_fault(address):
    factories.posting()
    assert Client().get(address).status_code == 200
