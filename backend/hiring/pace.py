"""How often the public form is sent, and whether it is the same sending twice. Only keyed digests are kept, an hour."""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from backend.common import clock
from backend.hiring.kept import HOUR
from backend.hiring.models import Sending

CONTENT = "content"


def _key(kind: str, value: str) -> str:
    return salted_hmac(f"hiring.pace.{kind}", value.lower(), algorithm="sha256").hexdigest()


def too_often(**values: str) -> str | None:
    """Give the first kind (`connection`, `address`) that has sent as often within an hour as it may; else None."""
    for kind, value in values.items():
        rows = Sending.objects.filter(kind=kind, key=_key(kind, value), created_at__gt=clock.now() - HOUR)
        if value and rows.count() >= settings.FORM_PER_HOUR[kind]:
            return kind
    return None


def note(**values: str) -> None:
    """Count one sending."""
    Sending.objects.bulk_create([Sending(kind=kind, key=_key(kind, value)) for kind, value in values.items() if value])


def is_first(content: str) -> bool:
    """Say whether this content has not been sent within the hour.

    To be asked in the transaction that receives it: a second sending waits here until the first is certain.
    """
    key = _key(CONTENT, content)
    Sending.objects.filter(kind=CONTENT, key=key, created_at__lte=clock.now() - HOUR).delete()
    try:
        with transaction.atomic():
            Sending.objects.create(kind=CONTENT, key=key)
    except IntegrityError:
        return False
    return True
