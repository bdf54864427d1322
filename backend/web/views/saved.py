"""Saved views of board and table: names for addresses, as links on top; deleting one can be taken back for a while."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts import saved
from backend.accounts.actors import Actor
from backend.accounts.models import SavedView, Team
from backend.common.errors import Invalid, NotVisible
from backend.web import doors, neighbours
from backend.web.views import board

KEPT = ("posting", "late", "tag", "sort", "state")
"""What of an address is kept. Words that were searched for are not: they may name a person, whose name has an end."""

UNDO = "saved_view_undo"


@dataclass(frozen=True)
class Link:
    """One view as it is shown."""

    view: SavedView
    href: str
    here: bool
    own: bool


def of(request: HttpRequest, actor: Actor, team: Team, page: str, asked: QueryDict) -> dict[str, Any]:
    """Give what board and table show of the saved views; one query."""
    here, me = (page, kept(asked)), actor.user and actor.user.pk
    rows = [
        Link(view, address(team, view), (view.page, view.query) == here, view.member.user_id == me)
        for view in saved.visible_to(actor, team)
    ]
    return {"views": rows, "own_views": [row for row in rows if row.own], "deleted_view": deleted(request, team)}


def kept(asked: QueryDict) -> str:
    """Give what is kept of the query string of a list, always in one order."""
    return urlencode([(name, asked[name]) for name in KEPT if asked.get(name)])


def address(team: Team, view: SavedView) -> str:
    """Give the address that a view stands for."""
    base = reverse(view.page, args=[team.slug])
    return f"{base}?{view.query}" if view.query else base


def deleted(request: HttpRequest, team: Team) -> dict[str, Any] | None:
    """Give the view that this person has just deleted, while it can come back."""
    gone: dict[str, Any] | None = request.session.get(UNDO)
    open_still = gone is not None and gone["team"] == str(team.pk) and gone["until"] >= timezone.now().timestamp()
    return gone if open_still else None


@doors.form_only
@doors.signed_in
def change(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Keep the present address under a name, rename, delete, or take a deletion back; then show the list again."""
    team = board.team_of(actor, slug)
    if request.method != "POST":
        return redirect("board", slug=slug)
    page, asked = listed_at(request.POST.get("back", ""), team)
    match request.POST.get("do"):
        case "save":
            name, shared = request.POST.get("name", ""), "shared" in request.POST
            saved.save(team=team, actor=actor, name=name, page=page, query=kept(asked), shared=shared)
        case "rename":
            saved.rename(pk=pk_in(request), actor=actor, name=request.POST.get("name", ""))
        case "delete":
            view = saved.delete(pk=pk_in(request), actor=actor)
            was = {name: getattr(view, name) for name in ("name", "page", "query", "shared")} | {"pk": str(view.pk)}
            until = timezone.now().timestamp() + settings.HOLD_SECONDS
            request.session[UNDO] = {"team": str(team.pk), "until": until, "view": was}
        case "undo":
            gone = deleted(request, team)
            if gone is None:
                raise Invalid(_("There is nothing left to take back."))
            saved.save(team=team, actor=actor, **gone["view"] | {"pk": UUID(gone["view"]["pk"])})
            del request.session[UNDO]
        case _unknown:
            raise Invalid(_("There is no such page."))
    base = reverse(page, args=[slug])
    return redirect(f"{base}?{asked.urlencode()}" if asked else base)


def listed_at(back: str, team: Team) -> tuple[str, QueryDict]:
    """Give the list and the query of an address of this team; the board where it is none."""
    given = neighbours.taken_apart(back[:2000])
    try:
        match = resolve(given.path)
    except Resolver404:
        return "board", QueryDict()
    known = match.url_name in ("board", "applications") and match.kwargs.get("slug") == team.slug
    return (str(match.url_name), QueryDict(given.query)) if known else ("board", QueryDict())


def pk_in(request: HttpRequest) -> UUID:
    """Give the view a form is about. Raises NotVisible."""
    try:
        return UUID(request.POST.get("view", ""))
    except ValueError as error:
        raise NotVisible(_("There is no such view.")) from error
