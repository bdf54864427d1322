"""What anybody may read: the postings, one posting and its form, and the word of thanks."""

import dataclasses
import datetime as dt
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods, require_safe

from backend.accounts import actors
from backend.accounts.models import Team
from backend.common import client
from backend.common.errors import Closed, Invalid, NotVisible
from backend.hiring import pace, rendering, selectors
from backend.hiring.models import Posting, PostingStatus
from backend.web import doors, facts, jobposting
from backend.web.forms.apply import ApplyForm
from backend.web.forms.filters import PostingFilters, understood
from workflow import path, services
from workflow.states import PATH, Via

PER_PAGE = 20
TOO_OFTEN = {
    "connection": _l(
        "Very many applications have come from your connection within the hour. Nothing is lost: everything you "
        "wrote is below. Send it again in an hour, or write to the team."
    ),
    "address": _l(
        "Many applications have come from this address within the hour. Nothing is lost: everything you wrote is "
        "below. Send it again in an hour, or write to the team."
    ),
}


@require_safe
@doors.anyone
def postings(request: HttpRequest) -> HttpResponse:
    """Show the open postings, newest first; or, asked for, the closed ones."""
    public = selectors.public_postings()
    teams = list(Team.objects.filter(pk__in=public.order_by().values("team_id")))
    domains = selectors.domains(public)
    form = PostingFilters(request.GET, teams, domains)
    asked = understood(form)
    status = PostingStatus.CLOSED if asked.get("closed") else PostingStatus.OPEN
    everything = public.filter(status=status)
    found = narrow(everything, asked | {"domain": domains.get(asked.get("domain", ""), [])})
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    filtered = any(asked.get(name) for name in ("q", "team", "domain", "contract", "remote"))
    context = {
        "form": form,
        "page": page,
        "rows": [(posting, facts.in_brief(posting), rendering.lede(posting.body)) for posting in page],
        "filtered": filtered,
        "closed": status == PostingStatus.CLOSED,
        "team": next((team for team in teams if team.slug == asked.get("team")), None),
        "canonical": settings.SITE_URL + request.get_full_path() if filtered else f"{settings.SITE_URL}/",
        "hidden": everything.count() if filtered and not page.paginator.count else 0,
    }
    return render(request, "postings.html", context)


def narrow(rows: QuerySet[Posting], asked: dict[str, Any]) -> QuerySet[Posting]:
    """Give the postings that hold every word and match every choice."""
    for word in asked.get("q", "").split()[:8]:
        rows = rows.filter(
            Q(title__icontains=word)
            | Q(body__icontains=word)
            | Q(team__name__icontains=word)
            | Q(skills__icontains=word)
        )
    if asked.get("team"):
        rows = rows.filter(team__slug=asked["team"])
    if asked.get("domain"):
        rows = rows.filter(domains__overlap=asked["domain"])
    if asked.get("contract"):
        rows = rows.filter(contract_kinds__contains=[asked["contract"]])
    if asked.get("remote"):
        rows = rows.filter(remote=asked["remote"])
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
@doors.anyone
def posting(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one posting with its form, and receive what is sent with it."""
    found = readable(request, slug)
    asked = list(found.questions.all()) if found.is_open or request.method == "POST" else []
    if request.method != "POST":
        return show(request, found, ApplyForm(questions=asked))
    return receive(request, found, ApplyForm(request.POST, request.FILES, questions=asked))


def receive(request: HttpRequest, found: Posting, form: ApplyForm) -> HttpResponse:
    """Bring in what was sent, or show it again with what is wrong and with its files."""
    if form.is_trap_sprung:
        return redirect("thanks", slug=found.slug)  # a machine learns nothing from the answer
    if not found.is_open:
        form.is_valid()
        return show(request, found, form, status=409)
    if not form.is_valid():
        return again(request, found, form)
    if doubt := form.doubt:
        form.add_error(None, doubt)
        return again(request, found, form)
    sender = {"connection": client.connection(request), "address": form.cleaned_data["email"]}
    if kind := pace.too_often(**sender):
        form.add_error(None, TOO_OFTEN[kind])
        response = again(request, found, form, status=429)
        response["Retry-After"] = "3600"
        return response
    try:
        with transaction.atomic():
            if pace.is_first(form.content(found)):  # else a double click: the first one is received already
                pace.note(**sender)
                services.submit(
                    posting_id=found.pk,
                    person=form.person(),
                    via=Via.FORM,
                    actor=actors.of_candidate(found.pk),
                    message=form.cleaned_data["message"],
                    uploads=form.uploads(),
                    answers=form.answers(),
                )
            form.forget_files()
    except Invalid as error:
        form.refuse(error)
        return again(request, found, form)
    except Closed:
        found.refresh_from_db(fields=["status"])
        return show(request, found, form, status=409)
    return redirect("thanks", slug=found.slug)


def again(request: HttpRequest, found: Posting, form: ApplyForm, *, status: int = 422) -> HttpResponse:
    """Show a form that is refused, with its files kept."""
    form.keep_files()
    return show(request, found, form, status=status)


@require_safe
@doors.anyone
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what comes next and by when; nothing about the person, whose private link is in the mail."""
    found = readable(request, slug)
    context = {
        "posting": found,
        "team": found.team,
        "answer_by": timezone.localdate() + dt.timedelta(days=found.team.answer_days),
        "plan": arrived(plan(found)),
    }
    return render(request, "thanks.html", context)


@require_safe
@doors.anyone
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what happens to the data of those who apply."""
    return render(request, "privacy.html")


def readable(request: HttpRequest, slug: str) -> Posting:
    """Give a posting that this person may read. Raises NotVisible."""
    found = selectors.readable_postings(doors.actor_of(request)).filter(slug=slug).first()
    if found is None:
        raise NotVisible(_("There is no such posting."))
    return found


def show(request: HttpRequest, found: Posting, form: ApplyForm, *, status: int = 200) -> HttpResponse:
    """Draw the posting with its form as it stands."""
    actor = doors.actor_of(request)
    context = {
        "posting": found,
        "team": found.team,
        "facts": facts.of_posting(found),
        "body": rendering.to_html(found.body),
        "form": form,
        "plan": plan(found),
        "may_edit": actor is not None and actor.is_member(found.team_id),
        "url": jobposting.address(found),
        "summary": rendering.lede(found.body, limit=200) or ", ".join(facts.in_brief(found)),
        "job": jobposting.of(found) if found.is_open else None,
        "contact": found.apply_to[0] if found.apply_to else found.team.reply_to,
    }
    return render(request, "posting.html", context, status=status)


def arrived(steps: list[path.Step]) -> list[path.Step]:
    """Give the path of somebody who has just applied: the first stake is reached."""
    return [dataclasses.replace(steps[0], step="present"), *steps[1:]]


def plan(found: Posting) -> list[path.Step]:
    """Give the path as somebody who has not applied sees it: what happens at each stake."""
    notes = [
        _("An acknowledgement at once, an answer %(delay)s.") % {"delay": facts.within(found.team.answer_days)},
        _("A conversation with the team."),
        _("The terms in writing, before any commitment."),
        _("Start: %(start)s.") % {"start": facts.start(found.start)} if found.start else _("Welcome to the team."),
    ]
    return [path.Step(state, str(state.label), "next", note) for state, note in zip(PATH, notes, strict=True)]
