"""Exports: what somebody asked for, how far it is, and the files that are ready."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from backend.accounts.actors import Actor
from backend.common.errors import Invalid
from backend.exports import requests
from backend.exports.models import Export, Status
from backend.web import doors, enhanced, ranges

PER_PAGE = 50
OURS = ("csrfmiddlewaretoken", "kind")


@require_http_methods(["GET", "HEAD", "POST"])
@doors.signed_in
def exports(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show what this person asked for, and take what they ask for now; to the script, what has changed (else 204)."""
    if request.method == "POST":
        asked = {name: str(value) for name, value in request.POST.items() if name not in OURS}
        try:
            requests.ask(actor=actor, kind=request.POST.get("kind", ""), asked=asked)
        except Invalid as error:
            return _shown(request, actor, error=error)
        messages.success(request, _("It is being made: you can go on working, and find it here."))
        return redirect("exports")
    return _shown(request, actor)


def _shown(request: HttpRequest, actor: Actor, error: Invalid | None = None) -> HttpResponse:
    page = Paginator(requests.visible_to(actor), PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page)
    mark = "-".join(f"{row.status}{row.done}" for row in rows)[:2000]
    part = enhanced.wants_part(request) and error is None
    if part and request.GET.get("v") == mark:
        return HttpResponse(status=204)
    said = _said(rows)
    context = {
        "section": "coach",
        "current": "true",
        "page": page,
        "rows": rows,
        "mark": mark,
        "said": said,
        "news": part and request.GET.get("said") != said,
        "going": any(row.is_open for row in rows),
        "days": requests.KEPT.days,
        "error": error,
    }
    template = "parts/exports_live.html" if part else "exports.html"
    return render(request, template, context, status=error.status if error else 200)


def _said(rows: list[Export]) -> str:
    """Give in one sentence what is ready and what is still to come, if anything; for those who do not see it."""
    ready = sum(row.status == Status.DONE for row in rows)
    still = sum(row.is_open for row in rows)
    words = ngettext("%(n)d export is ready", "%(n)d exports are ready", ready) % {"n": ready}
    if not ready:
        return (
            ngettext("%(n)d export is under way.", "%(n)d exports are under way.", still) % {"n": still}
            if still
            else ""
        )
    if not still:
        return f"{words}."
    return words + ngettext(", %(n)d is under way.", ", %(n)d are under way.", still) % {"n": still}


@require_safe
@doors.signed_in
def file(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponseBase:
    """Give a file that is ready, whole or from where a download stopped."""
    found = requests.find(pk, actor)
    content = requests.opened(found)
    return ranges.download(
        request, content, size=found.size, etag=found.pk.hex, name=found.name, media_type=found.media_type
    )


@doors.form_only
@doors.signed_in
def remove(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Delete an export, or give up one that is being made."""
    found = requests.find(pk, actor)
    if request.method == "POST":
        requests.remove(pk=found.pk, actor=actor)
        messages.success(request, _("Deleted: %(title)s.") % {"title": found.title})
    return redirect("exports")
