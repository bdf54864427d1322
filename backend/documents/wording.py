"""Dates, sizes and ranges as the documents write them, in the active language."""

import datetime as dt
import re
from decimal import Decimal

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.common import typography
from backend.common.typography import NO_BREAK


def is_french() -> bool:
    """Say whether the active language is French."""
    return (translation.get_language() or "").startswith("fr")


def moment(value: dt.datetime) -> str:
    """Give a short date and time: `9 nov. 2026, 11 h 20`, `9 Nov 2026, 11:20`."""
    local = timezone.localtime(value)
    day = "1er" if is_french() and local.day == 1 else str(local.day)
    month = formats.date_format(local, "N" if is_french() else "M")
    return f"{day}{NO_BREAK}{month}{NO_BREAK}{local.year}, {typography.clock_time(value)}"


def months(count: int) -> str:
    """Give `6 mois`, `1 month`."""
    return ngettext("%(count)d month", "%(count)d months", count) % {"count": count}


def minutes(count: int) -> str:
    """Give `45 min`."""
    return f"{count}{NO_BREAK}min"


def days_a_week(low: Decimal | None, high: Decimal | None) -> str:
    """Give `4 jours par semaine` or `3 à 4 jours par semaine`; `` if neither is known."""
    known = [value for value in (low, high) if value is not None]
    if not known:
        return ""
    if known[0] != known[-1]:
        numbers = {"low": typography.number(known[0]), "high": typography.number(known[-1])}
        return _("%(low)s to %(high)s days a week") % numbers
    # Plural by the whole part: “1,5 jour” is singular in French, “0.5 days” plural in English.
    count = int(known[0]) if is_french() or known[0] == int(known[0]) else 2
    return ngettext("%(days)s day a week", "%(days)s days a week", count) % {"days": typography.number(known[0])}


def range_of_euros(low: Decimal | None, high: Decimal | None) -> str:
    """Give `550 à 650 €`, `au plus 650 €`, `au moins 550 €` or `600 €`; `` if neither is known."""
    if low is not None and high is not None:
        if low == high:
            return typography.euros(low)
        lower = typography.euros(low)
        if is_french():  # the sign is written once, after both
            lower = lower.removesuffix(typography.NARROW + "€")
        return _("%(low)s to %(high)s") % {"low": lower, "high": typography.euros(high)}
    if high is not None:
        return _("%(high)s at most") % {"high": typography.euros(high)}
    return _("%(low)s at least") % {"low": typography.euros(low)} if low is not None else ""


def file_size(size: int) -> str:
    """Give a size in steps of 1,000: `640 ko`, `1,2 Mo`."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))}{NO_BREAK}{_('kB')}"
    return f"{typography.number(Decimal(size / 1e6).quantize(Decimal('0.1')))}{NO_BREAK}{_('MB')}"


def posting_start(start: str) -> str:
    """Give a posting's start (`2027-01-04`, `2027-01` or `asap`) in words; `` if it says none."""
    if start == "asap":
        return _("as soon as possible")
    parts = [int(part) for part in start.split("-") if part.isdigit()]
    if len(parts) == 3:
        return typography.long_date(dt.date(*parts))
    return formats.date_format(dt.date(parts[0], parts[1], 1), "F Y") if len(parts) == 2 else ""


def bare_address(address: str) -> str:
    """Give a web address as people say it, without scheme and “www.”; other text as it is."""
    return re.sub(r"^https?://(www\.)?", "", address.strip()).rstrip("/")
