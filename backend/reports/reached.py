"""The funnel: of the applications received in a period, how far they ever got."""

from django.utils.translation import gettext_lazy as _

from backend.reports import parts
from backend.reports.shape import Report, count, share

FURTHEST = """
    array_position(ARRAY['received', 'interviewed', 'contracted', 'onboarded'],
                   coalesce(nullif(c.left_state, ''), c.state)::text)
"""
"""The furthest stake an application ever stood at, from 1: the one where it stands, or stood when it left the path.

Nothing leads back along the path but taking a move back, which counts nowhere; reopening leads to where it left.
"""

report = Report(
    key="reached",
    title=_("How far applications get"),
    definition=_(
        "Of the applications received in the period, those that ever reached a step, even if they have left the path "
        "since. A step counts once, also after a reopening. A move that was taken back counts nowhere."
    ),
    head=_("Step"),
    facts=f"""
        SELECT c.id, c.received_at AS ordered, c.state, c.left_state, {FURTHEST} AS rank FROM cohort c
    """,  # noqa: S608 - every part is written in this package
    alike="state, left_state, rank",
    spread="""
        SELECT a.*, k.state AS line,
               a.rank >= k.rank AS reached,
               a.rank >= k.rank - 1 AS came_near,
               a.state = k.state AS there,
               a.state = 'rejected' AND a.left_state = k.state AS rejected,
               a.state = 'withdrawn' AND a.left_state = k.state AS withdrawn
        FROM alike a
        CROSS JOIN unnest(ARRAY['received', 'interviewed', 'contracted', 'onboarded'])
            WITH ORDINALITY AS k (state, rank)
    """,
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
