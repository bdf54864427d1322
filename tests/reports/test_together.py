"""The reports of one document are of one moment, whatever is written while they are asked for."""

import contextlib
import datetime as dt
import gc
import time

import pytest
from django.db import OperationalError, connection
from django.utils import translation

from backend.common import clock
from backend.documents import engine
from backend.reports import query, question, recruitment
from backend.reports.registry import REPORTS
from tests import factories
from tests.reports.test_ways import busy_team
from workflow.models import Application


def alone(seconds: float = 5) -> bool:
    """Say whether no connection to this database is left beside ours; the server needs a moment to end one."""
    until = time.monotonic() + seconds
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            if cursor.fetchone()[0] == 0:
                return True
        if time.monotonic() > until:
            return False
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_reports_asked_at_once_are_those_of_the_moment_they_were_asked_and_in_its_language(language):
    team = busy_team()
    posting = team.postings.first()
    asked = question.ask(factories.coach(team), {"compare": "1"})
    with translation.override(language):
        before = {key: query.table(report, asked) for key, report in REPORTS.items()}
    told, there = [], Application.objects.count()

    def write(done: int) -> None:
        told.append(done)
        factories.application(posting)

    with translation.override(language):
        found = query.tables(REPORTS, asked, write)
    assert told == sorted(set(told))
    assert told[-1] == len(REPORTS)
    assert list(found) == list(REPORTS)
    assert Application.objects.count() == there + len(told)
    for key, table in found.items():
        assert (table.columns, table.lines) == (before[key].columns, before[key].lines)
    with translation.override(language):
        assert query.tables(REPORTS, asked)["received"].lines != found["received"].lines
    assert alone()


@pytest.mark.django_db(transaction=True)
def test_reports_asked_at_once_are_asked_at_the_same_time_of_day():
    team = busy_team()
    with clock.at(clock.now() + dt.timedelta(days=90)):  # when every promised day has passed
        asked = question.ask(factories.coach(team), {"from": "2020-01-01"})
        one_by_one = {key: query.table(report, asked).lines for key, report in REPORTS.items()}
        assert {key: table.lines for key, table in query.tables(REPORTS, asked).items()} == one_by_one
    assert query.tables(REPORTS, asked)["answers"].lines != one_by_one["answers"]


@pytest.mark.django_db(transaction=True)
def test_who_is_told_may_end_it_and_no_connection_is_left():
    asked = question.ask(factories.coach(busy_team()), {})

    def lose(done: int) -> None:
        raise ConnectionAbortedError(done)

    with pytest.raises(ConnectionAbortedError):
        query.tables(REPORTS, asked, lose)
    assert alone()


@pytest.mark.django_db(transaction=True)
def test_the_moment_lasts_as_long_as_the_slowest_report(monkeypatch):
    """The server ends connections that idle in a transaction; the one that keeps the moment idles by its nature.

    Each report idles for less than is allowed, all of them together for more.
    """
    options = connection.settings_dict["OPTIONS"]
    monkeypatch.setitem(options, "options", "-c idle_in_transaction_session_timeout=300")
    plain = query._figures

    def slow(reports, asked):
        time.sleep(0.15)
        return plain(reports, asked)

    monkeypatch.setattr(query, "_figures", slow)
    asked = question.ask(factories.coach(busy_team()), {})
    assert len(query.tables(REPORTS, asked)) == len(REPORTS)


@pytest.mark.django_db
def test_within_a_transaction_the_reports_see_what_it_wrote():
    team = busy_team()
    found = query.tables(REPORTS, question.ask(factories.coach(team), {}))
    received = next(line for line in found["received"].lines if line.key == query.TOTAL)
    assert received.cells[1] == Application.objects.filter(posting__team=team).count() > 0


@pytest.mark.django_db
def test_garbage_is_not_looked_for_while_pages_are_set_and_again_afterwards(monkeypatch):
    tables = query.tables(REPORTS, question.ask(factories.coach(factories.team()), {}))
    seen = []
    kit = engine.kit
    kit()
    monkeypatch.setattr(engine, "kit", lambda: seen.append(gc.isenabled()) or kit())
    recruitment.render(tables)
    assert gc.isenabled()
    gc.disable()
    try:
        recruitment.render(tables)
        assert not gc.isenabled()
    finally:
        gc.enable()
    assert seen == [False, False]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ended", ["the moment", "a report", "all"])
def test_a_database_that_goes_away_is_said_as_such_and_no_connection_is_left(ended):
    asked = question.ask(factories.coach(busy_team()), {})
    keeps = "query LIKE '%pg_export_snapshot%'"
    which = {"the moment": keeps, "a report": f"NOT ({keeps})", "all": "true"}[ended]
    killed = []

    def kill(_done: int) -> None:
        if killed:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE datname = current_database() AND backend_type = 'client backend' "
                f"AND pid <> pg_backend_pid() AND {which}"
            )
            killed.append(cursor.fetchone()[0])

    with contextlib.suppress(OperationalError):
        query.tables(REPORTS, asked, kill)
    assert killed and (killed[0] or ended == "a report")  # one that is quick may be over by then
    assert alone()
    assert len(query.tables(REPORTS, asked)) == len(REPORTS)
