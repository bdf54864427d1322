"""How long applications stay at each step."""

from django.utils.translation import gettext_lazy as _

from backend.reports import parts
from backend.reports.shape import Report, count, days
from workflow.states import OPEN

report = Report(
    key="stays",
    title=_("Time at each step"),
    definition=_(
        "A stay begins when an application comes to a step and is completed when it leaves it, for another step, "
        "a refusal or a withdrawal; coming back by a reopening begins a new one. Lengths are of the stays completed in "
        "the period, in days of 24 hours, to a tenth. Those still open when it ended are counted apart, since "
        "their length is not known."
    ),
    head=_("Step"),
    facts=f"""
        SELECT l.from_state AS line, l.application_id AS id, l.was_since AS ordered,
               {parts.length("l.at", "l.was_since")} AS length,
               l.at < %(until)s AS completed, l.at >= %(until)s AS still_open
        FROM leaves l JOIN places p ON p.id = l.posting_id
        WHERE l.at >= %(since)s AND (l.at < %(until)s OR l.was_since < %(until)s)
        UNION ALL
        SELECT s.state, s.id, s.state_since, NULL, false, true
        FROM scope s
        WHERE s.state IN ('received', 'interviewed', 'contracted') AND s.state_since < %(until)s
    """,  # noqa: S608 - every part is written in this package
    alike="line, length, completed, still_open",
    figures=(
        count("completed", _("Completed"), _("Stays completed in the period."), "completed"),
        days(
            "q1", _("First quartile"), _("A quarter of the completed stays were shorter."), at="0.25", when="completed"
        ),
        days("median", _("Median"), _("Half of the completed stays were shorter."), at="0.5", when="completed"),
        days(
            "q3",
            _("Third quartile"),
            _("Three quarters of the completed stays were shorter."),
            at="0.75",
            when="completed",
        ),
        days(
            "p90",
            _("90th percentile"),
            _("Nine in ten of the completed stays were shorter."),
            at="0.9",
            when="completed",
        ),
        count("open", _("Still open"), _("Stays that were not over when the period ended."), "still_open"),
    ),
    lines=lambda _question, _found: parts.by_state(OPEN),
    total=False,
)
