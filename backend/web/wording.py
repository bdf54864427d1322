"""The words of the moves: on buttons, in toasts, and where a blocked one is unblocked."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from workflow.models import Application
from workflow.selectors import Choice
from workflow.states import Action

FORWARD = (Action.INTERVIEW, Action.CONTRACT, Action.ONBOARD)
"""The moves along the path."""

FIX: dict[str, tuple[str, str | Promise]] = {
    Action.INTERVIEW: ("interviews", pgettext_lazy("link", "Record the interview")),
    Action.CONTRACT: ("terms", pgettext_lazy("link", "Complete the terms")),
    Action.ONBOARD: ("tasks", pgettext_lazy("link", "See the checklist")),
    Action.REOPEN: ("move-reopen", pgettext_lazy("link", "Say why")),
}
"""Where what is missing is filled in: an anchor of the application's page, and the words of the link."""

FILLED_IN = (Action.INTERVIEW, Action.CONTRACT)
"""The moves whose missing part is a form that stands folded: the link opens it."""


def button(choice: Choice) -> str:
    """Give the words on a move's button; “…” when more is asked before it is done."""
    if choice.action == Action.REJECT:
        return pgettext("button", "Reject…")
    if choice.action == Action.WITHDRAW:
        return pgettext("button", "Note a withdrawal…")
    if choice.action == Action.REOPEN:
        return pgettext("button", "Reopen…")
    return move_to(choice)


def move_to(choice: Choice) -> str:
    """Give “Move to …” with the state it leads to."""
    return _("Move to “%(state)s”") % {"state": choice.to.label if choice.to else ""}


def fix(choice: Choice, application: Application) -> tuple[str, str]:
    """Give the anchor and the words of the link that unblocks a move."""
    anchor, words = FIX[choice.action]
    if choice.action == Action.ONBOARD:
        open_tasks = any(task.is_required_open for task in application.onboarding_tasks.all())
        if not open_tasks:  # only the start date stands in the way
            return "terms", pgettext("link", "See the terms")
    return anchor, str(words)
