"""What was agreed: day rates by kind of contract, committed euros, renewals that are due."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from backend.hiring.models import ContractKind
from backend.reports.question import Question
from backend.reports.shape import Figure, Kind, Report, count, quantile

DUE_DAYS = 60
IN_PERIOD = "in_period"
WITH_RATE = "in_period AND day_rate IS NOT NULL"
KIND = "coalesce(nullif(a.kind, ''), 'unstated')"
"""The line of a contract of its kind, in SQL."""
FACTS = f"""
    SELECT s.id, c.created_at AS ordered, c.kind, coalesce(s.domains[1], '') AS domain, c.number, c.day_rate,
           c.day_rate * c.days_per_week * c.months AS weekly,
           coalesce(c.start BETWEEN %(start)s AND %(end)s, false) AS in_period,
           coalesce(
               (c.start + make_interval(months => c.months::int))::date
                   BETWEEN %(today)s AND %(today)s::date + {DUE_DAYS}
               AND NOT EXISTS (
                   SELECT FROM workflow_contract n WHERE n.application_id = s.id AND n.number > c.number
               ), false) AS due
    FROM scope s JOIN workflow_contract c ON c.application_id = s.id
    WHERE s.state IN ('contracted', 'onboarded')
"""  # noqa: S608 - every part is written in this package
"""The contracts, each once."""
ALIKE = "kind, number, day_rate, in_period, due"
"""What the figures below look at."""


def kinds(_question: Question, found: Sequence[str]) -> dict[str, str]:
    """Name every kind of contract, those without one too."""
    named = {kind.value: str(kind.label) for kind in ContractKind}
    return named | ({"unstated": str(_("Kind not stated"))} if "unstated" in found else {})


FIGURES = (
    count("contracts", _("Contracts"), _("Contracts and renewals that begin in the period."), IN_PERIOD),
    count("renewals", _("Renewals"), _("Of these, those that renew an earlier one."), f"{IN_PERIOD} AND number > 1"),
    quantile(
        "q1",
        _("Day rate, first quartile"),
        _("A quarter of the day rates are lower."),
        at="0.25",
        of="day_rate",
        when=WITH_RATE,
        kind=Kind.EUROS,
        places=2,
    ),
    quantile(
        "median",
        _("Day rate, median"),
        _("Half of the day rates are lower."),
        at="0.5",
        of="day_rate",
        when=WITH_RATE,
        kind=Kind.EUROS,
        places=2,
    ),
    quantile(
        "q3",
        _("Day rate, third quartile"),
        _("Three quarters of the day rates are lower."),
        at="0.75",
        of="day_rate",
        when=WITH_RATE,
        kind=Kind.EUROS,
        places=2,
    ),
    Figure(
        "committed",
        _("Committed"),
        _("Euros before tax over the length of these contracts."),
        Kind.EUROS,
        f"round(sum(weekly) FILTER (WHERE {IN_PERIOD}) * 52 / 12, 2)",
    ),
    count("due", _("Renewal due"), _("Ends within 60 days, and nothing follows."), "due", now=True),
)

report = Report(
    key="terms",
    title=_("Terms"),
    definition=_(
        "Contracts and renewals that begin in the period, of applications that stand at contract signed or onboarded. "
        "Committed: day rate × days a week × months × 52 ÷ 12, in euros before tax, where all three are known. "
        "A renewal is due if the contract ends within 60 days from now and none follows it, whatever the period."
    ),
    head=_("Contract"),
    facts=FACTS,
    alike=ALIKE,
    added="weekly",
    spread=f"SELECT a.*, {KIND} AS line FROM alike a",  # noqa: S608 - every part is written in this package
    figures=FIGURES,
    lines=kinds,
    opens="contracts",
)
