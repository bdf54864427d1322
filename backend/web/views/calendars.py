"""Interviews in one's own calendar program: the private address, and what is read there."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backend.accounts import calendars
from backend.accounts.actors import Actor
from backend.documents import invitation
from backend.web import doors
from workflow import meetings


@require_safe
@doors.anyone
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Give the calendar of whoever this address belongs to."""
    found = calendars.find(token)
    rows = meetings.calendar_of(found.user, whole_teams=found.whole_teams)
    answer = HttpResponse(invitation.feed(rows, found.user.language), content_type=invitation.MEDIA_TYPE)
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@doors.signed_in
def own(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the person's address; open, renew or close it, and keep what it holds."""
    assert actor.user is not None
    if request.method == "POST":
        whole = request.POST.get("teams") == "all"
        if request.POST.get("do") == "close":
            calendars.close(actor.user)
            messages.success(request, _("The address is closed: nothing can be read there any more."))
        elif request.POST.get("do") == "keep":
            calendars.choose(actor.user, whole_teams=whole)
            messages.success(request, _("Kept. Your calendar program sees it the next time it reads."))
        else:
            calendars.issue(actor.user, whole_teams=whole)
            messages.success(request, _("This is your new address. An earlier one no longer works."))
        return redirect("calendar")
    found = calendars.of(actor.user)
    context = {"feed": found, "address": calendars.link_of(found) if found else "", "section": "account"}
    return render(request, "calendar.html", context)
