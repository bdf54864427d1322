"""What candidates do with what is theirs: correct, add, take away, be forgotten; and a link that was lost."""

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backend.accounts.actors import Actor
from backend.common import client, clock
from backend.common.errors import Invalid, NotVisible
from backend.hiring import addresses
from backend.web import takeout
from backend.web.forms.base import PlainForm
from backend.web.forms.own import DetailsForm, DocumentsForm, LostLinkForm
from backend.web.views.candidate import by_link, lost, sealed, show
from backend.web.views.moves import form_only
from workflow import links, own
from workflow.models import Application

ASKS_AN_HOUR = 20
"""Lost links that one visitor may ask for, in one process; an address waits `links.PAUSE` whoever asks."""
EVEN_SECONDS = 0.4
"""How long the answer takes at least, so that its time does not tell whether an address is known."""


def to(token: str, anchor: str) -> HttpResponse:
    """Lead to a part of the page."""
    return redirect(f"{reverse('candidate', args=[token])}#{anchor}")


def keep(
    request: HttpRequest,
    found: Application,
    actor: Actor,
    token: str,
    form: PlainForm,
    name: str,
    act: Callable[[], Any],
) -> HttpResponse:
    """Do what a form asks and lead back to it, or show the page with what is wrong."""
    if form.is_valid():
        try:
            act()
            return to(token, "data")
        except Invalid as error:
            form.refuse(error)
    found.refresh_from_db()
    return show(request, found, actor, token, forms={name: form})


@form_only
@by_link
def details(request: HttpRequest, found: Application, actor: Actor, *, token: str) -> HttpResponse:
    """Correct name, telephone and links; a new address is asked for, not taken."""
    if request.method != "POST":
        return to(token, "data")
    form = DetailsForm(request.POST, candidate=found.candidate)

    def act() -> None:
        if own.correct(actor=actor, **form.changes()):
            messages.success(request, _("Your data is corrected. The team sees what changed."))
        if form.cleaned_data["email"] and own.ask_address(actor=actor, email=form.cleaned_data["email"]):
            messages.success(request, _("We have written to your new address: open the link there to confirm it."))

    return keep(request, found, actor, token, form, "details_form", act)


@form_only
@by_link
def keep_address(request: HttpRequest, found: Application, actor: Actor, *, token: str) -> HttpResponse:
    """Drop the address that waits to be confirmed."""
    if request.method == "POST":
        own.drop_address(actor=actor)
        messages.success(request, _("Your address stays as it was."))
    return to(token, "data")


@form_only
@by_link
def documents(request: HttpRequest, found: Application, actor: Actor, *, token: str) -> HttpResponse:
    """Add files."""
    if request.method != "POST":
        return to(token, "data")
    form = DocumentsForm(request.POST, request.FILES)

    def act() -> None:
        own.add_documents(actor=actor, uploads=form.cleaned_data["documents"])
        messages.success(request, _("Received, thank you. The team sees it."))

    return keep(request, found, actor, token, form, "documents_form", act)


@form_only
@by_link
def language(request: HttpRequest, found: Application, actor: Actor, *, token: str) -> HttpResponse:
    """Have the page and the mails in another language."""
    chosen = request.POST.get("language", "")
    response = redirect("candidate", token=token)
    if request.method == "POST":
        own.choose_language(actor=actor, language=chosen)
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, samesite="Lax", secure=settings.HTTPS)
        with translation.override(chosen):
            messages.success(request, _("From now on, this page and our e-mails are in English."))
    return response


@form_only
@by_link
def task(request: HttpRequest, found: Application, actor: Actor, *, token: str, task: UUID) -> HttpResponse:
    """Tick a task of theirs, or untick it."""
    if request.method == "POST":
        try:
            own.tick(actor=actor, pk=task, done=request.POST.get("done") == "yes")
        except Invalid as error:
            return show(request, found, actor, token, error=error)
    return to(token, "tasks")


@require_safe
@by_link
def everything(request: HttpRequest, found: Application, actor: Actor, *, token: str) -> StreamingHttpResponse:
    """Give all of it as a ZIP."""
    spoken = translation.get_language()[:2]
    response = StreamingHttpResponse(takeout.pieces(found, spoken), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, takeout.name(found)) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@form_only
@by_link
def erasure(request: HttpRequest, found: Application, actor: Actor, *, token: str) -> HttpResponse:
    """Ask to be forgotten, or take that back."""
    if request.method == "POST":
        if request.POST.get("do") == "drop":
            own.drop_erasure(actor=actor)
            messages.success(request, _("Your request is taken back: everything stays as it is."))
        else:
            own.ask_erasure(actor=actor)
    return to(token, "erasure")


@form_only
def confirm_address(request: HttpRequest, token: str) -> HttpResponseBase:
    """Ask whether this address is theirs, and believe whoever opened the mail that went there."""
    try:
        change = addresses.find(token)
        translation.activate(change.candidate.language)
        request.LANGUAGE_CODE = change.candidate.language
        done = own.confirm_address(token) if request.method == "POST" else None
    except NotVisible as error:
        return sealed(lost(request, error))
    context = {"change": change, "team": change.candidate.team, "done": done}
    return sealed(render(request, "confirm_address.html", context))


@form_only
def lost_link(request: HttpRequest) -> HttpResponseBase:
    """Send the link once more to an address that we know; say the same for one that we do not."""
    if request.method != "POST":
        return sealed(render(request, "lost_link.html", {"form": LostLinkForm()}))
    form = LostLinkForm(request.POST)
    if not form.is_valid():
        return sealed(render(request, "lost_link.html", {"form": form}, status=422))
    if not may_ask(request):
        return sealed(render(request, "lost_link.html", {"form": form, "too_often": True}, status=429))
    began = time.monotonic()
    links.send_again(form.cleaned_data["email"])
    time.sleep(max(0.0, EVEN_SECONDS - (time.monotonic() - began)))
    return sealed(render(request, "lost_link.html", {"form": LostLinkForm(), "sent": form.cleaned_data["email"]}))


def may_ask(request: HttpRequest) -> bool:
    """Say whether this visitor has not asked too often within the hour; counted under a digest of their address."""
    hour = f"{clock.now():%Y%m%d%H}"
    who = salted_hmac("web.lost-link", client.connection(request), algorithm="sha256").hexdigest()[:20]
    key = f"lost-link:{hour}:{who}"
    cache.add(key, 0, timeout=3600)
    return int(cache.incr(key)) <= ASKS_AN_HOUR
