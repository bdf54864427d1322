"""How well the facts are read, against what careful readers noted."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backend.hiring.markdown import facts, fields, source
from backend.hiring.markdown.refusal import SourceRefused


@dataclass
class Row:
    """One fact over all labelled postings.

    `exact` counts the postings read as labelled, a right “not stated” included; `found` those of the
    `stated` ones. `misses` holds (file name, labelled, read).
    """

    name: str
    total: int = 0
    exact: int = 0
    stated: int = 0
    found: int = 0
    misses: list[tuple[str, Any, Any]] = field(default_factory=list)


def measure(labels: Path, postings: Path) -> list[Row]:
    """Return one row a fact for the postings that `labels`, a JSON file, describes.

    Raises OSError if a file is missing and ValueError if the labels are not a map of maps.
    """
    labelled = json.loads(labels.read_text(encoding="utf-8"))
    if not isinstance(labelled, dict) or not all(isinstance(label, dict) for label in labelled.values()):
        raise ValueError("The labels are not one JSON object a file name.")
    rows = {name: Row(name) for name in facts.NAMES}
    for file_name, label in labelled.items():
        values = _values(postings / file_name)
        for name in facts.NAMES:
            if name in label:
                _count(rows[name], file_name, label[name], values[name])
    return list(rows.values())


def format_table(rows: list[Row]) -> str:
    """Return the rows as a Markdown table, the whole in the last line."""
    whole = Row("all")
    for row in rows:
        whole.total, whole.exact = whole.total + row.total, whole.exact + row.exact
        whole.stated, whole.found = whole.stated + row.stated, whole.found + row.found
    lines = ["| fact | exact | share | stated ones found |", "|---|---|---|---|"]
    for row in [*rows, whole]:
        share = f"{row.exact / row.total:.0%}" if row.total else "-"
        lines.append(f"| {row.name} | {row.exact}/{row.total} | {share} | {row.found}/{row.stated} |")
    return "\n".join(lines)


def same(label: Any, value: Any) -> bool:
    """Return whether a reading is exactly the label; the order of a list says nothing."""
    if isinstance(label, list) and isinstance(value, list):
        return sorted(label) == sorted(value)
    return bool(label == value)


def _values(path: Path) -> Mapping[str, Any]:
    """Return what is read from one posting; nothing from one that is refused."""
    try:
        posting = source.read_file(path)
    except SourceRefused:
        if not path.is_file():
            raise FileNotFoundError(f"There is no posting {path}.") from None
        return {name: facts.nothing(name) for name in facts.NAMES}
    read = fields.read_fields(posting.front, body=posting.body, name=path.name)
    return facts.read_facts(read, posting.body, path.name).values


def _count(row: Row, file_name: str, label: Any, value: Any) -> None:
    right, stated = same(label, value), label != facts.nothing(row.name)
    row.total += 1
    row.exact += right
    row.stated += stated
    row.found += right and stated
    if not right:
        row.misses.append((file_name, label, value))
