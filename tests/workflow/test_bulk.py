"""Data in bulk is legal, complete and the same for the same seed."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from backend.hiring.models import Candidate
from workflow import bulk
from workflow.models import Application, Transition
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


def test_bulk_snapshots_are_those_that_an_undo_restores():
    bulk.make(applications=120, seed=3)
    keys = set(Application.objects.first().snapshot())
    moves = Transition.objects.exclude(action="submit")
    assert moves.count() > 50
    assert all(set(move.before) == keys for move in moves)


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
