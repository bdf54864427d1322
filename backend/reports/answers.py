"""How long people wait for a first answer, and whether anybody was left without one."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from backend.reports import parts
from backend.reports.shape import Report, count, quantile, share

report = Report(
    key="answers",
    title=_("First answer"),
    definition=_(
        "The first answer is the first move of the team that was not taken back; the automatic acknowledgment is none. "
        "It is in time if it was given by the day promised when the application was received. Who withdraws before "
        "an answer is owed none."
    ),
    head=_("Team"),
    facts=f"""
        SELECT a.*, greatest({parts.days("a.at", "a.ordered")}, 0) AS days,
               a.answered AND a.answered_on <= a.promised_by AS in_time,
               a.answered AND a.answered_on > a.promised_by AS too_late,
               NOT a.moved AND a.promised_by >= %(today)s AS waiting,
               NOT a.moved AND a.promised_by < %(today)s AS overdue
        FROM (
            SELECT c.team AS line, c.id, c.received_at AS ordered, f.at,
                   f.at IS NOT NULL AS moved,
                   coalesce(f.action <> 'withdraw', false) AS answered,
                   coalesce(f.action = 'withdraw', false) AS withdrew,
                   (f.at AT TIME ZONE '{settings.TIME_ZONE}')::date AS answered_on,
                   coalesce((t.before ->> 'answer_by')::date, c.answer_by) AS promised_by
            FROM cohort c
            LEFT JOIN workflow_transition t ON t.application_id = c.id AND t.number = 2
            LEFT JOIN workflow_transition u ON u.undoes_id = t.id
            LEFT JOIN LATERAL (
                SELECT t.at, t.action WHERE t.id IS NOT NULL AND u.id IS NULL
                UNION ALL
                (SELECT l.at, l.action FROM log l
                 WHERE u.id IS NOT NULL AND l.application_id = c.id AND l.number > 3 ORDER BY l.number LIMIT 1)
            ) f ON true
        ) a
    """,  # noqa: S608 - every part is written in this package
    figures=(
        count("received", _("Received"), _("Applications received in the period.")),
        count("answered", _("Answered"), _("Of these, those to which the team gave a first answer."), "answered"),
        quantile(
            "median", _("Median"), _("Half of the first answers came sooner."), at=0.5, of="days", when="answered"
        ),
        quantile(
            "p90",
            _("90th percentile"),
            _("Nine in ten of the first answers came sooner."),
            at=0.9,
            of="days",
            when="answered",
        ),
        count("in_time", _("In time"), _("First answers given by the promised day."), "in_time"),
        count("too_late", _("Too late"), _("First answers given after the promised day."), "too_late"),
        count(
            "overdue", _("Without an answer in time"), _("No answer yet, and the promised day has passed."), "overdue"
        ),
        count("waiting", _("Waiting"), _("No answer yet, and the promised day is still to come."), "waiting"),
        count("withdrew", _("Withdrawn before"), _("Withdrawn before any answer."), "withdrew"),
        share(
            "kept",
            _("Promises kept"),
            _("Answers in time, of all that were owed by now."),
            "in_time",
            "in_time OR too_late OR overdue",
        ),
    ),
    lines=parts.by_team,
)
