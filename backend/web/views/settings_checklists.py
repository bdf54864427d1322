"""The checklist templates of a team and of its incubator."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backend.accounts import teams
from backend.accounts.actors import Actor
from backend.accounts.models import Team
from backend.common.errors import Invalid, NotAllowed, NotVisible
from backend.web import doors
from backend.web.forms.checklist import TemplateForm
from backend.web.views import settings as page
from backend.web.views.board import team_of
from workflow import checklists


@require_http_methods(["GET", "HEAD", "POST"])
@doors.signed_in
def checklist(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Show the team's template, and keep what a member changes of it."""
    team = team_of(actor, slug)
    if request.method != "POST":
        return show(request, actor, team, TemplateForm(lines=checklists.of_team(team)))
    teams.require_member(actor, team)
    form = TemplateForm(request.POST, lines=checklists.of_team(team))
    if form.is_valid():
        try:
            was = team.checklist
            checklists.keep(team_id=team.pk, actor=actor, lines=form.lines)
            page.remember(request, team, _("The checklist is kept, for contracts signed from now on."), "checklist",
                          checklist=was)  # fmt: skip
            return redirect("settings_checklist", slug=slug)
        except Invalid as error:
            form.refuse(error)
    return show(request, actor, team, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@doors.signed_in
def of_incubator(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Show the template of the team's incubator, and keep what a coach changes of it."""
    team = team_of(actor, slug)
    if team.incubator is None:
        raise NotVisible(_("This team belongs to no incubator."))
    lines = checklists.own(team.incubator) or checklists.usual()
    if request.method != "POST":
        return show(request, actor, team, TemplateForm(lines=lines), of_incubator=True)
    if not actor.is_coach(team.pk):
        raise NotAllowed(_("Only coaches may change what holds for all teams of the incubator."))
    form = TemplateForm(request.POST, lines=lines)
    if form.is_valid():
        try:
            was = team.incubator.checklist
            checklists.keep_for_incubator(team_id=team.pk, actor=actor, lines=form.lines)
            page.remember(request, team, _("The checklist is kept, for contracts signed from now on."),
                          "incubator_checklist", checklist=was)  # fmt: skip
            return redirect("settings_checklist_incubator", slug=slug)
        except Invalid as error:
            form.refuse(error)
    return show(request, actor, team, form, of_incubator=True, status=422)


def show(
    request: HttpRequest,
    actor: Actor,
    team: Team,
    form: TemplateForm,
    *,
    of_incubator: bool = False,
    status: int = 200,
) -> HttpResponse:
    """Draw the page of one template."""
    context = {
        "team": team,
        "section": "settings",
        "tab": "checklist",
        "may_act": actor.is_member(team.pk),
        "may_change": actor.is_coach(team.pk) if of_incubator else actor.is_member(team.pk),
        "form": form,
        "of_incubator": of_incubator,
        "incubator": team.incubator,
        "is_own": bool(team.incubator.checklist if of_incubator and team.incubator else team.checklist),
        "toast": page.undoable(request, team),
    }
    return render(request, "settings_checklist.html", context, status=status)
