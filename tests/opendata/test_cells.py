"""No cell is under its threshold, and none under it can be rebuilt, not even by those who know rows of some teams."""

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.opendata import cells

K, K_INTERNAL = 11, 5
WORDS = (
    ("web", "data", "design", ""),
    ("received", "interviewed", "contracted"),
    ("received", "rejected", "withdrawn"),
)
TEAMS = "ABCDEF"
READERS = [frozenset(teams) for teams in ("A", "B", "C", "AB", "ABC")]
"""What the people of the tests know: one team, or several; nobody follows D alone."""
KEYS = st.tuples(*(st.sampled_from(words) for words in WORDS))
GROUPS = st.dictionaries(st.sampled_from(TEAMS), st.integers(0, 12), max_size=6).map(Counter)
COUNTS = st.dictionaries(KEYS, GROUPS, max_size=30)
KNOWN = st.lists(st.sampled_from(READERS), unique=True)


def within(key: cells.Key, wider: cells.Key) -> bool:
    """Say whether an application of `key` may stand in the cell `wider`."""
    return all(published in ("", word) for word, published in zip(key, wider, strict=True))


def left(group, known):
    """Give how many of a group somebody does not know who knows some teams."""
    return sum(n for team, n in group.items() if team not in known)


def unions(internal, public):
    """Say whether every public cell can be made of whole internal ones, each used once (teams and all)."""

    def fits(inside, wanted):
        if not inside:
            return not any(group.total() for group in wanted.values())
        (key, group), *others = inside
        return any(
            within(key, wider) and all(wanted[wider][team] >= n for team, n in group.items())
            and fits(others, wanted | {wider: wanted[wider] - group})
            for wider in wanted
        )  # fmt: skip

    return fits(sorted(internal.items(), key=lambda pair: pair[0].count("")), dict(public))


@given(COUNTS, KNOWN)
@settings(max_examples=200)
def test_cells_hold_everything_in_groups_that_are_large_enough_for_whoever_reads_them(counts, readers):
    whole = sum(counts.values(), Counter())
    internal = cells.publishable(counts, K_INTERNAL, readers)
    public = cells.publishable(internal or counts, K)
    for made, k in ((internal, K_INTERNAL), (public, K)):
        assert all(group.total() >= k for group in made.values())
        rests = {left(group, known) for group in made.values() for known in readers if internal}
        assert all(rest == 0 or rest >= K_INTERNAL for rest in rests)
        assert not made or sum(made.values(), Counter()) == whole  # all of it, each once, or nothing
    assert bool(public) == (whole.total() >= K)
    # Withheld altogether only where even one single cell would be too small to somebody.
    assert bool(internal) == cells.is_large(whole, K_INTERNAL, readers)
    for key, group in counts.items():
        assert not internal or not group.total() or any(within(key, wider) for wider in internal), key
    if internal and public:
        assert unions(internal, public)


def test_what_joins_a_cell_joins_the_one_that_says_the_same_already():
    made = {("web", "received", word): Counter(A=n) for word, n in (("", 12), ("rejected", 11), ("withdrawn", 5))}
    assert cells.publishable(made, K) == {("web", "received", ""): Counter(A=28)}


def query(rng, made):
    """Give a random query as a set of cells: any choice of words."""
    words = [{word for word in {key[at] for key in made} if rng.random() < 0.6} for at in range(3)]
    return {key for key in made if all(key[at] in words[at] for at in range(3))}


@pytest.mark.parametrize("seed", range(20))
def test_ten_thousand_pairs_of_queries_rebuild_nothing_small(seed):
    """Every sum and difference of two tables, public or not: what applications the pair sets apart, row by row."""
    rng = random.Random(seed)
    counts = {
        (d, r, s): Counter({team: rng.choice([0, 1, 2, 3, 9]) for team in TEAMS if rng.random() < 0.5})
        for d in WORDS[0] for r in WORDS[1] for s in WORDS[2]
    }  # fmt: skip
    assert any(0 < group.total() < K_INTERNAL for group in counts.values())  # there was something to rebuild
    internal = cells.publishable(counts, K_INTERNAL, READERS)
    public = cells.publishable(internal, K)
    # Which public cell each internal one went into: the finest parts that both tables together tell apart.
    home = {key: wider for wider, made in _made_of(internal, public).items() for key in made}
    assert set(home) == set(internal) and len(internal) >= len(public) > 1

    def held(parts, known=frozenset()):
        return sum(left(internal[key], known) for key in parts)

    for _ in range(500):  # 20 seeds × 500 pairs
        inside, outside, other = query(rng, internal), query(rng, public), query(rng, public)
        spread, further = ({key for key in internal if home[key] in of} for of in (outside, other))
        for one, two, k in ((inside, spread, K_INTERNAL), (spread, further, K)):
            for part in (one - two, two - one, one & two, one | two):
                assert held(part) == 0 or held(part) >= k
                assert all((rest := held(part, known)) == 0 or rest >= K_INTERNAL for known in READERS)


def _made_of(internal, public):
    """Give the internal cells of each public one: by names that no team has, so that they are told apart."""
    named = {key: Counter({(key, team): n for team, n in group.items()}) for key, group in internal.items()}
    made = cells.publishable(named, K)
    assert {key: group.total() for key, group in made.items()} == {key: g.total() for key, g in public.items()}
    return {wider: {key for key, _team in group} for wider, group in made.items()}
