"""Postings by team: opened, open, closed, filled, and open without movement."""

from django.utils.translation import gettext_lazy as _

from backend.reports import parts
from backend.reports.shape import Report, count

QUIET_DAYS = 30

report = Report(
    key="postings",
    title=_("Postings"),
    definition=_(
        "Postings by team, without those that are drafts now. Opened and closed: they came to it in the period, by the "
        "log of their status; each counts once, also if it was closed and opened again; one imported as closed was "
        "closed on a day that is not known, and does not count as closed. Filled: a contract was signed in the period, "
        "and not taken back. Without movement: open, and for 30 days neither opened, nor an application to it received "
        "or moved."
    ),
    head=_("Team"),
    facts=f"""
        SELECT t.slug AS line, p.id, p.created_at AS ordered,
               coalesce(c.opened, false) AS opened, coalesce(c.closed, false) AS closed, p.status = 'open' AS open,
               EXISTS (SELECT FROM leaves l WHERE l.posting_id = p.id AND l.action = 'contract'
                       AND l.at >= %(since)s AND l.at < %(until)s) AS filled,
               p.status = 'open'
                   AND greatest(p.created_at, c.opened_at, m.moved_at) < %(now)s - interval '{QUIET_DAYS} days' AS still
        FROM places p
        JOIN accounts_team t ON t.id = p.team
        LEFT JOIN LATERAL (
            SELECT max(created_at) FILTER (WHERE status = 'open') AS opened_at,
                   bool_or(status = 'open' AND created_at >= %(since)s AND created_at < %(until)s) AS opened,
                   bool_or(status = 'closed' AND created_at >= %(since)s AND created_at < %(until)s) AS closed
            FROM hiring_statuschange WHERE posting_id = p.id
        ) c ON true
        LEFT JOIN LATERAL (
            SELECT max(state_since) AS moved_at FROM workflow_application
            WHERE posting_id = p.id AND p.status = 'open'
        ) m ON true
        WHERE p.status <> 'draft'
    """,  # noqa: S608 - every part is written in this package
    figures=(
        count("opened", _("Opened"), _("Postings that were opened in the period."), "opened"),
        count("closed", _("Closed in the period"), _("Postings that were closed in the period."), "closed"),
        count("open", _("Open now"), _("Postings that take applications now."), "open", now=True),
        count("filled", _("Filled"), _("Postings with a contract signed in the period."), "filled"),
        count("still", _("Without movement"), _("Open, and nothing has moved for 30 days."), "still", now=True),
    ),
    lines=parts.by_team,
    opens="postings",
)
