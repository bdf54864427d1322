"""No published cell is under the threshold, and none under it can be rebuilt from what is published."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.opendata import cells

K = 11
WORDS = (
    ("web", "data", "design", ""),
    ("received", "interviewed", "contracted"),
    ("received", "rejected", "withdrawn"),
)
COUNTS = st.dictionaries(st.tuples(*(st.sampled_from(words) for words in WORDS)), st.integers(0, 40), max_size=30)


def within(key: cells.Key, wider: cells.Key) -> bool:
    """Say whether an application of `key` may stand in the published cell `wider`."""
    return all(published in ("", word) for word, published in zip(key, wider, strict=True))


@given(COUNTS)
@settings(max_examples=500)
def test_published_cells_hold_everything_in_groups_that_are_large_enough(counts):
    published = cells.publishable(counts, K)
    assert all(n >= K for n in published.values())
    assert sum(published.values()) in (0, sum(counts.values()))
    assert (sum(published.values()) == 0) == (sum(counts.values()) < K)


@given(COUNTS)
@settings(max_examples=500)
def test_no_small_cell_stands_alone_in_a_published_one(counts):
    published = cells.publishable(counts, K)
    for key, n in counts.items():
        if 0 < n < K and published:
            homes = [wider for wider in published if within(key, wider)]
            assert homes, key
            assert all(published[wider] != n for wider in homes)


def queries(rng, published):
    """Give two random public queries as sets of published cells, each any choice of words."""

    def one():
        words = [{word for word in {key[at] for key in published} if rng.random() < 0.6} for at in range(3)]
        return {key for key in published if all(key[at] in words[at] for at in range(3))}

    return one(), one()


@pytest.mark.parametrize("seed", range(20))
def test_ten_thousand_pairs_of_queries_rebuild_nothing_small(seed):
    rng = random.Random(seed)
    counts = {
        (d, r, s): rng.choice([0, 1, 2, 5, 9, 10, 11, 12, 30]) for d in WORDS[0] for r in WORDS[1] for s in WORDS[2]
    }
    small = {n for n in counts.values() if 0 < n < K}
    assert small  # there was something to rebuild
    published = cells.publishable(counts, K)

    def total(of):
        return sum(published[key] for key in of)

    for _ in range(500):  # 20 seeds × 500 pairs
        first, second = queries(rng, published)
        for part in (first - second, second - first, first & second, first | second):
            assert total(part) == 0 or total(part) >= K
        if first <= second:  # the only differences that a reader can attribute to a group
            assert total(second) - total(first) not in small
