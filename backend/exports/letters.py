"""The mails of scheduled reports: the report itself, that it could not be made, that it reaches nobody any more."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.signals import post_delete
from django.utils import translation
from django.utils.translation import gettext as _

from backend.accounts import actors
from backend.accounts.models import Membership, User
from backend.common import clock
from backend.exports.models import Every, Export, Form, Schedule, Status, What
from notifications import catalog, team
from notifications.catalog import Attachment
from notifications.models import Message
from notifications.models import Status as Sending

MAIL = "report_scheduled"
LARGEST = 8_000_000
"""Bytes of a file that goes with a mail; a larger one is linked."""


def connect() -> None:
    """Give the mails their files and their pages, and listen for who leaves a team."""
    catalog.FILES[MAIL], catalog.LINKS[MAIL] = files, page
    post_delete.connect(call_back, sender=Membership, dispatch_uid="exports.call_back")


def tell(export: Export) -> None:
    """Write the mail of a scheduled report that is ready, or could not be made; in the caller's transaction."""
    schedule = export.schedule
    if schedule is None or schedule.removed_at or not schedule.people.filter(pk=export.asked_by_id).exists():
        return
    member = _member(export.asked_by, team__in=export.teams)
    left = not set(export.teams) <= set(actors.of_user(export.asked_by).team_ids)
    if member is None or (left and export.status == Status.DONE):  # a team, while it was being made
        return
    with translation.override(export.language):
        see = _("See these figures")
        if export.status == Status.FAILED:
            parts = [_("This report could not be made."), export.failure]
        else:
            parts = ["\n".join(f"- {line}" for line in export.words.splitlines())]
            sheets = export.kind == What.SHEETS
            if is_attached(export):
                parts.append(_("The figures are attached, as sheets.") if sheets else _("The full report is attached."))
            else:
                see = _("Take the figures as sheets") if sheets else _("Take the full report")
                parts.append(_("The file is kept for seven days."))
        if schedule.owner_id == export.asked_by_id:
            end = _("You scheduled this report. Stop it on the page of the reports:")
        else:
            words = _("%(name)s has this report sent to you. Stop it on the page of the reports:")
            end = words % {"name": schedule.owner}
        end = f"{end}\n{settings.SITE_URL}/coach/#schedules"
        message = team.write(member, MAIL, export.title, "\n\n".join(parts), clock.now(), see=see, end=end)
        Export.objects.filter(pk=export.pk).update(message=message)


def tell_paused(schedule: Schedule) -> None:
    """Tell the owner of a schedule that reaches nobody any more, who would otherwise wait for it."""
    member = _member(schedule.owner)
    if member is not None:
        with translation.override(schedule.owner.language):
            words = _(
                "Your scheduled report (%(every)s) reaches nobody any more: what it is narrowed to is gone, or those "
                "who got it no longer see it. It is paused. Remove it, or schedule another, on the page of the reports."
            )
            text = words % {"every": Every(schedule.every).label}
            team.write(member, MAIL, _("Scheduled report paused"), text, clock.now(), see=_("See the reports"))


def _member(user: User, **narrow: Any) -> Membership | None:
    """Give the membership for which a mail is written to somebody: of the first of their teams, if they are there."""
    rows = Membership.objects.select_related("user", "team").filter(user=user, user__is_active=True, **narrow)
    return rows.order_by("team__name", "pk").first()


def is_attached(export: Export) -> bool:
    """Say whether the file goes with the mail."""
    wanted = export.schedule is not None and export.schedule.form == Form.ATTACHED
    return wanted and export.status == Status.DONE and export.size <= LARGEST


def call_back(*, instance: Membership, **_signal: Any) -> None:
    """Discard the reports that wait to leave for somebody who has just left a team that is in them."""
    discard(Export.objects.filter(asked_by=instance.user_id, teams__contains=[instance.team_id]))


def discard(exports: QuerySet[Export]) -> None:
    """Let the mails of some exports not leave, as far as they have not."""
    written = exports.filter(message__isnull=False).values("message")
    Message.objects.filter(pk__in=written, status=Sending.HELD).update(status=Sending.DISCARDED)


def page(message: UUID) -> str:
    """Give what the mail of a report opens: the file if it is linked, else the page with the same figures."""
    export = _of(message)
    if export is None:
        return f"{settings.SITE_URL}/coach/#schedules"
    linked = export.status == Status.DONE and not is_attached(export)
    return f"{settings.SITE_URL}/exports/" if linked else f"{settings.SITE_URL}/coach/?{urlencode(export.asked)}"


def files(message: UUID) -> list[Attachment]:
    """Give the report that goes with a mail. Raises OSError if it is gone."""
    export = _of(message)
    if export is None or not is_attached(export):
        return []
    with export.file.open("rb") as opened:
        return [Attachment(export.name, opened.read(), export.media_type)]


def _of(message: UUID) -> Export | None:
    """Give the export that a mail is about; None for one about a schedule, or if the export is gone."""
    return Export.objects.select_related("schedule").filter(message=message).first()
