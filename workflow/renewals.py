"""Contracts that near their end, and of which nobody has noted what comes after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db.models import DateField, Exists, ExpressionWrapper, F, Func, OuterRef

from backend.common import clock
from workflow.models import RENEWAL_DAYS, Contract
from workflow.states import State


def ending(teams: Iterable[UUID] | None = None) -> list[Contract]:
    """Give the contracts, of these teams or of all, that end within 30 days and are not renewed, soonest first.

    One of a person who has left, or one that has ended, is none of them.
    """
    today = clock.today()
    later = Contract.objects.filter(application=OuterRef("application"), number__gt=OuterRef("number"))
    months = Func(F("months"), template="make_interval(months => %(expressions)s::int)")
    rows = (
        Contract.objects.alias(around=ExpressionWrapper(F("start") + months, output_field=DateField()))
        .filter(
            ~Exists(later),
            application__state__in=(State.CONTRACTED, State.ONBOARDED),
            around__gte=today,  # the database's own reckoning is a day off at the end of a month
            around__lte=today + dt.timedelta(days=RENEWAL_DAYS[0] + 2),
        )
        .select_related("application__posting__team", "application__candidate")
    )
    if teams is not None:
        rows = rows.filter(application__posting__team__in=list(teams))
    found = [row for row in rows if row.days_left is not None and row.days_left >= 0]
    return sorted(found, key=lambda row: (row.ends or today, row.pk))
