"""Filters and tags of the pages: icons, dates and amounts in words, states."""

import datetime as dt
import math
import re
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.http import QueryDict
from django.templatetags.static import static
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import conditional_escape, format_html, linebreaks, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from backend.common import clock, typography
from backend.web import breaks, wording
from backend.web.reporting import Shown
from workflow.models import Application
from workflow.selectors import Choice
from workflow.states import PATH, State

register = template.Library()

register.filter("euros", typography.euros)
register.filter("number", typography.number)
register.filter("long_date", typography.long_date)
register.filter("breakable", breaks.breakable)
register.filter("clock_time", typography.clock_time)
register.filter("weekday_date", typography.weekday_date)
register.filter("full_moment", typography.moment)
register.filter("localised", typography.localised)

FRENCH_MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
"""Django knows these in three letters only."""

WAY = {state: f"way-{n}" for n, state in enumerate(PATH, 1)} | {
    State.REJECTED: "way-rejected",
    State.WITHDRAWN: "way-withdrawn",
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon; always beside a word."""
    address = f"{static('jalon/icons.svg')}#{name}"
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', address)


def mark(name: str, words: str, *, late: bool = False) -> SafeString:
    """Draw a short fact beside its icon; `late` when it speaks of a broken promise."""
    tone = mark_safe(' data-tone="late"') if late else ""
    return format_html('<span class="mark"{}>{}{}</span>', tone, icon(name), words)


@register.simple_tag
def figure(cell: Shown) -> SafeString:
    """Draw one figure of a report: the way to the rows it counts, and small under it that of the period before."""
    text = conditional_escape(cell.text)
    if cell.href:
        text = format_html('<a href="{0}" aria-label="{1}, {2}">{1}</a>', cell.href, cell.text, cell.about)
    if not cell.before:
        return SafeString(text)
    words = _("period before:")
    return format_html('{}<small class="before"><span class="sr"> {} </span>{}</small>', text, words, cell.before)


@register.simple_tag
def theme() -> SafeString:
    """Link the style sheet that lays another look over the tokens (the setting `THEME`), or nothing."""
    if not settings.THEME:
        return SafeString()
    return format_html('<link rel="stylesheet" href="{}">', static(f"themes/{settings.THEME}/theme.css"))


@register.simple_block_tag
def typeset(content: str) -> SafeString:
    """Set the words of a library's page as ours are set in the active language; its tags stay as they are."""
    pieces = re.split(r"(<[^>]*>)", content)
    return SafeString("".join(piece if piece.startswith("<") else _typeset(piece) for piece in pieces))


def _typeset(text: str) -> str:
    return re.sub(r"(?<=\w)(?:'|&#x27;|&#39;)(?=\w)", "’", typography.localised(text))


@register.simple_tag
def stake(step: str) -> SafeString:
    """Draw a stake of the path."""
    address = f"{static('jalon/icons.svg')}#stake-{step}"
    return format_html('<svg class="stake" aria-hidden="true"><use href="{}"/></svg>', address)


@register.simple_tag
def state(value: str) -> SafeString:
    """Draw the state badge: the path, very small, and its label."""
    known = State(value)
    address = f"{static('jalon/icons.svg')}#{WAY[known]}"
    return format_html(
        '<span class="state" data-state="{}"><svg class="way" aria-hidden="true"><use href="{}"/></svg>{}</span>',
        known.value,
        address,
        known.label,
    )


@register.filter
def state_label(value: str) -> str:
    """Give the words of a state."""
    return str(State(value).label) if value else ""


@register.filter
def short_date(value: dt.date | dt.datetime | None) -> str:
    """Give a date for narrow places: `21 nov. 2026`."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date()
    french = (get_language() or "").startswith("fr")
    day = "1er" if value.day == 1 and french else str(value.day)
    month = FRENCH_MONTHS[value.month - 1] if french else formats.date_format(value, "M")
    return f"{day}{typography.NO_BREAK}{month}{typography.NO_BREAK}{value.year}"


@register.filter
def moment(value: dt.datetime) -> str:
    """Give a day and a time: `aujourd’hui, 14 h 31`, `20 nov. 2026, 17 h 05`."""
    local = timezone.localtime(value)
    day = _("today") if local.date() == clock.today() else short_date(local)
    return f"{day}, {typography.clock_time(value)}"


@register.filter
def days(count: int) -> str:
    """Give a length of time in days: `aujourd’hui`, `4 jours`."""
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count} if count > 0 else _("today")


@register.filter
def days_since(value: dt.datetime) -> int:
    """Give whole calendar days since a moment."""
    return max(0, (clock.today() - timezone.localtime(value).date()).days)


@register.filter
def leaves_in(value: dt.datetime | None) -> str:
    """Give when a held mail leaves: `dans 4 min`, `à 14 h 30`, `maintenant`."""
    if value is None:
        return ""
    seconds = (value - clock.now()).total_seconds()
    if seconds <= 0:
        return _("now")
    if seconds < 3600:
        return _("in %(minutes)d min") % {"minutes": math.ceil(seconds / 60)}
    return _("on %(moment)s") % {"moment": moment(value)}


@register.filter
def leaving(value: dt.datetime) -> SafeString:
    """Give the same as an element of its own, which a script keeps up to date."""
    words = _("in %(minutes)d min")
    return format_html('<time datetime="{}" data-words="{}">{}</time>', value.isoformat(), words, leaves_in(value))


@register.filter
def quarter(key: object) -> str:
    """Give a quarter in words: of `2026-Q4`, `4e trimestre 2026`, `Q4 2026`."""
    year, _mark, number = str(key).partition("-Q")
    return QUARTERS[number] % {"year": year}


QUARTERS = {
    "1": gettext_lazy("Q1 %(year)s"),
    "2": gettext_lazy("Q2 %(year)s"),
    "3": gettext_lazy("Q3 %(year)s"),
    "4": gettext_lazy("Q4 %(year)s"),
}


@register.filter
def file_size(size: int) -> str:
    """Give a size: `240 ko`, `1,2 Mo`."""
    if size < 1_000_000:
        return _("%(size)d kB") % {"size": max(1, round(size / 1000))}
    return _("%(size)s MB") % {"size": typography.number(round(Decimal(size) / 1_000_000, 1))}


@register.filter
def letter(text: str) -> SafeString:
    """Set plain text as paragraphs, with links that can be followed and nothing else; what is below “-- ” is small."""
    body, _mark, end = text.replace("\r\n", "\n").partition("\n-- \n")
    html = _paragraphs(body)
    return format_html('{}<div class="letter-end">{}</div>', html, _paragraphs(end)) if end else html


def _paragraphs(text: str) -> SafeString:
    linked = urlize(conditional_escape(text), nofollow=True)
    return breaks.breakable(linebreaks(linked, autoescape=False))  # escaped first


@register.filter
def bare_address(url: str) -> str:
    """Give a web address as people say it."""
    return re.sub(r"^https?://(www\.)?|/$", "", url)


@register.simple_tag(takes_context=True)
def query(context: Any, **changes: Any) -> str:
    """Give the present query string (`asked`, in a part of a page) with some values changed; None removes one."""
    asked = context.get("asked")
    values = (asked if isinstance(asked, QueryDict) else context["request"].GET).copy()
    for name, value in changes.items():
        if value is None:
            values.pop(name, None)
        else:
            values[name] = value
    return f"?{values.urlencode()}"


@register.simple_tag
def query_of(**values: Any) -> str:
    """Give a query string of these values alone."""
    return f"?{urlencode(values)}"


@register.filter
def control(field: Any) -> SafeString:
    """Draw a form field's control with the theme's class; for forms that are not ours too."""
    attrs = {} if "class" in field.field.widget.attrs else {"class": "input", "placeholder": False}
    drawn: SafeString = field.as_widget(attrs=attrs)
    return drawn


@register.filter
def button(choice: Choice) -> str:
    """Give the words on a move's button."""
    return typography.localised(wording.button(choice))


@register.filter
def fix_of(choice: Choice, application: Application) -> tuple[str, str]:
    """Give where a blocked move is unblocked: the anchor, and the words of the link."""
    return wording.fix(choice, application)


@register.filter
def is_forward(choice: Choice) -> bool:
    """Say whether a move leads along the path."""
    return choice.action in wording.FORWARD


@register.inclusion_tag("parts/guard.html")
def blocked(choice: Choice, fix: tuple[str, str], loud: bool = False, **more: str) -> dict[str, Any]:
    """Draw why a move is blocked and the link that unblocks it (`wording.fix`); `loud` after somebody tried.

    `identifier` names it. On a card: the `page` of the application, and its `pk` and `name`.
    """
    anchor, words = fix
    page = more.get("page", "")
    opened = f"?do={anchor}" if page and choice.action in wording.FILLED_IN else ""
    return {
        "choice": choice,
        "href": f"{page}{opened}#{anchor}",
        "dialog": f"{page}dialog/{anchor}/" if page else "",
        "words": words,
        "loud": loud,
        **more,
    }


@register.simple_tag
def dialog_of(application: Application, name: str) -> str:
    """Give the address of what opens over the board about an application."""
    return reverse("dialog", args=[application.pk, name])
