"""Guards: what must hold before an action, each with the words for the person who is stopped by it.

The same words appear on the page, in the API and in the log.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from backend.common import clock, typography

if TYPE_CHECKING:
    from workflow.models import Application

Reasons = list[str]


class Condition:
    """A guard as django-fsm calls it (true or false), which can also say why not."""

    def __init__(self, find: Callable[[Application], Reasons]) -> None:
        self.find = find
        self.__name__ = find.__name__
        self.__doc__ = find.__doc__

    def __call__(self, application: Any) -> bool:
        return not self.reasons(application)

    def reasons(self, application: Application) -> Reasons:
        """Give the sentences that say what is missing, in the active language; none when it holds."""
        return [typography.localised(words) for words in self.find(application)]


NO_INTERVIEW = gettext_noop("No interview has been held yet.")


@Condition
def interview_held(application: Application) -> Reasons:
    """An interview that was held."""
    # Read whole, as below: a board prefetches these rows for all its cards, and `.filter()` would ask again for each.
    held = any(meeting.is_held for meeting in application.interviews.all())
    return [] if held else [_(NO_INTERVIEW)]


@Condition
def terms_complete(application: Application) -> Reasons:
    """Complete contract terms."""
    contract = application.terms
    if contract is None:
        return [_("The contract terms have not been entered yet.")]
    return [_("%(field)s is missing from the terms.") % {"field": label} for label in contract.missing()]


@Condition
def rate_in_band_or_explained(application: Application) -> Reasons:
    """A day rate within the posting's band, or a reason."""
    contract = application.terms
    if contract is None or contract.day_rate is None or contract.rate_reason.strip():
        return []
    low, high = application.posting.day_rate_min, application.posting.day_rate_max
    if high is not None and contract.day_rate > high:
        return [_("The rate is above the planned %(rate)s: say why.") % {"rate": typography.euros(high)}]
    if low is not None and contract.day_rate < low:
        return [_("The rate is below the planned %(rate)s: say why.") % {"rate": typography.euros(low)}]
    return []


@Condition
def start_reached(application: Application) -> Reasons:
    """The start date reached."""
    contract = application.terms
    if contract is None or contract.start is None:
        return [_("The start date is not known yet.")]
    if contract.start <= clock.today():
        return []
    return [_("The start date, %(date)s, has not come yet.") % {"date": typography.long_date(contract.start)}]


@Condition
def required_tasks_done(application: Application) -> Reasons:
    """Every required onboarding task done."""
    return [
        _("Still to do: %(task)s.") % {"task": task.title.rstrip(".")}
        for task in application.onboarding_tasks.all()
        if task.is_required_open
    ]


@Condition
def posting_open_or_explained(application: Application) -> Reasons:
    """A posting that is open, or a reason."""
    if application.posting.is_open or application.move_reason.strip():
        return []
    return [_("The posting is closed: say why you reopen this application.")]
