"""Which keys of a front matter are to say something else, so that its posting has another title, state or list.

The author's own keys are used where there are any, whatever their spelling; else the usual one is added.
"""

from collections.abc import Mapping
from typing import Any

from backend.hiring.markdown import fields
from backend.hiring.markdown.fields import Fields, Status

Changes = dict[str, Any]


def title(front: Mapping[str, Any], wanted: str) -> Changes:
    """Give what makes the title another."""
    return {_key(front, fields.TITLE) or "roles": wanted}


def items(front: Mapping[str, Any], names: tuple[str, ...], usual: str, wanted: list[str]) -> Changes:
    """Give what makes a list (skills, domains) another."""
    return {_key(front, names) or usual: wanted}


def published(front: Mapping[str, Any], wanted: str) -> Changes:
    """Give what makes the day of publication another (YYYY-MM-DD)."""
    return {_key(front, fields.PUBLISHED) or "date": wanted}


def status(front: Mapping[str, Any], read: Fields, wanted: Status) -> Changes:
    """Give what makes a posting open, closed or a draft; nothing where it is so already."""
    if read.status == wanted:
        return {}
    opened, taken, draft, words = (
        _keys(front, names) for names in (fields.OPEN, fields.TAKEN, fields.DRAFT, fields.STATUS)
    )
    changes: Changes = dict.fromkeys(words, wanted)
    if wanted == "closed":
        return changes | dict.fromkeys(opened or ["open"], False)
    changes |= dict.fromkeys(taken, False)
    if wanted == "draft":
        return changes | dict.fromkeys(opened, True) | dict.fromkeys(draft or ["draft"], True)
    return changes | dict.fromkeys(draft, False) | dict.fromkeys(opened or ["open"], True)


def _keys(front: Mapping[str, Any], names: tuple[str, ...]) -> list[str]:
    return [key for key in front if fields.fold(key) in names]


def _key(front: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    """Give the key that says it: of `names` in their order, the first with a value; else the first that is there."""
    there = [key for name in names for key in front if fields.fold(key) == name]
    return next((key for key in there if front[key] not in (None, "", [], {})), next(iter(there), None))
