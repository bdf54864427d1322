"""The application summary: path, person and terms, interviews, timeline, checklist and letter on one or two pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.common import typography
from backend.documents import dossier, engine, log, terms, wording
from backend.documents.terms import Fact
from workflow import path, refusals
from workflow.evaluations import Spread, spread
from workflow.models import (
    Answer,
    Application,
    Evaluation,
    Interview,
    InterviewStatus,
    OnboardingTask,
    Recommendation,
    TaskOwner,
)
from workflow.states import State, Via


def render(
    application: Application,
    language: str,
    *,
    for_candidate: bool = False,
    evaluations: Sequence[Evaluation] = (),
    now: dt.datetime | None = None,
) -> bytes:
    """Give the PDF of one application, in `fr` or `en`.

    The team's version says everything; the candidate's leaves out what is internal (reasons, notes, the team's
    checklist). `evaluations`: those that are open to the reader. The candidate's private link is in neither.
    Raises engine.PdfUnavailable.
    """
    with translation.override(language):
        found = dossier.read(application.pk, for_candidate=for_candidate)
        context = told(found, for_candidate=for_candidate, evaluations=evaluations)
        head = {"language": language, "team": found.posting.team, "now": now or timezone.now()}
        return engine.render("summary/document.html", head | context, hide=[found.link_token])


def told(found: Application, *, for_candidate: bool = False, evaluations: Sequence[Evaluation] = ()) -> dict[str, Any]:
    """Give what `pdf/parts/summary.html` says of what `dossier.read` has read, in the active language."""
    contract = list(found.contracts.all())[-1:]
    tasks = [task for task in found.onboarding_tasks.all() if not for_candidate or task.owner == TaskOwner.CANDIDATE]
    return {
        "for_candidate": for_candidate,
        "application": found,
        "candidate": found.candidate,
        "steps": path.steps(found),
        "person": person(found, for_candidate=for_candidate),
        "agreed": bool(contract),
        "terms": conditions(found, for_candidate=for_candidate),
        "interviews": [meeting(interview) for interview in found.interviews.all()],
        "answers": [Fact(row.label, answer(row)) for row in found.answers.all()],
        "log": log.entries(found, for_candidate=for_candidate),
        "tasks": [(task, owner(task), standing(task)) for task in tasks],
        "tasks_done": done(tasks),
        "evaluations": [opinion(row) for row in evaluations],
        "spread": [(row.label, chosen(row)) for row in spread(evaluations)] if evaluations else [],
    }


def person(application: Application, *, for_candidate: bool) -> list[Fact]:
    """Give who the person is and how the application came, line by line."""
    candidate = application.candidate
    lines = [
        Fact(_("E-mail"), candidate.email),
        Fact(_("Phone"), candidate.phone),
    ]
    links = [candidate.linkedin, candidate.github, *candidate.links]
    lines += [Fact(_("Link"), wording.bare_address(link)) for link in links if link]
    lines.append(Fact(_("Received"), typography.long_date(application.created_at), door(application.via)))
    files = [f"{file.name} ({wording.file_size(file.size)})" for file in application.documents.all()]
    lines.append(Fact(_("Files"), "\n".join(files) or _("none")))
    if application.state in (State.RECEIVED, State.INTERVIEWED):
        promised = _("by %(date)s") % {"date": typography.long_date(application.answer_by)}
        lines.append(Fact(_("Answer"), promised))
    if application.state == State.REJECTED and not for_candidate:
        lines.append(Fact(_("Reason"), refusals.words(application.team, application.rejection), _("internal")))
    return lines


def answer(row: Answer) -> str:
    """Give what was answered to one question: the words, or the name of the file."""
    return row.text or (row.document.name if row.document else _("no longer here"))


def door(via: str) -> str:
    """Give how an application came in, as it stands after its date."""
    return {
        Via.FORM: _("through the form"),
        Via.EMAIL: _("by e-mail"),
        Via.API: _("through the API"),
        Via.MANUAL: _("added by the team"),
    }[Via(via)]


def conditions(application: Application, *, for_candidate: bool) -> list[Fact]:
    """Give the latest contract's terms, or what the posting announces while there are none."""
    contracts = list(application.contracts.all())
    if not contracts:
        return terms.announced(application.posting)
    lines = terms.facts(contracts[-1], application.posting)
    if contracts[-1].rate_reason.strip() and not for_candidate:
        lines.append(Fact(_("Why this rate"), contracts[-1].rate_reason.strip(), _("internal")))
    return lines


def meeting(interview: Interview) -> dict[str, object]:
    """Give one row of the interviews."""
    return {
        "at": interview.at,
        "minutes": wording.minutes(interview.minutes),
        "people": [*map(str, interview.participants.all()), *interview.invited],
        "place": wording.bare_address(interview.place),
        "status": InterviewStatus(interview.status).label,
    }


def opinion(evaluation: Evaluation) -> dict[str, object]:
    """Give one evaluation: who, what they recommend, and their words."""
    return {
        "author": str(evaluation.author),
        "recommendation": Recommendation(evaluation.recommendation).label,
        "text": evaluation.text,
    }


def chosen(row: Spread) -> str:
    """Give how many chose each level, those that nobody chose left out."""
    return ", ".join(f"{count} × {label}" for label, count in row.counts if count) or "–"


def owner(task: OnboardingTask) -> str:
    """Give who does a task."""
    return _("the person") if task.owner == TaskOwner.CANDIDATE else str(TaskOwner(task.owner).label)


def standing(task: OnboardingTask) -> str:
    """Give what is to be said of one task: done and when, or still to do."""
    if task.done_at:
        return _("done on %(date)s") % {"date": typography.long_date(task.done_at)}
    return _("to do, required") if task.required else _("to do")


def done(tasks: list[OnboardingTask]) -> str:
    """Give `3 faits sur 7`."""
    count = sum(task.done_at is not None for task in tasks)
    return ngettext("%(done)d done of %(all)d", "%(done)d done of %(all)d", count) % {"done": count, "all": len(tasks)}
