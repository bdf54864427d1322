"""The time zone of a person's figures, chosen on the page of their account."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from backend.accounts import zones
from backend.accounts.actors import Actor
from backend.web import doors


@doors.form_only
@doors.signed_in
def choose(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Keep the zone that the person chose."""
    assert actor.user is not None
    if request.method == "POST":
        zones.choose(actor.user, request.POST.get("zone", ""))
        messages.success(request, _("Kept. Your reports count in this time zone from now on."))
    return redirect("account")
