"""The checklist between contract and arrival."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.accounts.actors import Actor
from backend.common.errors import NotVisible, Refused
from backend.web import doors
from backend.web.forms.checklist import TaskForm
from backend.web.views import application as page
from backend.web.views.keeping import keep, to
from backend.web.views.moves import form_only
from workflow import arrangements, records, selectors


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
