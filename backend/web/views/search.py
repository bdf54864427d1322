"""Search across every team of the viewer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backend.accounts.actors import Actor
from backend.search import find
from backend.web import doors

LONGEST = 200


@require_safe
@doors.signed_in
def search(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show what is found for `?q=`."""
    asked = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
    context = {"section": "search", "q": asked, "found": find.find(actor, asked) if asked else None}
    return render(request, "search.html", context)
