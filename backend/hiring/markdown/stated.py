"""Facts that a person corrected: a posting's front matter may hold them under `facts:`, and they win over its prose."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from backend.hiring.markdown.refusal import SourceRefused
from backend.hiring.models import ContractKind, Remote

KEY = "facts"
COLUMNS = {
    "day_rate_min": "day_rate_min",
    "day_rate_max": "day_rate_max",
    "days_per_week_min": "days_per_week_min",
    "days_per_week_max": "days_per_week_max",
    "duration_months": "duration_months",
    "renewable": "renewable",
    "start": "start",
    "apply_before": "apply_before",
    "remote": "remote",
    "contract": "contract_kinds",
    "apply_to": "apply_to",
    "apply_cc": "apply_cc",
    "apply_url": "apply_url",
}
"""The facts that a person may correct, each with its column."""

START = re.compile(r"asap|\d{4}-(0[1-9]|1[0-2])(-\d{2})?")


def read(front: Mapping[str, Any]) -> dict[str, Any]:
    """Give the corrected facts, each as facts are: None, False or [] is “not stated”.

    Raises SourceRefused, with words, for a value that cannot be meant. What is no map is some other use of the word.
    """
    given = front.get(KEY)
    if not isinstance(given, dict):
        return {}
    return {name: _value(name, value) for name, value in given.items() if name in COLUMNS}


def _value(name: str, value: Any) -> Any:
    try:
        return CHECKS[name](value)
    except (ValueError, ArithmeticError, ValidationError, TypeError) as error:
        raise SourceRefused(
            f"The front matter says “facts: {name}: {str(value)[:60]}”, which cannot be meant."
        ) from error


def _emails(value: Any) -> list[str]:
    texts = [value] if isinstance(value, str) else list(value or [])
    for text in texts:
        validate_email(text)
    return texts


def _address(value: Any) -> str | None:
    if value:
        URLValidator(schemes=["http", "https"])(value)
    return str(value)[:1000] if value else None


def _amount(most: int, places: int) -> Callable[[Any], float | int | None]:
    def check(value: Any) -> float | int | None:
        if value is None:
            return None
        if isinstance(value, bool):
            raise ValueError(value)
        try:
            number = Decimal(str(value))
        except InvalidOperation as error:
            raise ValueError(value) from error
        if not 0 < number <= most or round(number, places) != number:
            raise ValueError(value)
        return int(number) if number == int(number) else float(number)

    return check


def _months(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or int(value) != value or not 0 < value <= 600:
        raise ValueError(value)
    return int(value)


def _start(value: Any) -> str | None:
    if value in (None, ""):
        return None
    if not START.fullmatch(str(value)):
        raise ValueError(value)
    if len(str(value)) == 10:
        dt.date.fromisoformat(value)
    return str(value)


def _flag(value: Any) -> bool:
    if value not in (True, False, None):
        raise ValueError(value)
    return bool(value)


CHECKS: dict[str, Callable[[Any], Any]] = {
    "day_rate_min": _amount(100_000, 2),
    "day_rate_max": _amount(100_000, 2),
    "days_per_week_min": _amount(7, 1),
    "days_per_week_max": _amount(7, 1),
    "duration_months": _months,
    "renewable": _flag,
    "start": _start,
    "apply_before": lambda value: dt.date.fromisoformat(value).isoformat() if value else None,
    "remote": lambda value: Remote(value).value if value else None,
    "contract": lambda value: [
        ContractKind(kind).value for kind in ([value] if isinstance(value, str) else value or [])
    ],
    "apply_to": _emails,
    "apply_cc": _emails,
    "apply_url": _address,
}
