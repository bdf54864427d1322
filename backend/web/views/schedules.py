"""Reports that come by themselves: what the buttons on the page of the reports do."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.common import typography
from backend.exports import schedules
from backend.reports import wording
from backend.web import doors

TOAST = "schedule_removed"
"""Where the session keeps which schedule was removed last: for the undo, shown once."""
MARK = "schedules"
"""What marks a message that stands beside the schedules, far down the page of the reports."""


def frame(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Give what the page of the reports shows of them."""
    removed = request.session.pop(TOAST, None) if TOAST in request.session else None
    found = list(schedules.visible_to(actor)[: schedules.MOST])
    names = wording.names(actor, [row.asked for row in found])
    rows = [
        {
            "row": row,
            "about": wording.narrowed(row.asked, names),
            "compares": bool(row.asked.get("compare")),
            "mine": row.owner == actor.user,
            "getting": actor.user in row.people.all(),
        }
        for row in found
    ]
    return {"schedules": rows, "removed": removed}


@doors.form_only
@doors.signed_in
def act(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Pause, resume, remove, bring back, or stop getting one."""
    if request.method == "POST":
        do = request.POST.get("do", "")
        row = schedules.act(pk=pk, actor=actor, do=do)
        said = {
            "pause": _("Paused: it comes no more until you resume it."),
            "resume": _("It goes on: the next report comes on %(day)s.") % {"day": typography.long_date(row.next_at)},
            "leave": _("This report comes to you no more."),
        }
        if do == "remove":
            request.session[TOAST] = str(pk)
        elif do in said:
            messages.success(request, said[do], MARK)
    else:
        schedules.find(pk, actor)
    return redirect(f"{reverse('coach')}#schedules")
