"""What a person is told of: by mail, at once or once a day."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backend.accounts.actors import Actor
from backend.web import doors
from backend.web.forms.told import ChoicesForm
from notifications import team


@require_http_methods(["GET", "HEAD", "POST"])
@doors.signed_in
def choices(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show what the person chose, and keep what they choose."""
    assert actor.user is not None
    form = ChoicesForm(request.POST if request.method == "POST" else None, initial=team.chosen_by(actor.user))
    if request.method == "POST" and form.is_valid():
        team.choose(actor.user, form.cleaned_data)
        messages.success(request, _("Kept. From now on you are told as you chose."))
        return redirect("notifications")
    context = {"form": form, "section": "account"}
    return render(request, "notifications.html", context, status=422 if form.errors else 200)
