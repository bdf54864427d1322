"""A team's webhooks: the list, one with its log, and what its buttons do."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backend.accounts.actors import Actor
from backend.accounts.models import Team
from backend.common.errors import Invalid, NotVisible
from backend.integrations import endpoints
from backend.integrations.models import Endpoint, Event, Kind, Status
from backend.web import doors
from backend.web.forms.webhooks import NewWebhookForm, WebhookForm
from backend.web.views.board import team_of
from backend.web.views.moves import form_only

PER_PAGE = 50
ONCE = "webhook_secret"
"""Where the session keeps a secret between its making and the one page that shows it."""


def _team(actor: Actor, slug: str) -> Team:
    """Give a team whose member the actor is. Raises NotVisible, NotAllowed."""
    team = team_of(actor, slug)
    endpoints.require_member(actor, team.pk)
    return team


def _endpoint(actor: Actor, team: Team, pk: UUID) -> Endpoint:
    found = endpoints.find(pk, actor)
    if found.team_id != team.pk:
        raise NotVisible(_("There is no such webhook."))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@doors.signed_in
def webhooks(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Show the team's webhooks, and take a new one."""
    team = _team(actor, slug)
    form = NewWebhookForm(
        request.POST if request.method == "POST" else None, initial={"kind": Kind.SIGNED, "events": Event.values}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = endpoints.add(team=team, actor=actor, url=given["url"], wanted=given["events"], kind=given["kind"])
        except Invalid as error:
            form.refuse(error)
        else:
            if made.kind == Kind.SIGNED:
                request.session[ONCE] = {"pk": str(made.pk), "secret": made.secret}
            return redirect("webhook", slug=slug, pk=made.pk)
    rows = endpoints.visible_to(actor).filter(team=team)
    context = {"team": team, "section": "webhooks", "rows": rows, "form": form}
    return render(request, "webhooks.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@doors.signed_in
def webhook(request: HttpRequest, actor: Actor, slug: str, pk: UUID) -> HttpResponse:
    """Show one webhook with its log; change where it goes, and which events."""
    team = _team(actor, slug)
    found = _endpoint(actor, team, pk)
    form = WebhookForm(
        request.POST if request.method == "POST" else None, initial={"url": found.url, "events": found.events}
    )
    if request.method == "POST" and form.is_valid():
        try:
            endpoints.change(pk=found.pk, actor=actor, url=form.cleaned_data["url"], wanted=form.cleaned_data["events"])
        except Invalid as error:
            form.refuse(error)
        else:
            messages.success(request, _("Changed. What waits goes to the new address."))
            return redirect("webhook", slug=slug, pk=pk)
    kept = request.session.get(ONCE) or {}
    secret = request.session.pop(ONCE)["secret"] if kept.get("pk") == str(pk) and request.method == "GET" else ""
    context = {
        "team": team,
        "section": "webhooks",
        "endpoint": found,
        "form": form,
        "secret": secret,
        "why_off": _(found.off_why) if found.off_why else "",
        "still": found.deliveries.exclude(status=Status.DELIVERED).count(),
        "page": Paginator(found.deliveries.all(), PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "webhook.html", context, status=422 if form.errors else 200)


@form_only
@doors.signed_in
def act(request: HttpRequest, actor: Actor, slug: str, pk: UUID) -> HttpResponse:
    """Do what one of the buttons asks."""
    found = _endpoint(actor, _team(actor, slug), pk)
    asked: dict[str, Any] = {"pk": found.pk, "actor": actor}
    do = request.POST.get("do") if request.method == "POST" else None
    if do == "rotate":
        request.session[ONCE] = {"pk": str(found.pk), "secret": endpoints.rotate(**asked)}
    elif do == "test":
        endpoints.test(**asked)
        messages.success(request, _("A test leaves within seconds. Its answer is in the log: reload the page."))
    elif do in ("on", "off"):
        endpoints.switch(**asked, on=do == "on")
    elif do == "remove":
        endpoints.remove(**asked)
        messages.success(request, _("The webhook is taken away, and its log with it."))
        return redirect("webhooks", slug=slug)
    return redirect("webhook", slug=slug, pk=pk)


@form_only
@doors.signed_in
def replay(request: HttpRequest, actor: Actor, slug: str, pk: UUID, delivery: UUID) -> HttpResponse:
    """Send one event once more."""
    found = _endpoint(actor, _team(actor, slug), pk)
    if request.method == "POST":
        endpoints.replay(pk=found.pk, delivery=delivery, actor=actor)
        messages.success(request, _("It leaves once more within seconds, with the same id."))
    return redirect("webhook", slug=slug, pk=pk)
