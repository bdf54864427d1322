"""The forms that move an application, and the mail that a move holds back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.common import clock, typography
from backend.common.errors import Invalid, NotVisible, Refused
from backend.web import doors, enhanced, wording
from backend.web.forms.moves import MailForm, MoveForm
from backend.web.views import application as page
from backend.web.views import board, dialogs
from notifications import outbox
from notifications.models import Message, Status
from workflow import policies, selectors, services
from workflow.models import Application, Transition
from workflow.states import Action

form_only = doors.form_only


def back(request: HttpRequest, actor: Actor, found: Application, moved: Transition | None = None) -> HttpResponse:
    """Lead to the board where the form stood, filters kept, or to the application's page.

    For the script: give the board in its place, and where the mail that `moved` holds back can be read.
    """
    given = request.POST.get("back", "")
    if request.POST.get("from") != "board":
        return redirect("application", pk=found.pk)
    if not enhanced.wants_part(request):
        safe = url_has_allowed_host_and_scheme(given, allowed_hosts={request.get_host()}) and given.startswith("/team/")
        return redirect(given) if safe else redirect("board", slug=found.team.slug)
    response = board.answer(request, actor, found.team)
    mail = moved and moved.messages.filter(status=Status.HELD, due_at__gt=clock.now()).first()
    if moved is not None and mail and moved.action in wording.FORWARD:
        enhanced.say(response, "letter", href=reverse("letter_dialog", args=[mail.pk]))
    return response


def asked_in(posted: QueryDict) -> QueryDict:
    """Give what a form of a move says. A card's button has one value, `step`: the state it was seen in, the action."""
    given = posted.copy()
    seen, _colon, action = given.get("step", "").partition(":")
    if action:
        given["seen"], given["action"] = seen, action
    return given


