"""Filters of the PDF templates."""

import re

from django import template

from backend.common import typography
from backend.documents import text, wording

register = template.Library()

register.filter("direction", text.direction)
register.filter("short", text.short)
register.filter("moment", wording.moment)
register.filter("long_date", typography.long_date)


@register.filter
def paragraphs(letter: str) -> list[str]:
    """Give the paragraphs of a plain text: what empty lines separate."""
    return [part.strip("\n") for part in re.split(r"\n\s*\n", letter.replace("\r\n", "\n")) if part.strip()]


@register.filter
def whole_dates(note: str) -> str:
    """Give `note` with every year tied to its month, so that a narrow column breaks before the date, not in it."""
    return re.sub(r" (?=\d{4}\b)", typography.NO_BREAK, note)
