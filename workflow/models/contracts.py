"""The agreed terms; renewals are further rows."""

from __future__ import annotations

import calendar
import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar, cast

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.common import clock
from backend.common.models import Row
from backend.hiring.models import ContractKind
from workflow.models.application import Application

RENEWAL_DAYS = (30, 15)
"""How many days before the end a renewal is asked about: first quietly, then with some urgency."""


def last_day(start: dt.date, months: int) -> dt.date:
    """Give the last day of a contract of so many months: 4 January and 6 months end on 3 July."""
    ahead = start.month - 1 + months
    year, month = start.year + ahead // 12, ahead % 12 + 1
    length = calendar.monthrange(year, month)[1]
    if start.day > length:
        return dt.date(year, month, length)
    return dt.date(year, month, start.day) - dt.timedelta(days=1)


class Contract(Row):
    """The agreed terms. Number 1 is the first contract; renewals are further rows."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="contracts")
    number = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(_("contract kind"), max_length=14, choices=ContractKind, blank=True)
    day_rate = models.DecimalField(
        _("day rate before tax"), max_digits=8, decimal_places=2, null=True, blank=True, help_text="euros"
    )
    days_per_week = models.DecimalField(_("days a week"), max_digits=2, decimal_places=1, null=True, blank=True)
    start = models.DateField(_("start date"), null=True, blank=True)
    months = models.PositiveSmallIntegerField(_("months"), null=True, blank=True)
    rate_reason = models.TextField(_("why this rate"), blank=True)

    BY_THE_DAY: ClassVar[set[str]] = {ContractKind.FREELANCE, ContractKind.AGENCY}

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="contract_number"),
            models.CheckConstraint(
                condition=Q(day_rate__isnull=True) | Q(day_rate__gt=0), name="contract_rate_positive"
            ),
            models.CheckConstraint(
                condition=Q(days_per_week__isnull=True) | Q(days_per_week__gte=Decimal("0.5"), days_per_week__lte=5),
                name="contract_days_in_week",
            ),
            models.CheckConstraint(
                condition=Q(months__isnull=True) | Q(months__gte=1, months__lte=60),
                name="contract_months_sane",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} #{self.number}"

    @property
    def ends(self) -> dt.date | None:
        """Give the last day; None for one without an end, or while it is not known."""
        if self.kind == ContractKind.PERMANENT or self.start is None or not self.months:
            return None
        return last_day(self.start, self.months)

    @property
    def days_left(self) -> int | None:
        """Give how many days are left if a renewal is to be asked about by now; negative once it has ended."""
        left = None if self.ends is None else (self.ends - clock.today()).days
        return left if left is not None and left <= RENEWAL_DAYS[0] else None

    @property
    def ends_soon(self) -> bool:
        """Say whether a renewal is urgent."""
        return self.days_left is not None and self.days_left <= RENEWAL_DAYS[1]

    def missing(self) -> list[str]:
        """Give the labels of the terms that are still to be filled in, in the active language."""
        needed = ["kind", "days_per_week", "start"]
        if self.kind != ContractKind.PERMANENT:
            needed.append("months")
        if not self.kind or self.kind in self.BY_THE_DAY:
            needed.insert(1, "day_rate")
        meta = cast(Any, self._meta)
        return [str(meta.get_field(name).verbose_name).capitalize() for name in needed if not getattr(self, name)]
