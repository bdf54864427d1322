"""How long applications stay at each step."""

from django.utils.translation import gettext_lazy as _

from backend.reports import parts
from backend.reports.shape import Report, count, quantile
from workflow.states import OPEN

report = Report(
    key="stays",
    title=_("Time at each step"),
    definition=_(
        "A stay begins when an application comes to a step and is completed when it leaves it, for another step, "
        "a refusal or a withdrawal; coming back by a reopening begins a new one. Lengths are of the stays completed in "
        "the period, in days of 24 hours. Those still open when it ended are counted apart, since their length is "
        "not known."
    ),
    head=_("Step"),
    facts=f"""
        SELECT m.to_state AS line, m.application_id AS id, m.at AS ordered,
               greatest({parts.days("m.left_at", "m.at")}, 0) AS days,
               m.left_at >= %(since)s AND m.left_at < %(until)s AS completed,
               m.left_at IS NULL OR m.left_at >= %(until)s AS still_open
        FROM (
            SELECT l.*, lead(l.at) OVER (PARTITION BY l.application_id ORDER BY l.number) AS left_at
            FROM log l JOIN scope s ON s.id = l.application_id
        ) m
        WHERE m.to_state IN ('received', 'interviewed', 'contracted') AND m.at < %(until)s
    """,  # noqa: S608 - every part is written in this package
    figures=(
        count("completed", _("Completed"), _("Stays completed in the period."), "completed"),
        quantile(
            "q1",
            _("First quartile"),
            _("A quarter of the completed stays were shorter."),
            at=0.25,
            of="days",
            when="completed",
        ),
        quantile(
            "median", _("Median"), _("Half of the completed stays were shorter."), at=0.5, of="days", when="completed"
        ),
        quantile(
            "q3",
            _("Third quartile"),
            _("Three quarters of the completed stays were shorter."),
            at=0.75,
            of="days",
            when="completed",
        ),
        quantile(
            "p90",
            _("90th percentile"),
            _("Nine in ten of the completed stays were shorter."),
            at=0.9,
            of="days",
            when="completed",
        ),
        count("open", _("Still open"), _("Stays that were not over when the period ended."), "still_open"),
    ),
    lines=lambda _question, _found: parts.by_state(OPEN),
    total=False,
)
