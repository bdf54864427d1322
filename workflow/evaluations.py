"""Evaluations: handed in once, closed to who has not handed in their own, and counted without an average.

`visible_to` is the wall: pages, API and PDF read through it and through nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.actors import Actor
from backend.common.errors import Conflict, Invalid, NotAllowed, NotVisible
from backend.hiring.models import Posting
from workflow import anonymous, policies, selectors
from workflow.models import Application, Evaluation, EvaluationForm, Level, Recommendation

USUAL = (
    gettext_lazy("Knows the craft that the posting asks for"),
    gettext_lazy("Understands the users and the public service"),
    gettext_lazy("Works and speaks well with others"),
    gettext_lazy("Autonomous, and brings things to their end"),
)
T = TypeVar("T")
MOST_CRITERIA, LONGEST_CRITERION, LONGEST_TEXT = 12, 120, 10_000


def criteria(posting: Posting) -> list[str]:
    """Give what a posting asks to be judged: its own criteria, or the usual ones in the team's language."""
    own = EvaluationForm.objects.filter(posting=posting).first()
    if own is not None and own.criteria:
        return list(own.criteria)
    with translation.override(posting.team.language):
        return [str(words) for words in USUAL]


@transaction.atomic
def set_criteria(*, actor: Actor, posting: Posting, given: Sequence[str]) -> list[str]:
    """Change what a posting asks to be judged; none is the usual list. Evaluations keep the words they answered.

    Raises NotAllowed, Invalid.
    """
    if not actor.is_member(posting.team_id):
        raise NotAllowed(policies.refusal(actor))
    kept = list(dict.fromkeys(words for words in (" ".join(line.split()) for line in given) if words))
    words = ""
    if len(kept) > MOST_CRITERIA:
        words = _("Ask for %(most)d criteria at most: those that decide.") % {"most": MOST_CRITERIA}
    elif any(len(line) > LONGEST_CRITERION for line in kept):
        words = _("A criterion has %(most)d characters at most.") % {"most": LONGEST_CRITERION}
    if words:
        raise Invalid(words, fields={"criteria": [words]})
    EvaluationForm.objects.update_or_create(posting=posting, defaults={"criteria": kept})
    return criteria(posting)


@transaction.atomic
def hand_in(
    *,
    application_id: UUID,
    actor: Actor,
    recommendation: str,
    ratings: Mapping[str, int | None] | None = None,
    text: str = "",
    interview: UUID | None = None,
) -> Evaluation:
    """Hand in one's own evaluation, for good: it opens the others'. `ratings`: a level, or None, by criterion.

    Raises NotVisible, NotAllowed, Invalid, and Conflict when one has been handed in already.
    """
    application = selectors.visible_to(actor).select_for_update(of=("self",)).filter(pk=application_id).first()
    if application is None:
        raise NotVisible(_("There is no such application."))
    policies.require(actor, "evaluate", application)
    assert actor.user is not None  # only members and coaches have the ability
    if Evaluation.objects.filter(application=application, author=actor.user).exists():
        raise Conflict(_("You have handed in your evaluation already."), state=application.state)
    return Evaluation.objects.create(
        application=application,
        author=actor.user,
        interview_id=_interview(application, interview),
        ratings=_ratings(application, ratings or {}),
        text=_text(text),
        recommendation=_recommendation(recommendation),
    )


def visible_to(actor: Actor) -> QuerySet[Evaluation]:
    """Give the evaluations that exist for `actor`: all of an application's once their own is among them, else none.

    What is written of an application that is read without names is so, too.
    """
    rows = Evaluation.objects.select_related("author")
    if actor.kind == "system":
        return rows
    if actor.kind != "user":
        return rows.none()
    own = Evaluation.objects.filter(application=OuterRef("application"), author=actor.user)
    rows = rows.select_related("application__posting", "application__candidate")
    return anonymous.read(rows.filter(Exists(own), application__in=selectors.visible_ids(actor)), _veil)


def _veil(row: Evaluation) -> None:
    if anonymous.is_hidden(row.application):
        row.text = anonymous.redactor(row.application)(row.text)


def count(application: Application) -> int:
    """Give how many are handed in, which everybody of the team may know."""
    return Evaluation.objects.filter(application=application).count()


@dataclass(frozen=True)
class Spread:
    """How many chose each level of one question, from the highest; and the lowest and highest that were chosen."""

    label: str
    counts: list[tuple[str, int]]
    lowest: str = ""
    highest: str = ""

    @property
    def total(self) -> int:
        """Give how many answered."""
        return sum(count for _label, count in self.counts)


def spread(rows: Iterable[Evaluation]) -> list[Spread]:
    """Give the summary: the recommendation first, then each criterion in the order in which it was asked.

    Counts for each level, never an average: two opinions that differ are worth a talk, not a figure between them.
    """
    found = list(rows)
    chosen = [row.recommendation for row in found]
    spreads = [_spread(_("Recommendation"), chosen, [(each.value, str(each.label)) for each in Recommendation])]
    levels: dict[str, list[int]] = {}
    for row in found:
        for rating in row.ratings:
            levels.setdefault(rating["criterion"], [])
            if rating["level"]:
                levels[rating["criterion"]].append(rating["level"])
    scale = [(each.value, str(each.label)) for each in reversed(Level)]
    return spreads + [_spread(label, given, scale) for label, given in levels.items()]


def _spread(label: str, given: Sequence[T], scale: Sequence[tuple[T, str]]) -> Spread:
    counted = Counter(given)
    counts = [(words, counted[value]) for value, words in scale]
    met = [words for words, count in counts if count]
    return Spread(label, counts, lowest=met[-1] if met else "", highest=met[0] if met else "")


def _ratings(application: Application, given: Mapping[str, int | None]) -> list[dict[str, object]]:
    asked = criteria(application.posting)
    unknown = [name for name in given if name not in asked]
    if unknown:
        words = _("“%(name)s” is no criterion of this posting.") % {"name": unknown[0][:LONGEST_CRITERION]}
        raise Invalid(words, fields={"ratings": [words]})
    if any(level is not None and level not in Level.values for level in given.values()):
        words = _("A level goes from 1 to 4.")
        raise Invalid(words, fields={"ratings": [words]})
    return [{"criterion": name, "level": given.get(name)} for name in asked]


def _interview(application: Application, pk: UUID | None) -> UUID | None:
    if pk is not None and not application.interviews.filter(pk=pk).exists():
        words = _("There is no such interview.")
        raise Invalid(words, fields={"interview": [words]})
    return pk


def _text(text: str) -> str:
    text = text.replace("\0", "").strip()
    if len(text) > LONGEST_TEXT:
        words = _("The text has more than %(limit)d characters.") % {"limit": LONGEST_TEXT}
        raise Invalid(words, fields={"text": [words]})
    return text


def _recommendation(given: str) -> str:
    if given not in Recommendation.values:
        words = _("Choose what you recommend.")
        raise Invalid(words, fields={"recommendation": [words]})
    return given
