"""Periods that are ready to be asked for, so that nobody types two days for a month."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from backend.common import clock
from backend.reports.question import USUAL_DAYS, Question


@dataclass(frozen=True)
class Ready:
    """One period: its words, the query string that asks the same about it, and whether it is the one asked about."""

    label: str
    address: str
    current: bool


def ready(question: Question, *, shown: bool = True) -> list[Ready]:
    """Give the ready periods, the usual one first; those that run end today, so that days alike are compared.

    None is the one asked about where no figures are shown.
    """
    today = clock.today(question.zone)
    found: list[Ready] = []
    for label, start, end in _periods(today):
        same = (start, end) == (question.start, question.end)
        current = shown and same and not any(each.current for each in found)
        address = question.address(**{"from": start.isoformat(), "to": end.isoformat()})
        found.append(Ready(label, address, current))
    return found


def _periods(today: dt.date) -> list[tuple[str, dt.date, dt.date]]:
    month, day = today.replace(day=1), dt.timedelta(days=1)
    quarter = month.replace(month=month.month - (month.month - 1) % 3)
    last_month = (month - day).replace(day=1)
    last_quarter = (quarter - 62 * day).replace(day=1)
    return [
        (_("last %(n)d days") % {"n": USUAL_DAYS}, today - (USUAL_DAYS - 1) * day, today),
        (_("this month"), month, today),
        (_("last month"), last_month, month - day),
        (_("this quarter"), quarter, today),
        (_("last quarter"), last_quarter, quarter - day),
        (_("this year"), today.replace(month=1, day=1), today),
    ]
