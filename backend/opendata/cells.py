"""How figures are made safe to publish: small cells lose a word until they are large enough, or are left out.

The published cells of a quarter are a partition: no application is in two, and no total is published beside them. So
whatever is added up or taken away from one another is made of whole cells, each of at least `k` applications: nothing
under `k` can be rebuilt by differences, and no second cell need be withheld to protect a first
(docs/adr/020-open-data-in-whole-cells.md).
"""

from collections import Counter
from collections.abc import Mapping

Key = tuple[str, ...]

KEEPS: tuple[tuple[bool, ...], ...] = (
    (True, True, True),
    (False, True, True),
    (False, True, False),
    (False, False, False),
)
"""Which of the words domain, reached, state stay at each step; the domain goes first, the state of the path last."""


def publishable(counts: Mapping[Key, int], k: int) -> dict[Key, int]:
    """Give cells of at least `k`, each a key of `counts` with some of its words emptied; all of it, or nothing.

    What is still too small at the end joins the smallest published cell, which then says nothing but its number.
    """
    published: dict[Key, int] = {}
    left = Counter({key: n for key, n in counts.items() if n > 0})
    for keeps in KEEPS:
        grouped: Counter[Key] = Counter()
        members: dict[Key, list[Key]] = {}
        for key, n in left.items():
            wider = tuple(word if kept else "" for word, kept in zip(key, keeps, strict=True))
            grouped[wider] += n
            members.setdefault(wider, []).append(key)
        for wider, n in grouped.items():
            if n >= k:
                published[wider] = published.get(wider, 0) + n
                for key in members[wider]:
                    del left[key]
    rest = left.total()
    if rest and published:
        smallest = min(published, key=lambda key: (published[key], key))
        nothing = ("",) * len(smallest)
        published[nothing] = published.pop(smallest) + rest
    return published
