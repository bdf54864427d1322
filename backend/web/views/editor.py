"""A team's postings: the list, the editor with its preview, and opening or closing with one click."""

from collections.abc import Mapping
from typing import Any, cast

from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backend.accounts.actors import Actor
from backend.accounts.models import Team
from backend.common.errors import Conflict, Invalid, NotAllowed, NotVisible
from backend.hiring import editing, importing, rendering, selectors
from backend.hiring.models import Posting, PostingStatus, ReadingChange
from backend.web import doors, facts, files
from backend.web.forms import editor as forms
from backend.web.forms.apply import ApplyForm
from backend.web.views.board import team_of
from backend.web.views.moves import form_only
from workflow import policies
from workflow.states import OPEN

TOAST = "posting_moved"
"""Where the session keeps which posting was moved last, and from what: for the undo, shown once."""


def own(actor: Actor, team: Team, slug: str) -> Posting:
    """Give one of the team's postings. Raises NotVisible."""
    found = selectors.postings_of(actor).filter(team=team, slug=slug).first()
    if found is None:
        raise NotVisible(_("There is no such posting."))
    return found


def require_member(actor: Actor, team: Team) -> None:
    """Raise NotAllowed unless the actor acts for the team."""
    if not actor.is_member(team.pk):
        raise NotAllowed(policies.refusal(actor))


