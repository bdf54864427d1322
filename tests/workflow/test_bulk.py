"""Data in bulk is legal, complete and the same for the same seed."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from backend.hiring.models import Candidate
from tests import factories
from workflow import bulk
from workflow.models import Application, Transition, link_digest
from workflow.states import State

pytestmark = pytest.mark.django_db


def test_bulk_data_stands_in_every_state_and_agrees_with_its_log(capsys):
    call_command("make_data", applications=400, seed=7)
    assert capsys.readouterr().out.startswith("400 applications to 4 teams in ")
    assert Application.objects.count() == 400
    assert set(Application.objects.values_list("state", flat=True)) == set(State.values)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what the database checks at commit
    call_command("verify_log")


def test_bulk_moves_keep_what_an_undo_restores():
    bulk.make(applications=120, seed=3, long=True)
    moves = Transition.objects.exclude(action="submit")
    assert moves.count() > 50
    assert all(move.was_answer_by for move in moves)
    assert all(bool(move.was_left_state) == (move.from_state in ("rejected", "withdrawn")) for move in moves)
    assert all(bool(move.was_rejection) == (move.from_state == "rejected") for move in moves)
    call_command("verify_log")


def test_bulk_data_is_the_same_for_the_same_seed():
    def made(seed: int) -> list[tuple]:
        with transaction.atomic():
            bulk.make(applications=50, seed=seed)
            rows = Application.objects.order_by("id").values_list("id", "candidate__name", "posting__title", "state")
            found = list(rows)
            transaction.set_rollback(True)
        return found

    assert made(5) == made(5) != made(6)


def test_bulk_data_is_not_made_twice():
    bulk.make(applications=5, seed=5)
    with pytest.raises(CommandError, match="already there"):
        call_command("make_data", applications=5, seed=5)
    assert Candidate.objects.count() == 5


@pytest.mark.parametrize("options", [{"applications": 0}, {"applications": 5, "seed": -1}])
def test_bulk_data_refuses_nonsense(options):
    with pytest.raises(CommandError):
        call_command("make_data", **({"seed": 1} | options))


def test_bulk_data_goes_to_as_many_teams_as_asked(capsys):
    call_command("make_data", applications=300, seed=11, teams=2)
    assert capsys.readouterr().out.startswith("300 applications to 2 teams in ")
    assert Application.objects.values("posting__team").distinct().count() == 2
    with pytest.raises(CommandError, match="--teams"):
        call_command("make_data", applications=1, seed=12, teams=0)


def test_bulk_data_of_long_lives_leaves_the_tables_as_watched_as_they_were():
    def watched() -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint")
            found = cursor.fetchall()
            cursor.execute("SELECT tablename, indexname, indexdef FROM pg_indexes")
            found += cursor.fetchall()
            cursor.execute(
                "SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal"
            )
            return sorted(found + cursor.fetchall())

    before = watched()
    call_command("make_data", applications=500, seed=13, long=True)
    assert watched() == before
    assert 3.6 < Transition.objects.count() / 500 < 4.4
    assert min(Transition.objects.filter(action=action).count() for action in ("undo", "reopen", "withdraw")) > 20
    assert list(Transition.objects.order_by("at", "id")) == list(Transition.objects.order_by("id"))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    call_command("verify_log")
    for application in Application.objects.order_by("id")[:20]:
        assert application.link_digest == link_digest(application.link_token)
    factories.application()  # the next number of the log is free
