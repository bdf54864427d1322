"""What the tests of the readers share: facts read from a few lines of a made-up posting."""

from pathlib import Path
from typing import Any

from backend.hiring.markdown import facts, fields, source

SHARED = Path(__file__).resolve().parents[4] / "shared"
POSTINGS, SEEDS, LABELS = SHARED / "corpus" / "postings", SHARED / "seeds", SHARED / "corpus" / "labels.json"
ABSENT = "the shared corpus of real postings is not next to the project"


def read(body: str, front: dict[str, Any] | None = None, name: str = "2024-03-15-dev-marees.md") -> facts.Facts:
    """Return the facts of a posting that says `body` under its terms."""
    front = {"roles": "Une personne développeuse", "startup": "marees"} | (front or {})
    return facts.read_facts(fields.read_fields(front, body=body, name=name), body, name)


def terms(line: str, **kwargs: Any) -> dict[str, Any]:
    """Return the values read from one line of a posting's terms."""
    return read(f"# Marées\n\nNous cherchons quelqu'un.\n\n## Modalités\n\n- {line}\n", **kwargs).values


def values_of(path: Path) -> tuple[fields.Fields, facts.Facts]:
    """Return the fields and the facts of one file."""
    posting = source.read_file(path)
    read_fields = fields.read_fields(posting.front, body=posting.body, name=path.name)
    return read_fields, facts.read_facts(read_fields, posting.body, path.name)
