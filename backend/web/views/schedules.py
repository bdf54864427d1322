"""Reports that come by themselves: what the buttons on the page of the reports do."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.common import typography
from backend.exports import recruitment, schedules
from backend.reports import wording
from backend.web import doors
from backend.web.forms.schedules import ScheduleForm

TOAST = "schedule_removed"
"""Where the session keeps which schedule was removed last: for the undo, shown once."""


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
    return {"schedules": rows, "schedule_form": ScheduleForm(actor), "removed": removed}


@doors.form_only
@doors.signed_in
def add(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take a new one, with the filters of the page it was asked from."""
    asked = {name: request.POST.get(name, "") for name in recruitment.ASKED}
    back = f"{reverse('coach')}?{urlencode({name: value for name, value in asked.items() if value})}#schedules"
    if request.method != "POST":
        return redirect(back)
    form = ScheduleForm(actor, request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose what comes, how often, how, and to whom."))
        return redirect(back)
    made = schedules.add(actor=actor, asked=asked, **form.cleaned_data)
    words = _("Scheduled: the first report comes on %(day)s.")
    messages.success(request, words % {"day": typography.long_date(made.next_at)})
    return redirect(back)


@doors.form_only
@doors.signed_in
def act(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Pause, resume, remove, bring back, or stop getting one."""
    if request.method == "POST":
        do = request.POST.get("do", "")
        schedules.act(pk=pk, actor=actor, do=do)
        if do == "remove":
            request.session[TOAST] = str(pk)
        if do == "leave":
            messages.success(request, _("This report comes to you no more."))
    else:
        schedules.find(pk, actor)
    return redirect(f"{reverse('coach')}#schedules")
