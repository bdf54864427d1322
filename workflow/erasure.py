"""What the lifecycle forgets of a person who is erased: every text; states, days and terms stay, about nobody."""

from __future__ import annotations

from typing import Any

from backend.accounts.actors import Actor
from backend.hiring import signals
from backend.hiring.models import Candidate
from workflow import services
from workflow.models import Answer, Application, Contract, Evaluation, Interview, Note, OnboardingTask, Transition
from workflow.states import OPEN, Action


def connect() -> None:
    """Listen for erasures."""
    signals.erasing.connect(forget, dispatch_uid="workflow.forget")


def forget(*, candidate: Candidate, actor: Actor, **_signal: Any) -> None:
    """Withdraw what is still open, without a mail, and empty what was written about the person."""
    rows = Application.objects.filter(candidate=candidate)
    for application in rows.filter(state__in=OPEN).order_by("id"):
        services.move(
            pk=application.pk, action=Action.WITHDRAW, actor=actor, notify=False, mail=services.MailOptions(hold=0)
        )
    rows.update(message="", tags=[])
    Note.objects.filter(application__in=rows).update(text="")
    Answer.objects.filter(application__in=rows).update(text="")
    Interview.objects.filter(application__in=rows).update(place="", invited=[])
    Evaluation.objects.filter(application__in=rows).update(text="")
    Contract.objects.filter(application__in=rows).update(rate_reason="")
    OnboardingTask.objects.filter(application__in=rows).update(title="")
    log = Transition.objects.filter(application__in=rows)
    # The one change that the log's trigger lets through, and only because the person is erased. The reason of a
    # rejection is a word of a list and not about anybody.
    log.exclude(action=Action.REJECT).exclude(reason="", data={}).update(reason="", data={})
    log.filter(action=Action.REJECT).exclude(data={}).update(data={})
