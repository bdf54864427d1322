"""Every refusal of the API has one shape: `{"code", "detail", …}`, in the words of the page."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from backend.common.errors import Invalid, JalonError, Refused


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Give the answer for an error; None for one that nobody foresaw (500, logged)."""
    if isinstance(error, JalonError):
        return Response(body(error), status=error.status)
    if isinstance(error, exceptions.ValidationError):
        return Response(
            {"code": "invalid", "detail": _("What was sent cannot be understood."), "fields": error.detail},
            status=422,
        )
    response = exception_handler(error, context)
    if response is not None and isinstance(response.data, dict):
        code = getattr(error, "default_code", "error")
        response.data = {"code": code, "detail": response.data.get("detail", "")}
    return response


def body(error: JalonError) -> dict[str, Any]:
    """Give the JSON of one of our own refusals."""
    said: dict[str, Any] = {"code": error.code, "detail": error.detail}
    if isinstance(error, Refused):
        said |= {"state": error.state, "reasons": error.reasons}
    if isinstance(error, Invalid):
        said["fields"] = error.fields
    return said
