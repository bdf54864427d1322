"""One application: its path, what may be done now, the mail that is held, and everything that happened."""

import dataclasses
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, prefetch_related_objects
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from backend.accounts.actors import Actor
from backend.accounts.models import User
from backend.common import clock
from backend.common.errors import JalonError
from backend.common.middleware import CONTENT_SECURITY_POLICY
from backend.hiring.models import Candidate, Document
from backend.web import doors, facts, files, neighbours, previews, timeline
from backend.web import terms as contracts
from backend.web.forms.checklist import TaskForm
from backend.web.forms.interviews import InterviewForm, ProposalForm, RescheduleForm
from backend.web.forms.moves import MailForm, MoveForm
from backend.web.forms.notes import NoteForm, TagForm
from backend.web.forms.replies import ReplyForm
from backend.web.forms.terms import TermsForm
from backend.web.views import evaluation_panel, people
from notifications import catalog, compose, replies
from notifications.models import Direction, Message, Status
from workflow import anonymous, evaluations, path, policies, records, refusals, scheduling, selectors, tags
from workflow.models import Application, Contract, DocumentView, InterviewStatus, Note, Transition
from workflow.selectors import Choice
from workflow.states import Action

TOLD = (
    Prefetch("transitions", Transition.objects.select_related("actor", "undone_by")),
    "interviews__participants",
    "interviews__slots",
    "contracts",
    "onboarding_tasks",
    "documents",
    "answers__document",
    "messages",
    Prefetch("document_views", DocumentView.objects.select_related("by", "document")),
    Prefetch("notes", Note.objects.select_related("author").prefetch_related("mentioned")),
)
TAG_CHANGED = "tag_changed"
"""Where the session keeps which tag was changed last, on which application: for the undo, shown once."""
TROUBLED = (Status.UNCERTAIN, Status.DEAD)


@dataclasses.dataclass(frozen=True)
class Offer:
    """A move as the page offers it: the choice, its form, and whether the form stands open."""

    choice: Choice
    form: MoveForm
    open: bool = False


