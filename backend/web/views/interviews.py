"""Interviews of an application."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.common.errors import Invalid, NotVisible, Refused
from backend.web import doors
from backend.web.forms.interviews import InterviewForm
from backend.web.views import application as page
from backend.web.views.keeping import done, keep, to
from backend.web.views.moves import form_only
from workflow import arrangements, selectors
from workflow.models import InterviewStatus


@form_only
@doors.signed_in
def interview(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Write down an interview, planned or held."""
    form = InterviewForm(request.POST)
    return keep(
        request,
        actor,
        pk,
        form=form,
        name="interview_form",
        anchor="interviews",
        act=lambda: arrangements.add_interview(application_id=pk, actor=actor, **form.cleaned_data),
        words=_("The interview is recorded."),
    )


@form_only
@doors.signed_in
def interview_settle(request: HttpRequest, actor: Actor, pk: UUID, interview: UUID) -> HttpResponse:
    """Say what became of a planned interview."""
    found = selectors.application(pk, actor)
    if not found.interviews.filter(pk=interview).exists():
        raise NotVisible(_("There is no such interview."))
    if request.method != "POST":
        return to(pk, "interviews")
    status = request.POST.get("status", "")
    try:
        if status not in InterviewStatus.values:
            raise Invalid(_("This cannot be said of an interview."))
        arrangements.change_interview(pk=interview, actor=actor, status=status)
    except (Invalid, Refused) as error:
        return page.show(request, actor, found, error=error, status=error.status)
    return done(request, pk, _("The interview is recorded."))
