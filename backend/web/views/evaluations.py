"""Evaluations of an application, and the criteria of a posting."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.common.errors import Invalid
from backend.web import doors
from backend.web.forms.evaluations import CriteriaForm
from backend.web.views import evaluation_panel
from backend.web.views.board import team_of
from backend.web.views.editor import own, require_member
from backend.web.views.keeping import keep
from backend.web.views.moves import form_only
from workflow import evaluations, selectors


@form_only
@doors.signed_in
def evaluate(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Hand in one's own evaluation; the others' open with it."""
    form = evaluation_panel.form(selectors.application(pk, actor), request.POST)
    return keep(
        request,
        actor,
        pk,
        form=form,
        name="evaluation_form",
        anchor="evaluations",
        act=lambda: evaluations.hand_in(application_id=pk, actor=actor, **form.given()),
        words=_("Your evaluation is handed in: those of the others are open to you now."),
    )


@form_only
@doors.signed_in
def criteria(request: HttpRequest, actor: Actor, slug: str, posting: str) -> HttpResponse:
    """Show and change what a posting asks to be judged."""
    team = team_of(actor, slug)
    found = own(actor, team, posting)
    require_member(actor, team)
    form = CriteriaForm(initial={"criteria": "\n".join(evaluations.criteria(found))})
    if request.method == "POST":
        form = CriteriaForm(request.POST)
        if form.is_valid():
            try:
                evaluations.set_criteria(actor=actor, posting=found, given=form.cleaned_data["criteria"].splitlines())
                messages.success(request, _("The criteria are kept. Evaluations from now on answer them."))
                return redirect("team_postings", slug=slug)
            except Invalid as error:
                form.refuse(error)
    context: dict[str, Any] = {"team": team, "section": "postings", "posting": found, "form": form}
    return render(request, "evaluation_criteria.html", context, status=422 if form.errors else 200)
