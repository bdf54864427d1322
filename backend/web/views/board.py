"""The team's board: the path, with its applications."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backend.accounts.actors import Actor
from backend.accounts.models import Team
from backend.common.errors import NotVisible, Refused
from backend.web import doors, enhanced, neighbours
from backend.web.cards import Drawing
from backend.web.forms import filters as narrowing
from notifications import unanswered
from workflow import freshness, lists, renewals, selectors
from workflow.models import Application
from workflow.states import OFF_PATH, OPEN, PATH


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


@require_safe
@doors.signed_in
def live(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Give the part of the board that changes; nothing (204) while it is as the page already has it."""
    team = team_of(actor, slug)
    if request.GET.get("v") == mark_of(team):
        return HttpResponse(status=204)
    return show(request, actor, team, part=True)


def show(
    request: HttpRequest,
    actor: Actor,
    team: Team,
    *,
    failed: Application | None = None,
    error: Refused | None = None,
    part: bool = False,
) -> HttpResponse:
    """Draw the board, or the part of it that changes; after a refused move, with the words in the card that stayed."""
    mark = mark_of(team)  # before the rows: what comes in between is asked for once more
    context = frame(actor, team, asked_of(request))
    lengths = lengths_in(context["asked"])
    counts, back = context["counts"], address_of(team, context["asked"])
    columns = lists.board(actor, context["rows"], counts.by_state, lengths, context["order"])
    drawing = Drawing(
        of_list=f"?{urlencode({'in': back})}",
        several=context["several"],
        unanswered=unanswered.counts(card.application.pk for column in columns for card in column.cards),
        failed=failed,
        error=error,
    )
    context |= {
        "mark": mark,
        "lengths": lengths,
        "columns": [
            (column, [drawing.card(card) for card in column.cards], longer(column, context["asked"]))
            for column in columns
        ],
        "off_path": [(state, counts.by_state[state]) for state in OFF_PATH],
        "shown": counts.total,
        "toast": selectors.last_move(actor, team),
        "back": back,
    }
    if not part:
        from backend.web.views import saved  # it imports this module

        context |= saved.of(request, actor, team, "board", context["asked"])
        context["ending"] = renewals.ending([team.pk])
    status = error.status if error else 200
    return render(request, "board_part.html" if part else "board.html", context, status=status)


def answer(
    request: HttpRequest,
    actor: Actor,
    team: Team,
    *,
    failed: Application | None = None,
    error: Refused | None = None,
) -> HttpResponse:
    """Give what a form on the board leads to for the script: the board as it stands now, in its place."""
    return enhanced.into(show(request, actor, team, failed=failed, error=error, part=True), "#live")


def mark_of(team: Team) -> str:
    """Give a short text that changes with all that the team's board shows."""
    return f"{freshness.mark(team)}.{unanswered.mark(team)}"


def lengths_in(asked: QueryDict) -> dict[str, int]:
    """Give how many cards are asked for in each column that is longer than at first: `?received=100`."""
    given = {state.value: asked.get(state.value, "") for state in PATH}
    asked_for = {state: min(int(n[:9]), lists.MOST) for state, n in given.items() if n.isdecimal()}
    return {state: n for state, n in asked_for.items() if n > lists.at_first(state)}


def longer(column: lists.Column, asked: QueryDict) -> str:
    """Give the query string of the same board with more cards in this column; empty where there are no more to show."""
    shown = len(column.cards)
    if shown >= min(column.total, lists.MOST):
        return ""
    more = asked.copy()
    more[column.state.value] = str(min(shown + lists.CARDS, lists.MOST))
    return f"?{more.urlencode()}"


def asked_of(request: HttpRequest) -> QueryDict:
    """Give the filters of the board at hand: in the address, or in that of the board where a form stood."""
    if request.method != "POST":
        asked = request.GET.copy()
        asked.pop("v", None)
        return asked
    return QueryDict(neighbours.taken_apart(request.POST.get("back", "")).query)


def address_of(team: Team, asked: QueryDict) -> str:
    """Give the address of the board with its filters."""
    address = reverse("board", args=[team.slug])
    return f"{address}?{asked.urlencode()}" if asked else address


def frame(actor: Actor, team: Team, given: QueryDict) -> dict[str, Any]:
    """Give what board and list share: the filters as asked, and the figures of the whole team."""
    postings = narrowing.postings_of(team)
    form = narrowing.BoardFilters(given, postings)
    filters = narrowing.filters(form)
    order = narrowing.order(form)
    rows = lists.listed(actor, team, filters, order)
    filtered = filters != lists.Filters()
    everything = lists.figures(lists.listed(actor, team, lists.Filters()))
    return {
        "team": team,
        "section": "board",
        "asked": given,
        "form": form,
        "rows": rows,
        "order": order,
        "counts": lists.figures(rows) if filtered else everything,
        "filtered": filtered,
        "postings": postings,
        "several": len(postings) > 1,
        "everything": everything.total,
        "under_way": sum(everything.by_state[state] for state in OPEN),
        "late": everything.late,
        "may_act": actor.is_member(team.pk),
    }
