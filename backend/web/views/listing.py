"""The team's applications as a table, and one action on many of them."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from backend.accounts.actors import Actor
from backend.accounts.models import Team
from backend.common.errors import JalonError
from backend.exports import summaries
from backend.web import doors
from backend.web.forms.moves import BulkForm
from backend.web.views import board, editor, saved
from workflow import anonymous, refusals, selectors, services
from workflow.models import Application
from workflow.states import State

PER_PAGE = 50


@dataclass(frozen=True)
class Outcome:
    """What became of one row of many: it moved, or why it did not."""

    application: Application
    error: JalonError | None = None


@require_safe
@doors.signed_in
def applications(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Show the team's applications as a table, of one state or of all."""
    return show(request, actor, board.team_of(actor, slug), request.GET)


def show(
    request: HttpRequest,
    actor: Actor,
    team: Team,
    asked: QueryDict,
    *,
    form: BulkForm | None = None,
    outcomes: list[Outcome] | None = None,
) -> HttpResponse:
    """Draw the table; after an action on many rows, with what became of each."""
    context = board.frame(actor, team, asked)
    rows, counts = context["rows"], context["counts"]
    state = asked.get("state", "")
    if state in State.values:
        rows = rows.filter(state=state)
    else:
        state = ""
    page = Paginator(rows, PER_PAGE).get_page(asked.get("page"))
    address = reverse("applications", args=[team.slug])
    context |= {
        "state": state,
        "asks": [("team", team.slug), *((name, asked[name]) for name in summaries.ASKED if asked.get(name))],
        "states": [(known, counts.by_state[known]) for known in State],
        "total": counts.total,
        "page": page,
        "back": f"{address}?{asked.urlencode()}" if asked else address,
        "bulk": form or BulkForm(reasons=refusals.offered(team)),
        "chosen": form.chosen if form else set(),
        "moved": [one for one in outcomes or [] if one.error is None],
        "refused": [one for one in outcomes or [] if one.error is not None],
    }
    context |= saved.of(request, actor, team, "applications", asked)
    return render(request, "applications.html", context, status=422 if form and form.errors else 200)


@doors.form_only
@doors.signed_in
def move_many(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Carry every chosen row through one action, each by itself: what is refused stops nothing else."""
    team = board.team_of(actor, slug)
    if request.method != "POST":
        return redirect("applications", slug=slug)
    editor.require_member(actor, team)
    asked = board.asked_of(request)
    form = BulkForm(request.POST, reasons=refusals.offered(team))
    if not form.is_valid():
        return show(request, actor, team, asked, form=form)
    action, reason = form.cleaned_data["action"], form.reason
    rows = selectors.visible_to(actor).filter(posting__team=team, pk__in=form.seen).order_by("state_since", "id")
    outcomes = [carried(actor, row, action, form.seen[row.pk], reason) for row in rows]
    return show(request, actor, team, asked, outcomes=outcomes)


def carried(actor: Actor, row: Application, action: str, seen: str, reason: str) -> Outcome:
    """Carry one row, in a transaction of its own, and give what became of it."""
    try:
        moved = services.move(pk=row.pk, action=action, actor=actor, seen=seen, reason=reason)
    except JalonError as error:
        return Outcome(row, error)
    return Outcome(anonymous.veiled(moved.application))
