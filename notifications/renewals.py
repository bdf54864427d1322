"""The alerts before a contract ends: 30 and 15 days ahead, each written once, whoever sweeps and however often."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from backend.common import clock, typography
from notifications import team
from notifications.models import RenewalAlert, Topic
from workflow import renewals
from workflow.models import RENEWAL_DAYS, Contract


def write_due() -> int:
    """Note what is to be renewed by now, and tell those who want to know at once; give of how many contracts.

    Several processes may do so at once. The others of the team find it in the e-mail of their day.
    """
    found = renewals.ending()
    known = set(RenewalAlert.objects.filter(contract__in=found).values_list("contract_id", "ends", "days"))
    new = [row for row in found if (row.pk, row.ends, _stage(row)) not in known]
    return sum(_write(row) for row in new)


@transaction.atomic
def _write(contract: Contract) -> bool:
    """Note one alert, if nobody else has; say whether it was ours."""
    assert contract.ends is not None  # only those with an end are given
    _row, made = RenewalAlert.objects.get_or_create(contract=contract, ends=contract.ends, days=_stage(contract))
    if made:
        for member in team.at_once(contract.application, Topic.RENEWAL):
            with override(member.user.language):
                team.write(member, team.AT_ONCE, _subject(contract), team.address_of(contract.application), clock.now())
    return made


def told_since(team_id: UUID, since: datetime) -> list[Contract]:
    """Give the contracts of a team whose alert came since a moment, if it still holds."""
    alerts = RenewalAlert.objects.filter(contract__application__posting__team=team_id, created_at__gte=since)
    alerted = set(alerts.values_list("contract_id", flat=True))
    return [row for row in renewals.ending([team_id]) if row.pk in alerted] if alerted else []


def _stage(contract: Contract) -> int:
    """Give the alert that is due: 30 days ahead, or 15 for what has fewer left."""
    return RENEWAL_DAYS[1] if contract.ends_soon else RENEWAL_DAYS[0]


def _subject(contract: Contract) -> str:
    left = contract.days_left or 0
    return ngettext(
        "A contract ends in %(n)d day, on %(date)s: “%(title)s”",
        "A contract ends in %(n)d days, on %(date)s: “%(title)s”",
        left,
    ) % {"n": left, "date": typography.long_date(contract.ends), "title": team.title(contract.application)}


def line(contract: Contract) -> str:
    """Give one contract as a line of a digest."""
    words = _("until %(date)s") % {"date": typography.long_date(contract.ends)}
    return f"{team.title(contract.application)}, {words}\n  {team.address_of(contract.application)}"
