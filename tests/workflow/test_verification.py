"""`verify_log` finds what the database would not have let happen."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests import factories
from workflow.models import Application
from workflow.states import State

pytestmark = pytest.mark.django_db


def test_verify_log_agrees_after_every_road() -> None:
    for state in State:
        factories.application(state=state)
    out = StringIO()
    call_command("verify_log", stdout=out)
    assert out.getvalue() == "6 applications agree with their log.\n"


def test_verify_log_names_what_differs() -> None:
    application = factories.application()
    with connection.cursor() as cursor:  # only the owner of the tables can do this: it switches the triggers off
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE workflow_application DISABLE TRIGGER application_moves")
        cursor.execute("UPDATE workflow_application SET state = 'onboarded' WHERE id = %s", [application.pk])
        cursor.execute("ALTER TABLE workflow_application ENABLE TRIGGER application_moves")
    err = StringIO()
    with pytest.raises(CommandError, match="1 of 1 applications differ"):
        call_command("verify_log", stderr=err)
    assert f"{application.pk}: the log ends at received, the row says onboarded" in err.getvalue()


def test_verify_log_names_a_row_that_is_not_as_old_as_its_log() -> None:
    application = factories.application()
    Application.objects.filter(pk=application.pk).update(created_at=application.created_at - dt.timedelta(seconds=1))
    err = StringIO()
    with pytest.raises(CommandError, match="1 of 1 applications differ"):
        call_command("verify_log", stderr=err)
    assert f"{application.pk}: the log begins at " in err.getvalue()
