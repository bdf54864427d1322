"""A mail to the candidate from the application's page."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.web import doors
from backend.web.forms.replies import ReplyForm
from backend.web.views.keeping import keep
from backend.web.views.moves import form_only
from notifications import replies


@form_only
@doors.signed_in
def reply(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Write to the candidate: the mail waits above the timeline until it leaves."""
    form = ReplyForm(request.POST)

    def act() -> None:
        given = form.cleaned_data
        replies.send(pk=pk, actor=actor, subject=given["subject"], body=given["body"], at_once=given["send"] == "now")

    words = _("The e-mail waits to leave. Until then you can change it or keep it back.")
    if request.POST.get("send") == "now":
        words = _("The e-mail is leaving.")
    return keep(request, actor, pk, form=form, name="reply_form", anchor="reply", act=act, words=words)
