"""Where mail providers bring mail over HTTP: raw, behind a secret of ours; or in their own form, by django-anymail."""

import secrets
from base64 import b64decode
from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from notifications.inbound.receive import Receipt, receive
from notifications.models import Outcome

log = structlog.get_logger(__name__)
RAW_TYPES = ("message/rfc822", "application/octet-stream")


@csrf_exempt  # a provider has no page of ours: the secret stands for it
@require_POST
def raw(request: HttpRequest) -> HttpResponse:
    """Take one message as it came: 201 with its outcome, 200 if it came before, else 401, 413, 415, 422 or 503."""
    if not settings.INBOUND_HOOK_SECRET:
        return refusal(404, _("There is no such page."))
    if not is_bearer(request, settings.INBOUND_HOOK_SECRET):
        answer = refusal(401, _("Give the secret of this hook: “Authorization: Bearer …”."))
        answer["WWW-Authenticate"] = 'Bearer realm="mail"'
        return answer
    if request.content_type not in RAW_TYPES:
        return refusal(415, _("Send the message as it came, as message/rfc822."))
    content = body(request)
    if content is None:
        return refusal(413, _("The message is larger than what is taken."))
    try:
        receipt = receive(content)
    except (OperationalError, InterfaceError):
        log.warning("hook_without_database")
        answer = refusal(503, _("The database does not answer. Nothing was written; try again."))
        answer["Retry-After"] = "60"
        return answer
    if receipt.outcome == Outcome.REFUSED:
        return refusal(422, receipt.reason)
    return JsonResponse(told(receipt), status=200 if receipt.outcome == Outcome.DUPLICATE else 201)


def told(receipt: Receipt) -> dict[str, Any]:
    """Give what the provider is told: the outcome, and nothing about the person."""
    return {"outcome": receipt.outcome.value}


def refusal(status: int, words: str) -> JsonResponse:
    """Give a refusal with its words."""
    return JsonResponse({"detail": words}, status=status)


def is_bearer(request: HttpRequest, secret: str) -> bool:
    """Say whether the request gives this secret, without telling by the time how much of it is right."""
    scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and secrets.compare_digest(given.strip().encode(), secret.encode())


def body(request: HttpRequest) -> bytes | None:
    """Give the body, up to what a mail may be; None for a larger one, of which no more is read."""
    limit = settings.INBOUND_MAX_BYTES
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > limit:
        return None
    content = request.read(limit + 1)
    return None if len(content) > limit else content


def roomy(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a provider's hook read a body as large as a mail may be, once it has given the secret.

    Django refuses bodies over DATA_UPLOAD_MAX_MEMORY_SIZE, which is right for pages and too small for a CV in JSON.
    """

    @csrf_exempt
    @wraps(view)
    def let_in(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "HEAD":  # some providers look whether it is there
            return HttpResponse()
        if request.method != "POST":
            return HttpResponse(status=405, headers={"Allow": "POST, HEAD"})
        if not is_basic(request, settings.ANYMAIL["WEBHOOK_SECRET"]):
            return refusal(401, _("Give the secret of this hook as user name and password (HTTP Basic)."))
        content_type = request.content_type or ""
        if not content_type.startswith("multipart/"):  # those are read in pieces, files apart
            content = body(request)
            if content is None:
                return refusal(413, _("The message is larger than what is taken."))
            request._body = content
        return view(request, *args, **kwargs)

    return let_in


def is_basic(request: HttpRequest, allowed: str) -> bool:
    """Say whether the request gives `user:password`, as django-anymail asks for it."""
    scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
    try:
        said = b64decode(given, validate=True)
    except ValueError:
        return False
    return scheme.lower() == "basic" and secrets.compare_digest(said, allowed.encode())
