"""What anybody may read: the postings, one posting and its form, and the word of thanks."""

import dataclasses
import datetime as dt

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backend.accounts import actors
from backend.accounts.models import Team
from backend.common.errors import Closed, Invalid, NotVisible
from backend.hiring import rendering, selectors
from backend.hiring.models import Posting, PostingStatus
from backend.web import doors, facts
from backend.web.forms.apply import ApplyForm
from backend.web.forms.filters import PostingFilters, understood
from workflow import path, services
from workflow.states import PATH, Via

PER_PAGE = 20


@require_safe
@doors.anyone
def postings(request: HttpRequest) -> HttpResponse:
    """Show the open postings, newest first; or, asked for, the closed ones."""
    public = selectors.public_postings()
    teams = list(Team.objects.filter(pk__in=public.order_by().values("team_id")))
    form = PostingFilters(request.GET, teams)
    asked = understood(form)
    status = PostingStatus.CLOSED if asked.get("closed") else PostingStatus.OPEN
    everything = public.filter(status=status)
    found = narrow(everything, asked)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    filtered = any(asked.get(name) for name in ("q", "team", "contract", "remote"))
    context = {
        "form": form,
        "page": page,
        "rows": [(posting, facts.in_brief(posting), rendering.lede(posting.body)) for posting in page],
        "filtered": filtered,
        "closed": status == PostingStatus.CLOSED,
        "hidden": everything.count() if filtered and not page.paginator.count else 0,
    }
    return render(request, "postings.html", context)


def narrow(rows: QuerySet[Posting], asked: dict[str, str]) -> QuerySet[Posting]:
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
    if request.method != "POST":
        return show(request, found, ApplyForm())
    form = ApplyForm(request.POST, request.FILES)
    if form.is_trap_sprung:
        return redirect("thanks", slug=slug)  # a machine learns nothing from the answer
    if not form.is_valid():
        return show(request, found, form, status=422)
    try:
        services.submit(
            posting_id=found.pk,
            person=form.person(),
            via=Via.FORM,
            actor=actors.of_candidate(found.pk),
            message=form.cleaned_data["message"],
            uploads=form.uploads(),
        )
    except Invalid as error:
        form.refuse(error)
        return show(request, found, form, status=422)
    except Closed:
        found.refresh_from_db(fields=["status"])
        return show(request, found, form, status=409)
    return redirect("thanks", slug=slug)


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


def readable(request: HttpRequest, slug: str) -> Posting:
    """Give a posting that this person may read. Raises NotVisible."""
    found = selectors.readable_postings(doors.actor_of(request)).filter(slug=slug).first()
    if found is None:
        raise NotVisible(_("There is no such posting."))
    return found


def show(request: HttpRequest, found: Posting, form: ApplyForm, *, status: int = 200) -> HttpResponse:
    """Draw the posting with its form as it stands."""
    context = {
        "posting": found,
        "team": found.team,
        "facts": facts.of_posting(found),
        "body": rendering.to_html(found.body),
        "form": form,
        "plan": plan(found),
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
