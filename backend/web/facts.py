"""The facts of a posting and of a contract, in words. What is not stated is said to be missing, never left blank."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.common import typography
from backend.hiring.models import ContractKind, Posting
from workflow.models import Contract


@dataclass(frozen=True)
class Fact:
    """One line of a facts list; an empty text is shown as “to be specified”."""

    label: str
    text: str
    note: str = ""


def of_posting(posting: Posting) -> list[Fact]:
    """Give what somebody wants to know before they apply, in order."""
    facts = [
        Fact(_("Rate"), rate(posting)),
        Fact(_("Rhythm"), rhythm(posting.days_per_week_min, posting.days_per_week_max)),
        Fact(_("Length"), length(posting.duration_months, renewable=posting.renewable)),
        Fact(_("Start"), start(posting.start)),
        Fact(_("Place"), posting.get_remote_display() if posting.remote else ""),
        Fact(_("Contract"), contracts(posting)),
    ]
    if posting.apply_before:
        facts.append(Fact(_("Apply before"), typography.long_date(posting.apply_before)))
    facts.append(Fact(_("Answer"), within(posting.team.answer_days)))
    return facts


def in_brief(posting: Posting) -> list[str]:
    """Give the known facts alone, for a list of postings."""
    known = [
        rate(posting),
        rhythm(posting.days_per_week_min, posting.days_per_week_max),
        posting.get_remote_display() if posting.remote else "",
        _("start: %(start)s") % {"start": start(posting.start)} if posting.start else "",
    ]
    return [typography.localised(text) for text in known if text]


def of_terms(contract: Contract | None, posting: Posting) -> list[Fact]:
    """Give the agreed terms beside what the posting planned."""
    planned = rate(posting)
    note = _("(planned: %(rate)s)") % {"rate": planned} if planned else ""
    if contract is None:
        contract = Contract()
    by_the_day = not contract.kind or contract.kind in Contract.BY_THE_DAY
    facts = [Fact(_("Contract"), contract.get_kind_display() if contract.kind else "")]
    if by_the_day or contract.day_rate is not None:
        shown = _("%(amount)s a day before tax") % {"amount": typography.euros(contract.day_rate)}
        facts.append(Fact(_("Rate"), shown if contract.day_rate is not None else "", note))
    facts += [
        Fact(_("Rhythm"), rhythm(contract.days_per_week, None)),
        Fact(_("Start"), typography.long_date(contract.start)),
    ]
    if contract.kind != ContractKind.PERMANENT:
        facts.append(Fact(_("Length"), length(contract.months)))
    if contract.rate_reason:
        facts.append(Fact(_("Reason for this rate"), contract.rate_reason))
    return facts


def rate(posting: Posting) -> str:
    """Give the planned day rate."""
    low, high = posting.day_rate_min, posting.day_rate_max
    if low is not None and high is not None and low != high:
        amounts = {"low": typography.euros(low), "high": typography.euros(high)}
        if amounts["low"].endswith("€"):  # French: the sign once, after the second
            amounts["low"] = amounts["low"].removesuffix("€").rstrip()
        return _("%(low)s to %(high)s a day before tax") % amounts
    if high is not None and low is None:
        return _("up to %(amount)s a day before tax") % {"amount": typography.euros(high)}
    if low is not None and high is None:
        return _("from %(amount)s a day before tax") % {"amount": typography.euros(low)}
    return _("%(amount)s a day before tax") % {"amount": typography.euros(low)} if low is not None else ""


def rhythm(low: Decimal | None, high: Decimal | None) -> str:
    """Give the days a week."""
    if low is None and high is None:
        return ""
    if low is None or high is None or low == high:
        days = high if low is None else low
        text = ngettext("%(days)s day a week", "%(days)s days a week", int(days or 0))
        return text % {"days": typography.number(days)}
    return _("%(low)s to %(high)s days a week") % {"low": typography.number(low), "high": typography.number(high)}


def length(months: int | None, *, renewable: bool = False) -> str:
    """Give the length in months."""
    if not months:
        return _("renewable") if renewable else ""
    text = ngettext("%(months)d month", "%(months)d months", months) % {"months": months}
    return _("%(length)s, renewable") % {"length": text} if renewable else text


def start(value: str) -> str:
    """Give the start: a day, a month, or as soon as possible."""
    if value == "asap":
        return _("as soon as possible")
    try:
        if len(value) == 7:
            return formats.date_format(dt.date.fromisoformat(f"{value}-01"), "F Y")
        return typography.long_date(dt.date.fromisoformat(value)) if value else ""
    except ValueError:
        return value


def contracts(posting: Posting) -> str:
    """Give the kinds of contract."""
    labels = dict(ContractKind.choices)
    return ", ".join(str(labels.get(kind, kind)) for kind in posting.contract_kinds)


def within(days: int) -> str:
    """Give the promise of an answer."""
    return ngettext("within %(days)d day", "within %(days)d days", days) % {"days": days}
