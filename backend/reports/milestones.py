"""How long it takes from reception to contract, and to arrival."""

from django.utils.translation import gettext_lazy as _

from backend.reports import parts
from backend.reports.shape import Report, count, days
from workflow.states import State

report = Report(
    key="milestones",
    title=_("Time to contract and to arrival"),
    definition=_(
        "For each contract signed and each arrival in the period, the days of 24 hours, to a tenth, since the "
        "application was received. Each counts once, also if the application was closed and reopened in between."
    ),
    head=_("Step"),
    facts=f"""
        SELECT l.action, a.id, l.at AS ordered, {parts.length("l.at", "a.created_at")} AS length
        FROM leaves l
        JOIN places p ON p.id = l.posting_id
        JOIN workflow_application a ON a.id = l.application_id
        WHERE l.action IN ('contract', 'onboard') AND l.at >= %(since)s AND l.at < %(until)s
    """,  # noqa: S608 - every part is written in this package
    alike="action, length",
    spread="SELECT a.*, CASE action WHEN 'contract' THEN 'contracted' ELSE 'onboarded' END AS line FROM alike a",
    figures=(
        count("reached", _("Reached"), _("Applications that came to this step in the period.")),
        days("q1", _("First quartile"), _("A quarter took less time."), at="0.25"),
        days("median", _("Median"), _("Half took less time."), at="0.5"),
        days("q3", _("Third quartile"), _("Three quarters took less time."), at="0.75"),
        days("p90", _("90th percentile"), _("Nine in ten took less time."), at="0.9"),
    ),
    lines=lambda _question, _found: parts.by_state((State.CONTRACTED, State.ONBOARDED)),
    total=False,
)
