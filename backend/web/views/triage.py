"""Mail that came in and that nobody could place: to a posting, or aside."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backend.accounts.actors import Actor
from backend.common import typography
from backend.common.errors import Invalid, NotVisible
from backend.hiring.models import Posting
from backend.web import doors, inbox
from backend.web.views.moves import form_only
from notifications.inbound import sort

PER_PAGE = 20


@require_safe
@doors.signed_in
def triage(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the mail to be sorted, newest first."""
    return show(request, actor)


def show(request: HttpRequest, actor: Actor, *, wrong: UUID | None = None, words: str = "") -> HttpResponse:
    """Draw the page; after a choice that does not hold, with the words beside the mail it was about."""
    page = Paginator(inbox.to_sort(actor), PER_PAGE).get_page(request.GET.get("page"))
    choices: dict[UUID | None, list[Posting]] = {}
    for mail in page:
        if mail.team_id not in choices:  # once a team, not once a mail
            choices[mail.team_id] = list(sort.choices(actor, mail))
    context = {
        "section": "triage",
        "page": page,
        "mails": [
            {
                "mail": mail,
                "postings": choices[mail.team_id],
                "may_act": mail.team_id is None or actor.is_member(mail.team_id),
                "words": words if mail.pk == wrong else "",
            }
            for mail in page
        ],
    }
    return render(request, "triage.html", context, status=422 if wrong else 200)


@form_only
@doors.signed_in
def settle(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Place one mail, or put it aside."""
    if not inbox.to_sort(actor).filter(pk=pk).exists():
        raise NotVisible(_("There is no such message, or somebody has sorted it already."))
    if request.method != "POST":
        return redirect("triage")
    if request.POST.get("do") == "dismiss":
        sort.dismiss(pk=pk, actor=actor)
        messages.success(request, _("The message is put aside. It stays kept as it came."))
        return redirect("triage")
    try:
        made = sort.assign(pk=pk, posting_id=chosen(request), actor=actor)
    except Invalid as error:
        return show(request, actor, wrong=pk, words=error.detail)
    words = _("%(name)s: the application is on the path.") % {"name": made.candidate}
    messages.success(request, typography.localised(words))
    if made.team.pk in actor.team_ids:
        return redirect("application", pk=made.pk)
    return redirect("triage")


def chosen(request: HttpRequest) -> UUID:
    """Give the posting that was chosen. Raises Invalid."""
    try:
        return UUID(request.POST.get("posting", ""))
    except ValueError:
        raise Invalid(_("Choose one of the open postings.")) from None
