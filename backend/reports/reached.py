"""The funnel: of the applications received in a period, how far they ever got."""

from django.utils.translation import gettext_lazy as _

from backend.reports import parts
from backend.reports.shape import Report, count, share

FURTHEST = """
    SELECT l.application_id, max(array_position(ARRAY['received', 'interviewed', 'contracted', 'onboarded'],
                                                l.to_state::text)) AS rank
    FROM log l WHERE l.action IN ('interview', 'contract', 'onboard') GROUP BY l.application_id
"""
"""The furthest stake an application ever stood at; none for those that never left the first."""

report = Report(
    key="reached",
    title=_("How far applications get"),
    definition=_(
        "Of the applications received in the period, those that ever reached a step, even if they have left the path "
        "since. A step counts once, also after a reopening. A move that was taken back counts nowhere."
    ),
    head=_("Step"),
    facts=f"""
        SELECT k.state AS line, c.id, c.received_at AS ordered,
               coalesce(r.rank, 1) >= k.rank AS reached,
               coalesce(r.rank, 1) >= k.rank - 1 AS came_near,
               c.state = k.state AS there,
               c.state = 'rejected' AND c.left_state = k.state AS rejected,
               c.state = 'withdrawn' AND c.left_state = k.state AS withdrawn
        FROM cohort c
        LEFT JOIN ({FURTHEST}) r ON r.application_id = c.id
        CROSS JOIN unnest(ARRAY['received', 'interviewed', 'contracted', 'onboarded'])
            WITH ORDINALITY AS k (state, rank)
    """,  # noqa: S608 - every part is written in this package
    figures=(
        count("reached", _("Reached"), _("Applications that ever stood at this step."), "reached"),
        share("of_received", _("Of those received"), _("Reached, of all received."), "reached"),
        share(
            "of_previous",
            _("Of the step before"),
            _("Reached, of those that reached the step before."),
            "reached",
            "came_near",
        ),
        count("there", _("There now"), _("Applications that stand at this step now."), "there"),
        count("rejected", _("Rejected from there"), _("Rejected at this step, and not reopened since."), "rejected"),
        count(
            "withdrawn", _("Withdrawn from there"), _("Withdrawn at this step, and not reopened since."), "withdrawn"
        ),
    ),
    lines=lambda _question, _found: parts.by_state(),
    total=False,
)
