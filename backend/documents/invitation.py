"""An interview as a calendar file (RFC 5545; by mail as RFC 6047 says).

Always the same UID and a growing sequence, so that calendars change or drop the event that they have. Times are in UTC:
see docs/adr/011.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from email.utils import parseaddr

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress

from workflow.models import Interview, InterviewStatus

MEDIA_TYPE = "text/calendar; charset=utf-8"


def method(interview: Interview, cancelled: bool = False) -> str:
    """Give what an invited person's calendar is asked to do: keep the event as it is now, or drop it."""
    return "CANCEL" if cancelled or interview.status == InterviewStatus.CANCELLED else "REQUEST"


def render(interview: Interview, language: str, *, to: str = "", cancelled: bool = False) -> bytes:
    """Give the file, in `fr` or `en`: no private link, nobody else's address.

    `to`: who is invited, or no longer if `cancelled`; without one, a file to look at, that asks nothing of anybody.
    """
    asks = method(interview, cancelled)
    event = _event(interview, language, asks)
    if to:
        _address(event, to, str(interview.application.team))
    return _calendar([event], asks if to else "PUBLISH")


def feed(interviews: Iterable[Interview], language: str) -> bytes:
    """Give the file that a calendar program reads again and again: the events of the invitations, under the same UIDs,
    each with the address of its page. It names no candidate, since it is copied to where an erasure cannot reach."""
    events = []
    for interview in interviews:
        event = _event(interview, language, method(interview))
        event.add("url", f"{settings.SITE_URL}/a/{interview.application_id}/")
        events.append(event)
    with translation.override(language):
        return _calendar(events, "PUBLISH", _("Interviews"))


def _event(interview: Interview, language: str, asks: str) -> Event:
    application = interview.application
    assert interview.at is not None  # a proposal has no time yet, and is no event
    event = Event()
    with translation.override(language):
        event.add("summary", _("Interview with %(team)s") % {"team": _plain(str(application.team))})
        event.add("description", _plain(str(application.posting)))
    event.add("uid", uid(interview))
    event.add("sequence", interview.sequence)
    event.add("dtstamp", dt.datetime.now(dt.UTC))
    event.add("dtstart", interview.at.astimezone(dt.UTC))
    event.add("duration", dt.timedelta(minutes=interview.minutes))
    if interview.place:
        event.add("location", _plain(interview.place))
    event.add("status", "CANCELLED" if asks == "CANCEL" else "CONFIRMED")
    return event


def _calendar(events: Iterable[Event], asks: str, name: str = "") -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Jalon//Jalon//EN")
    calendar.add("version", "2.0")
    calendar.add("method", asks)
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", dt.timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def uid(interview: Interview) -> str:
    """Give the identifier that stays whatever changes, time and place included."""
    return f"{interview.pk}@interviews.jalon"


def _address(event: Event, to: str, team: str) -> None:
    """Say who invites, the sender of our mails, and who is invited: each learns of themselves alone."""
    organiser = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organiser.params["CN"] = _plain(team).replace('"', "’")  # a quoted string holds no quote (RFC 5545, 3.2)
    attendee = vCalAddress(f"mailto:{to}")
    attendee.params["ROLE"], attendee.params["RSVP"] = "REQ-PARTICIPANT", "FALSE"
    event.add("organizer", organiser)
    event.add("attendee", attendee)


def _plain(text: str) -> str:
    """Give a text on one line, without control characters, which a calendar file cannot hold."""
    return " ".join("".join(c if c.isprintable() or c.isspace() else "" for c in text).split())
