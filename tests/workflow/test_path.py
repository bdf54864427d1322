"""The path: the same stakes, words and order wherever it is drawn."""

import datetime as dt

import pytest
from django.utils import timezone, translation

from tests import factories
from workflow import path, services
from workflow.models import Application
from workflow.states import Action, State

pytestmark = pytest.mark.django_db


def shapes(application, **options) -> list[tuple[str, str]]:
    """Give state and shape of each stake."""
    return [(step.state.value, step.step) for step in path.steps(application, **options)]


@pytest.mark.parametrize(
    ("state", "drawn"),
    [
        ("received", ["present", "next", "next", "next"]),
        ("interviewed", ["passed", "present", "next", "next"]),
        ("contracted", ["passed", "passed", "present", "next"]),
        ("onboarded", ["passed", "passed", "passed", "present"]),
        ("rejected", ["passed", "rejected"]),
        ("withdrawn", ["passed", "withdrawn"]),
    ],
)
def test_path_in_each_state(state, drawn):
    steps = path.steps(factories.application(state=state))
    assert [step.step for step in steps] == drawn
    assert [step.is_current for step in steps] == [shape not in ("passed", "next") for shape in drawn]
    assert all(step.note for step in steps)


def test_path_that_ends_early_stops_after_what_was_reached():
    application = factories.carry(factories.application(state="contracted"), State.WITHDRAWN)
    assert shapes(application) == [
        ("received", "passed"),
        ("interviewed", "passed"),
        ("contracted", "passed"),
        ("withdrawn", "withdrawn"),
    ]


def test_path_knows_nothing_of_a_move_that_was_taken_back():
    application = factories.application(state="interviewed")
    services.undo(pk=application.pk, actor=factories.member(application.team))
    assert shapes(application) == [
        ("received", "present"),
        ("interviewed", "next"),
        ("contracted", "next"),
        ("onboarded", "next"),
    ]


def test_path_after_reopening_goes_on_from_where_it_left():
    application = factories.carry(factories.application(state="interviewed"), State.REJECTED)
    services.move(pk=application.pk, action=Action.REOPEN, actor=factories.member(application.team))
    assert [shape for _state, shape in shapes(application)] == ["passed", "present", "next", "next"]


def test_path_as_it_stood_and_as_it_would_stand():
    application = factories.application(state="contracted")
    first, second, _third = application.transitions.all()
    assert [shape for _s, shape in shapes(application, until=first)] == ["present", "next", "next", "next"]
    assert [shape for _s, shape in shapes(application, until=second)] == ["passed", "present", "next", "next"]
    ahead = path.Stand(State.ONBOARDED, timezone.now())
    assert [shape for _s, shape in shapes(application, ahead=ahead)] == ["passed", "passed", "passed", "present"]


def test_path_says_it_in_words():
    at = dt.datetime(2026, 11, 9, 12, tzinfo=dt.UTC)
    stands = [path.Stand(State.RECEIVED, at), path.Stand(State.INTERVIEWED, at.replace(day=20))]
    with translation.override("fr"):
        told = [(step.label, step.spoken, step.note) for step in path.draw(stands)]
        ahead = path.draw([*stands, path.Stand(State.CONTRACTED, at)], start=dt.date(2027, 1, 4))[-1]
    assert told == [
        ("Reçue", "étape passée,", "9\u00a0novembre 2026"),
        ("Entretien passé", "", "ici depuis le 20\u00a0novembre 2026"),
        ("Contrat signé", "", "à venir"),
        ("Arrivée", "", "à venir"),
    ]
    assert ahead.note == "à venir, le 4\u00a0janvier 2027"


def test_path_costs_one_query_and_none_when_prefetched(django_assert_num_queries):
    made = factories.application(state="interviewed")
    with django_assert_num_queries(1):
        path.steps(made)
    prefetched = Application.objects.prefetch_related("transitions").get(pk=made.pk)
    with django_assert_num_queries(0):
        path.steps(prefetched)
