"""Pages about the instance itself: alive, ready, counted; and the pages for what went wrong."""

import secrets
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from backend.web import figures

CLOSED = ("/a/", "/accounts/", "/api/", "/c/", "/calendar/", "/team/")
ROBOTS = "User-agent: *\n" + "".join(f"Disallow: {start}\n" for start in CLOSED)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers; asks nothing of anybody."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether pages can be served: the database answers. The broker is not needed, the relay delivers without."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "database": "no answer"}, status=503)
    return JsonResponse({"status": "ok", "database": "ok"})


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Give figures for Prometheus: on a host only behind METRICS_TOKEN, embedded only from this machine; else 404."""
    if not may_read_metrics(request):
        return not_found(request)
    return HttpResponse(figures.exposition(), content_type=figures.CONTENT_TYPE)


def may_read_metrics(request: HttpRequest) -> bool:
    """Say whether the token is right; without a token set, whether this is an embedded Jalon asked locally."""
    token = settings.METRICS_TOKEN
    if token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return secrets.compare_digest(given.encode(), token.encode())
    return settings.EMBEDDED and request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"}


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers to read postings only."""
    return HttpResponse(
        f"{ROBOTS}\nSitemap: {settings.SITE_URL}/sitemap.xml\n", content_type="text/plain; charset=utf-8"
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Give the page for an address that leads nowhere, or nowhere for this person."""
    return render(request, "404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Give the page for an act without the right to it."""
    return render(request, "403.html", status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Give the page for a request that cannot be understood."""
    return render(request, "400.html", status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Give the page for a form that was open too long, or sent from elsewhere."""
    return render(request, "csrf.html", status=403)


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    """Give the page for a fault of ours; asks nothing of the database, which may be the fault."""
    # Without the request: the bar on top would ask who is signed in.
    return HttpResponse(render_to_string("500.html"), status=500)
