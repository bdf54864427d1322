"""The stamp of a form: a secret of its own and the moment it was drawn, signed. It tells people from machines a little,
and it is the key to the files that wait for the form."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing

from backend.common import clock

SALT = "web.apply"


@dataclass(frozen=True)
class Stamp:
    """The form's secret, and when it was drawn first."""

    secret: str
    at: datetime

    def __str__(self) -> str:
        return signing.dumps({"s": self.secret, "t": int(self.at.timestamp())}, salt=SALT)

    @property
    def too_fast(self) -> bool:
        """Say whether it comes back sooner than anybody fills it in."""
        return clock.now() - self.at < timedelta(seconds=settings.FORM_MIN_SECONDS)

    @property
    def too_old(self) -> bool:
        """Say whether the page had been open for longer than a day."""
        return clock.now() - self.at > timedelta(hours=settings.FORM_MAX_HOURS)


def new() -> Stamp:
    """Give the stamp of a form that is drawn now."""
    return Stamp(secrets.token_urlsafe(16), clock.now())


def read(text: str) -> Stamp | None:
    """Give the stamp that a form brought back; None if it is not ours."""
    try:
        said = signing.loads(text[:300], salt=SALT)
        return Stamp(str(said["s"]), datetime.fromtimestamp(said["t"], tz=clock.now().tzinfo))
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None
