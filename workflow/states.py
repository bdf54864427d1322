"""The states of an application and the actions that lead from one to the next: words, order, colours."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where an application stands. The label agrees with “application” (in French: la candidature)."""

    RECEIVED = "received", _("Received")
    INTERVIEWED = "interviewed", _("Interviewed")
    CONTRACTED = "contracted", _("Contract signed")
    ONBOARDED = "onboarded", _("Onboarded")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Action(models.TextChoices):
    """What moves an application."""

    SUBMIT = "submit", _("Submit")
    INTERVIEW = "interview", _("Record the interview")
    CONTRACT = "contract", _("Sign the contract")
    ONBOARD = "onboard", _("Welcome")
    REJECT = "reject", _("Reject")
    WITHDRAW = "withdraw", _("Withdraw")
    REOPEN = "reopen", _("Reopen")
    UNDO = "undo", _("Undo")


PATH = (State.RECEIVED, State.INTERVIEWED, State.CONTRACTED, State.ONBOARDED)
"""The four stakes, in order."""

OPEN = PATH[:3]
"""States in which the application still waits for something."""

OWED = PATH[:2]
"""States in which the candidate waits for an answer that the team promised."""

OFF_PATH = (State.REJECTED, State.WITHDRAWN)
"""States that end an application before the last stake."""


class FirstAnswer(models.TextChoices):
    """How the first answer came, by the day promised at the reception; or that none was needed any more."""

    IN_TIME = "in_time", _("in time")
    TOO_LATE = "too_late", _("too late")
    WITHDREW = "withdrew", _("withdrawn before an answer")

    @classmethod
    def of(cls, action: str, day: date, promised: date) -> FirstAnswer:
        """Give how the first move answers: its action, the day it was made, and the day promised until then."""
        if action == Action.WITHDRAW:
            return cls.WITHDREW
        return cls.TOO_LATE if day > promised else cls.IN_TIME


class Rejection(models.TextChoices):
    """Why a team says no. Never shown to the candidate as it stands."""

    OTHER_CHOICE = "other_choice", _("Someone else was chosen")
    SKILLS = "skills", _("The skills do not fit this work")
    EXPERIENCE = "experience", _("Not enough experience for this work")
    TERMS = "terms", _("No agreement on the terms")
    AVAILABILITY = "availability", _("Not available at the right time")
    POSITION_CLOSED = "position_closed", _("The posting is filled or dropped")
    NO_ANSWER = "no_answer", _("No answer from the candidate")
    NOT_AN_APPLICATION = "not_an_application", _("This was not an application")


class Via(models.TextChoices):
    """The door by which an application came in."""

    FORM = "form", _("form")
    EMAIL = "email", _("e-mail")
    API = "api", _("API")
    MANUAL = "manual", _("added by the team")
