"""Pages that change in place: what the script asks for with htmx, and what is said back to it in headers.

Every address works without it; there the same form leads to a whole page.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django_htmx.http import reswap, retarget, trigger_client_event
from django_htmx.middleware import HtmxDetails

from backend.common import typography


def wants_part(request: HttpRequest) -> bool:
    """Say whether a part of the page is asked for, rather than a page."""
    return bool(HtmxDetails(request))


def into(response: HttpResponse, target: str, *, within: bool = False) -> HttpResponse:
    """Give the answer with the element that it replaces (or `within` which it stands), wherever it was asked from."""
    return reswap(retarget(response, target), "innerHTML" if within else "outerHTML")


def say(response: HttpResponse, event: str, **words: Any) -> HttpResponse:
    """Give the answer with an event for the script, after everything stands in its place."""
    said = {name: typography.localised(value) if isinstance(value, str) else value for name, value in words.items()}
    return trigger_client_event(response, event, said, after="settle")
