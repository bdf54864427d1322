"""Every refusal of the API has one shape: `{"code", "detail", …}`, in the words of the page."""

import logging
from collections.abc import Sequence
from typing import Any

import psycopg.errors
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.urls import resolve
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from backend.common.errors import Invalid, JalonError, Refused

log = logging.getLogger("django.request")

CODES = {
    400: "malformed",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "throttled",
    500: "error",
    503: "busy",
}
BUSY = (psycopg.errors.LockNotAvailable, psycopg.errors.QueryCanceled, psycopg.errors.DeadlockDetected)


class MoveError(Exception):
    """A move that the lifecycle refused, with the actions that are possible now."""

    def __init__(self, refusal: Refused, allowed: Sequence[str]) -> None:
        super().__init__(refusal.detail)
        self.refusal, self.allowed = refusal, list(allowed)


class TooLarge(exceptions.APIException):
    """More bytes than we read."""

    status_code = 413


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """Give the answer for an error; one that nobody foresaw is logged with its traceback, and answered without."""
    set_rollback()
    if isinstance(error, MoveError):
        return Response(body(error.refusal) | {"allowed": error.allowed}, status=error.refusal.status)
    if isinstance(error, JalonError):
        return Response(body(error), status=error.status)
    if isinstance(error, exceptions.ValidationError):
        return refusal(422, _("What was sent cannot be understood."), fields=flat(error.detail))
    if isinstance(error, exceptions.APIException):
        return _of_framework(error)
    if isinstance(error, Http404):
        return refusal(404, _("There is nothing here."))
    if isinstance(error, PermissionDenied):
        return refusal(403, _("You may not do this."))
    if isinstance(error, RequestDataTooBig):
        return refusal(413, _("This is too large."))
    if isinstance(error, SuspiciousOperation):
        return refusal(400, _("What was sent cannot be understood."))
    if isinstance(error, OperationalError) and isinstance(error.__cause__, BUSY):
        answer = refusal(503, _("Too many people are working on this just now. Try again in a moment."))
        answer["Retry-After"] = "1"
        return answer
    if isinstance(error, OperationalError | InterfaceError):
        log.error("The database does not answer", exc_info=error)
        answer = refusal(503, _("The database does not answer. Try again in a moment."))
        answer["Retry-After"] = "10"
        answer._has_been_logged = True  # type: ignore[attr-defined] # as below
        return answer
    if isinstance(error, DataError):  # PostgreSQL could not take a value; better checked before, so it is noted
        log.warning("A value reached the database that it does not take", exc_info=error)
        return refusal(422, _("What was sent cannot be understood."))
    return _unforeseen(error, context)


def refusal(status: int, detail: str, **more: Any) -> Response:
    """Give an answer that refuses."""
    return Response({"code": CODES.get(status, "error"), "detail": detail} | more, status=status)


def body(error: JalonError) -> dict[str, Any]:
    """Give the JSON of one of our own refusals."""
    said: dict[str, Any] = {"code": error.code, "detail": error.detail}
    if isinstance(error, Refused):
        said |= {"state": str(error.state), "reasons": error.reasons or [error.detail]}
    if isinstance(error, Invalid):
        said["fields"] = error.fields
    return said


def flat(detail: Any, name: str = "") -> dict[str, list[str]]:
    """Give what is wrong by field; a field inside another is named `outer.inner`."""
    if isinstance(detail, dict):
        fields: dict[str, list[str]] = {}
        for key, inner in detail.items():
            fields |= flat(inner, f"{name}.{key}" if name else str(key))
        return fields
    if isinstance(detail, list) and any(isinstance(each, dict | list) for each in detail):
        return flat({str(number): inner for number, inner in enumerate(detail) if inner}, name)
    sentences = detail if isinstance(detail, list) else [detail]
    return {name or "body": [str(sentence) for sentence in sentences]}


def _of_framework(error: exceptions.APIException) -> Response:
    answer = refusal(error.status_code, str(error.detail))
    for header, attribute in (("WWW-Authenticate", "auth_header"), ("Retry-After", "wait")):
        if getattr(error, attribute, None):
            answer[header] = str(getattr(error, attribute))
    return answer


def _unforeseen(error: Exception, context: dict[str, Any]) -> Response:
    request = getattr(context.get("request"), "_request", None)
    log.error("Unforeseen error in the API", exc_info=error, extra={"status_code": 500, "request": request})
    got_request_exception.send(sender=None, request=request)
    answer = refusal(500, _("Something went wrong on our side. It was noted; try again later."))
    answer._has_been_logged = True  # type: ignore[attr-defined] # Django would log it once more, without the cause
    return answer


def plain(status: int) -> HttpResponse:
    """Give a refusal outside Django REST framework."""
    words = {
        400: _("What was sent cannot be understood."),
        403: _("You may not do this."),
        404: _("There is nothing here."),
        405: _("This address does not take this method."),
        500: _("Something went wrong on our side. It was noted; try again later."),
        503: _("The database does not answer. Try again in a moment."),
    }
    return JsonResponse({"code": CODES[status], "detail": words[status]}, status=status)


def nowhere(request: HttpRequest) -> HttpResponse:
    """Give the 404 of an address that is none; one that only lacks its last slash is shown the way.

    308 keeps method and body.
    """
    if not request.path.endswith("/") and resolve(request.path_info + "/").func is not nowhere:
        return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True), preserve_request=True)
    return plain(404)


nowhere.csrf_exempt = True  # type: ignore[attr-defined]
