"""What time it is; demo data and tests may live at another moment, in this thread only."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, tzinfo

from django.utils import timezone

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """Give the present moment, aware."""
    return _moment.get() or timezone.now()


def today(zone: tzinfo | None = None) -> date:
    """Give the present day in a time zone, else where the product is."""
    return day(now(), zone)


def day(moment: datetime, zone: tzinfo | None = None) -> date:
    """Give the day of a moment in a time zone, else where the product is, whoever looks."""
    return timezone.localdate(moment, zone or timezone.get_default_timezone())


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Make `now()` give `moment` inside the block."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
