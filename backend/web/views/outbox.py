"""What is to leave, and what became of it: waiting, on its way, perhaps sent, refused, sent, taken back."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backend.accounts.actors import Actor
from backend.accounts.models import Team
from backend.web import doors, inbox
from backend.web.forms.filters import understood
from backend.web.forms.outbox import OutboxFilters
from notifications import compose, delivery
from notifications import outbox as letters
from notifications.models import Message, Status

PER_PAGE = 50


@require_safe
@doors.signed_in
def outbox(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the mails of the person's teams; without a wish, those that have not surely left, decisions first."""
    form = OutboxFilters(request.GET, list(Team.objects.filter(pk__in=actor.team_ids).order_by("name")))
    asked = understood(form)
    team, kind, status = (asked.get(name, "") for name in ("team", "kind", "status"))
    rows = inbox.outgoing(actor, status=status, team=team, kind=kind)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "outbox",
        "page": page,
        "form": form,
        "status": status,
        "filtered": bool(team or kind or status),
        "statuses": inbox.counted(actor, team=team, kind=kind),
        "mails": [_row(mail, actor) for mail in page],
        "troubled": sum(mail.status in (Status.UNCERTAIN, Status.DEAD) for mail in page),
    }
    return render(request, "outbox.html", context)


def _row(mail: Message, actor: Actor) -> dict[str, object]:
    return {
        "message": mail,
        "text": compose.for_eyes(mail),
        "answer": letters.explain(mail),
        "given_up": delivery.GIVEN_UP in mail.answer,
        "may_act": actor.is_member(mail.team.pk),
    }
