"""The contract terms: who agrees with whom, on what, what it comes to, and where to sign."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.common import typography
from backend.documents import dossier, engine, wording
from backend.hiring.models import ContractKind, Posting
from workflow.models import Application, Contract
from workflow.models.contracts import last_day
from workflow.states import State

WEEKS_A_YEAR = 52


@dataclass(frozen=True)
class Fact:
    """One line of a list of facts; an empty value is written “to be specified”."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Estimate:
    """What the terms come to at most: whole days, and euros before tax where a day has a price."""

    days: int
    amount: Decimal | None


def estimate(contract: Contract) -> Estimate | None:
    """Give days and amount: months × 52 weeks ÷ 12 × days a week, rounded up to a day, × the day rate.

    None for a contract without an end, or while months or days a week are not known.
    """
    if contract.kind == ContractKind.PERMANENT or not contract.months or not contract.days_per_week:
        return None
    exact = Decimal(contract.months) * WEEKS_A_YEAR * contract.days_per_week / 12
    days = int(exact.to_integral_value(ROUND_CEILING))
    return Estimate(days, contract.day_rate * days if contract.day_rate else None)


def whole_days(count: int) -> str:
    """Give `104 jours`, `1 day`."""
    words = ngettext("%(count)s day", "%(count)s days", count)
    return words % {"count": typography.localised(f"{count:,}".replace(",", typography.NARROW))}


def facts(contract: Contract, posting: Posting, *, beside_plan: bool = True) -> list[Fact]:
    """Give the terms, line by line, in the active language; what does not apply to the kind is left out.

    `beside_plan` sets the band that the posting announced beside the rate.
    """
    lines = [Fact(_("Contract"), contract.get_kind_display())]
    if contract.day_rate or not contract.kind or contract.kind in Contract.BY_THE_DAY:
        rate = _("%(rate)s a day before tax") % {"rate": typography.euros(contract.day_rate)}
        lines.append(Fact(_("Rate"), rate if contract.day_rate else "", planned(posting) if beside_plan else ""))
    lines.append(Fact(_("Rhythm"), wording.days_a_week(contract.days_per_week, contract.days_per_week)))
    lines.append(Fact(_("Start"), typography.long_date(contract.start)))
    if contract.kind == ContractKind.PERMANENT:
        return [*lines, Fact(_("Length"), _("without an end date"))]
    if contract.start and contract.months:
        lines.append(Fact(_("Last day"), typography.long_date(last_day(contract.start, contract.months))))
    length = wording.months(contract.months) if contract.months else ""
    lines.append(Fact(_("Length"), length))
    total = estimate(contract)
    if total and total.amount is not None:
        words = _("%(amount)s before tax at most") % {"amount": typography.euros(total.amount)}
        lines.append(Fact(_("Amount"), words, whole_days(total.days)))
    return lines


def planned(posting: Posting) -> str:
    """Give the band that the posting announced, `550 à 650 € prévus`; `` if it announced none."""
    band = wording.range_of_euros(posting.day_rate_min, posting.day_rate_max)
    return _("planned: %(band)s") % {"band": band} if band else ""


def announced(posting: Posting) -> list[Fact]:
    """Give what the posting says of the terms, while none are agreed."""
    kinds = [str(ContractKind(kind).label) for kind in posting.contract_kinds if kind in ContractKind.values]
    rate = wording.range_of_euros(posting.day_rate_min, posting.day_rate_max)
    return [
        Fact(_("Contract"), ", ".join(kinds)),
        Fact(_("Rate"), _("%(rate)s a day before tax") % {"rate": rate} if rate else ""),
        Fact(_("Rhythm"), wording.days_a_week(posting.days_per_week_min, posting.days_per_week_max)),
        Fact(_("Start"), wording.posting_start(posting.start)),
        Fact(
            _("Length"),
            wording.months(posting.duration_months) if posting.duration_months else "",
            _("renewable") if posting.renewable and posting.duration_months else "",
        ),
    ]


@dataclass(frozen=True)
class Sum:
    """One line of the calculation."""

    label: str
    formula: str
    result: str


def calculation(contract: Contract) -> list[Sum]:
    """Give how days and amount are reckoned, step by step; empty where there is nothing to reckon."""
    total = estimate(contract)
    if total is None:
        return []
    formula = _("%(months)s × 52 weeks ÷ 12 × %(rhythm)s") % {
        "months": wording.months(contract.months or 0),
        "rhythm": wording.days_a_week(contract.days_per_week, contract.days_per_week),
    }
    lines = [Sum(_("Days of work, at most"), formula, whole_days(total.days))]
    if total.amount is not None:
        price = f"{whole_days(total.days)} × {typography.euros(contract.day_rate)}"
        lines.append(Sum(_("Amount before tax, at most"), price, typography.euros(total.amount)))
    return lines


def render(
    application: Application,
    language: str,
    *,
    contract: Contract | None = None,
    now: dt.datetime | None = None,
) -> bytes:
    """Give the PDF of the terms, in `fr` or `en`: of `contract`, or of the latest one.

    Fit for the candidate: it shows nothing that is internal to the team. What is not agreed yet is written “to be
    specified”. Raises engine.PdfUnavailable.
    """
    found = dossier.read(application.pk, for_candidate=not application.candidate.veiled)
    contract = contract or found.contracts.last() or Contract(application=found)
    with translation.override(language):
        agreed = found.state in (State.CONTRACTED, State.ONBOARDED) and not contract.missing()
        return engine.render(
            "terms/document.html",
            {
                "language": language,
                "application": found,
                "candidate": found.candidate,
                "team": found.posting.team,
                "contract": contract,
                "title": _("Agreed terms") if agreed else _("Proposed terms"),
                "missing": [label[:1].lower() + label[1:] for label in contract.missing()],
                "facts": facts(contract, found.posting, beside_plan=False),
                "calculation": calculation(contract),
                "now": now or timezone.now(),
            },
            hide=[found.link_token],
        )
