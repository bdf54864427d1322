"""How long people wait for a first answer, and whether anybody was left without one."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.reports import parts
from backend.reports.shape import Detail, Kind, Report, count, day, days, share

ANSWERED = "came IN ('in_time', 'too_late')"

report = Report(
    key="answers",
    title=_("First answer"),
    definition=_(
        "The first answer is the first move of the team that was not taken back; the automatic acknowledgment is none. "
        "It is in time if it was given by the day promised when the application was received. Who withdraws before "
        "an answer is owed none, also if reopened later. Times are in days of 24 hours, to a tenth."
    ),
    head=_("Team"),
    facts=f"""
        SELECT s.team, s.id, s.received_at AS ordered, s.first_answer AS came,
               s.answer_by AS promised,
               CASE WHEN s.first_answer IN ('in_time', 'too_late')
                    THEN {parts.length("s.first_answer_at", "s.received_at")} END AS length,
               s.first_answer = '' AND s.answer_by >= %(today)s AS waiting,
               s.first_answer = '' AND s.answer_by < %(today)s AS overdue,
               s.received_at >= %(since)s AS within
        FROM scope s
        WHERE s.received_at < %(until)s AND (s.received_at >= %(since)s OR s.first_answer = '')
    """,  # noqa: S608 - every part is written in this package
    alike="team, came, length, waiting, overdue, within",
    spread="SELECT a.*, t.slug AS line FROM alike a JOIN accounts_team t ON t.id = a.team",
    figures=(
        count(
            "received", pgettext_lazy("applications", "Received"), _("Applications received in the period."), "within"
        ),
        count("answered", _("Answered"), _("Of these, those to which the team gave a first answer."), ANSWERED),
        days("median", _("Median"), _("Half of the first answers came sooner."), at="0.5", when=ANSWERED),
        days("p90", _("90th percentile"), _("Nine in ten of the first answers came sooner."), at="0.9", when=ANSWERED),
        count("in_time", _("In time"), _("First answers given by the promised day."), "came = 'in_time'"),
        count("too_late", _("Too late"), _("First answers given after the promised day."), "came = 'too_late'"),
        count(
            "overdue",
            _("Without an answer in time"),
            _("No answer yet, and the promised day has passed; also of those received before the period."),
            "overdue",
            now=True,
            order="f.promised",
        ),
        count(
            "waiting",
            _("Waiting"),
            _("No answer yet, and the promised day is still to come; also of those received before the period."),
            "waiting",
            now=True,
            order="f.promised",
        ),
        count("withdrew", _("Withdrawn before"), _("Withdrawn before any answer."), "came = 'withdrew'"),
        share(
            "kept",
            _("Promises kept"),
            _("Answers in time, of all that are owed by now to those received in the period."),
            "came = 'in_time'",
            f"({ANSWERED} OR overdue) AND within",
        ),
    ),
    lines=parts.by_team,
    details=(
        day(_("Answer promised by"), "f.promised"),
        Detail(_("Days late"), Kind.COUNT, "%(today)s::date - f.promised", of=("overdue",)),
    ),
    drawn="kept",
)
