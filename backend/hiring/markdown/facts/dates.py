"""Dates and months as postings write them, with the year inferred from when the posting was published."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

MONTHS = (
    r"janv(?:ier)?|january|jan", r"fevr?(?:ier)?|february|feb", r"mars|march", r"avr(?:il)?|april|apr", r"mai",
    r"juin|june|jun", r"juil(?:let)?|july|jul", r"aout|august|aug", r"sept(?:embre|ember)?|sep",
    r"oct(?:obre|ober)?", r"nov(?:embre|ember)?", r"dec(?:embre|ember)?",
)  # fmt: skip
MONTH = "|".join(f"(?P<m{number}>{names})" for number, names in enumerate(MONTHS, start=1))
WEEKDAY = r"(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|(?:mon|tues|wednes|thurs|fri)day)\s+)?"
YEAR = r"(?:19|20)\d\d"
WRITTEN = re.compile(rf"\b({YEAR})[-/](\d{{1,2}})[-/](\d{{1,2}})(?!\d)|\b(\d{{1,2}})[-/.](\d{{1,2}})[-/.]({YEAR})\b")
# “may” and “march” are also English verbs: “may” counts only next to a year or a day.
DATE = re.compile(
    rf"\b(?P<y1>{YEAR})-(?P<n1>\d{{2}})(?:-(?P<d1>\d{{2}}))?(?!\d)"
    rf"|\b(?P<d2>\d{{1,2}})[/.](?P<n2>\d{{1,2}})[/.](?P<y2>{YEAR}|\d\d)(?!\d)"
    rf"|\b(?P<d4>\d{{1,2}})/(?P<n4>\d{{1,2}})(?![\d/]|\s*(?:e\b|jours))"
    rf"|\b{WEEKDAY}(?:(?P<d3>\d{{1,2}})(?:er|st|nd|rd|th)?\s+(?:of\s+)?)?"
    rf"(?:{MONTH}|(?P<may>may(?=\s+{YEAR})))\b\.?"
    rf"(?:\s+(?P<d5>\d{{1,2}})(?:st|nd|rd|th)?,?(?=\s+{YEAR}))?"
    rf"(?:\s+(?:de\s+l'annee\s+)?(?P<y3>{YEAR}|'?2\d(?![\dh:%/]|\s*h\b)))?"
)


@dataclass(frozen=True)
class Found:
    """A date in a text: `day` and `year` are None when not written; `end` is where it stops."""

    year: int | None
    month: int
    day: int | None
    start: int
    end: int

    def text(self, published: date | None) -> str | None:
        """Return YYYY-MM-DD, or YYYY-MM without a day; None if the year is neither written nor inferable."""
        year = self.year or inferred_year(self.month, published)
        if year is None:
            return None
        if self.day is None:
            return f"{year:04}-{self.month:02}"
        day = _date(year, self.month, self.day)
        return day.isoformat() if day else None


def inferred_year(month: int, published: date | None) -> int | None:
    """Return the year of the coming `month`; one month late is late, not eleven months early."""
    if published is None:
        return None
    if (published.month - month) % 12 <= 1:
        return published.year - (1 if month > published.month else 0)
    return published.year + (1 if month < published.month else 0)


def find(plain: str, start: int = 0, end: int | None = None) -> Found | None:
    """Return the first date or month of the folded text between `start` and `end`."""
    for match in DATE.finditer(plain, start, len(plain) if end is None else end):
        found = _found(match, plain)
        if found:
            return found
    return None


def _found(match: re.Match[str], plain: str) -> Found | None:
    parts = match.groupdict()
    number = parts["n1"] or parts["n2"] or parts["n4"]
    named = next((n for n in range(1, 13) if parts[f"m{n}"]), 5 if parts["may"] else 0)
    month = int(number) if number else named
    day = next((int(parts[f"d{n}"]) for n in range(1, 6) if parts[f"d{n}"]), None)
    written = (parts["y1"] or parts["y2"] or parts["y3"] or "").lstrip("'")
    year = int(written) + (2000 if len(written) == 2 else 0) if written else None
    if year is None and named:
        # “end of November or start of December 2021”: the year is said once, after the second month.
        later = re.match(rf"[^.;0-9]{{1,30}}?\b({YEAR})\b", plain[match.end() : match.end() + 40])
        year = int(later[1]) if later else None
    if not 1 <= month <= 12 or (day is not None and _date(year or 2000, month, day) is None):
        return None
    return Found(year, month, day, match.start(), match.end())


def written(text: str) -> date | None:
    """Return the first full date of `text`, written 2021-07-22…, 22/07/2021 or 22.07.2021."""
    for match in WRITTEN.finditer(text):
        year, month, day = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
        if found := _date(int(year), int(month), int(day)):
            return found
    return None


def in_name(name: str) -> str | None:
    """Return the date with which a file's name begins, as YYYY-MM-DD."""
    match = re.match(rf"({YEAR})-(\d{{1,2}})-(\d{{1,2}})(?!\d)", PurePath(name).name)
    found = _date(*(int(part) for part in match.groups())) if match else None
    return found.isoformat() if found else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
