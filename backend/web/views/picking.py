"""The candidate chooses one of the times that the team proposed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.common import typography
from backend.common.errors import Conflict, Invalid, NotVisible
from backend.web.views.candidate import by_link, show
from backend.web.views.candidate_data import to
from backend.web.views.moves import form_only
from workflow import scheduling, selectors
from workflow.models import Application


@form_only
@by_link
def pick(request: HttpRequest, found: Application, actor: Actor, *, token: str, interview: UUID) -> HttpResponse:
    """Choose a time; the page then shows it, or says why it can no longer be had."""
    if not found.interviews.filter(pk=interview).exists():
        raise NotVisible(_("There is no such interview."))
    if request.method != "POST":
        return to(token, "proposals")
    try:
        chosen = _chosen(request)
        meeting = scheduling.pick(actor=actor, interview=interview, slot=chosen)
    except (Conflict, Invalid) as error:
        return show(request, selectors.application_by_link(token), actor, token, error=error)
    assert meeting.at is not None
    words = _("It is settled: %(moment)s. The invitation reaches you by e-mail.")
    messages.success(request, typography.localised(words % {"moment": typography.moment(meeting.at)}))
    return redirect("candidate", token=token)


def _chosen(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("slot", ""))
    except ValueError:
        raise Invalid(_("Choose one of the times first.")) from None