@require_safe
@doors.signed_in
def postings(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Show the team's postings, drafts included."""
    team = team_of(actor, slug)
    waiting = Count("applications", filter=Q(applications__state__in=OPEN))
    rows = selectors.postings_of(actor).filter(team=team).annotate(received=Count("applications"), waiting=waiting)
    rows = rows.prefetch_related(Prefetch("reading_changes", ReadingChange.objects.select_related("by")))
    order = [PostingStatus.DRAFT, PostingStatus.OPEN, PostingStatus.CLOSED]
    rows = rows.order_by("-published_on", "-created_at", "id")
    found = sorted(rows, key=lambda row: order.index(PostingStatus(row.status)))
    moved = request.session.pop(TOAST, None) if TOAST in request.session else None
    context = {
        "team": team,
        "section": "postings",
        "rows": found,
        "open_count": sum(row.is_open for row in found),
        "may_act": actor.is_member(team.pk),
        "toast": next(((row, moved["was"]) for row in found if moved and row.slug == moved["slug"]), None),
    }
    return render(request, "team_postings.html", context)


@form_only
@doors.signed_in
def status(request: HttpRequest, actor: Actor, slug: str, posting: str) -> HttpResponse:
    """Open, close, or make a draft again; the page that follows offers to take it back."""
    team = team_of(actor, slug)
    found = own(actor, team, posting)
    if request.method == "POST":
        require_member(actor, team)
        seen = request.POST.get("seen", "")
        made = editing.set_status(pk=found.pk, actor=actor, status=request.POST.get("status", ""), seen=seen or None)
        if request.POST.get("undo"):
            messages.success(request, _("Taken back: “%(title)s” is as it was.") % {"title": made.title})
        elif made.status != found.status:
            request.session[TOAST] = {"slug": made.slug, "was": found.status}
    return redirect("team_postings", slug=slug)


@form_only
@doors.signed_in
def reading(request: HttpRequest, actor: Actor, slug: str, posting: str) -> HttpResponse:
    """Have applications read without names until an interview was held, or no longer."""
    found = own(actor, team_of(actor, slug), posting)
    if request.method == "POST":
        anonymous = request.POST.get("anonymous") == "yes"
        editing.set_anonymous(pk=found.pk, actor=actor, anonymous=anonymous)
        words = _("“%(title)s”: names are hidden until an interview was held.") if anonymous else None
        words = words or _("“%(title)s”: names are shown.")
        messages.success(request, words % {"title": found.title})
    return redirect("team_postings", slug=slug)


@require_safe
@doors.signed_in
def source(request: HttpRequest, actor: Actor, slug: str, posting: str) -> HttpResponse:
    """Give the posting as its Markdown file."""
    found = own(actor, team_of(actor, slug), posting)
    name = importing.export_name(found, set()).rpartition("/")[2]
    return files.attachment(importing.export_bytes(found), name, "text/markdown; charset=utf-8")


@require_http_methods(["GET", "HEAD", "POST"])
@doors.signed_in
def new(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Write a posting."""
    team = team_of(actor, slug)
    require_member(actor, team)
    posting = Posting(team=team, language=team.language, apply_to=[team.reply_to] if team.reply_to else [])
    return serve(request, actor, posting)


@require_http_methods(["GET", "HEAD", "POST"])
@doors.signed_in
def edit(request: HttpRequest, actor: Actor, slug: str, posting: str) -> HttpResponse:
    """Change a posting."""
    team = team_of(actor, slug)
    found = own(actor, team, posting)
    require_member(actor, team)
    return serve(request, actor, found)


def is_new(posting: Posting) -> bool:
    """Say whether the posting is still being written for the first time."""
    return posting._state.adding


def serve(request: HttpRequest, actor: Actor, posting: Posting) -> HttpResponse:
    """Show the editor; or do what its buttons ask: rearrange the questions, preview, keep."""
    if request.method != "POST":
        written = editing.written(posting)
        seen = "" if is_new(posting) else editing.version(posting)
        form = forms.EditorForm(initial=forms.initial_of(written) | {"seen": seen})
        asked = forms.QuestionForms(
            initial=[forms.question_initial(spec) for spec in written.asked], prefix=forms.PREFIX
        )
        return show(request, posting, form, asked)
    act = request.POST.get("do", "keep")
    if act.partition("-")[0] in ("add", "up", "remove"):
        return rearrange(request, posting, act)
    form = forms.EditorForm(request.POST)
    asked = cast(forms.Questions, forms.QuestionForms(request.POST, prefix=forms.PREFIX))
    if not (form.is_valid() & asked.is_valid()):
        return show(request, posting, form, asked, status=422)
    wanted = form.written(asked.specs(), editing.written(posting).facts)
    try:
        if act == "preview":
            made, _data, read = editing.draft(posting, wanted)
            form.show_read(editing.written(made))
            return show(request, posting, form, asked, preview=preview(made, read))
        return keep(request, actor, posting, wanted, form)
    except Invalid as error:
        form.refuse(error)
        return show(request, posting, form, asked, status=422)
    except Conflict as error:
        return conflict(request, posting, form, asked, error)


def keep(
    request: HttpRequest, actor: Actor, posting: Posting, wanted: editing.Written, form: forms.EditorForm
) -> HttpResponse:
    """Keep what was written. Raises Invalid, Conflict."""
    if is_new(posting):
        made = editing.create(team=posting.team, actor=actor, wanted=wanted)
    else:
        made = editing.change(pk=posting.pk, actor=actor, wanted=wanted, seen=form.cleaned_data["seen"])
    messages.success(request, _("“%(title)s” is kept.") % {"title": made.title})
    return redirect("team_postings", slug=made.team.slug)


def rearrange(request: HttpRequest, posting: Posting, act: str) -> HttpResponse:
    """Show the editor with another row of questions, one less, or two in another order; nothing is judged yet."""
    names = [name for name in forms.EditorForm.base_fields if name != "contract"]
    typed: dict[str, Any] = {name: request.POST.get(name, "") for name in names}
    typed["contract"] = request.POST.getlist("contract")
    typed["shown"] = forms.InvalidJSONInput(typed["shown"])  # it goes back as it came
    rows = forms.rearranged(request.POST, act)
    at = {"add": len(rows) - 1, "up": int(act.partition("-")[2] or 1) - 1 if act[3:].isdigit() else 0}
    asked = forms.QuestionForms(initial=rows, prefix=forms.PREFIX)
    if rows and (focus := at.get(act.partition("-")[0])) is not None and 0 <= focus < len(rows):
        asked.forms[focus].fields["label"].widget.attrs["autofocus"] = True
    return show(request, posting, forms.EditorForm(initial=typed), asked)


def preview(made: Posting, read: importing.Read) -> dict[str, Any]:
    """Give the posting as people will see it, by the functions that draw its page."""
    rows = [
        forms.questions.Question(
            kind=spec.kind, label=spec.label, hint=spec.hint, choices=list(spec.choices), required=spec.required
        )
        for spec in read.questions
    ]
    asked = ApplyForm(questions=rows)
    return {
        "posting": made,
        "body": rendering.to_html(made.body),
        "facts": facts.of_posting(made),
        "questions": [asked[name] for name in asked.questions],
    }


def conflict(
    request: HttpRequest, posting: Posting, form: forms.EditorForm, asked: Any, error: Conflict
) -> HttpResponse:
    """Show what was written beside what somebody else kept meanwhile; keeping it again is then a decision."""
    theirs = Posting.objects.select_related("team").get(pk=posting.pk)
    data = request.POST.copy()
    data["seen"] = editing.version(theirs)
    form.data = data
    return show(request, theirs, form, asked, status=error.status, error=error, theirs=theirs)


def show(
    request: HttpRequest,
    posting: Posting,
    form: forms.EditorForm,
    asked: Any,
    *,
    status: int = 200,
    preview: Mapping[str, Any] | None = None,
    error: Conflict | None = None,
    theirs: Posting | None = None,
) -> HttpResponse:
    """Draw the editor."""
    form.say_where(preview["posting"] if preview else posting)
    wrong = 0
    if form.is_bound:
        wrong = len(form.errors) + sum(len(each) for each in asked.errors) + len(asked.non_form_errors())
    context = {
        "team": posting.team,
        "section": "postings",
        "posting": posting,
        "is_new": is_new(posting),
        "form": form,
        "questions": asked,
        "wrong": wrong,
        "preview": preview,
        "error": error,
        "theirs": theirs,
    }
    return render(request, "editor.html", context, status=status)
