"""Answers for requests that no view could take: JSON under /api/, pages elsewhere."""

import sys
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from backend.api import errors
from backend.web.views import system


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that cannot be understood, such as one for a host that is not ours."""
    return errors.plain(400) if _for_api(request) else system.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an act without the right to it."""
    return errors.plain(403) if _for_api(request) else system.forbidden(request, exception)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for an address that leads nowhere."""
    return errors.plain(404) if _for_api(request) else system.not_found(request, exception)


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    """Answer after a fault of ours; 503 while the database does not answer, so that machines ask again."""
    status = 503 if isinstance(sys.exc_info()[1], OperationalError | InterfaceError) else 500
    response = errors.plain(status) if _for_api(request) else system.server_error(request, *args)
    response.status_code = status
    if status == 503:
        response["Retry-After"] = "10"
    return response


def _for_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")
