"""`Idempotency-Key`: the same write sent twice has one effect, and the second gets the first one's answer."""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, cast

from django.db import connection, transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api import parsing
from backend.api.authentication import TokenActor
from backend.api.models import KeptAnswer

KEPT = timedelta(hours=24)
KEY = re.compile(r"[\x21-\x7e]{1,255}")

# Two requests at once meet in the unique index: the second waits until the first has committed (and then claims
# nothing) or failed (and then goes ahead). An expired row is taken over.
CLAIM = """
    INSERT INTO api_keptanswer (token_id, key, fingerprint, status, body, created_at)
    VALUES (%(token)s, %(key)s, %(fingerprint)s, 0, '', %(now)s)
    ON CONFLICT (token_id, key) DO UPDATE
        SET fingerprint = EXCLUDED.fingerprint, status = 0, body = '', created_at = EXCLUDED.created_at
        WHERE api_keptanswer.created_at < %(expired)s
    RETURNING id
"""

Handler = Callable[..., Any]


def once(handler: Handler) -> Handler:
    """Make a write honour `Idempotency-Key`.

    Only what had an effect is kept. A refusal changed nothing, so the same key may try again.
    """

    @wraps(handler)
    def wrapper(view: Any, request: Request, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return handler(view, request, *args, **kwargs)
        if not KEY.fullmatch(key):
            raise ValidationError({"Idempotency-Key": [_("1 to 255 visible ASCII characters.")]})
        return _once(request, key, lambda: handler(view, request, *args, **kwargs))

    wrapper.takes_idempotency_key = True  # type: ignore[attr-defined]
    return wrapper


def _once(request: Request, key: str, act: Callable[[], Response]) -> HttpResponse:
    token, fingerprint = cast(TokenActor, request.auth).token.pk, _fingerprint(request)
    while True:
        with transaction.atomic():
            claimed = _claim(token, key, fingerprint)
            if claimed is not None:
                return _keep(claimed, act())
        kept = KeptAnswer.objects.filter(token_id=token, key=key).first()
        if kept is None:
            continue  # it was purged in between
        if kept.fingerprint != fingerprint:
            raise ValidationError({"Idempotency-Key": [_("This key was already used for another request.")]})
        answer = _answer(kept.status, kept.body)
        answer["Idempotency-Replayed"] = "true"
        return answer


def _fingerprint(request: Request) -> str:
    start = f"{request.method} {request.get_full_path()}\n".encode()
    return hashlib.sha256(start + parsing.canonical(request.data)).hexdigest()


def _claim(token: Any, key: str, fingerprint: str) -> int | None:
    now = timezone.now()
    said = {"token": token, "key": key, "fingerprint": fingerprint, "now": now, "expired": now - KEPT}
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, said)
        row = cursor.fetchone()
    return row[0] if row else None


def _keep(pk: int, response: Response) -> HttpResponse:
    content = "" if response.data is None else JSONRenderer().render(response.data).decode()
    KeptAnswer.objects.filter(pk=pk).update(status=response.status_code, body=content)
    return _answer(response.status_code, content)


def _answer(status: int, content: str) -> HttpResponse:
    if not content:
        return HttpResponse(status=status)
    return HttpResponse(content, status=status, content_type="application/json")


def purge() -> int:
    """Drop the answers that are kept no longer; give how many."""
    return KeptAnswer.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]
