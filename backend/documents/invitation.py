"""An interview as a calendar file (RFC 5545): the same UID whenever it is taken, so that calendars replace it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from workflow.models import Interview, InterviewStatus

MEDIA_TYPE = "text/calendar; charset=utf-8"


def render(interview: Interview, language: str) -> bytes:
    """Give the file, in `fr` or `en`: the place's own time with its rules, no private link, nobody's address."""
    application = interview.application
    zone = ZoneInfo(settings.TIME_ZONE)
    event = Event()
    with translation.override(language):
        event.add("summary", _("Interview with %(team)s") % {"team": application.team})
        event.add("description", str(application.posting))
    event.add("uid", uid(interview))
    event.add("dtstamp", dt.datetime.now(dt.UTC))
    event.add("dtstart", timezone.localtime(interview.at, zone))
    event.add("duration", dt.timedelta(minutes=interview.minutes))
    if interview.place:
        event.add("location", interview.place)
    event.add("status", "CANCELLED" if interview.status == InterviewStatus.CANCELLED else "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", "-//Jalon//Jalon//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def uid(interview: Interview) -> str:
    """Give the identifier that stays whatever changes, time and place included."""
    return f"{interview.pk}@interviews.jalon"
