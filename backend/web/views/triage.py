"""Mail that came in and that nobody could place: to a posting, or aside."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backend.accounts.actors import Actor
from backend.common.errors import NotVisible
from backend.hiring import selectors
from backend.web import doors, inbox

PER_PAGE = 20


@require_safe
@doors.signed_in
def triage(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the mail to be sorted, newest first."""
    page = Paginator(inbox.to_sort(actor), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "triage",
        "page": page,
        "mails": [{"mail": mail} for mail in page],
        "postings": selectors.postings_of(actor),
    }
    return render(request, "triage.html", context)


@doors.signed_in
def settle(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Place one mail."""
    if not inbox.to_sort(actor).filter(pk=pk).exists():
        raise NotVisible(_("There is no such message."))
    return triage(request)
