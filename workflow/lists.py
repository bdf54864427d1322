"""Lists of a team’s applications: what narrows them, and the columns of the board."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import (
    Case,
    Count,
    F,
    Func,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
    prefetch_related_objects,
)
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce, Lower, NullIf, RowNumber
from django.utils.translation import gettext_lazy as _

from backend.accounts.actors import Actor
from backend.accounts.models import Team
from backend.common import clock
from workflow import anonymous, selectors
from workflow.models import Application, Evaluation, Interview, InterviewStatus, OnboardingTask
from workflow.states import OWED, PATH, State

CARDS = 50
"""How many applications the first column of the board shows at first, and how many more any column shows each time."""

FEWER = 10
"""How many the other columns show at first: who waits longest for a decision stands there too, and few look further."""

MOST = 500
"""How many it shows at most; the rest are in the table."""


@dataclass(frozen=True)
class Filters:
    """What a list of applications is narrowed by: words of name, address, message or posting; a posting; delay; tag."""

    words: str = ""
    posting: str = ""
    late: bool = False
    tag: str = ""


@dataclass(frozen=True)
class Card:
    """One application on the board, with the moves that it is offered and what is worth a glance.

    `meets`: its next planned interview; `evaluations`: how many are handed in (what they say stays behind the wall);
    `overdue`: how many of its tasks are late.
    """

    application: Application
    moves: list[selectors.Choice]
    meets: dt.datetime | None
    evaluations: int
    overdue: int


@dataclass(frozen=True)
class Column:
    """One state of the board: how many stand there, and the first of them."""

    state: State
    total: int
    cards: list[Card]


@dataclass(frozen=True)
class Figures:
    """How many applications stand in each state (none is a zero), and how many of all are late."""

    by_state: dict[str, int]
    late: int

    @property
    def total(self) -> int:
        """Give how many there are."""
        return sum(self.by_state.values())


class Order(models.TextChoices):
    """What a list begins with."""

    WAITING = "waiting", _("Waiting longest first")
    NEWEST = "newest", _("Newest first")
    LATE = "late", _("Late first")
    NAME = "name", _("By name")


def keys(order: str) -> list[OrderBy]:
    """Give what `order` sorts by; the last key is the id, so that no two rows are equal."""
    since = F("state_since").asc()
    if order == Order.NEWEST:
        first = [F("created_at").desc()]
    elif order == Order.LATE:
        first = [Case(When(is_late(), then=0), default=1).asc(), since]
    elif order == Order.NAME:
        name = NullIf("candidate__name", Value(""))
        called = Lower(Coalesce(name, "candidate__email", output_field=models.CharField()))
        plain = Func(called, Value("àâäçéèêëîïôöùûüÿ"), Value("aaaceeeeiioouuuy"), function="translate")
        # Those read without names come first, by their numbers: their place among names would say who they are.
        hidden = anonymous.hidden()
        first = [Case(When(hidden, then=Value("")), default=plain).asc()]
        first += [Case(When(hidden, then=F("number")), default=0).asc()]
    else:
        first = [since]
    return [*first, F("id").asc()]


def beside(
    rows: QuerySet[Application], found: Application, order: str
) -> tuple[Application | None, Application | None]:
    """Give who stands before and after `found` in `rows`, in this order, whether or not it is still among them."""
    sort = keys(order)
    named: dict[str, Any] = {f"key_{n}": key.expression for n, key in enumerate(sort)}
    if order in (Order.LATE, Order.NAME):
        mine = Application.objects.filter(pk=found.pk).annotate(**named).values_list(*named)[0]
    else:
        mine = (found.created_at if order == Order.NEWEST else found.state_since, found.pk)
    before, after = Q(), Q()
    for n, key in enumerate(sort):
        same = Q(**{f"key_{m}": mine[m] for m in range(n)})
        less, more = ("gt", "lt") if key.descending else ("lt", "gt")
        before |= same & Q(**{f"key_{n}__{less}": mine[n]})
        after |= same & Q(**{f"key_{n}__{more}": mine[n]})
    rows = rows.annotate(**named).order_by(*sort)
    return rows.filter(before).reverse().first(), rows.filter(after).first()


def is_late() -> Q:
    """Give the condition of a broken promise: the team owes an answer, and its day has passed."""
    return Q(state__in=OWED, answer_by__lt=clock.today())


def listed(actor: Actor, team: Team, filters: Filters, order: str = Order.WAITING) -> QuerySet[Application]:
    """Give the applications of one team that match, in this order."""
    rows = selectors.visible_to(actor).filter(posting__team=team)
    if filters.late:
        rows = rows.filter(is_late())
    if filters.tag:
        rows = rows.filter(tags__contains=[filters.tag])
    if filters.posting:
        rows = rows.filter(posting__slug=filters.posting)
    for word in filters.words.split()[:8]:
        rows = rows.filter(_says(word) | Q(posting__title__icontains=word))
    return rows.order_by(*keys(order))


def _says(word: str) -> Q:
    """Give the condition that the person's name, address or message holds a word; nothing of it where it is hidden."""
    said = Q(candidate__name__icontains=word) | Q(candidate__email__icontains=word) | Q(message__icontains=word)
    number = int(word) if word.isascii() and word.isdigit() and len(word) < 9 else 0
    return (said & ~anonymous.hidden()) | (Q(number=number) & anonymous.hidden())


