"""A quarter is published once, when it is due, as it stood; as page, CSV, Parquet and data package alike.

Finer cells of it are for people of the teams alone.
"""

import csv
import datetime as dt
import io

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from pyarrow import parquet

from backend.accounts.models import Membership
from backend.common import clock
from backend.opendata import release
from backend.opendata.models import K_INTERNAL, Cell, InternalCell, K, Release
from backend.opendata.release import Quarter
from tests import factories
from workflow import services
from workflow.states import State

pytestmark = pytest.mark.django_db
MAY, QUARTER = dt.datetime(2026, 5, 10, 12, tzinfo=dt.UTC), Quarter(2026, 2)
DUE = dt.datetime(2026, 7, 31, 0, 1, tzinfo=dt.UTC)


def receive(posting, n, state=State.RECEIVED):
    """Take `n` applications in May and carry each to a state."""
    with clock.at(MAY):
        return [factories.application(posting, state=state) for _ in range(n)]


@pytest.fixture
def world():
    """Two domains, one of them too small."""
    web, rare = factories.posting(domains=["Développement"]), factories.posting(domains=["Philatélie"])
    receive(web, 12)
    receive(web, 11, State.REJECTED)
    receive(rare, 3)
    receive(rare, 6, State.REJECTED)
    factories.user(web.team), factories.user(rare.team, role="coach")
    return web


def cells(of, kind="cells"):
    return {(c.domain, c.reached, c.state): c.applications for c in getattr(of, kind).all()}


def test_small_domains_are_withheld(world):
    with clock.at(DUE):
        (made,) = release.publish_due()
    assert str(made) == "2026-Q2"
    # Three are too few: they join the six of their domain, which are then too few for the public.
    large = {("developpement", "received", "received"): 12}
    assert cells(made, "internal_cells") == large | {
        ("developpement", "received", "rejected"): 11,
        ("philatelie", "received", ""): 9,
    }
    assert cells(made) == large | {("", "received", ""): 20}


def test_a_quarter_waits_a_month_and_is_published_once(world, client):
    with clock.at(DUE - dt.timedelta(days=1)):
        assert release.publish_due() == []
        client.force_login(factories.user(world.team), "django.contrib.auth.backends.ModelBackend")
        page = client.get("/coach/together/", headers={"accept-language": "fr"}).content.decode()
        due = "Le prochain, le 2e trimestre 2026, est attendu le\u00a031\u00a0juillet 2026."
        assert due in page
        assert "si\u00a05 personnes" in page
        assert due in client.get("/statistics/", headers={"accept-language": "fr"}).content.decode()
    with clock.at(DUE):
        assert release.next_due() == (QUARTER.following, dt.date(2026, 10, 31))
        (made,) = release.publish_due()
        before = cells(made)
        receive(world, 1)  # comes to light later: the release stays as it was
        assert release.publish_due() == []
        assert release.publish(QUARTER) is None
    assert cells(Release.objects.get()) == before


def test_reached_counts_no_move_that_was_undone():
    posting = factories.posting(domains=["Web"])
    member = factories.member(posting.team)
    with clock.at(MAY):
        for number in range(K):
            made = factories.application(posting, state=State.RECEIVED)
            factories.held_interview(made)
            services.move(pk=made.pk, action="interview", actor=member)
            if number < 2:
                services.undo(pk=made.pk, actor=member)
    counted = {key: group.total() for key, group in release.counts(QUARTER).items()}
    assert counted == {("web", "interviewed", "interviewed"): K - 2, ("web", "received", "received"): 2}


@pytest.mark.parametrize(
    ("moment", "quarter"),
    [
        (dt.datetime(2026, 3, 31, 21, 59, 59, tzinfo=dt.UTC), "2026-Q1"),  # a second before midnight in summer time
        (dt.datetime(2026, 3, 31, 22, tzinfo=dt.UTC), "2026-Q2"),
        (dt.datetime(2026, 12, 31, 22, 59, 59, tzinfo=dt.UTC), "2026-Q4"),
        (dt.datetime(2026, 12, 31, 23, tzinfo=dt.UTC), "2027-Q1"),
    ],
)
def test_a_quarter_ends_at_midnight_where_the_product_is(moment, quarter):
    posting = factories.posting()
    with clock.at(moment):
        factories.application(posting)
    counted = {
        str(q): sum(group.total() for group in release.counts(q).values())
        for q in (Quarter(2026, 1), Quarter(2026, 2), Quarter(2026, 4), Quarter(2027, 1))
    }
    assert counted == dict.fromkeys(counted, 0) | {quarter: 1}


