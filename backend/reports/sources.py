"""By which door applications come, and how far each door's get."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.reports.reached import FURTHEST
from backend.reports.shape import Report, count, share
from workflow.states import Via

report = Report(
    key="sources",
    title=_("Where applications come from"),
    definition=_(
        "Applications received in the period, by the door they came through, and how many of them ever reached each "
        "step. A move that was taken back counts nowhere."
    ),
    head=_("Door"),
    facts=f"SELECT c.via AS line, c.id, c.received_at AS ordered, {FURTHEST} AS rank FROM cohort c",  # noqa: S608 - written in this package
    alike="line, rank",
    figures=(
        count("received", pgettext_lazy("applications", "Received"), _("Applications received in the period.")),
        count("interviewed", _("Interviewed"), _("Of these, those that were interviewed."), "rank >= 2"),
        count("contracted", _("Contract signed"), _("Of these, those whose contract was signed."), "rank >= 3"),
        count(
            "onboarded",
            pgettext_lazy("applications", "Onboarded"),
            _("Of these, those that have arrived."),
            "rank >= 4",
        ),
        share("conversion", _("To a contract"), _("Contracts signed, of those received."), "rank >= 3"),
    ),
    lines=lambda _question, _found: {
        via.value: str(via.label).capitalize() if via != Via.API else str(via.label) for via in Via
    },
)
