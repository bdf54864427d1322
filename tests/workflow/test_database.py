"""What the database refuses by itself, whoever speaks to it."""

from itertools import product
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests import factories
from workflow import machine, triggers
from workflow.models import Application, Transition
from workflow.states import OPEN, State

pytestmark = pytest.mark.django_db

WAYS = ["sql", "update", "bulk_update"]
PAIRS = [(a, b) for a, b in product(State, State) if a != b]
LEGAL = {(edge.source, edge.target) for edge in machine.edges() if edge.source}


def write_state(application: Application, state: str, way: str) -> None:
    """Write a state past the service, coherent with the CHECK constraints so that only the trigger can object."""
    left = OPEN[0] if state in (State.REJECTED, State.WITHDRAWN) else ""
    rejection = "skills" if state == State.REJECTED else ""
    with transaction.atomic():
        if way == "sql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE workflow_application SET state = %s, left_state = %s, rejection = %s WHERE id = %s",
                    [state, left, rejection, application.pk],
                )
        elif way == "update":
            Application.objects.filter(pk=application.pk).update(state=state, left_state=left, rejection=rejection)
        else:
            application.__dict__["state"] = state
            application.left_state, application.rejection = left, rejection
            Application.objects.bulk_update([application], ["state", "left_state", "rejection"])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_state_written_past_the_service_is_refused(source: State, target: State, way: str) -> None:
    application = factories.application(state=source)
    words = "the log does not say" if (source, target) in LEGAL else "the lifecycle has no way"
    with pytest.raises(IntegrityError, match=words):
        write_state(application, target, way)
    assert Application.objects.get(pk=application.pk).state == source


@pytest.mark.parametrize("state", [state for state in State if state != State.RECEIVED])
def test_application_born_elsewhere_is_refused(state: State) -> None:
    posting, candidate = factories.posting(), factories.application().candidate
    with pytest.raises(IntegrityError), transaction.atomic():
        Application(posting=posting, candidate=candidate, answer_by="2026-12-01", state=state).save()


def test_application_without_log_is_refused_at_commit() -> None:
    posting, candidate = factories.posting(), factories.application().candidate
    with pytest.raises(IntegrityError, match="but its log says"), transaction.atomic():
        Application(posting=posting, candidate=candidate, answer_by="2026-12-01").save()
        connection.check_constraints()


def test_log_row_that_the_application_does_not_follow_is_refused_at_commit() -> None:
    application = factories.application()
    with pytest.raises(IntegrityError, match="but its log says"), transaction.atomic():
        Transition.objects.create(
            application=application,
            posting_id=application.posting_id,
            number=2,
            action="interview",
            from_state="received",
            to_state="interviewed",
            actor_kind="system",
        )
        connection.check_constraints()


def test_log_row_for_another_posting_is_refused_at_commit() -> None:
    application = factories.application()
    connection.check_constraints()
    with pytest.raises(IntegrityError, match="for another posting"), transaction.atomic():
        Transition.objects.create(
            application=application,
            posting_id=factories.posting().pk,
            number=2,
            action="interview",
            from_state="received",
            to_state="interviewed",
            actor_kind="system",
        )
        connection.check_constraints()


@pytest.mark.parametrize("sql", ["UPDATE workflow_transition SET reason = 'x'", "DELETE FROM workflow_transition"])
def test_log_refuses_update_and_delete(sql: str) -> None:
    factories.application()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Transition.objects.count() == 1


def test_log_refuses_an_arrow_that_does_not_exist() -> None:
    application = factories.application()
    with pytest.raises(IntegrityError, match="transition_legal"), transaction.atomic():
        Transition.objects.create(
            application=application,
            posting_id=application.posting_id,
            number=2,
            action="onboard",
            from_state="received",
            to_state="onboarded",
            actor_kind="system",
        )


@pytest.mark.parametrize(
    "fields",
    [
        {"left_state": "received"},
        {"rejection": "skills"},
        {"left_state": "onboarded"},
        {"left_state": "nowhere", "rejection": "skills"},
    ],
)
def test_fields_that_do_not_fit_the_state_are_refused(fields: dict[str, str]) -> None:
    application = factories.application()
    with pytest.raises(DatabaseError), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(**fields)


def test_installed_triggers_are_those_of_the_code() -> None:
    written = sorted((Path(triggers.__file__).parent / "migrations").glob("[0-9]*.py"))
    last = [file for file in written if "CREATE OR REPLACE FUNCTION jalon_log_stays" in file.read_text()][-1]
    assert triggers.lifecycle_sql() in last.read_text(), (
        "The lifecycle changed: add a migration with workflow.triggers.lifecycle_sql()."
    )
