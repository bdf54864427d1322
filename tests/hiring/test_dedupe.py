"""One person, once: proposed with evidence, merged and separated without losing or changing a row; walls stand."""

import uuid

import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.common.errors import Invalid, NotAllowed, NotVisible
from backend.hiring import candidates, dedupe
from backend.hiring.documents import Upload
from backend.hiring.models import Candidate, Document, Merge
from notifications.models import Message
from tests import factories
from workflow.models import Application, Note

pytestmark = pytest.mark.django_db

CV = Upload("cv.txt", b"le CV de Camille")


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def team():
    return factories.team()


@pytest.fixture
def actor(team):
    return factories.member(team)


def applied(team, **fields) -> Candidate:
    return factories.application(factories.posting(team), **fields).candidate


def state() -> dict:
    """Give every row that a merge may touch, as it stands; `merge` rows are its own history."""
    tables = (Candidate, Application, Document, Note, Message)
    rows = {table.__name__: sorted(map(str, table.objects.values())) for table in tables}
    return rows | {"sent with": sorted(map(str, Application.documents.through.objects.values()))}


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ({"phone": "06 12 34 56 78"}, {"phone": "+33612345678"}, "+33612345678"),
        ({"linkedin": "https://linkedin.com/in/cam"}, {"links": ["http://fr.linkedin.com/in/Cam/"]}, "cam"),
        ({"github": "https://github.com/cam"}, {"github": "https://github.com/Cam/"}, "cam"),
        ({"email": "ca.m@gmail.com"}, {"email": "cam+x@gmail.com"}, "cam@gmail.com"),
        ({"uploads": [CV]}, {"uploads": [CV]}, "cv.txt"),
    ],
)
def test_likely_duplicates_come_with_their_evidence(team, actor, one, other, words):
    first, second = applied(team, **one), applied(team, **other)
    applied(team)
    [found] = dedupe.likely(first)
    assert found.candidate == second and words in found.evidence[0] and len(found.evidence) == 1
    [pair] = dedupe.pairs(actor)
    assert (pair.older, pair.newer, pair.evidence) == (first, second, found.evidence)


def test_same_name_alone_is_no_evidence(team, actor):
    first = applied(team, name="Camille Martin", uploads=[Upload("lettre.txt", b"modele")])
    applied(team, name="Martin Camille")
    assert dedupe.likely(first) == [] == dedupe.pairs(actor)
    twin = applied(team, name="camille martin", uploads=[Upload("lettre.txt", b"modele")])
    [found] = dedupe.likely(first)
    assert found.candidate == twin and found.evidence[-1] == "Same name"


def test_other_teams_are_neither_proposed_nor_merged(team, actor):
    elsewhere = factories.team()
    mine, theirs = applied(team, phone="0612345678"), applied(elsewhere, phone="0612345678")
    both = factories.member(team, elsewhere)
    assert dedupe.likely(mine) == [] == dedupe.pairs(actor) == dedupe.pairs(both)
    before = state()
    with pytest.raises(NotVisible):
        dedupe.merge(kept=mine.pk, absorbed=theirs.pk, actor=actor)
    with pytest.raises(Invalid):
        dedupe.merge(kept=mine.pk, absorbed=theirs.pk, actor=both)
    with pytest.raises(NotVisible):
        dedupe.tell_apart(one=mine.pk, other=theirs.pk, actor=actor)
    assert state() == before and not Merge.objects.exists()


def test_coaches_see_and_do_not_merge(team):
    first, second = applied(team, phone="0612345678"), applied(team, phone="0612345678")
    coach = factories.coach(team)
    assert len(dedupe.pairs(coach)) == 1
    with pytest.raises(NotAllowed):
        dedupe.merge(kept=first.pk, absorbed=second.pk, actor=coach)


