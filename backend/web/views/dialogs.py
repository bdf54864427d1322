"""What opens over the board: a missing step, a move that asks for a reason, the mail that a move holds back.

Each is a form of the application's page, in place. Without the script the same link leads there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from backend.accounts.actors import Actor
from backend.common import clock
from backend.common.errors import Invalid, NotVisible, Refused
from backend.web import doors, enhanced
from backend.web.forms.base import PlainForm
from backend.web.forms.interviews import InterviewForm
from backend.web.forms.moves import LetterForm, MoveForm
from backend.web.forms.terms import TermsForm
from backend.web.views import application as page
from backend.web.views import board
from notifications import outbox
from notifications.models import Message
from workflow import arrangements, policies, records, selectors
from workflow.models import Application, InterviewStatus
from workflow.states import Action


@dataclass(frozen=True)
class Step:
    """A missing step: its name in addresses, its words, its form as it starts, and what keeps it."""

    name: str
    title: str | Promise
    button: str | Promise
    refused: str | Promise
    form: Callable[[Application, Any], PlainForm]
    keep: Callable[[Application, Actor, dict[str, Any]], object]


def interview_form(found: Application, data: Any) -> PlainForm:
    """Give the form of a meeting; it starts at the present hour."""
    members = selectors.people_of(found)
    return InterviewForm(data, members=members, initial={"at": localtime(clock.now()).replace(minute=0, second=0)})


def keep_interview(found: Application, actor: Actor, given: dict[str, Any]) -> object:
    """Record a meeting; people are told of one that is planned."""
    planned = given["status"] == InterviewStatus.PLANNED
    return arrangements.add_interview(application_id=found.pk, actor=actor, announced=planned, **given)


def terms_form(found: Application, data: Any) -> PlainForm:
    """Give the form of the terms; it starts from what is known."""
    return TermsForm(data, initial=page.terms_of(found.contracts.first(), found))


STEPS = {
    "interviews": Step(
        "interviews",
        gettext_lazy("Record an interview"),
        pgettext_lazy("button", "Record"),
        gettext_lazy("The interview is not recorded yet"),
        interview_form,
        keep_interview,
    ),
    "terms": Step(
        "terms",
        gettext_lazy("Fill in the terms"),
        gettext_lazy("Keep the terms"),
        gettext_lazy("The terms are not kept yet"),
        terms_form,
        lambda found, actor, given: records.set_terms(pk=found.pk, actor=actor, terms=given),
    ),
}


@doors.form_only
@doors.signed_in
def dialog(request: HttpRequest, actor: Actor, pk: UUID, name: str) -> HttpResponse:
    """Open one form over the board, or take what was filled in."""
    found = selectors.application(pk, actor)
    anchor = f"move-{name}" if name in policies.MOVES else name
    if request.method != "POST" and not enhanced.wants_part(request):
        return redirect(f"{reverse('application', args=[pk])}?do={name}#{anchor}")
    if name in STEPS:
        return step(request, actor, found, STEPS[name])
    if name == "tasks":
        return tasks(request, actor, found)
    if name in (Action.REJECT, Action.WITHDRAW):
        return reason(request, actor, found, name)
    raise NotVisible(_("There is no such page."))


def step(request: HttpRequest, actor: Actor, found: Application, what: Step) -> HttpResponse:
    """Ask for a missing step; once it is kept, give the board, where the move has become possible."""
    policies.require(actor, "edit_terms", found)
    form = what.form(found, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            what.keep(found, actor, form.cleaned_data)
            return board.answer(request, actor, found.team)
        except Invalid as error:
            form.refuse(error)
        except Refused as error:
            return board.answer(request, actor, found.team, failed=found, error=error)
    return opened(request, found, "parts/dialog_step.html", form, step=what)


def tasks(request: HttpRequest, actor: Actor, found: Application) -> HttpResponse:
    """Show the required tasks that are open, each with its tick; a tick keeps the dialog until none is left."""
    policies.require(actor, "edit_terms", found)
    if request.method == "POST":
        asked = request.POST.get("task", "")
        task = next((one for one in found.onboarding_tasks.all() if str(one.pk) == asked), None)
        if task is None:
            raise NotVisible(_("There is no such task."))
        arrangements.change_task(pk=task.pk, actor=actor, done=True)
    left = [task for task in found.onboarding_tasks.all() if task.is_required_open]
    if request.method == "POST" and not left:
        return board.answer(request, actor, found.team)
    return opened(request, found, "parts/dialog_tasks.html", None, tasks=left)


def reason(
    request: HttpRequest, actor: Actor, found: Application, action: str, form: MoveForm | None = None
) -> HttpResponse:
    """Show the form of a move off the path, which asks for more than a click. It is sent to the move's address."""
    policies.require(actor, action, found)
    form = form or page.move_form(actor, found, action)
    choice = next((one for one in selectors.moves(actor, found) if one.action == action), None)
    if choice is None:
        raise NotVisible(_("There is no such page."))
    return opened(request, found, "parts/dialog_move.html", form, choice=choice)


def opened(request: HttpRequest, found: Application, template: str, form: Any, **more: Any) -> HttpResponse:
    """Draw a dialog; one that is refused says so with its status, and stays."""
    context = {"application": found, "form": form, **more}
    status = 422 if form is not None and form.is_bound else 200
    response = render(request, template, context, status=status)
    return enhanced.into(response, "#dialog", within=True)


@doors.form_only
@doors.signed_in
def letter(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Show the mail that a move holds back, to be changed, sent at once, or kept back for good; or undo the move."""
    message = outbox.visible_to(actor).filter(pk=pk).first()
    if message is None or message.application is None:
        raise NotVisible(_("There is no such message."))
    found = message.application
    policies.require(actor, "write_mail", found)
    if request.method != "POST":
        if not enhanced.wants_part(request):
            return redirect(f"{reverse('application', args=[found.pk])}?edit={pk}#letter-{pk}")
        return letter_form(request, actor, message, found, LetterForm(message=message))
    form = LetterForm(request.POST, message=message)
    if form.is_valid():
        try:
            treat(message, actor, form.cleaned_data)
            return board.answer(request, actor, found.team)
        except Invalid as error:
            form.refuse(error)
        except Refused as error:
            return board.answer(request, actor, found.team, failed=found, error=error)
    return letter_form(request, actor, message, found, form)


def letter_form(
    request: HttpRequest, actor: Actor, message: Message, found: Application, form: LetterForm
) -> HttpResponse:
    """Draw a held mail, with the undo of its move while that can be taken back."""
    last = found.transitions.last()
    undo = next((one for one in selectors.choices(actor, found) if one.action == Action.UNDO), None)
    if last is None or message.transition_id != last.pk:
        undo = None  # the mail of an earlier move leaves all the same
    return opened(request, found, "parts/dialog_letter.html", form, message=message, undo=undo)


def treat(message: Message, actor: Actor, given: dict[str, Any]) -> None:
    """Do with a held mail what was chosen. Raises Invalid, NotAllowed or Conflict (it has left)."""
    if given["send"] == "not":
        outbox.discard(pk=message.pk, actor=actor)
        return
    outbox.edit(pk=message.pk, actor=actor, subject=given["subject"], body=given["body"])
    if given["send"] == "now":
        outbox.send_now(pk=message.pk, actor=actor)
