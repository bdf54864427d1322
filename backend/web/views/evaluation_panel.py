"""The evaluations as the application's page shows them: one's own form first, everybody's once it is handed in."""

from typing import Any

from backend.accounts.actors import Actor
from backend.web.forms.evaluations import EvaluationForm
from workflow import evaluations
from workflow.models import Application, InterviewStatus


def of(actor: Actor, found: Application, may_evaluate: bool) -> dict[str, Any]:
    """Give what the panel shows: the evaluations that are open, their spread, how many there are, and the form."""
    rows = list(evaluations.visible_to(actor).filter(application=found))
    closed = 0 if rows else evaluations.count(found)
    return {
        "evaluations": rows,
        "evaluations_spread": evaluations.spread(rows) if rows else [],
        "evaluations_closed": closed,
        "evaluation_form": None if rows or not may_evaluate else form(found),
    }


def form(found: Application, data: Any = None) -> EvaluationForm:
    """Give the form of an application's posting."""
    held = [meeting for meeting in found.interviews.all() if meeting.status == InterviewStatus.HELD]
    criteria = evaluations.criteria(found.posting)
    return EvaluationForm(data, criteria=criteria, meetings=held, auto_id="evaluation_%s")