def test_two_people_are_not_proposed_again(team, actor):
    first, second = applied(team, phone="0612345678"), applied(team, phone="0612345678")
    for one, other in ((first, second), (second, first)):
        dedupe.tell_apart(one=one.pk, other=other.pk, actor=actor)
    assert dedupe.likely(first) == dedupe.likely(second) == dedupe.pairs(actor) == []


def test_merge_moves_and_the_other_address_leads_to_the_one_kept(team, actor):
    first, second = applied(team), applied(team, uploads=[CV])
    dedupe.merge(kept=first.pk, absorbed=second.pk, actor=actor)
    assert first.applications.count() == 2 and first.documents.count() == 1
    assert candidates.recognise(candidates.Person(name="X", email=second.email), team) == first
    assert dedupe.likely(first) == []


def test_both_on_one_posting_keep_an_application_each(team, actor):
    posting = factories.posting(team)
    first, second = (factories.application(posting, uploads=[CV]).candidate for _ in range(2))
    other = factories.application(factories.posting(team), email=second.email)
    dedupe.merge(kept=first.pk, absorbed=second.pk, actor=actor)
    other.refresh_from_db()
    assert other.candidate == first
    assert (first.applications.count(), second.applications.get().posting, second.documents.count()) == (2, posting, 1)


def test_merges_are_taken_back_from_the_last(team, actor):
    a, b, c = (applied(team) for _ in range(3))
    inner = dedupe.merge(kept=b.pk, absorbed=a.pk, actor=actor)
    outer = dedupe.merge(kept=c.pk, absorbed=b.pk, actor=actor)
    with pytest.raises(Invalid, match="later merge"):
        dedupe.separate(pk=inner.pk, actor=actor)
    with pytest.raises(Invalid, match="already"):
        dedupe.merge(kept=c.pk, absorbed=a.pk, actor=actor)
    dedupe.separate(pk=outer.pk, actor=actor)
    dedupe.separate(pk=inner.pk, actor=actor)
    with pytest.raises(Invalid, match="already"):
        dedupe.separate(pk=inner.pk, actor=actor)
    with pytest.raises(NotVisible):
        dedupe.separate(pk=inner.pk, actor=factories.member(factories.team()))
    with pytest.raises(NotVisible):
        dedupe.separate(pk=uuid.uuid4(), actor=actor)


def test_what_came_after_a_merge_stays_with_who_was_kept(team, actor):
    first, second = applied(team), applied(team)
    made = dedupe.merge(kept=first.pk, absorbed=second.pk, actor=actor)
    late = factories.application(factories.posting(team), email=second.email)
    dedupe.separate(pk=made.pk, actor=actor)
    assert late.candidate == first and first.applications.count() == 2 and second.applications.count() == 1


STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 4), st.integers(0, 4)), max_size=14)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spread=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2), st.booleans()), max_size=8), steps=STEPS)
def test_any_sequence_of_merges_and_separations_restores_every_row(team, actor, spread, steps):
    """Five people, up to eight more applications over three shared postings, some with one same file; merged and
    separated in any order, then what still stands is taken back: every row is as it was."""
    with transaction.atomic():  # each example finds its own rows only
        postings = [factories.posting(team) for _ in range(3)]
        people = [applied(team, uploads=[Upload("cv.txt", bytes([65 + n]) * 9)]) for n in range(5)]
        for who, where, with_file in spread:
            factories.application(postings[where], email=people[who].email, uploads=[CV] if with_file else [])
        before = state()
        standing: list[Merge] = []
        for forward, one, other in steps:
            try:
                if forward:
                    standing.append(dedupe.merge(kept=people[one].pk, absorbed=people[other].pk, actor=actor))
                elif standing:
                    which = one % len(standing)
                    dedupe.separate(pk=standing[which].pk, actor=actor)
                    standing.pop(which)
            except Invalid:
                continue
        for row in reversed(standing):
            dedupe.separate(pk=row.pk, actor=actor)
        assert state() == before
        assert Candidate.objects.filter(merged_into__isnull=False).count() == 0
        transaction.set_rollback(True)
