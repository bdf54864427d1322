"""The cards of a board, drawn. A board shows hundreds that differ in little more than a name, so a card is drawn once
a shape, with marks where the name stands, and the marks are filled in for each."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from backend.common.errors import Refused
from backend.web import wording
from backend.web.templatetags import jalon
from workflow.lists import Card
from workflow.models import Application
from workflow.selectors import Choice
from workflow.states import State

PK, NAME, JOB, MARKS, OF_LIST = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
"""Where a card’s own words stand in its shape: characters of the private use area, which nobody writes."""

HOLES = re.compile(f"([{PK}{NAME}{JOB}{MARKS}{OF_LIST}])")

SHAPES: dict[object, list[str]] = {}
"""What this process has drawn, by all that it depends on; no word of a person is in it."""

MOST_SHAPES = 256


@dataclass(frozen=True)
class Shape:
    """What `parts/card.html` draws: a card without the words of its own."""

    state: str
    page: str
    job: str
    forward: list[Choice]
    others: list[Choice]
    fix: tuple[str, str] | None
    pk: str = PK
    name: str = NAME
    marks: str = MARKS


class Drawing:
    """Draws the cards of one board.

    `of_list`: the query string that leads back to it; `unanswered`: how many mails wait in each application; `failed`:
    the application whose move failed, with its error.
    """

    def __init__(
        self,
        *,
        of_list: str,
        several: bool,
        unanswered: dict[UUID, int],
        failed: Application | None = None,
        error: Refused | None = None,
    ) -> None:
        self.unanswered = unanswered
        self.of_list, self.job = of_list, JOB if several else ""
        self.failed, self.error = failed and failed.pk, error
        self.page = reverse("application", args=[UUID(int=0)]).replace(str(UUID(int=0)), PK)
        self.mark, self.waits, self.starts, self.meets = (cache(one) for one in (jalon.mark, _waits, _starts, _meets))

    def card(self, card: Card) -> SafeString:
        """Give one card, drawn."""
        application = card.application
        fills = {
            PK: str(application.pk),
            NAME: escape(str(application.candidate)),
            JOB: escape(application.posting.title),
            MARKS: "".join(self.marks(card)),
            OF_LIST: escape(self.of_list),
        }
        return mark_safe("".join([fills.get(piece, piece) for piece in self.shape(card)]))  # noqa: S308 - all escaped

    def shape(self, card: Card) -> list[str]:
        """Give the pieces of a card, its own words left open."""
        application = card.application
        failed = application.pk == self.failed
        forward = [choice for choice in card.moves if choice.action in wording.FORWARD]
        fixes = [wording.fix(choice, application) for choice in forward if not choice.allowed]
        told = (application.state, bool(self.job), *((choice.action, *choice.reasons) for choice in card.moves), *fixes)
        key = (get_language(), *told)
        if not failed and (known := SHAPES.get(key)) is not None:  # asked once: another thread may empty it
            return known
        others = [choice for choice in card.moves if choice not in forward]
        shape = Shape(application.state, self.page, self.job, forward, others, fixes[0] if fixes else None)
        context = {"card": shape, "of_list": OF_LIST, "error": self.error if failed else None}
        pieces = HOLES.split(render_to_string("parts/card.html", context))
        if not failed:
            if len(SHAPES) >= MOST_SHAPES:
                SHAPES.clear()
            SHAPES[key] = pieces
        return pieces

    def marks(self, card: Card) -> list[str]:
        """Give what is worth a glance: how long it waits, what comes next, and what waits for the team."""
        application, late = card.application, card.application.is_late
        marks = [self.mark("clock", self.waits(jalon.days_since(application.state_since), late), late=late)]
        if card.meets:
            marks.append(self.mark("calendar-event", self.meets(card.meets)))
        terms = application.terms if application.state == State.CONTRACTED else None
        if terms is not None and terms.start:
            marks.append(self.mark("calendar-event", self.starts(terms.start)))
        if n := self.unanswered.get(application.pk):
            words = ngettext("%(n)d message to answer", "%(n)d messages to answer", n)
            marks.append(self.mark("mail", words % {"n": n}))
        if n := card.evaluations:
            marks.append(self.mark("pencil", ngettext("%(n)d evaluation", "%(n)d evaluations", n) % {"n": n}))
        if n := card.overdue:
            words = ngettext("%(n)d late task", "%(n)d late tasks", n)
            marks.append(self.mark("alert-triangle", words % {"n": n}, late=True))
        return marks


def _waits(days: int, late: bool) -> str:
    words = jalon.days(days)
    return _("%(days)s, late") % {"days": words} if late else words


def _starts(day: dt.date) -> str:
    return _("starts %(date)s") % {"date": jalon.short_date(day)}


def _meets(at: dt.datetime) -> str:
    return _("interview %(when)s") % {"when": jalon.moment(at)}