@require_safe
@doors.signed_in
def application(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Show one application."""
    return show(request, actor, selectors.application(pk, actor))


def told(request: HttpRequest, actor: Actor, found: Application) -> dict[str, Any]:
    """Give the timeline as it was asked for, the list one came from, and the document that is read beside it."""
    asked = request.GET.get("show", "")
    entries, ways = timeline.narrowed(timeline.of(found), asked)
    wanted = request.GET.get("doc", "")
    return {
        "timeline": entries,
        "ways": ways,
        "show": asked if asked in timeline.SHOWN else "",
        "neighbours": neighbours.around(actor, found, request.GET.get("in", "")),
        "others": list(selectors.of_same_person(actor, found)),
        "read": next((row for row in found.documents.all() if _is_shown(found, row, wanted)), None),
    }


def _is_shown(found: Application, document: Document, wanted: str) -> bool:
    return not found.candidate.veiled and str(document.pk) == wanted and previews.can_show(document)


def show(
    request: HttpRequest,
    actor: Actor,
    found: Application,
    *,
    error: JalonError | None = None,
    move: MoveForm | None = None,
    forms: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw the page; after a refusal with its words, and with the form that was refused as it was filled in."""
    prefetch_related_objects([found], *TOLD)  # the guards, the path and the timeline all look at these
    anonymous.file(found)
    choices = selectors.choices(actor, found)
    rights = policies.abilities(actor, found)
    contract = found.contracts.first()
    tasks = list(found.onboarding_tasks.all())
    mails = [mail for mail in found.messages.all() if mail.direction == Direction.OUT]
    undo = next((choice for choice in choices if choice.action == Action.UNDO), None)
    last = max(found.transitions.all(), key=lambda log: log.number).pk if undo else None
    letters = [letter(request, mail, last, forms) for mail in reversed(mails) if mail.status == Status.HELD]
    context = {
        "application": found,
        "candidate": found.candidate,
        "posting": found.posting,
        "team": found.team,
        "section": "board",
        "current": "true",
        "rights": rights,
        "steps": path.steps(found),
        "offers": offers(request, actor, found, choices, move),
        "undo": undo,
        "undo_here": undo and not any(one["undone"] for one in letters),
        "error": error,
        "letters": letters,
        "troubled": [mail for mail in mails if mail.status in TROUBLED],
        "documents": found.documents.all(),
        "answers": found.answers.all(),
        "links": links(found.candidate),
        "came": timeline.came(found),
        "meeting_forms": [(meeting, None, []) for meeting in found.interviews.all()],
        "tasks": tasks,
        "tasks_done": sum(task.done_at is not None for task in tasks),
        "contract": contract,
        "terms": facts.of_terms(contract, found.posting),
        "late": found.is_late,
        "open": (forms or {}).get("open", request.GET.get("do", "")),
    }
    context |= tagged(request, actor, found)
    context |= people.panel(actor, found) | contracts.panel(found) | told(request, actor, found)
    context |= evaluation_panel.of(actor, found, rights["evaluate"])
    members = selectors.people_of(found)
    context |= interview_forms(actor, found, members, forms or {}) if rights["interview"] else {}
    context |= {
        "note_form": NoteForm(),
        "mentionable": members,
        "tag_form": TagForm(),
        "reply_form": ReplyForm(draft=replies.draft(found, actor)) if rights["write_mail"] else None,
        "terms_form": TermsForm(initial=terms_of(contract, found)),
        "task_form": TaskForm(),
    } | (forms or {})
    response = render(request, "application.html", context, status=status)
    if context["read"]:
        response["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
    return response


def tagged(request: HttpRequest, actor: Actor, found: Application) -> dict[str, Any]:
    """Give the tags that the team knows, and the change of one that can be taken back: shown once."""
    changed = request.session.get(TAG_CHANGED)
    if changed is not None and changed["pk"] == str(found.pk):
        del request.session[TAG_CHANGED]
    else:
        changed = None
    return {"known_tags": tags.of_team(actor, found.team), "tag_changed": changed}


def interview_forms(actor: Actor, found: Application, members: list[User], forms: dict[str, Any]) -> dict[str, Any]:
    """Give the forms about interviews: one to record, one to propose, and one to move each that can be."""
    own = {"participants": [actor.user.pk] if actor.user else []}
    hour = localtime(clock.now()).replace(minute=0, second=0)
    moves = []
    may_propose = scheduling.is_free(found)
    for meeting in found.interviews.all():
        initial = {"at": meeting.at and localtime(meeting.at), "minutes": meeting.minutes, "place": meeting.place}
        form = RescheduleForm(initial=initial, auto_id=f"move_{meeting.pk}_%s")
        missed = may_propose and meeting.status == InterviewStatus.MISSED
        times = scheduling.suggested(meeting) if missed else []
        moves.append((meeting, forms.get(f"move_{meeting.pk}", form), times))
    return {
        "interview_form": InterviewForm(initial=own | {"at": hour}, members=members),
        "proposal_form": ProposalForm(initial=own, members=members, auto_id="propose_%s"),
        "meeting_forms": moves,
    }


def offers(
    request: HttpRequest, actor: Actor, found: Application, choices: list[Choice], bound: MoveForm | None
) -> list[Offer]:
    """Give the moves with their forms: the one just refused as it was filled in, the one asked for opened."""
    asked = request.GET.get("do", "")
    given = []
    for choice in choices:
        if choice.action == Action.UNDO:
            continue
        if bound is not None and bound.initial["action"] == choice.action:
            given.append(Offer(choice, bound, open=True))
        else:
            given.append(Offer(choice, move_form(actor, found, choice.action), open=asked == choice.action))
    return given


def move_form(actor: Actor, found: Application, action: str, data: Any = None) -> MoveForm:
    """Give the form of one move with the mail that it would write."""
    mail = compose.preview(found, action, actor)
    return MoveForm(data, action=action, seen=found.state, mail=mail, reasons=refusals.offered(found.team))


def letter(request: HttpRequest, mail: Message, last: int | None, forms: dict[str, Any] | None) -> dict[str, Any]:
    """Give a held mail as it will leave, with a form when it is being changed.

    `last` is the move that can be undone: its own mail goes with it, the mail of an earlier move leaves all the same.
    """
    refused = (forms or {}).get("letter_form")
    form = None
    if refused is not None and refused[0] == mail.pk:
        form = refused[1]
    elif request.GET.get("edit") == str(mail.pk):
        form = MailForm(initial={"subject": mail.subject, "body": mail.body}, auto_id="letter_%s")
    return {
        "message": mail,
        "text": compose.for_eyes(mail),
        "form": form,
        "files": len(catalog.CATALOGUE[mail.kind].attach) if mail.kind in catalog.CATALOGUE else 0,
        "undone": last is not None and mail.transition_id == last,
    }


def links(candidate: Candidate) -> list[tuple[str, str]]:
    """Give where the person's work is seen, each with its name. Only web addresses become links."""
    known = [("LinkedIn", candidate.linkedin), ("GitHub", candidate.github)]
    known += [(_("Link"), link) for link in candidate.links]
    return [(name, link) for name, link in known if link.startswith(("https://", "http://"))]


def terms_of(contract: Contract | None, found: Application) -> dict[str, Any]:
    """Give what the terms form starts from: what is agreed, else the one thing the posting leaves no choice about."""
    if contract is not None:
        return {name: getattr(contract, name) for name in TermsForm.base_fields}
    posting = found.posting
    certain: dict[str, Any] = {"months": posting.duration_months}
    if len(posting.contract_kinds) == 1:
        certain["kind"] = posting.contract_kinds[0]
    if posting.days_per_week_min == posting.days_per_week_max:
        certain["days_per_week"] = posting.days_per_week_min
    return certain


@require_safe
@doors.signed_in
def document(request: HttpRequest, actor: Actor, pk: UUID, doc: UUID) -> FileResponse:
    """Give one file of the application, to be kept rather than run."""
    found = selectors.application(pk, actor)
    response = files.download(found, doc)
    if request.method == "GET":
        records.note_view(found, doc, actor)
    return response


@require_safe
@xframe_options_sameorigin
@doors.signed_in
def document_preview(request: HttpRequest, actor: Actor, pk: UUID, doc: UUID) -> HttpResponseBase:
    """Show one file of the application, as pictures or words; also beside the timeline, in a frame of our own page."""
    found = selectors.application(pk, actor)
    response = previews.preview(request, found, doc)
    if request.method == "GET":
        records.note_view(found, doc, actor)
    response["Content-Security-Policy"] = f"{response['Content-Security-Policy']}; frame-ancestors 'self'"
    return response


@require_safe
@doors.signed_in
def summary(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Give the application as a PDF."""
    from backend.documents import summary as pdf  # imported late: the PDF engine is large, and may be missing

    found = selectors.application(pk, actor)
    opened = list(evaluations.visible_to(actor).filter(application=found))
    content = pdf.render(found, (get_language() or "fr")[:2], evaluations=opened)
    return files.attachment(content, f"{found.candidate} – {found.posting}.pdf"[:150], "application/pdf")
