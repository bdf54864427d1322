"""Interviews of an application: proposed, planned, moved, and what became of them."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.common.errors import Invalid, NotVisible, Refused
from backend.web import doors
from backend.web.forms.interviews import InterviewForm, ProposalForm, RescheduleForm
from backend.web.views import application as page
from backend.web.views.keeping import done, keep, to
from backend.web.views.moves import form_only
from workflow import arrangements, scheduling, selectors
from workflow.models import Application, Interview, InterviewStatus


@form_only
@doors.signed_in
def interview(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Write down an interview that was held, or plan one and invite those who take part."""
    members = selectors.people_of(selectors.application(pk, actor))
    form = InterviewForm(request.POST, members=members)
    planned = request.POST.get("status") == InterviewStatus.PLANNED
    return keep(
        request,
        actor,
        pk,
        form=form,
        name="interview_form",
        anchor="interviews",
        act=lambda: arrangements.add_interview(application_id=pk, actor=actor, announced=planned, **form.cleaned_data),
        words=_("The interview is planned, and the invitations leave.") if planned else _("The interview is recorded."),
    )


@form_only
@doors.signed_in
def propose(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Propose several times, of which the candidate chooses one on their page."""
    members = selectors.people_of(selectors.application(pk, actor))
    form = ProposalForm(request.POST, members=members, auto_id="propose_%s")
    return keep(
        request,
        actor,
        pk,
        form=form,
        name="proposal_form",
        anchor="propose",
        act=lambda: scheduling.propose(application_id=pk, actor=actor, **form.terms()),
        words=_("The times are proposed. You are told here which one is chosen."),
    )


@form_only
@doors.signed_in
def interview_settle(request: HttpRequest, actor: Actor, pk: UUID, interview: UUID) -> HttpResponse:
    """Say what became of a planned interview."""
    found = selectors.application(pk, actor)
    _meeting(found, interview)

    def settle() -> None:
        status = request.POST.get("status", "")
        if status not in InterviewStatus.values:
            raise Invalid(_("This cannot be said of an interview."))
        arrangements.change_interview(pk=interview, actor=actor, status=status)

    return _press(request, actor, found, settle, _("The interview is recorded."))


@form_only
@doors.signed_in
def interview_move(request: HttpRequest, actor: Actor, pk: UUID, interview: UUID) -> HttpResponse:
    """Give an interview another time or place: the same event goes on, in every calendar."""
    meeting = _meeting(selectors.application(pk, actor), interview)
    form = RescheduleForm(request.POST, auto_id=f"move_{meeting.pk}_%s")
    return keep(
        request,
        actor,
        pk,
        form=form,
        name=f"move_{meeting.pk}",
        anchor="interviews",
        act=lambda: arrangements.change_interview(
            pk=interview, actor=actor, status=InterviewStatus.PLANNED, **form.cleaned_data
        ),
        words=_("The interview is moved. Those who were told of it hear of the change."),
    )


@form_only
@doors.signed_in
def interview_again(request: HttpRequest, actor: Actor, pk: UUID, interview: UUID) -> HttpResponse:
    """Propose a missed interview anew, at the times that stand beside the button."""
    found = selectors.application(pk, actor)
    _meeting(found, interview)
    words = _("The times are proposed. You are told here which one is chosen.")
    return _press(request, actor, found, lambda: scheduling.propose_again(actor=actor, pk=interview), words)


@form_only
@doors.signed_in
def slot_withdraw(request: HttpRequest, actor: Actor, pk: UUID, interview: UUID, slot: UUID) -> HttpResponse:
    """Take back one of the times that are proposed."""
    found = selectors.application(pk, actor)
    if not _meeting(found, interview).slots.filter(pk=slot).exists():
        raise NotVisible(_("There is no such time."))
    words = _("This time is no longer proposed.")
    return _press(request, actor, found, lambda: scheduling.withdraw_slot(actor=actor, pk=slot), words)


def _press(
    request: HttpRequest, actor: Actor, found: Application, act: Callable[[], object], words: str
) -> HttpResponse:
    """Do what a button without fields stands for, and say so; where it is refused, show the page with the reason."""
    if request.method != "POST":
        return to(found.pk, "interviews")
    try:
        act()
    except (Invalid, Refused) as error:
        return page.show(request, actor, found, error=error, status=error.status)
    return done(request, found.pk, words)


def _meeting(found: Application, pk: UUID) -> Interview:
    meeting = found.interviews.filter(pk=pk).first()
    if meeting is None:
        raise NotVisible(_("There is no such interview."))
    return meeting
