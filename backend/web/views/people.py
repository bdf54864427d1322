"""People across applications: likely duplicates, merging and separating them, erasing them, and their links."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backend.accounts.actors import Actor
from backend.common import typography
from backend.common.errors import Invalid, NotVisible
from backend.hiring import dedupe, erasure, selectors
from backend.hiring.models import Candidate
from backend.web import doors
from backend.web.views.moves import form_only
from workflow import anonymous, links
from workflow.models import Application
from workflow.selectors import application as find_application
from workflow.selectors import visible_to


@require_safe
@doors.signed_in
def people(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show who waits to be erased, who may be one person, and what was merged."""
    waiting, pairs = list(erasure.asked(actor)), dedupe.pairs(actor)
    merges = list(dedupe.standing(actor))
    shown = {row.pk for row in waiting} | {one.pk for pair in pairs for one in (pair.older, pair.newer)}
    shown |= {merge.kept_id for merge in merges}
    known = _known(actor, shown)
    pairs = [pair for pair in pairs if {pair.older.pk, pair.newer.pk} <= known]
    merges = [merge for merge in merges if merge.kept_id in known]
    applications: dict[UUID, list[Application]] = {}
    for application in visible_to(actor).filter(candidate__in=shown).order_by("created_at", "id"):
        # Beside the name of somebody who is known, one without a name would say whose it is.
        if not application.candidate.veiled or application.candidate_id not in known:
            applications.setdefault(application.candidate_id, []).append(application)
    context = {
        "section": "people",
        "waiting": [
            {"candidate": row, "name": row if row.pk in known else applications[row.pk][0].candidate,
             "due": erasure.due(row.erasure_asked_at), "may_act": actor.is_member(row.team_id),
             "applications": applications.get(row.pk, [])}
            for row in waiting
        ],
        "pairs": [
            {"pair": pair, "may_act": actor.is_member(pair.older.team_id),
             "sides": [(one, applications.get(one.pk, [])) for one in (pair.older, pair.newer)]}
            for pair in pairs
        ],
        "merges": [
            {"merge": row, "may_act": actor.is_member(row.kept.team_id),
             "applications": applications.get(row.kept_id, [])}
            for row in merges
        ],
    }  # fmt: skip
    return render(request, "people.html", context)


def panel(actor: Actor, found: Application) -> dict[str, Any]:
    """Give what an application's page says of the person beyond this application."""
    candidate = found.candidate
    alike = [] if candidate.veiled else dedupe.likely(candidate)
    known = _known(actor, {one.candidate.pk for one in alike})
    return {
        "alike": [one for one in alike if one.candidate.pk in known],
        "merges": [] if candidate.veiled else list(dedupe.merges_of(candidate)),
        "erasure_due": erasure.due(candidate.erasure_asked_at) if not candidate.erased_at else None,
        "may_act_on_person": actor.is_member(candidate.team_id) and not candidate.erased_at,
    }


def _known(actor: Actor, people: set[UUID]) -> set[UUID]:
    """Give those of `people` whose name the actor may read."""
    rows = anonymous.known_people(actor, selectors.candidates_of(actor)).filter(pk__in=people) if people else None
    return set(rows.values_list("pk", flat=True)) if rows is not None else set()


def _visible(pk: UUID, actor: Actor) -> Candidate:
    found = anonymous.known_people(actor, selectors.candidates_of(actor)).filter(pk=pk).first()
    if found is None:
        raise NotVisible(_("There is no such candidate."))
    return found


def _chosen(request: HttpRequest, name: str) -> UUID:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise Invalid(_("Choose who.")) from None


def back(request: HttpRequest) -> HttpResponse:
    """Lead to where the form stood: an application's page, or the list of people."""
    given = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(given, allowed_hosts={request.get_host()}) and given.startswith("/a/")
    return redirect(given) if safe else redirect("people")


@form_only
@doors.signed_in
def merge(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Make one person of this candidate and another."""
    kept = _visible(pk, actor)
    if request.method == "POST":
        dedupe.merge(kept=kept.pk, absorbed=_visible(_chosen(request, "other"), actor).pk, actor=actor)
        words = _("%(name)s is one person now. This can be taken back.") % {"name": kept}
        messages.success(request, typography.localised(words))
    return back(request)


@form_only
@doors.signed_in
def distinct(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Say that this candidate and another are two people."""
    one = _visible(pk, actor)
    if request.method == "POST":
        dedupe.tell_apart(one=one.pk, other=_chosen(request, "other"), actor=actor)
        messages.success(request, _("Noted: two people. They are not proposed again."))
    return back(request)


@form_only
@doors.signed_in
def separate(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Take a merge into this candidate back."""
    kept = _visible(pk, actor)
    if request.method == "POST":
        chosen = _chosen(request, "merge")
        if not kept.merges.filter(pk=chosen).exists():
            raise NotVisible(_("There is no such merge."))
        dedupe.separate(pk=chosen, actor=actor)
        messages.success(request, _("The merge is taken back: everything is where it was."))
    return back(request)


@form_only
@doors.signed_in
def erase(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Erase a person; asked for without the form's own yes, refuse."""
    # Also one whose name is hidden, whose page knows the application only.
    person = selectors.candidates_of(actor).filter(Q(pk=pk) | Q(applications=pk)).first()
    if person is None:
        raise NotVisible(_("There is no such candidate."))
    if request.method == "POST":
        if request.POST.get("sure") != "yes":
            raise Invalid(_("Tick the box first: what is erased cannot come back."))
        erasure.erase(pk=person.pk, actor=actor)
        messages.success(request, _("The person is erased. What happened and when is kept, about nobody."))
    return back(request)


@form_only
@doors.signed_in
def link(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Replace a candidate's link."""
    find_application(pk, actor)
    if request.method == "POST":
        if links.replace(pk=pk, actor=actor):
            messages.success(request, _("The earlier link is closed, and a new one is on its way."))
        else:
            messages.success(request, _("The link is closed. There is no address to send a new one to."))
    return redirect("application", pk=pk)
