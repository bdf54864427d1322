"""A team's settings: its people, what it promises, its reasons; every change can be taken back for a few minutes."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backend.accounts import invitations, teams
from backend.accounts.actors import Actor
from backend.accounts.models import Team
from backend.common import typography
from backend.common.errors import Invalid
from backend.web import doors
from backend.web.forms.settings import InviteForm, ReasonsForm, TeamForm
from backend.web.views.board import team_of
from backend.web.views.moves import form_only
from workflow import checklists, refusals

UNDO = "settings_undo"
"""Where the session keeps the last change: its words, what takes it back, and when it was made."""


def show(request: HttpRequest, actor: Actor, team: Team, *, status: int = 200, **forms: Any) -> HttpResponse:
    """Draw the page, with the form that was refused if one was."""
    now = timezone.now()
    waiting = invitations.open_of(team).select_related("invited_by")
    context = {
        "team": team,
        "section": "settings",
        "tab": "team",
        "may_act": actor.is_member(team.pk),
        "people": team.memberships.select_related("user").order_by("role", "user__name", "user__email", "pk"),
        "members": team.memberships.filter(role="member", user__is_active=True).count(),
        "invited": [(row, invitations.ends(row), invitations.ends(row) < now) for row in waiting],
        "team_form": forms.get("team_form") or TeamForm.of(team),
        "invite_form": forms.get("invite_form") or InviteForm(),
        "reasons_form": forms.get("reasons_form") or ReasonsForm(team=team),
        "reasons_offered": refusals.offered(team),
        "error": forms.get("error"),
        "toast": undoable(request, team),
    }
    return render(request, "settings.html", context, status=status)


def remember(request: HttpRequest, team: Team, words: str, do: str, **data: Any) -> None:
    """Offer for a few minutes to take this change back."""
    request.session[UNDO] = {
        "team": str(team.pk),
        "words": typography.localised(words),
        "do": do,
        "data": data,
        "until": timezone.now().timestamp() + settings.HOLD_SECONDS,
    }


def undoable(request: HttpRequest, team: Team) -> dict[str, Any] | None:
    """Give the last change of this person to this team while it can still be taken back."""
    kept: dict[str, Any] | None = request.session.get(UNDO)
    if kept is None or kept["team"] != str(team.pk) or kept["until"] < timezone.now().timestamp():
        return None
    return kept


@require_http_methods(["GET", "HEAD", "POST"])
@doors.signed_in
def team(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Show the settings; keep what the team is called and promises."""
    found = team_of(actor, slug)
    if request.method != "POST":
        return show(request, actor, found)
    form = TeamForm(request.POST)
    was = {name: getattr(found, name) for name in TeamForm.base_fields}
    if form.is_valid():
        try:
            teams.change(team_id=found.pk, actor=actor, **form.cleaned_data)
            remember(request, found, _("The team’s settings are kept."), "change", **was)
            return redirect("settings", slug=slug)
        except Invalid as error:
            form.refuse(error)
    else:
        teams.require_member(actor, found)
    return show(request, actor, found, team_form=form, status=422)


@form_only
@doors.signed_in
def reasons(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Keep the team's words for the reasons of a refusal."""
    found = team_of(actor, slug)
    if request.method != "POST":
        return redirect("settings", slug=slug)
    form = ReasonsForm(request.POST, team=found)
    if form.is_valid():
        try:
            refusals.change(team_id=found.pk, actor=actor, wording=form.wording, offer=form.offer)
            remember(request, found, _("The reasons are kept."), "reasons", refusals=found.refusals)
            return redirect("settings", slug=slug)
        except Invalid as error:
            form.refuse(error)
    return show(request, actor, found, reasons_form=form, status=422)


@form_only
@doors.signed_in
def undo(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Take this person's last change back."""
    found = team_of(actor, slug)
    kept = undoable(request, found)
    if request.method != "POST":
        return redirect("settings", slug=slug)
    if kept is None:
        teams.require_member(actor, found)
        raise Invalid(_("There is nothing left to take back: it is done at the same page, by hand."))
    data: dict[str, Any] = kept["data"]
    where: dict[str, Any] = {"team_id": found.pk, "actor": actor}
    match kept["do"]:
        case "change":
            teams.change(**where, **data)
        case "reasons":
            refusals.put_back(**where, **data)
        case "checklist":
            checklists.keep(**where, lines=[checklists.Line(**line) for line in data["checklist"]])
        case "incubator_checklist":
            lines = [checklists.Line(**line) for line in data["checklist"]]
            checklists.keep_for_incubator(**where, lines=lines)
        case "letter":
            from backend.web.views import settings_letters  # it imports this module

            settings_letters.put_back(actor, found, **data)
        case "role":
            teams.set_role(**where, membership_id=UUID(data["membership"]), role=data["role"])
        case "remove":
            teams.give_back(**where, user_id=UUID(data["user"]), role=data["role"])
        case "uninvite":
            invitations.revoke(**where, pk=UUID(data["invitation"]))
        case "revoke":
            invitations.restore(**where, pk=UUID(data["invitation"]))
    del request.session[UNDO]
    done = _("The invitation is ended: its link opens nothing.")
    messages.success(request, done if kept["do"] == "uninvite" else _("Taken back: everything is as it was."))
    return redirect("settings", slug=slug)
