"""How figures are made safe to give away: small cells lose a word until they are large enough, or are left out.

The cells of a quarter are a partition: no application is in two, and no total is given beside them. So whatever is
added up or taken away from one another is made of whole cells, each of at least `k` applications: nothing under `k` can
be rebuilt by differences, and no second cell need be withheld to protect a first. Cells made of cells are coarser than
these: figures of both taken together are made of whole cells of the finer ones
(docs/adr/020-open-data-in-whole-cells.md, docs/adr/023-figures-of-all-teams-for-those-of-one.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Mapping

Key = tuple[str, ...]
Group = Counter[Hashable]
"""How many applications, by the team they are of."""
Reader = frozenset[Hashable]
"""The teams whose rows somebody knows."""

KEEPS: tuple[tuple[bool, ...], ...] = (
    (True, True, True),
    (False, True, True),
    (False, True, False),
    (False, False, False),
)
"""Which of the words domain, reached, state stay at each step; the domain goes first, the state of the path last."""


def publishable(counts: Mapping[Key, Group], k: int, readers: Collection[Reader] = ()) -> dict[Key, Group]:
    """Give cells of at least `k`, each a key of `counts` with some of its words emptied; all of it, or nothing.

    Whoever of `readers` takes the rows they know off a cell has nothing left, or `k` at least. What is too small at
    the end joins the cell most like it, and they say what they have in common.
    """
    cells: dict[Key, Group] = {}
    left = {key: group for key, group in counts.items() if group.total()}
    for keeps in KEEPS:
        grouped: dict[Key, list[Key]] = {}
        for key in left:
            wider = tuple(word if kept else "" for word, kept in zip(key, keeps, strict=True))
            grouped.setdefault(wider, []).append(key)
        for wider, members in grouped.items():
            together = sum((left[key] for key in members), cells.get(wider, Group()))
            if is_large(together, k, readers):
                cells[wider] = together
                for key in members:
                    del left[key]
    if left:
        _join(cells, left, k, readers)
    return cells


def is_large(group: Group, k: int, readers: Collection[Reader] = ()) -> bool:
    """Say whether a group holds `k`, also for those who know some of it, unless they know all of it."""
    total = group.total()
    rests = (total - sum(group[team] for team in known) for known in readers)
    return total >= k and all(rest == 0 or rest >= k for rest in rests)


def _join(cells: dict[Key, Group], left: Mapping[Key, Group], k: int, readers: Collection[Reader]) -> None:
    """Put what is left into the cell that shares most words with it, the smallest of these; and on, until it holds."""
    rest, key = sum(left.values(), Group()), _common(left)
    while cells:
        like = min(cells, key=lambda other: (-_shared(other, key), cells[other].total(), other))
        rest, key = rest + cells.pop(like), _common([like, key])
        rest += cells.pop(key, Group())
        if is_large(rest, k, readers):
            cells[key] = rest
            return


def _common(keys: Collection[Key]) -> Key:
    """Give the words that all of them say."""
    return tuple(words[0] if len(set(words)) == 1 else "" for words in zip(*keys, strict=True))


def _shared(one: Key, other: Key) -> int:
    return sum(bool(word) and word == its for word, its in zip(one, other, strict=True))
