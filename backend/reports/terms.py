"""What was agreed: day rates by kind of contract, committed euros, renewals that are due."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.hiring.models import ContractKind
from backend.reports.question import Question
from backend.reports.shape import Detail, Figure, Kind, Report, count, day, quantile

DUE_DAYS = 60
SIGNED = "signed"
WITH_RATE = "signed AND day_rate IS NOT NULL"
KIND = "coalesce(nullif(a.kind, ''), 'unstated')"
"""The line of a contract of its kind, in SQL."""
SIGNED_AT = """
    CASE WHEN c.number > 1 THEN c.created_at
         ELSE greatest(c.created_at, (SELECT t.at FROM workflow_transition t
                                      WHERE t.application_id = s.id AND t.action = 'contract'
                                      ORDER BY t.number DESC LIMIT 1)) END
"""
"""Terms are signed when the application comes to contract signed, a renewal when it is noted.

Of one that stands there or has arrived, the last such move was not taken back: nothing else leads there but reopening
one that had been there.
"""
SIGNED_IN_PERIOD = f"""
    CASE WHEN c.created_at >= %(until)s OR greatest(c.created_at, s.state_since) < %(since)s THEN false
         WHEN c.created_at >= %(since)s AND s.state_since < %(until)s THEN true
         ELSE {SIGNED_AT} <@ tstzrange(%(since)s, %(until)s) END
"""
"""It came there no later than to where it stands now: the log is asked only where an end of the period lies between."""
AFTER = "(c.start + make_interval(months => c.months::int))::date"
"""The day after the last one of a contract; the last one itself where its month is too short (`last_day`)."""
ENDS = f"""
    CASE WHEN c.kind <> 'permanent' THEN {AFTER} - (extract(day FROM {AFTER}) = extract(day FROM c.start))::int END
"""
"""The last day of a contract; none of one without an end (`Contract.ends`). It is told last whether one is due: of most
contracts the day after says already that it is not.
"""
FACTS = f"""
    SELECT s.id, c.created_at AS ordered, c.kind, coalesce(s.domains[1], '') AS domain, c.day_rate,
           c.days_per_week, c.months, c.start, {ENDS} AS ends, {SIGNED_AT} AS signed_at,
           c.day_rate * c.days_per_week * c.months AS weekly, c.number > 1 AS renewal,
           {SIGNED_IN_PERIOD} AS signed,
           coalesce(c.start BETWEEN %(start)s AND %(end)s, false) AS begins,
           coalesce(
               {AFTER} BETWEEN %(today)s AND %(today)s::date + {DUE_DAYS + 1}
               AND {ENDS} BETWEEN %(today)s AND %(today)s::date + {DUE_DAYS}
               AND NOT EXISTS (
                   SELECT FROM workflow_contract n WHERE n.application_id = s.id AND n.number > c.number
               ), false) AS due
    FROM scope s JOIN workflow_contract c ON c.application_id = s.id
    WHERE s.state IN ('contracted', 'onboarded')
"""  # noqa: S608 - every part is written in this package
"""The contracts, each once."""
ALIKE = "kind, renewal, day_rate, signed, begins, due"
"""What the figures below look at."""


def kinds(_question: Question, found: Sequence[str]) -> dict[str, str]:
    """Name every kind of contract, those without one too."""
    named = {kind.value: str(kind.label) for kind in ContractKind}
    return named | ({"unstated": str(_("Kind not stated"))} if "unstated" in found else {})


FIGURES = (
    count("signed", pgettext_lazy("contracts", "Signed"), _("Contracts and renewals signed in the period."), SIGNED),
    count("renewals", _("Renewals"), _("Of these, those that renew an earlier one."), f"{SIGNED} AND renewal"),
    quantile(
        "q1",
        _("Day rate, first quartile"),
        _("A quarter of the day rates that were signed are lower."),
        at="0.25",
        of="day_rate",
        when=WITH_RATE,
        kind=Kind.EUROS,
        places=2,
    ),
    quantile(
        "median",
        _("Day rate, median"),
        _("Half of the day rates that were signed are lower."),
        at="0.5",
        of="day_rate",
        when=WITH_RATE,
        kind=Kind.EUROS,
        places=2,
    ),
    quantile(
        "q3",
        _("Day rate, third quartile"),
        _("Three quarters of the day rates that were signed are lower."),
        at="0.75",
        of="day_rate",
        when=WITH_RATE,
        kind=Kind.EUROS,
        places=2,
    ),
    Figure(
        "committed",
        _("Committed"),
        _("Euros before tax over the whole length of what was signed in the period."),
        Kind.EUROS,
        f"round(sum(weekly) FILTER (WHERE {SIGNED}) * 52 / 12, 2)",
    ),
    count(
        "begin",
        pgettext_lazy("contracts", "Beginning"),
        _("Contracts and renewals that begin in the period, whenever they were signed."),
        "begins",
    ),
    count("due", _("Renewal due"), _("Ends within 60 days, and nothing follows."), "due", now=True),
)

DETAILS = (
    Detail(_("Kind"), Kind.TEXT, "f.kind", words={"": "", **dict(ContractKind.choices)}),
    Detail(_("Day rate"), Kind.EUROS, "f.day_rate"),
    Detail(_("Days a week"), Kind.DAYS, "f.days_per_week"),
    Detail(_("Months"), Kind.COUNT, "f.months"),
    day(_("Signed on"), "f.signed_at AT TIME ZONE %(zone)s"),
    day(_("Start"), "f.start"),
    day(_("End"), "f.ends"),
    Detail(_("Committed"), Kind.EUROS, "round(f.weekly * 52 / 12, 2)"),
)
"""What is told of each contract behind a figure."""

report = Report(
    key="terms",
    title=_("Terms"),
    definition=_(
        "Contracts and renewals of applications that stand at contract signed or onboarded. One is signed when the "
        "application comes to contract signed, a renewal when it is noted; its day rate and its euros count then, "
        "whenever it begins. Committed: day rate × days a week × months × 52 ÷ 12, in euros before tax, where all "
        "three are known. A renewal is due if the contract ends within 60 days from now and none follows it, whatever "
        "the period."
    ),
    head=_("Contract"),
    facts=FACTS,
    alike=ALIKE,
    added="weekly",
    spread=f"SELECT a.*, {KIND} AS line FROM alike a",  # noqa: S608 - every part is written in this package
    figures=FIGURES,
    lines=kinds,
    opens="contracts",
    details=DETAILS,
)
