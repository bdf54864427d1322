"""The questions that a posting asks: read from its front matter, written back, and kept as rows.

In front matter each is a map: `label`, and where they differ from what is usual `kind` (short, long, choice, file),
`hint`, `choices`, `required`; a bare text is an optional question answered on one line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.hiring.markdown.refusal import SourceRefused
from backend.hiring.models import Posting, Question, QuestionKind

KEY = "questions"
MOST = 20
CHOICES_MOST = 30
WORDS = {QuestionKind.SHORT: 300, QuestionKind.LONG: 5000}
"""How long an answer may be, in characters."""


@dataclass(frozen=True)
class Spec:
    """One question as its author defines it."""

    label: str
    kind: str = QuestionKind.SHORT
    hint: str = ""
    choices: Sequence[str] = field(default_factory=tuple)
    required: bool = False

    def as_front(self) -> dict[str, Any]:
        """Give it as front matter says it, without what is usual."""
        said = {"label": self.label, "kind": str(self.kind), "hint": self.hint, "choices": list(self.choices)}
        return {key: value for key, value in said.items() if value} | ({"required": True} if self.required else {})


def read(front: Mapping[str, Any]) -> list[Spec]:
    """Give the questions that a front matter defines. Raises SourceRefused, with words, for one that cannot be asked.

    What is no list is some other use of the word: it asks nothing.
    """
    given = front.get(KEY)
    if not isinstance(given, list):
        return []
    if len(given) > MOST:
        raise SourceRefused(f"The front matter asks more than {MOST} questions. Choose those that decide.")
    return [_one(item, number) for number, item in enumerate(given, 1)]


def _one(item: Any, number: int) -> Spec:
    if isinstance(item, str):
        item = {"label": item}
    where = f"Question {number} of the front matter"
    if not isinstance(item, dict):
        raise SourceRefused(f"{where} is neither a text nor a map with “label:”.")
    label, hint = (" ".join(str(item.get(key) or "").split()) for key in ("label", "hint"))
    kind = str(item.get("kind") or QuestionKind.SHORT)
    choices = item.get("choices") or []
    if not label or len(label) > 300:
        raise SourceRefused(f"{where} needs a “label:” of 300 characters at most.")
    if len(hint) > 500:
        raise SourceRefused(f"{where} has a “hint:” longer than 500 characters.")
    if kind not in QuestionKind.values:
        raise SourceRefused(f"{where} has the kind “{kind[:30]}”. Choose {', '.join(QuestionKind.values)}.")
    if not isinstance(choices, list) or len(choices) > CHOICES_MOST:
        raise SourceRefused(f"{where} needs its “choices:” as a list of {CHOICES_MOST} at most.")
    offered = tuple(dict.fromkeys(" ".join(str(choice).split())[:200] for choice in choices if str(choice).strip()))
    if kind == QuestionKind.CHOICE and len(offered) < 2:
        raise SourceRefused(f"{where} needs at least two “choices:”.")
    return Spec(label, kind, hint, offered if kind == QuestionKind.CHOICE else (), item.get("required") is True)


def of(posting: Posting) -> list[Spec]:
    """Give the questions of a posting as they are defined."""
    return [Spec(row.label, row.kind, row.hint, tuple(row.choices), row.required) for row in posting.questions.all()]


def keep(posting: Posting, specs: Sequence[Spec]) -> None:
    """Make the rows say what `specs` say. A question that keeps its words stays the same row, with its answers."""
    known = {row.label: row for row in posting.questions.all()}
    for position, spec in enumerate(specs, 1):
        row = known.pop(spec.label, None) or Question(posting=posting)
        row.position, row.kind, row.label, row.hint = position, spec.kind, spec.label, spec.hint
        row.choices, row.required = list(spec.choices), spec.required
        row.save()
    Question.objects.filter(pk__in=[row.pk for row in known.values()]).delete()
