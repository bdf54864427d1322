"""Mail that came in: what nobody could place, placed with two keys; and everything else, with what became of it."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backend.accounts.actors import Actor
from backend.common import typography
from backend.common.errors import Invalid, NotAllowed, NotVisible
from backend.web import doors, files, intake
from backend.web.views.moves import form_only
from notifications.inbound import rules, sort
from notifications.models import IncomingMail, Outcome
from workflow import anonymous

PER_PAGE = 20
PER_LIST = 50


@require_safe
@doors.signed_in
def triage(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the mail to be sorted, newest first."""
    return show(request, actor)


def show(request: HttpRequest, actor: Actor, *, wrong: UUID | None = None, words: str = "") -> HttpResponse:
    """Draw the page; after a choice that does not hold, with the words beside the mail it was about."""
    page = Paginator(intake.to_sort(actor), PER_PAGE).get_page(request.GET.get("page"))
    asked, who = request.GET.get("mail", ""), request.GET.get("find", "").replace("\0", "").strip()[:100]
    rows = intake.rows(actor, list(page), asked=asked, who=who)
    context = {
        "section": "triage",
        "tab": "sort",
        "page": page,
        "mails": [{**row, "words": words if row["mail"].pk == wrong else ""} for row in rows],
        "sorted": just_sorted(actor, request.GET.get("sorted", "")),
        "troubles": intake.troubles(actor),
        "who": who,
    }
    return render(request, "triage.html", context, status=422 if wrong else 200)


def just_sorted(actor: Actor, pk: str) -> IncomingMail | None:
    """Give the mail that a person has just sorted, to take it back; None where that cannot be."""
    try:
        found = sort.visible_to(actor).defer("raw").filter(pk=UUID(pk)).first() if pk else None
    except ValueError:
        return None
    return found if found is not None and found.placed and sort.may_act(actor, found) else None


@form_only
@doors.signed_in
def settle(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Place one mail, put it aside, or take that back."""
    if request.POST.get("do") == "undo":
        sort.undo(pk=pk, actor=actor)
        messages.success(request, _("The message is back among those to be sorted."))
        return redirect("triage")
    if not intake.to_sort(actor).filter(pk=pk).exists():
        raise NotVisible(_("There is no such message, or somebody has sorted it already."))
    if request.method != "POST":
        return redirect("triage")
    if request.POST.get("do") == "dismiss":
        sort.dismiss(pk=pk, actor=actor)
        messages.success(request, _("The message is put aside. It stays kept as it came."))
        return redirect(f"{reverse('triage')}?sorted={pk}")
    try:
        return place(request, actor, pk)
    except Invalid as error:
        return show(request, actor, wrong=pk, words=error.detail)


def place(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Put one mail where the form says. Raises Invalid."""
    kind, target = chosen(request)
    if kind == "application":
        found = sort.attach(pk=pk, application_id=target, actor=actor)
        messages.success(
            request,
            typography.localised(
                _("Put on the application of %(name)s.") % {"name": anonymous.veiled(found).candidate}
            ),
        )
        return redirect(f"{reverse('triage')}?sorted={pk}")
    remember = request.POST.get("address", "") if request.POST.get("remember") else ""
    made = sort.assign(pk=pk, posting_id=target, actor=actor, remember=remember)
    words = _("%(name)s: the application is on the path.") % {"name": anonymous.veiled(made).candidate}
    messages.success(request, typography.localised(words))
    if remember:
        messages.success(request, _("From now on, mail to %(address)s is for this posting.") % {"address": remember})
    if made.team.pk in actor.team_ids and not intake.to_sort(actor).exists():
        return redirect("application", pk=made.pk)  # the last one: on to it
    return redirect("triage")


def chosen(request: HttpRequest) -> tuple[str, UUID]:
    """Give what was chosen, and whether it is a posting or an application. Raises Invalid."""
    target = request.POST.get("target", "") or f"posting:{request.POST.get('posting', '')}"
    kind, _colon, pk = target.partition(":")
    if kind == "other":  # the list under the radios
        kind, pk = "posting", request.POST.get("posting", "")
    try:
        return ("application" if kind == "application" else "posting"), UUID(pk)
    except ValueError:
        raise Invalid(_("Choose one of the open postings.")) from None


@require_safe
@doors.signed_in
def everything(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show all mail that came in, newest first, each with what became of it and why."""
    rows, outcome = intake.everything(actor), request.GET.get("outcome", "")
    counts = intake.counts(actor)
    if outcome in Outcome.values:
        rows = rows.filter(outcome=outcome)
    page = Paginator(rows, PER_LIST).get_page(request.GET.get("page"))
    context = {
        "section": "triage",
        "tab": "all",
        "page": page,
        "mails": [{"mail": mail, "may_act": sort.may_act(actor, mail)} for mail in page],
        "outcome": outcome,
        "outcomes": [{"value": one.value, "label": one.label, "count": counts.get(one.value, 0)} for one in Outcome],
    }
    return render(request, "intake.html", context)


@require_safe
@doors.signed_in
def raw(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Give one mail as it came, to be kept or looked at elsewhere: never drawn here."""
    found = sort.visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise NotVisible(_("There is no such message."))
    if not sort.may_act(actor, found):
        raise NotAllowed(_("Only members of the team may do this."))
    if found.application is not None and found.application.candidate.veiled:
        raise NotVisible(_("The e-mail is shown as it came once an interview was held: it says who the person is."))
    return files.attachment(
        bytes(found.raw), f"{found.created_at:%Y-%m-%d} {found.subject[:80] or 'message'}.eml", "message/rfc822"
    )


@require_safe
@doors.signed_in
def taught(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show what people taught: which address means which posting."""
    page = Paginator(rules.visible_to(actor), PER_LIST).get_page(request.GET.get("page"))
    context = {
        "section": "triage",
        "tab": "rules",
        "page": page,
        "rules": [{"rule": rule, "may_act": actor.is_member(rule.team_id)} for rule in page],
    }
    return render(request, "intake_rules.html", context)


@form_only
@doors.signed_in
def forget(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Remove one rule."""
    if not rules.visible_to(actor).filter(pk=pk).exists():
        raise NotVisible(_("There is no such rule."))
    if request.method == "POST":
        rules.forget(pk=pk, actor=actor)
        messages.success(request, _("The rule is removed."))
    return redirect("intake_rules")