def test_the_database_refuses_a_small_cell(world):
    made = Release.objects.create(quarter="2026-Q1", published_on=MAY.date())
    for kind, k in ((Cell, K), (InternalCell, K_INTERNAL)):
        with pytest.raises(IntegrityError), transaction.atomic():
            kind.objects.create(release=made, applications=k - 1)


def test_page_and_files_say_the_same(world, client):
    with clock.at(DUE):
        call_command("publish_open_data")
    page = client.get("/statistics/", headers={"accept-language": "en"}).content.decode()
    rows = list(csv.DictReader(io.StringIO(client.get("/statistics/applications.csv").content.decode())))
    table = parquet.read_table(io.BytesIO(client.get("/statistics/applications.parquet").content)).to_pylist()
    assert [{**row, "applications": int(row["applications"])} for row in rows] == table
    assert sum(row["applications"] for row in table) == 32
    assert '<dd class="figure">32</dd>' in page
    assert "Philatélie" not in page and "philatelie" not in str(table)
    package = client.get("/statistics/datapackage.json").json()
    assert [field["name"] for field in package["resources"][0]["schema"]["fields"]] == list(table[0])


def test_finer_cells_are_for_people_of_the_teams(world, client):
    with clock.at(DUE):
        release.publish_due()
    inside = ("/coach/together/", "/coach/together/applications.csv")
    nobody, coach = factories.user(), factories.user(factories.team(), role="coach")  # of a team that is in no figure
    token = world.applications.first().link_token
    for address in inside:
        assert client.get(address).headers["Location"].startswith("/accounts/login/")
        assert client.get(address.replace("/coach/", f"/c/{token}/")).status_code == 404
    client.force_login(nobody, backend="django.contrib.auth.backends.ModelBackend")
    assert {client.get(address).status_code for address in inside} == {404}
    assert "/coach/together/" not in client.get("/coach/").content.decode()
    client.force_login(coach, backend="django.contrib.auth.backends.ModelBackend")
    assert "/coach/together/" in client.get("/coach/").content.decode()
    page, taken = (client.get(address, headers={"accept-language": "en"}).content.decode() for address in inside)
    assert "Philatélie" in page and "fewer than 5 applications" in page and "shows what is public" not in page
    rows = list(csv.DictReader(io.StringIO(taken)))
    assert [(row["domain"], row["applications"], row["at_least"]) for row in rows] == [
        ("developpement", "12", "5"),
        ("developpement", "11", "5"),
        ("philatelie", "9", "5"),
    ]
    # A quarter that went out before there were finer cells shows its public ones, and says so.
    Release.objects.get().internal_cells.all().delete()
    page, taken = (client.get(address, headers={"accept-language": "en"}).content.decode() for address in inside)
    assert "shows what is public, in groups of at least 11" in page and ",,received,,20,11\r\n" in taken


def test_few_are_known_inside_alone_and_hidden_from_whoever_could_take_theirs_away(client):
    one, other = factories.posting(domains=["Eau"]), factories.posting(domains=["Eau"])
    receive(one, 7)
    receive(other, 3)
    Membership.objects.all().delete()
    with clock.at(DUE):
        (made,) = release.publish_due()  # nobody is of a team: ten are enough for people inside, not for anybody
        assert (cells(made, "internal_cells"), cells(made)) == ({("eau", "received", "received"): 10}, {})
        page = client.get("/statistics/").content.decode()
        assert "2026-Q2" not in page and "2e trimestre 2026" not in page
        assert client.get("/statistics/?quarter=2026-Q2").status_code == 404
        made.delete()
        factories.user(one.team, other.team)  # who knows all of them learns nothing
        assert [cells(row, "internal_cells") for row in release.publish_due()] == [
            {("eau", "received", "received"): 10}
        ]
        Release.objects.all().delete()
        factories.user(one.team)  # who knows seven would learn of three
        assert release.publish_due() == []
        receive(other, 1)  # eleven are enough for the public, but four of them would be known from the public figure
        assert release.publish_due() == []
        receive(other, 1)
        (made,) = release.publish_due()
        assert cells(made, "internal_cells") == cells(made) == {("eau", "received", "received"): 12}


def test_nothing_published_says_so(client):
    page = client.get("/statistics/", headers={"accept-language": "en"})
    assert "No figures yet" in page.content.decode()
    assert client.get("/statistics/applications.csv").content == b"quarter,domain,reached,state,applications\r\n"
    assert parquet.read_table(io.BytesIO(client.get("/statistics/applications.parquet").content)).num_rows == 0
    assert client.get("/statistics/?quarter=2020-Q1").status_code == 404
