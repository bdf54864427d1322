"""What the log held as JSON, and what follows from it, comes back into its columns as it was."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from workflow import bulk
from workflow.models import Application, Transition

BEFORE = [("workflow", "0013_document_views")]


def migrate(targets):
    executor = MigrationExecutor(connection)
    executor.migrate(targets or executor.loader.graph.leaf_nodes())


@pytest.mark.django_db(transaction=True)
def test_log_of_before_is_read_into_columns():
    bulk.make(applications=300, seed=4, long=True)
    log, rows = list(Transition.objects.order_by("id").values()), list(Application.objects.order_by("id").values())
    assert {row["first_answer"] for row in rows} == {"", "in_time", "too_late", "withdrew"}
    try:
        migrate(BEFORE)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM workflow_transition WHERE before ->> 'state' = from_state")
            assert cursor.fetchone()[0] == len(log) - len(rows)
    finally:
        migrate(None)
    assert list(Transition.objects.order_by("id").values()) == log
    assert list(Application.objects.order_by("id").values()) == rows
    call_command("verify_log")
