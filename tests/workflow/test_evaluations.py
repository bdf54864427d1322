"""Evaluations: one each, for good; closed to who has not handed in their own; counted, never averaged."""

import threading
from collections import Counter

import pytest
from django.db import connection
from django.utils import translation

from backend.accounts import actors
from backend.common.errors import Conflict, Invalid, NotAllowed, NotVisible
from tests import factories
from workflow import evaluations
from workflow.models import Evaluation, Level

pytestmark = pytest.mark.django_db


@pytest.fixture
def application():
    return factories.application()


def hand_in(application, actor, recommendation="go_on", **fields):
    return evaluations.hand_in(application_id=application.pk, actor=actor, recommendation=recommendation, **fields)


def test_usual_criteria_until_the_posting_has_its_own(application):
    posting, member = application.posting, factories.member(application.team)
    usual = evaluations.criteria(posting)
    assert len(usual) == 4
    kept = evaluations.set_criteria(
        actor=member, posting=posting, given=["  Sait   écrire ", "", "Sait lire", "Sait lire"][:]
    )
    assert kept == evaluations.criteria(posting) == ["Sait écrire", "Sait lire"]
    assert evaluations.set_criteria(actor=member, posting=posting, given=[]) == usual
    for wrong in (["x" * 121], [str(n) for n in range(13)]):
        with pytest.raises(Invalid):
            evaluations.set_criteria(actor=member, posting=posting, given=wrong)
    for stranger in (factories.coach(application.team), factories.member(factories.team())):
        with pytest.raises(NotAllowed):
            evaluations.set_criteria(actor=stranger, posting=posting, given=["x"])


def test_each_hands_in_one_for_good(application):
    coach = factories.coach(application.team)
    first, second, *_rest = evaluations.criteria(application.posting)
    made = hand_in(application, coach, ratings={first: Level.MET, second: None}, text=" Bien \0")
    assert made.text == "Bien"
    assert [row["level"] for row in made.ratings] == [3, None, None, None]
    with pytest.raises(Conflict):
        hand_in(application, coach, "stop")
    assert Evaluation.objects.get().recommendation == "go_on"


def test_what_was_handed_in_keeps_the_words_it_answered(application):
    member = factories.member(application.team)
    made = hand_in(application, member)
    asked = [row["criterion"] for row in made.ratings]
    evaluations.set_criteria(actor=member, posting=application.posting, given=["Autre chose"])
    made.refresh_from_db()
    assert [row["criterion"] for row in made.ratings] == asked


@pytest.mark.parametrize(
    "fault",
    [
        {"recommendation": "perhaps"},
        {"ratings": {"Inconnu": 3}},
        {"ratings": {"Connaît le métier que demande l’annonce": 5}},
        {"text": "x" * 10_001},
        {"interview": "00000000-0000-0000-0000-000000000000"},
    ],
    ids=str,
)
def test_fault_is_refused_in_words(application, fault):
    with pytest.raises(Invalid) as refusal:
        hand_in(application, factories.member(application.team), **fault)
    assert list(refusal.value.fields) == [next(iter(fault))]


def test_strangers_and_candidates_neither_evaluate_nor_read(application):
    hand_in(application, factories.member(application.team))
    for other in (factories.member(factories.team()), actors.of_candidate(application.pk)):
        with pytest.raises((NotVisible, NotAllowed)):
            hand_in(application, other)
        assert not evaluations.visible_to(other).exists()


def test_nobody_reads_before_their_own_and_only_of_that_application(application):
    first, second, third = (factories.member(application.team) for _ in range(3))
    other = factories.application(application.posting)
    mine, theirs = hand_in(application, first), hand_in(other, second)
    assert list(evaluations.visible_to(actors.SYSTEM)) == [mine, theirs]  # there was something to leak
    assert list(evaluations.visible_to(first)) == [mine]
    assert list(evaluations.visible_to(second)) == [theirs]
    assert list(evaluations.visible_to(third)) == []
    own = hand_in(application, third, "stop")
    assert list(evaluations.visible_to(third)) == [mine, own]
    # Who has left the team reads nothing any more, their own included.
    third.user.memberships.all().delete()
    assert list(evaluations.visible_to(actors.of_user(third.user))) == []


def test_spread_counts_levels_and_never_averages(application):
    first, second = evaluations.criteria(application.posting)[:2]
    for recommendation, level in (("go_on", 4), ("go_on", 1), ("stop", 4)):
        hand_in(application, factories.member(application.team), recommendation, ratings={first: level})
    rows = evaluations.visible_to(actors.SYSTEM)
    with translation.override("fr"):
        recommended, one, two, *_rest = evaluations.spread(rows)
    assert [count for _label, count in recommended.counts] == [2, 0, 0, 1]
    assert (recommended.highest, recommended.lowest) == ("Continuer, avec enthousiasme", "Ne pas continuer")
    assert one.label == first and [count for _label, count in one.counts] == [2, 0, 0, 1]
    assert (one.lowest, one.highest) == ("pas satisfait", "plus que satisfait")
    assert two.label == second and (two.total, two.lowest, two.highest) == (0, "", "")


@pytest.mark.django_db(transaction=True)
def test_double_click_is_one_evaluation():
    application = factories.application()
    member = factories.member(application.team)
    start, results = threading.Barrier(8), []

    def send() -> None:
        try:
            start.wait()
            hand_in(application, member)
            results.append("won")
        except Conflict:
            results.append("conflict")
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert Counter(results) == {"won": 1, "conflict": 7}
