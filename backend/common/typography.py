"""French typography: spaces that do not break, dates and amounts in words (LOOK.md, "Tone of voice").

Sources: Lexique des règles typographiques en usage à l'Imprimerie nationale; U+202F is the narrow no-break space.
"""

import datetime as dt
import re
from decimal import Decimal

from django.utils import formats, timezone, translation

NARROW = "\u202f"
NO_BREAK = "\u00a0"

_BEFORE_HIGH = re.compile(r"[ \u00a0\u202f]+([:;!?»%€])")
_AFTER_QUOTE = re.compile(r"«[ \u00a0\u202f]*")
_THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")


def french(text: str) -> str:
    """Give `text` with narrow no-break spaces before `: ; ! ? » % €`, inside « » and in 1 250.

    Only spaces that are there are replaced: addresses and times keep their colons.
    """
    text = _BEFORE_HIGH.sub(NARROW + r"\1", text)
    text = _AFTER_QUOTE.sub("«" + NARROW, text)
    return _THOUSANDS.sub(NARROW, text)


def localised(text: str) -> str:
    """Give `text` as the active language sets it."""
    return french(text) if (translation.get_language() or "").startswith("fr") else text


def euros(amount: Decimal | int | None) -> str:
    """Give an amount: `1 250 €` in French, `€1,250` in English; cents only when there are some; `` for None."""
    if amount is None:
        return ""
    value = Decimal(amount)
    whole = value == value.to_integral_value()
    digits = f"{value:,.0f}" if whole else f"{value:,.2f}"
    if (translation.get_language() or "").startswith("fr"):
        return digits.replace(",", NARROW).replace(".", ",") + NARROW + "€"
    return "€" + digits


def number(value: Decimal | float | None) -> str:
    """Give a quantity without useless zeros: `4`, `2,5` in French, `2.5` in English."""
    if value is None:
        return ""
    text = f"{Decimal(value).normalize():f}"
    return text.replace(".", ",") if (translation.get_language() or "").startswith("fr") else text


def grouped(value: Decimal | int) -> str:
    """Give a quantity with its thousands apart: `1 250`, `2,5` in French, `1,250`, `2.5` in English."""
    text = f"{Decimal(value).normalize():,f}"
    if (translation.get_language() or "").startswith("fr"):
        return text.replace(",", NARROW).replace(".", ",")
    return text


def long_date(value: dt.date | dt.datetime | None) -> str:
    """Give a date in words: `21 novembre 2026`, `1er décembre 2026`, `21 November 2026`; `` for None."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date()
    if (translation.get_language() or "").startswith("fr"):
        day = "1er" if value.day == 1 else str(value.day)
        return f"{day}{NO_BREAK}{formats.date_format(value, 'F Y')}"
    return f"{value.day}{NO_BREAK}{formats.date_format(value, 'F Y')}"


def clock_time(value: dt.datetime) -> str:
    """Give a time of the day: `14 h 30` in French, `14:30` in English."""
    local = timezone.localtime(value)
    if (translation.get_language() or "").startswith("fr"):
        return f"{local.hour}{NARROW}h{NARROW}{local.minute:02d}"
    return f"{local:%H:%M}"


def weekday_date(value: dt.date | dt.datetime) -> str:
    """Give a date with its weekday: `vendredi 4 décembre 2026`."""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date()
    return f"{formats.date_format(value, 'l')} {long_date(value)}"


def moment(value: dt.datetime) -> str:
    """Give a day and a time in full: `vendredi 4 décembre 2026, 14 h 30`."""
    return f"{weekday_date(value)}, {clock_time(value)}"
