"""The log of statuses begins with what is known of the time before it, and no more; reports tell the same of it."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from backend.common import clock
from backend.hiring.models import StatusChange
from backend.reports import query, question
from backend.reports.registry import REPORTS
from tests import factories

BEFORE = [("hiring", "0005_anonymous_reading")]


def ago(days):
    return clock.now() - dt.timedelta(days=days)


def day(days):
    return clock.today() - dt.timedelta(days=days)


def at(days, hour):
    return dt.datetime.combine(day(days), dt.time(hour), ZoneInfo(settings.TIME_ZONE))


def noon(days):
    return at(days, 12)


def closed(moment):
    """Give the log of one that was closed before the noon of its day."""
    return [("open", moment - dt.timedelta(seconds=1)), ("closed", moment)]


def cases():
    """Give postings as status, published, made, changed; their log; opened, closed, open, still of the last 30 days."""
    made = {n: ago(n) for n in (1, 2, 3, 4, 6, 8, 10, 25, 40, 50, 100)}
    eight = at(7, 8)
    return {
        "draft": ("draft", None, made[10], made[2], [("draft", made[10])], (0, 0, 0, 0)),
        "draft of old": ("draft", day(60), made[10], made[10], [("draft", noon(60))], (0, 0, 0, 0)),
        "opened lately": ("open", day(5), made[100], made[3], [("open", noon(5))], (1, 0, 1, 0)),
        "imported of old": ("open", day(60), made[1], made[1], [("open", noon(60))], (0, 0, 1, 0)),
        "without a day": ("open", None, made[40], made[40], [("open", made[40])], (0, 0, 1, 1)),
        "to come": ("open", day(-10), made[3], made[3], [("open", made[3])], (1, 0, 1, 0)),
        "today": ("open", day(0), made[50], made[2], [("open", made[50])], (0, 0, 1, 1)),
        "closed": ("closed", day(20), made[25], made[2], [("open", noon(20)), ("closed", made[2])], (1, 1, 0, 0)),
        "came closed": ("closed", None, made[50], made[50], [], (0, 0, 0, 0)),
        "came closed of old": ("closed", day(15), made[1], made[1], [("open", noon(15))], (1, 0, 0, 0)),
        "closed later": ("closed", None, made[50], made[10], [("open", made[50]), ("closed", made[10])], (0, 1, 0, 0)),
        "closed unpublished": (
            "closed",
            day(-9),
            made[6],
            made[4],
            [("open", made[6]), ("closed", made[4])],
            (1, 1, 0, 0),
        ),
        "closed at eight": ("closed", day(7), made[8], eight, closed(eight), (1, 1, 0, 0)),
        "closed before its day": ("closed", day(3), made[10], made[4], closed(made[4]), (1, 1, 0, 0)),
    }


@pytest.mark.django_db(transaction=True)
def test_log_begins_with_what_is_known_and_reports_tell_the_same():
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    try:
        assert StatusChange._meta.db_table not in connection.introspection.table_names()
        old = executor.loader.project_state(BEFORE).apps.get_model("hiring", "Posting")
        wanted, teams, made = cases(), {}, {}
        for number, (name, (status, published, created, changed, *_rest)) in enumerate(wanted.items()):
            teams[name] = factories.team(name=name)
            made[name] = old.objects.create(
                team_id=teams[name].pk,
                slug=f"p-{number}",
                title=name,
                status=status,
                published_on=published,
                created_at=created,
                changed_at=changed,
            ).pk
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    log = {name: [] for name in wanted}
    names = {pk: name for name, pk in made.items()}
    for row in StatusChange.objects.order_by("created_at", "id"):
        assert row.by is None
        log[names[row.posting_id]].append((row.status, row.created_at))
    assert log == {name: told for name, (*_posting, told, _figures) in wanted.items()}

    asked = question.ask(factories.coach(*teams.values()), {"from": day(29).isoformat(), "to": day(0).isoformat()})
    table = query.table(REPORTS["postings"], asked)
    keys = [column.key for column in table.columns]
    where = [keys.index(key) for key in ("opened", "closed", "open", "still")]
    told = {line.cells[0]: tuple(line.cells[index] for index in where) for line in table.lines}
    assert {name: told[name] for name in wanted} == {name: figures for name, (*_posting, figures) in wanted.items()}
    with pytest.raises(DatabaseError), transaction.atomic():
        StatusChange.objects.update(status="open")