def figures(rows: QuerySet[Application]) -> Figures:
    """Count `rows`, in one query."""
    counted = rows.order_by().values_list("state").annotate(n=Count("id"), late=Count("id", filter=is_late()))
    found = {state: (total, late) for state, total, late in counted}
    by_state = {state.value: found.get(state, (0, 0))[0] for state in State}
    return Figures(by_state, sum(late for _total, late in found.values()))


def at_first(state: str) -> int:
    """Give how many cards a column shows before anybody asks for more."""
    return CARDS if state == PATH[0] else FEWER


def board(
    actor: Actor, rows: QuerySet[Application], totals: dict[str, int], lengths: dict[str, int], order: str
) -> list[Column]:
    """Give the columns of the path with the first of `rows` in each, in this order; the same number of queries always.

    `lengths`: how many of a state, where it is not as at first.
    """
    length = Case(*(When(state=state, then=lengths.get(state, at_first(state))) for state in PATH), default=0)
    rank = Window(RowNumber(), partition_by=F("state"), order_by=keys(order))
    # Ranked by themselves: with their postings and candidates the database would sort thousands of wide rows.
    ranked = rows.select_related(None).order_by().filter(state__in=PATH).annotate(rank=rank, length=length)
    # Asked for first: given as a question within the next one, all candidates would be read for these few.
    first = list(ranked.filter(rank__lte=F("length")).values_list("pk", flat=True))
    shown = drawn(selectors.visible_to(actor).filter(pk__in=first).order_by(*keys(order)))
    standing: dict[str, list[Application]] = {state.value: [] for state in PATH}
    for row in shown:
        standing[row.state].append(row)
    for relation, states in looked_at().items():
        prefetch_related_objects([row for state in states for row in standing[state]], relation)
    return [Column(state, totals[state], [_card(actor, row) for row in standing[state]]) for state in PATH]


def _card(actor: Actor, row: Any) -> Card:
    return Card(row, selectors.moves(actor, row), row.meets, row.handed_in, row.overdue)


def drawn(rows: QuerySet[Application]) -> QuerySet[Application]:
    """Give `rows` with no more than cards show of them, and what says whether they are read without names."""
    own = ("via", "state", "state_since", "answer_by", "left_state", "number", "met_at", "candidate__name")
    posting = ("team_id", "title", "day_rate_min", "day_rate_max", "anonymous")
    rows = rows.select_related(None).select_related("candidate", "posting")
    planned = Interview.objects.filter(application=OuterRef("pk"), status=InterviewStatus.PLANNED, at__gte=clock.now())
    return rows.only(*own, "candidate__email", *(f"posting__{name}" for name in posting)).annotate(
        meets=Subquery(planned.order_by("at").values("at")[:1]),
        handed_in=_number(Evaluation.objects.all()),
        overdue=_number(OnboardingTask.objects.filter(done_at__isnull=True, due__lt=clock.today())),
    )


def _number(rows: QuerySet[Any]) -> Coalesce:
    """Count the `rows` of each application."""
    mine = rows.filter(application=OuterRef("pk")).order_by().values("application")
    return Coalesce(Subquery(mine.annotate(n=Count("pk")).values("n")), 0)


def looked_at() -> dict[Prefetch[Any], tuple[State, ...]]:
    """Give what the guards look at, and in which states: fetched for so many cards at once, or each would ask again."""
    tasks = OnboardingTask.objects.only("application_id", "title", "required", "due", "done_at", "position")
    return {
        Prefetch("interviews", Interview.objects.only("application_id", "at", "status")): (State.RECEIVED,),
        Prefetch("contracts"): (State.INTERVIEWED, State.CONTRACTED),
        Prefetch("onboarding_tasks", tasks): (State.CONTRACTED,),
    }
