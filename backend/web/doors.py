"""How a request becomes a page: who is acting, and refusals turned into pages.

Every view stands behind one of these. A view raises a `JalonError`; the door answers with its words and status.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backend.accounts import actors
from backend.accounts.actors import Actor
from backend.common.errors import JalonError, NotVisible

P = ParamSpec("P")
OpenView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
TeamView = Callable[Concatenate[HttpRequest, Actor, P], HttpResponseBase]

form_only = require_http_methods(["GET", "HEAD", "POST"])
"""A form's address: asked for without its form (a reload, a bookmark), it leads back to the page."""


def actor_of(request: HttpRequest) -> Actor | None:
    """Give the actor behind a session, once a request; None for anybody not signed in."""
    if not request.user.is_authenticated:
        return None
    if not hasattr(request, "actor"):
        request.actor = actors.of_user(request.user)  # type: ignore[attr-defined]
    found: Actor = request.actor  # type: ignore[attr-defined]
    return found


def anyone(view: OpenView[P]) -> OpenView[P]:
    """Let anybody in."""

    @wraps(view)
    def open_door(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except JalonError as error:
            return refusal(request, error)

    return open_door


def signed_in(view: TeamView[P]) -> OpenView[P]:
    """Let people with an account in, and hand their actor to the view."""

    @login_required
    @wraps(view)
    def team_door(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        actor = actor_of(request)
        assert actor is not None
        try:
            response = view(request, actor, *args, **kwargs)
        except JalonError as error:
            response = refusal(request, error)
        patch_cache_control(response, private=True, no_store=True)
        return response

    return team_door


def admin_only(view: TeamView[P]) -> OpenView[P]:
    """Let administrators of the instance in; for others the page does not exist."""

    @signed_in
    @wraps(view)
    def admin_door(request: HttpRequest, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if actor.user is None or not actor.user.is_admin:
            raise NotVisible(_("There is no such page."))
        return view(request, actor, *args, **kwargs)

    return admin_door


def refusal(request: HttpRequest, error: JalonError) -> HttpResponse:
    """Give the page of a refusal: 404 for what does not exist for this person, else its words and reasons."""
    if error.status == 404:
        return render(request, "404.html", {"detail": error.detail}, status=404)
    context: dict[str, Any] = {"error": error}
    return render(request, "refusal.html", context, status=error.status)
