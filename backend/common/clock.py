"""What time it is; demo data and tests may live at another moment, in this thread only."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """Give the present moment, aware."""
    return _moment.get() or timezone.now()


def today() -> date:
    """Give the present day where the product is."""
    return day(now())


def day(moment: datetime) -> date:
    """Give the day of a moment where the product is, whoever looks."""
    return timezone.localdate(moment, timezone.get_default_timezone())


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Make `now()` give `moment` inside the block."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
