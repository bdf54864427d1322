"""How applications end, and why teams say no."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.reports.question import Question
from backend.reports.shape import Figure, Kind, Report, count
from workflow.states import Rejection, State


def lines(_question: Question, _found: Sequence[str]) -> dict[str, str]:
    """Name the ways in which an application ends."""
    named = {State.ONBOARDED.value: str(State.ONBOARDED.label), State.WITHDRAWN.value: str(State.WITHDRAWN.label)}
    for why in Rejection:
        reason = str(why.label)
        named[why.value] = _("Rejected: %(reason)s") % {"reason": reason[:1].lower() + reason[1:]}
    return named


report = Report(
    key="outcomes",
    title=gettext_lazy("Outcomes and refusal reasons"),
    definition=gettext_lazy(
        "Applications that ended in the period and have not moved since: arrived, withdrawn, or rejected, with the "
        "reason the team gave. One that was reopened counts only for the end it came to last."
    ),
    head=gettext_lazy("Outcome"),
    facts="""
        SELECT CASE WHEN s.state = 'rejected' THEN s.rejection ELSE s.state END AS line, s.id,
               s.state_since AS ordered
        FROM scope s
        WHERE s.state IN ('onboarded', 'rejected', 'withdrawn')
          AND s.state_since >= %(since)s AND s.state_since < %(until)s
    """,
    alike="line",
    figures=(
        count("ended", gettext_lazy("Ended"), gettext_lazy("Applications that ended in this way.")),
        Figure(
            "share",
            gettext_lazy("Share"),
            gettext_lazy("Of all that ended in the period."),
            Kind.PERCENT,
            # The total is one of the rows, and the largest: nothing is counted twice.
            "round(100.0 * sum(n) / max(sum(n)) OVER (), 1)",
            of_all=True,
        ),
    ),
    lines=lines,
)
