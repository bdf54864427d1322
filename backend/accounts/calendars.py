"""The private address under which somebody's calendar program reads their interviews.

Its secret is derived, so that the person can read it again and the database alone opens nothing.
"""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import CalendarFeed, User
from backend.common import tokens
from backend.common.errors import NotVisible

SALT = "accounts.calendar"


def digest_of(token: str) -> str:
    """Give what is stored of a token."""
    return tokens.digest(SALT, token)


def token_of(feed: CalendarFeed) -> str:
    """Give the secret of a feed, 160 bits, derived: it is stored nowhere."""
    return tokens.derive(SALT, feed.pk, feed.key)


def link_of(feed: CalendarFeed) -> str:
    """Give the address to subscribe to. For the eyes of its person only."""
    return f"{settings.SITE_URL}/calendar/{token_of(feed)}.ics"


def of(user: User) -> CalendarFeed | None:
    """Give the feed of a person; None before they asked for one, and after they closed it."""
    return CalendarFeed.objects.filter(user=user).first()


@transaction.atomic
def issue(user: User, *, whole_teams: bool) -> CalendarFeed:
    """Open a feed, under a new address each time: an earlier one stops working."""
    User.objects.select_for_update().get(pk=user.pk)  # two at once: the second replaces the first
    close(user)
    feed = CalendarFeed(user=user, key=secrets.token_hex(16), whole_teams=whole_teams)
    feed.digest = digest_of(token_of(feed))
    feed.save(force_insert=True)
    return feed


def choose(user: User, *, whole_teams: bool) -> None:
    """Say whether the feed holds every interview of their teams, or those they take part in; its address stays."""
    CalendarFeed.objects.filter(user=user).update(whole_teams=whole_teams)


def close(user: User) -> None:
    """Close the feed: its address stops working."""
    CalendarFeed.objects.filter(user=user).delete()


def find(token: str) -> CalendarFeed:
    """Give the feed with this secret. Raises NotVisible: there is none, or its person may no longer sign in."""
    found = CalendarFeed.objects.select_related("user").filter(digest=digest_of(token), user__is_active=True).first()
    if found is None:
        raise NotVisible(_("There is no such page."))
    return found
