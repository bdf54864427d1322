"""The forms beside the path: interviews, terms, the checklist, notes."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.accounts.actors import Actor
from backend.common import typography
from backend.common.errors import Invalid, NotVisible, Refused
from backend.web import doors
from backend.web.forms.base import PlainForm
from backend.web.forms.records import InterviewForm, NoteForm, TaskForm, TermsForm
from backend.web.views import application as page
from backend.web.views.moves import form_only
from workflow import arrangements, records, selectors
from workflow.models import InterviewStatus


def to(pk: UUID, anchor: str) -> HttpResponse:
    """Lead to a part of the application's page."""
    return redirect(f"{reverse('application', args=[pk])}#{anchor}")


def done(request: HttpRequest, pk: UUID, words: str) -> HttpResponse:
    """Say what was kept and lead to the top of the page, where the next step has just opened."""
    messages.success(request, typography.localised(words))
    return redirect("application", pk=pk)


def keep(
    request: HttpRequest,
    actor: Actor,
    pk: UUID,
    *,
    form: PlainForm,
    name: str,
    anchor: str,
    act: Callable[[], object],
    words: str = "",
) -> HttpResponse:
    """Do what a form asks, or show the page with the form as it was filled in and what is wrong with it."""
    found = selectors.application(pk, actor)
    if request.method != "POST":
        return to(pk, anchor)
    if form.is_valid():
        try:
            act()
            return done(request, pk, words) if words else to(pk, anchor)
        except Invalid as error:
            form.refuse(error)
        except Refused as error:
            return page.show(
                request, actor, found, error=error, forms={name: form, "open": anchor}, status=error.status
            )
    return page.show(request, actor, found, forms={name: form, "open": anchor}, status=422)


@form_only
@doors.signed_in
def note(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Write a note."""
    form = NoteForm(request.POST)
    return keep(
        request,
        actor,
        pk,
        form=form,
        name="note_form",
        anchor="timeline",
        act=lambda: records.add_note(pk=pk, actor=actor, text=form.cleaned_data["text"]),
    )


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


@form_only
@doors.signed_in
def terms(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Fill in the terms, in part or whole."""
    form = TermsForm(request.POST)
    return keep(
        request,
        actor,
        pk,
        form=form,
        name="terms_form",
        anchor="terms",
        act=lambda: records.set_terms(pk=pk, actor=actor, terms=form.cleaned_data),
        words=_("The terms are kept."),
    )


@form_only
@doors.signed_in
def task(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Add a line to the checklist."""
    form = TaskForm(request.POST)
    return keep(
        request,
        actor,
        pk,
        form=form,
        name="task_form",
        anchor="tasks",
        act=lambda: arrangements.add_task(application_id=pk, actor=actor, **form.cleaned_data),
    )


@form_only
@doors.signed_in
def tasks_usual(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Add the usual list to the checklist."""
    selectors.application(pk, actor)
    if request.method == "POST":
        n = records.add_usual_tasks(pk=pk, actor=actor)
        messages.success(request, ngettext("%(n)d task added.", "%(n)d tasks added.", n) % {"n": n})
    return to(pk, "tasks")


@form_only
@doors.signed_in
def task_tick(request: HttpRequest, actor: Actor, pk: UUID, task: UUID) -> HttpResponse:
    """Say that a task is done, or not."""
    found = selectors.application(pk, actor)
    if not found.onboarding_tasks.filter(pk=task).exists():
        raise NotVisible(_("There is no such task."))
    if request.method == "POST":
        try:
            arrangements.change_task(pk=task, actor=actor, done=request.POST.get("done") == "yes")
        except Refused as error:
            return page.show(request, actor, found, error=error, status=error.status)
    return to(pk, "tasks")
