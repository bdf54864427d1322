"""Postings by team: opened, open, closed, filled, and open without movement."""

from django.utils.translation import gettext_lazy as _

from backend.reports import parts
from backend.reports.shape import Report, count

QUIET_DAYS = 30

report = Report(
    key="postings",
    title=_("Postings"),
    definition=_(
        "Postings by team, drafts left out. Opened: published in the period. Open and closed: as they stand now. "
        "Filled: a contract was signed in the period, and not taken back. Without movement: open, and no application "
        "to it was received or moved in the last 30 days."
    ),
    head=_("Team"),
    facts=f"""
        SELECT p.team AS line, p.id, p.created_at AS ordered,
               coalesce(p.published_on BETWEEN %(start)s AND %(end)s, false) AS opened,
               p.status = 'open' AS open, p.status = 'closed' AS closed,
               f.posting_id IS NOT NULL AS filled,
               p.status = 'open'
                   AND greatest(p.created_at, m.moved_at) < %(now)s - interval '{QUIET_DAYS} days' AS still
        FROM places p
        LEFT JOIN (SELECT posting_id, max(state_since) AS moved_at FROM scope GROUP BY posting_id) m
            ON m.posting_id = p.id
        LEFT JOIN (
            SELECT DISTINCT s.posting_id FROM log l JOIN scope s ON s.id = l.application_id
            WHERE l.action = 'contract' AND l.at >= %(since)s AND l.at < %(until)s
        ) f ON f.posting_id = p.id
        WHERE p.status <> 'draft'
    """,  # noqa: S608 - every part is written in this package
    figures=(
        count("opened", _("Opened"), _("Published in the period."), "opened"),
        count("open", _("Open now"), _("Postings that take applications now."), "open"),
        count("closed", _("Closed now"), _("Postings that are closed now."), "closed"),
        count("filled", _("Filled"), _("Postings with a contract signed in the period."), "filled"),
        count("still", _("Without movement"), _("Open, and nothing has moved for 30 days."), "still"),
    ),
    lines=parts.by_team,
    opens="postings",
)
