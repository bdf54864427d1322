"""A quarter is published once, when it is due, as it stood; as page, CSV, Parquet and data package alike."""

import csv
import datetime as dt
import io

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from pyarrow import parquet

from backend.common import clock
from backend.opendata import release
from backend.opendata.models import Cell, K, Release
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
    receive(rare, 9, State.REJECTED)
    return web


def cells(of):
    return {(c.domain, c.reached, c.state): c.applications for c in of.cells.all()}


def test_small_domains_are_withheld(world):
    with clock.at(DUE):
        (made,) = release.publish_due()
    assert str(made) == "2026-Q2"
    # Nine and three are too few for a domain, for a state and, apart, for anything but the widest cell.
    assert cells(made) == {
        ("developpement", "received", "received"): 12,
        ("developpement", "received", "rejected"): 11,
        ("", "received", ""): 12,
    }


def test_a_quarter_waits_a_month_and_is_published_once(world):
    with clock.at(DUE - dt.timedelta(days=1)):
        assert release.publish_due() == []
    with clock.at(DUE):
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
    assert release.counts(QUARTER) == {("web", "interviewed", "interviewed"): K - 2, ("web", "received", "received"): 2}


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
        str(q): release.counts(q).total()
        for q in (Quarter(2026, 1), Quarter(2026, 2), Quarter(2026, 4), Quarter(2027, 1))
    }
    assert counted == dict.fromkeys(counted, 0) | {quarter: 1}


def test_the_database_refuses_a_small_cell(world):
    made = Release.objects.create(quarter="2026-Q1", published_on=MAY.date())
    with pytest.raises(IntegrityError), transaction.atomic():
        Cell.objects.create(release=made, applications=K - 1)


def test_page_and_files_say_the_same(world, client):
    with clock.at(DUE):
        call_command("publish_open_data")
    page = client.get("/statistics/", headers={"accept-language": "en"}).content.decode()
    rows = list(csv.DictReader(io.StringIO(client.get("/statistics/applications.csv").content.decode())))
    table = parquet.read_table(io.BytesIO(client.get("/statistics/applications.parquet").content)).to_pylist()
    assert [{**row, "applications": int(row["applications"])} for row in rows] == table
    assert sum(row["applications"] for row in table) == 35
    assert '<dd class="figure">35</dd>' in page
    assert "Philatélie" not in page and "philatelie" not in str(table)
    package = client.get("/statistics/datapackage.json").json()
    assert [field["name"] for field in package["resources"][0]["schema"]["fields"]] == list(table[0])


def test_nothing_published_says_so(client):
    page = client.get("/statistics/", headers={"accept-language": "en"})
    assert "No figures yet" in page.content.decode()
    assert client.get("/statistics/applications.csv").content == b"quarter,domain,reached,state,applications\r\n"
    assert parquet.read_table(io.BytesIO(client.get("/statistics/applications.parquet").content)).num_rows == 0
    assert client.get("/statistics/?quarter=2020-Q1").status_code == 404
