"""The team's board: the path, with its applications; and the same as a list."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backend.accounts.actors import Actor
from backend.accounts.models import Team
from backend.common import clock
from backend.common.errors import NotVisible, Refused
from backend.web import doors
from backend.web.forms import filters as narrowing
from workflow import selectors
from workflow.models import Application
from workflow.states import OFF_PATH, OPEN, State

PER_PAGE = 50


def team_of(actor: Actor, slug: str) -> Team:
    """Give one of the actor's teams. Raises NotVisible."""
    found = Team.objects.filter(slug=slug, pk__in=actor.team_ids).first()
    if found is None:
        raise NotVisible(_("There is no such team."))
    return found


@require_safe
@doors.signed_in
def board(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Show the team's applications along the path."""
    return show(request, actor, team_of(actor, slug))


def show(
    request: HttpRequest, actor: Actor, team: Team, *, failed: Application | None = None, error: Refused | None = None
) -> HttpResponse:
    """Draw the board; after a move that was refused, with the reasons in the card that did not move."""
    context = frame(request, actor, team)
    columns, totals = selectors.board(actor, team, context["filters"])
    context |= {
        "columns": columns,
        "off_path": [(state, totals[state]) for state in OFF_PATH],
        "shown": sum(totals.values()),
        "toast": selectors.last_move(actor, team),
        "failed": failed,
        "error": error,
        "back": request.get_full_path() if request.method == "GET" else "",
    }
    return render(request, "board.html", context, status=error.status if error else 200)


@require_safe
@doors.signed_in
def applications(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Show the team's applications as a list, of one state or of all."""
    team = team_of(actor, slug)
    context = frame(request, actor, team)
    rows = selectors.listed(actor, team, context["filters"])
    counts = selectors.count_by_state(rows)
    state = request.GET.get("state", "")
    if state in State.values:
        rows = rows.filter(state=state)
    else:
        state = ""
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context |= {
        "state": state,
        "states": [(known, counts[known]) for known in State],
        "total": sum(counts.values()),
        "page": page,
        "cards": [selectors.Card(row, [], row.state in OPEN[:2] and row.answer_by < context["today"]) for row in page],
    }
    return render(request, "applications.html", context)


def frame(request: HttpRequest, actor: Actor, team: Team) -> dict[str, Any]:
    """Give what board and list share: the filters as asked, and the figures of the whole team."""
    postings = narrowing.postings_of(team)
    form = narrowing.BoardFilters(request.GET, postings)
    filters = narrowing.filters(form)
    everything = selectors.listed(actor, team, selectors.Filters())
    counts = selectors.count_by_state(everything)
    return {
        "team": team,
        "section": "board",
        "form": form,
        "filters": filters,
        "filtered": filters != selectors.Filters(),
        "postings": postings,
        "everything": sum(counts.values()),
        "under_way": sum(counts[state] for state in OPEN),
        "late": everything.filter(selectors.is_late()).count(),
        "today": clock.today(),
        "may_act": actor.is_member(team.pk),
    }
