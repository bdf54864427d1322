"""Where a person is signed in, and signing out elsewhere."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backend.accounts.actors import Actor
from backend.web import doors


@require_http_methods(["GET", "HEAD", "POST"])
@doors.signed_in
def sessions(request: HttpRequest, actor: Actor) -> HttpResponse:
    """End one of the person's other sessions, or all of them; the present one goes on."""
    if request.method != "POST":
        return redirect("account")
    others = [row for row in UserSession.objects.purge_and_list(request.user) if not row.is_current()]
    asked = request.POST.get("session", "")
    ended = [row for row in others if not asked or str(row.pk) == asked]
    for row in ended:
        row.end()
    messages.success(request, _("Signed out there.") if ended else _("Nobody was signed in there any more."))
    return redirect("account")


def of(request: HttpRequest) -> list[dict[str, object]]:
    """Give the person's sessions, the present one first, each with its device in words."""
    rows = UserSession.objects.purge_and_list(request.user)
    rows.sort(key=lambda row: (not row.is_current(), -row.created_at.timestamp()))
    return [{"row": row, "device": device(row.user_agent), "current": row.is_current()} for row in rows]


BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
           ("Linux", "Linux"))  # fmt: skip


def device(agent: str) -> str:
    """Give a browser and a system in words, from what the browser says of itself."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return ", ".join(part for part in (browser, system) if part) or _("Unknown device")
