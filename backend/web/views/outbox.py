"""What is to leave: held, on its way, perhaps sent, refused."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backend.accounts.actors import Actor
from backend.web import doors, inbox
from notifications import compose
from notifications import outbox as letters
from notifications.models import Status

PER_PAGE = 50


@require_safe
@doors.signed_in
def outbox(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the mails of the person's teams that have not surely left; those that ask for a decision first."""
    rows = inbox.outgoing(actor)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "outbox",
        "page": page,
        "mails": [
            {
                "message": mail,
                "text": compose.for_eyes(mail),
                "answer": letters.explain(mail),
                "may_act": actor.is_member(mail.team.pk),
            }
            for mail in page
        ],
        "troubled": sum(mail.status in (Status.UNCERTAIN, Status.DEAD) for mail in page),
    }
    return render(request, "outbox.html", context)
