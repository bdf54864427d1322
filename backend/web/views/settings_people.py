"""The people of a team: inviting, changing a role, taking out, leaving."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from backend.accounts import invitations, teams
from backend.accounts.actors import Actor
from backend.accounts.models import Role
from backend.common.errors import Invalid, NotVisible
from backend.web import doors
from backend.web.forms.settings import InviteForm
from backend.web.views import settings as page
from backend.web.views.board import team_of
from backend.web.views.moves import form_only


@form_only
@doors.signed_in
def invite(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Invite an address."""
    team = team_of(actor, slug)
    if request.method != "POST":
        return redirect("settings", slug=slug)
    teams.require_member(actor, team)
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            made = invitations.invite(team_id=team.pk, actor=actor, **form.cleaned_data)
            words = _("The invitation leaves for %(email)s.") % {"email": made.email}
            page.remember(request, team, words, "uninvite", invitation=str(made.pk))
            return redirect("settings", slug=slug)
        except Invalid as error:
            form.refuse(error)
    return page.show(request, actor, team, invite_form=form, status=422)


@form_only
@doors.signed_in
def invitation(request: HttpRequest, actor: Actor, slug: str, invitation: UUID) -> HttpResponse:
    """Send an invitation once more, or end it."""
    team = team_of(actor, slug)
    if not team.invitations.filter(pk=invitation).exists():
        raise NotVisible(_("There is no such invitation any more."))
    if request.method != "POST":
        return redirect("settings", slug=slug)
    if request.POST.get("do") == "again":
        made = invitations.again(team_id=team.pk, actor=actor, pk=invitation)
        messages.success(request, _("A new link leaves for %(email)s; the one before is dead.") % {"email": made.email})
    else:
        ended = invitations.revoke(team_id=team.pk, actor=actor, pk=invitation)
        words = _("The invitation of %(email)s is ended: its link opens nothing.") % {"email": ended.email}
        page.remember(request, team, words, "revoke", invitation=str(ended.pk))
    return redirect("settings", slug=slug)


@form_only
@doors.signed_in
def person(request: HttpRequest, actor: Actor, slug: str, membership: UUID) -> HttpResponse:
    """Give somebody another role, or take them out; the person may be oneself."""
    team = team_of(actor, slug)
    row = team.memberships.select_related("user").filter(pk=membership).first()
    if row is None:
        raise NotVisible(_("This person is not in the team any more."))
    if request.method != "POST":
        return redirect("settings", slug=slug)
    where: dict[str, Any] = {"team_id": team.pk, "actor": actor, "membership_id": row.pk}
    role, name = row.role, str(row.user)
    try:
        if request.POST.get("do") == "remove":
            teams.remove(**where)
        else:
            teams.set_role(**where, role=request.POST.get("role", ""))
    except Invalid as error:
        return page.show(request, actor, team, error=error, status=error.status)
    if request.POST.get("do") != "remove":
        now = _("%(name)s is a coach now.") if role == Role.MEMBER else _("%(name)s is a member now.")
        page.remember(request, team, now % {"name": name}, "role", membership=str(row.pk), role=role)
    elif row.user == actor.user:
        messages.success(request, _("You have left the team %(team)s.") % {"team": team})
        return redirect("teams")
    else:
        words = _("%(name)s is not in the team any more.") % {"name": name}
        page.remember(request, team, words, "remove", user=str(row.user.pk), role=role)
    return redirect("settings", slug=slug)
