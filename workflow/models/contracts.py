"""The agreed terms; renewals are further rows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, cast

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.common.models import Row
from backend.hiring.models import ContractKind
from workflow.models.application import Application


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

    def missing(self) -> list[str]:
        """Give the labels of the terms that are still to be filled in, in the active language."""
        needed = ["kind", "days_per_week", "start"]
        if self.kind != ContractKind.PERMANENT:
            needed.append("months")
        if not self.kind or self.kind in self.BY_THE_DAY:
            needed.insert(1, "day_rate")
        meta = cast(Any, self._meta)
        return [str(meta.get_field(name).verbose_name).capitalize() for name in needed if not getattr(self, name)]
