"""A prepared query gives what the ORM gives."""

from uuid import uuid4

import pytest

from backend.common.prepared import Prepared
from tests import factories
from workflow.models import Application

pytestmark = pytest.mark.django_db

PK = uuid4()


def test_prepared_row_is_the_orms_with_its_relations(django_assert_num_queries):
    made = factories.application(
        factories.posting(day_rate_max=700, front_matter={"techno": ["Python"]}, skills=["SQL"]), message="Bonjour"
    )
    rows = Application.objects.select_related("posting__team", "candidate")
    prepared = Prepared(rows.filter(pk=PK))
    with django_assert_num_queries(1):
        found = prepared.first({PK: made.pk})
        values = [vars(row) for row in (found, found.posting, found.posting.team, found.candidate)]
    expected = rows.get(pk=made.pk)
    for given, row in zip(values, (expected, expected.posting, expected.posting.team, expected.candidate), strict=True):
        assert {k: v for k, v in given.items() if k != "_state"} == {
            k: v for k, v in vars(row).items() if k != "_state"
        }
        assert (given["_state"].adding, given["_state"].db) == (False, "default")


def test_prepared_query_runs_again_with_other_values_and_finds_nothing_for_none():
    one, two = factories.application(), factories.application()
    prepared = Prepared(Application.objects.filter(pk=PK))
    assert [prepared.first({PK: pk}) for pk in (one.pk, two.pk, uuid4())] == [one, two, None]
