"""How many applications came in, month by month or week by week."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.reports import parts
from backend.reports.shape import Report, count

report = Report(
    key="received",
    title=_("Applications received"),
    definition=_(
        "An application counts in the month or week in which it was received, in the time zone of the reader. What "
        "became of it is told as of now."
    ),
    head=_("Period"),
    facts="""
        SELECT date_trunc(%(step)s, c.received_at AT TIME ZONE %(zone)s)::date AS began,
               c.id, c.received_at AS ordered, c.state
        FROM cohort c
    """,
    alike="began, state",
    spread="SELECT a.*, to_char(a.began, 'YYYY-MM-DD') AS line FROM alike a",
    figures=(
        count("received", pgettext_lazy("applications", "Received"), _("Applications received in the period.")),
        count(
            "under_way",
            _("Under way"),
            _("Of these, those that stand at received, interviewed or contract signed now."),
            "state IN ('received', 'interviewed', 'contracted')",
        ),
        count(
            "onboarded",
            pgettext_lazy("applications", "Onboarded"),
            _("Of these, those that have arrived."),
            "state = 'onboarded'",
        ),
        count(
            "rejected",
            pgettext_lazy("applications", "Rejected"),
            _("Of these, those that stand rejected now."),
            "state = 'rejected'",
        ),
        count(
            "withdrawn",
            pgettext_lazy("applications", "Withdrawn"),
            _("Of these, those that stand withdrawn now."),
            "state = 'withdrawn'",
        ),
    ),
    lines=parts.by_time,
    dated=True,
)
