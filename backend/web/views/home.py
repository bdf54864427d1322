"""Where somebody lands after signing in, and their own account."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from backend.accounts import zones
from backend.accounts.actors import Actor
from backend.accounts.models import Team
from backend.web import doors
from backend.web.views import sessions
from workflow import renewals
from workflow.states import OPEN


@require_safe
@doors.signed_in
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Lead to the board of the only team, or to its postings (`?to=postings`); else to the list of teams."""
    if len(actor.team_ids) == 1:
        to = "team_postings" if request.GET.get("to") == "postings" else "board"
        return redirect(to, slug=Team.objects.get(pk=actor.team_ids[0]).slug)
    return redirect("teams")


@require_safe
@doors.signed_in
def teams(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the person's teams, each with what waits there."""
    waiting = Count("postings__applications", filter=Q(postings__applications__state__in=OPEN))
    rows = Team.objects.filter(pk__in=actor.team_ids).annotate(waiting=waiting).order_by("name", "pk")
    context = {
        "rows": [(team, actor.roles[team.pk]) for team in rows],
        "ending": renewals.ending(actor.team_ids),
    }
    return render(request, "teams.html", context)


@require_safe
@doors.signed_in
def account(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the person's own account: password, second factor, teams, sessions, signing out."""
    rows = Team.objects.filter(pk__in=actor.team_ids)
    context = {
        "rows": [(team, actor.roles[team.pk]) for team in rows],
        "sessions": sessions.of(request),
        "zones": zones.offered(),
        "zone": zones.of(None).key,
        "section": "account",
    }
    return render(request, "account.html", context)
