"""The candidate's own page, behind a private link: where they stand, what comes next, and the way out."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backend.accounts import actors
from backend.accounts.actors import Actor
from backend.common import clock, typography
from backend.common.errors import JalonError, NotVisible, Refused
from backend.documents import invitation
from backend.hiring import addresses, erasure
from backend.web import files, previews
from backend.web.forms.base import PlainForm
from backend.web.forms.own import DetailsForm, DocumentsForm
from backend.web.views.application import links as work_links
from notifications import compose, outbox
from workflow import path, scheduling, selectors, services
from workflow.models import Application, InterviewStatus, OnboardingTask, TaskOwner
from workflow.states import OPEN, Action, State

View = Callable[..., HttpResponseBase]


def by_link(view: View) -> View:
    """Let in whoever holds the link; the page speaks the candidate's language and leaves no trace of its address."""

    @wraps(view)
    def door(request: HttpRequest, token: str, **rest: Any) -> HttpResponseBase:
        try:
            found = selectors.application_by_link(token)
        except NotVisible:
            response: HttpResponseBase = lost(request)
        else:
            if found.candidate.erased_at:
                return sealed(gone(request, found))
            if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
                translation.activate(found.candidate.language)
                request.LANGUAGE_CODE = found.candidate.language
            try:
                response = view(request, found, actors.of_candidate(found.pk), token=token, **rest)
            except JalonError as error:
                response = lost(request, error)
        return sealed(response)

    return door


def sealed(response: HttpResponseBase) -> HttpResponseBase:
    """Give the answer so that neither a search engine, a cache nor another site learns its address."""
    # Told to no other site. Not “no-referrer”: under it browsers send forms with `Origin: null`, which the check
    # against forged forms must refuse, and the person could not withdraw (docs/adr/007).
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "private, no-store"
    return response


def lost(request: HttpRequest, error: JalonError | None = None) -> HttpResponse:
    """Give the kind page for a link that opens nothing."""
    context = {
        "heading": _("This link opens nothing"),
        "detail": error.detail if error else _("It may be cut: take it again from our last e-mail, whole."),
        "help": _("If it still does not open, have it sent to you once more."),
        "lost": True,
    }
    return render(request, "404.html", context, status=error.status if error else 404)


def gone(request: HttpRequest, found: Application) -> HttpResponse:
    """Give the page of somebody who has been erased: it says so, and nothing else."""
    translation.activate(found.candidate.language)
    request.LANGUAGE_CODE = found.candidate.language
    day = typography.long_date(found.candidate.erased_at)
    context = {
        "heading": _("Your data has been erased"),
        "detail": _("Since %(date)s, the %(team)s team holds nothing about you any more.")
        % {"date": day, "team": found.team},
        "help": _("You may apply again whenever you like: nobody will know of this application."),
    }
    return render(request, "404.html", context, status=410)


@require_safe
@by_link
def candidate(request: HttpRequest, found: Application, actor: Actor, *, token: str) -> HttpResponse:
    """Show the candidate where they stand."""
    return show(request, found, actor, token)


def show(
    request: HttpRequest,
    found: Application,
    actor: Actor,
    token: str,
    *,
    error: JalonError | None = None,
    forms: dict[str, PlainForm] | None = None,
) -> HttpResponse:
    """Draw the page; after a refusal with its words, or with the form that was refused as it was filled in."""
    posting, person = found.posting, found.candidate
    meetings = list(found.interviews.filter(status=InterviewStatus.PLANNED))
    context = {
        "application": found,
        "candidate": found.candidate,
        "posting": posting,
        "team": found.team,
        "token": token,
        "greeting": _("Hello %(name)s") % {"name": found.candidate.name} if found.candidate.name else _("Hello"),
        "late": found.is_late,
        "steps": path.steps(found),
        "still_open": found.state in OPEN,
        "asked": request.GET.get("withdraw") == "ask" and found.state in OPEN,
        "error": error,
        "contract": found.contracts.first(),
        "meetings": meetings,
        "next_meeting": next((one for one in meetings if one.at and one.at > clock.now()), None),
        "proposals": scheduling.proposals(found),
        "documents": found.documents.all(),
        "contact": found.team.reply_to or next(iter(posting.apply_to), ""),
        "links": work_links(person),
        "tasks": tasks(found),
        "tasks_open": found.state == State.CONTRACTED,
        "details_form": DetailsForm(candidate=person),
        "documents_form": DocumentsForm(),
        "new_address": addresses.pending(person),
        "erasure_due": erasure.due(person.erasure_asked_at),
        "asked_erasure": request.GET.get("erase") == "ask" and not person.erasure_asked_at,
        "erasure_if_today": erasure.due(clock.now()),
        "mails": [(mail, compose.for_eyes(mail)) for mail in outbox.visible_to(actor).order_by("-created_at", "-id")],
    } | (forms or {})
    status = error.status if error else 422 if forms else 200
    return render(request, "candidate.html", context, status=status)


def tasks(found: Application) -> list[OnboardingTask]:
    """Give what is for them to do, once there is a contract."""
    if found.state not in (State.CONTRACTED, State.ONBOARDED):
        return []
    return list(found.onboarding_tasks.filter(owner=TaskOwner.CANDIDATE))


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def withdraw(request: HttpRequest, found: Application, actor: Actor, *, token: str) -> HttpResponse:
    """Take the application back, asked by the candidate; asked for without the form, lead to it."""
    if request.method != "POST" or found.state == State.WITHDRAWN:  # a second click finds it done
        return redirect("candidate", token=token)
    words = request.POST.get("reason", "").replace("\0", "").strip()[:2000]
    try:
        services.move(pk=found.pk, action=Action.WITHDRAW, actor=actor, reason=words)
    except Refused as error:
        return show(request, selectors.application_by_link(token), actor, token, error=error)
    return redirect("candidate", token=token)


@require_safe
@by_link
def document(request: HttpRequest, found: Application, actor: Actor, *, token: str, doc: UUID) -> FileResponse:
    """Give the candidate one of their own files."""
    return files.download(found, doc)


@require_safe
@by_link
def document_preview(
    request: HttpRequest, found: Application, actor: Actor, *, token: str, doc: UUID
) -> HttpResponseBase:
    """Show the candidate one of their own files."""
    return previews.preview(request, found, doc)


@require_safe
@by_link
def calendar(request: HttpRequest, found: Application, actor: Actor, *, token: str, interview: UUID) -> HttpResponse:
    """Give an interview as a calendar file."""
    meeting = found.interviews.filter(pk=interview, at__isnull=False).first()
    if meeting is None:
        raise NotVisible(_("There is no such interview."))
    content = invitation.render(meeting, translation.get_language()[:2])
    return files.attachment(content, _("interview.ics"), invitation.MEDIA_TYPE)
