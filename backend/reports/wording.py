"""A cell in words, as pages and documents show it; data formats take the value itself."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from backend.common import typography
from backend.reports.question import Question
from backend.reports.shape import Cell, Kind

NOTHING = "–"
"""What stands for a figure that does not exist: the median of nothing."""


def cell(value: Cell, kind: Kind) -> str:
    """Give a cell as it is read: `1 250`, `31 %`, `5,5`, `550 €`, `–`."""
    if value is None:
        return NOTHING
    if kind == Kind.TEXT or isinstance(value, str):
        return str(value)
    if kind == Kind.EUROS:
        return typography.euros(Decimal(value))
    figure = typography.grouped(value)
    return typography.localised(_("%(number)s%%") % {"number": figure}) if kind == Kind.PERCENT else figure


def unit(kind: Kind) -> str:
    """Give the unit that a heading tells, for figures that do not carry theirs."""
    return {Kind.DAYS: _("days"), Kind.HOURS: _("hours")}.get(kind, "")


def period(question: Question) -> str:
    """Give the period in words."""
    return _("from %(start)s to %(end)s") % {
        "start": typography.long_date(question.start),
        "end": typography.long_date(question.end),
    }
