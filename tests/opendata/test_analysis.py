"""The role for analysis reads views without personal data, and nothing else."""

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from backend.opendata import analysis
from tests import factories
from workflow.states import State

pytestmark = pytest.mark.django_db
ROLE = "jalon_analysis_test"
CANARY = "Zéphyrine Canari"


@pytest.fixture
def role():
    """The role and its views; both go with the test's transaction."""
    call_command("create_analysis_role", ROLE)
    return ROLE


def ask(words, role):
    """Ask one question as the role, in a savepoint; give the rows."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
        cursor.execute(words)
        rows = cursor.fetchall()
        cursor.execute("RESET ROLE")
        return rows


def test_every_view_is_read_and_shows_no_canary(role):
    made = factories.application(name=CANARY, email="canari@zephyr.example", message=CANARY, state=State.CONTRACTED)
    made.notes.create(text=CANARY)
    factories.held_interview(made, place=CANARY)
    shown = {name: ask(f"SELECT * FROM analysis.{name}", role) for name in analysis.VIEWS}
    assert len(shown["applications"]) == 1 and len(shown["contracts"]) == 1 and len(shown["transitions"]) == 3
    assert CANARY not in str(shown) and "canari" not in str(shown).lower()


def test_a_second_role_takes_nothing_from_the_first(role):
    call_command("create_analysis_role", f"{ROLE}_2")
    for each in (role, f"{ROLE}_2"):
        assert ask("SELECT count(*) FROM analysis.teams", each) == [(0,)]


def test_no_table_is_readable(role):
    tables = connection.introspection.table_names()
    assert "hiring_candidate" in tables and "workflow_application" in tables
    for table in tables:
        with pytest.raises(ProgrammingError, match="permission denied"):
            ask(f'SELECT 1 FROM "{table}"', role)


@pytest.mark.parametrize(
    "words", ["DELETE FROM analysis.teams", "UPDATE analysis.teams SET name = ''", "CREATE TABLE analysis.x ()"]
)
def test_nothing_is_writable(role, words):
    with pytest.raises(ProgrammingError, match="permission denied"):
        ask(words, role)


def test_a_migration_takes_the_views_away_and_gives_them_back(role):
    analysis.set_aside()
    with pytest.raises(ProgrammingError, match="does not exist"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM analysis.teams")
    analysis.set_aside()  # of a second try, after a migration that failed
    analysis.put_back()
    assert ask("SELECT count(*) FROM analysis.teams", role) == [(0,)]


def test_a_role_that_rules_or_has_no_name_is_refused():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (ours,) = cursor.fetchone()
    for name in (ours, "pg_read_all_data", "x; DROP TABLE y", ""):
        with pytest.raises(CommandError):
            call_command("create_analysis_role", name)


def test_views_come_back_once_and_to_nobody_who_has_gone(role):
    analysis.set_aside()
    analysis.put_back()
    analysis.put_back()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP OWNED BY {role}")
        cursor.execute(f"DROP ROLE {role}")
    analysis.put_back()
