"""Bodies larger than everything we take are refused before anything reads them, with words."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

Handler = Callable[[HttpRequest], HttpResponse]
CHUNK = 64 * 1024


class BodyLimitMiddleware:
    """Answer 413 to a body above `BODY_MAX_BYTES`."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        if length <= settings.BODY_MAX_BYTES:
            return self.get_response(request)
        self.swallow(request, min(length, 2 * settings.BODY_MAX_BYTES))
        context = {"limit": settings.BODY_MAX_BYTES // 2**20}
        return render(request, "413.html", context, status=413)

    def swallow(self, request: HttpRequest, most: int) -> None:
        """Read the body away, up to a point: a browser shows an answer only when it could send."""
        while most > 0 and (chunk := request.read(min(CHUNK, most))):
            most -= len(chunk)