@form_only
@doors.signed_in
def move(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Carry the application through one action, or towards one state: where a card was dropped."""
    found = selectors.application(pk, actor)
    given = asked_in(request.POST)
    action, to = given.get("action", ""), given.get("to", "")
    if request.method != "POST":
        return back(request, actor, found)
    if to and not action:
        try:
            action = selectors.action_towards(found, given.get("seen", ""), to)
        except Refused as error:
            return refused(request, actor, pk, error)
        if action == Action.UNDO:
            return take_back(request, actor, found)
    if action not in policies.MOVES:
        raise Invalid(_("There is no action “%(action)s”.") % {"action": action[:50]})
    given["action"] = action
    form = page.move_form(actor, found, action, given)
    if not form.is_valid():
        return unmoved(request, actor, found, form, 422)
    try:
        moved = services.move(
            pk=pk,
            action=action,
            actor=actor,
            seen=form.cleaned_data["seen"] or None,
            reason=form.cleaned_data["reason"],
            notify=form.notify,
            mail=form.mail_options(),
        )
    except Invalid as error:
        form.refuse(error)
        return unmoved(request, actor, selectors.application(pk, actor), form, error.status)
    except Refused as error:
        return refused(request, actor, pk, error, form)
    if request.POST.get("from") != "board":  # the board has its toast
        words = _("%(name)s is now at “%(state)s”.")
        said = words % {"name": found.candidate, "state": moved.get_to_state_display()}
        messages.success(request, typography.localised(said))
    return back(request, actor, found, moved)


def unmoved(request: HttpRequest, actor: Actor, found: Application, form: MoveForm, status: int) -> HttpResponse:
    """Show the form with what is wrong with it, where it stood: over the board, or on the application's page."""
    if request.POST.get("from") == "board" and enhanced.wants_part(request):
        return dialogs.reason(request, actor, found, form.initial["action"], form)
    return page.show(request, actor, found, move=form, status=status)


def refused(request: HttpRequest, actor: Actor, pk: UUID, error: Refused, form: MoveForm | None = None) -> HttpResponse:
    """Show the page where somebody tried, as things stand now, with the words of the refusal."""
    found = selectors.application(pk, actor)
    if request.POST.get("from") == "board":
        draw = board.answer if enhanced.wants_part(request) else board.show
        return draw(request, actor, found.team, failed=found, error=error)
    return page.show(request, actor, found, error=error, move=form, status=error.status)


@form_only
@doors.signed_in
def undo(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Take the last move back."""
    found = selectors.application(pk, actor)
    return take_back(request, actor, found) if request.method == "POST" else back(request, actor, found)


def take_back(request: HttpRequest, actor: Actor, found: Application) -> HttpResponse:
    """Take the last move back and say so."""
    try:
        log = services.undo(pk=found.pk, actor=actor, seen=request.POST.get("seen") or None)
    except Refused as error:
        return refused(request, actor, found.pk, error)
    words = _("%(name)s: back to “%(state)s”. Nothing was sent.")
    said = typography.localised(words % {"name": found.candidate, "state": log.get_to_state_display()})
    response = back(request, actor, found)
    if enhanced.wants_part(request):
        return enhanced.say(response, "said", words=said)
    messages.success(request, said)
    return response


def message_of(actor: Actor, pk: UUID) -> Message:
    """Give one message. Raises NotVisible."""
    found = outbox.visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise NotVisible(_("There is no such message."))
    return found


def after_letter(request: HttpRequest, message: Message, words: str = "") -> HttpResponse:
    """Lead back to where the letter was shown."""
    if words:
        messages.success(request, typography.localised(words))
    if request.POST.get("from") == "outbox" or message.application_id is None:
        return redirect("outbox")
    return redirect("application", pk=message.application_id)


@form_only
@doors.signed_in
def letter_edit(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Keep a held mail's new words."""
    message = message_of(actor, pk)
    if request.method != "POST" or message.application_id is None:
        return after_letter(request, message)
    form = MailForm(request.POST, auto_id="letter_%s")
    if form.is_valid():
        try:
            given = form.cleaned_data
            outbox.edit(pk=pk, actor=actor, subject=given["subject"], body=given["body"])
            return after_letter(request, message, _("The e-mail is changed. It leaves at its time."))
        except Invalid as error:
            form.refuse(error)
        except Refused as error:
            return refused(request, actor, message.application_id, error)
    found = selectors.application(message.application_id, actor)
    return page.show(request, actor, found, forms={"letter_form": (pk, form)}, status=422)


@form_only
@doors.signed_in
def letter_send(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Let a held mail leave at once, or try a refused one again."""
    return settle(request, actor, pk, "send")


@form_only
@doors.signed_in
def letter_discard(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Never send a held or refused mail."""
    return settle(request, actor, pk, "discard")


@form_only
@doors.signed_in
def letter_settle(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Say of an uncertain mail whether it arrived."""
    return settle(request, actor, pk, "arrived" if request.POST.get("arrived") == "yes" else "lost")


def settle(request: HttpRequest, actor: Actor, pk: UUID, how: str) -> HttpResponse:
    """Carry out one decision about a mail."""
    message = message_of(actor, pk)
    if request.method != "POST":
        return after_letter(request, message)
    try:
        if how == "send":
            outbox.send_now(pk=pk, actor=actor)
            words = _("The e-mail is leaving now.")
        elif how == "discard":
            outbox.discard(pk=pk, actor=actor)
            words = _("The e-mail will not leave. The application stays where it is.")
            if message.application_id is None:
                words = _("The e-mail will not leave.")
        else:
            outbox.settle(pk=pk, actor=actor, arrived=how == "arrived")
            words = _("Noted: it arrived.") if how == "arrived" else _("The e-mail is sent again.")
    except Refused as error:
        if message.application_id is None:  # an answer to somebody who has no application
            messages.error(request, error.detail)
            return redirect("outbox")
        return refused(request, actor, message.application_id, error)
    return after_letter(request, message, words)
