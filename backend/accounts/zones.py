"""The time zone of somebody's figures: days, weeks and months of their reports begin in it.

Nothing else is in it: an interview, a promised day and a mail are told to candidates and teams alike, so all of them
read the instance's time.
"""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from backend.accounts.models import User
from backend.common.errors import Invalid

REGIONS: dict[str, StrOrPromise] = {
    "Africa": gettext_lazy("Africa"),
    "America": gettext_lazy("America"),
    "Antarctica": gettext_lazy("Antarctica"),
    "Arctic": gettext_lazy("Arctic"),
    "Asia": gettext_lazy("Asia"),
    "Atlantic": gettext_lazy("Atlantic"),
    "Australia": gettext_lazy("Australia"),
    "Europe": gettext_lazy("Europe"),
    "Indian": gettext_lazy("Indian Ocean"),
    "Pacific": gettext_lazy("Pacific"),
}
"""The regions that are offered; the rest are old names of the same."""


@cache
def known() -> frozenset[str]:
    """Give the name of every time zone that Python and PostgreSQL read alike.

    Those without a region are left out: PostgreSQL takes CET or EET for an abbreviation, without summer time.
    """
    return frozenset(name for name in available_timezones() if "/" in name or name == "UTC")


def offered() -> list[tuple[str, list[tuple[str, str]]]]:
    """Give each region with its zones: the name of each, and its place in words."""
    places: dict[str, list[tuple[str, str]]] = {region: [] for region in REGIONS}
    for name in sorted(known()):
        region, _slash, place = name.partition("/")
        if region in places:
            places[region].append((name, place.replace("_", " ")))
    return [(str(REGIONS[region]), zones) for region, zones in places.items()]


def of(user: User | None) -> ZoneInfo:
    """Give the zone of somebody's figures: their own, or else the instance's."""
    own = user.time_zone if user else ""
    return ZoneInfo(own if own in known() else timezone.get_default_timezone_name())


def choose(user: User, name: str) -> None:
    """Keep the zone of somebody's figures; an empty name for the instance's. Raises Invalid."""
    if name and not (name in known() and _counts_in(name)):
        raise Invalid(_("There is no such time zone. One is written like “Europe/Paris”."))
    user.time_zone = name
    user.save(update_fields=["time_zone"])


def _counts_in(name: str) -> bool:
    """Say whether PostgreSQL, which makes the figures, knows a zone too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_timezone_names WHERE name = %s)", [name])
        found: bool = cursor.fetchone()[0]
    return found
