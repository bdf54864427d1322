"""What every page's frame needs."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from backend.accounts.actors import Actor
from backend.accounts.models import Team
from backend.hiring import erasure
from backend.web import doors, inbox


@dataclass
class Navigation:
    """The bar on top of a team's pages; asks the database only for what a template shows."""

    actor: Actor

    @cached_property
    def teams(self) -> list[Team]:
        """Give the person's teams."""
        return list(Team.objects.filter(pk__in=self.actor.team_ids))

    @cached_property
    def waiting_mail(self) -> int:
        """Give how many mails wait in the outbox."""
        return inbox.outgoing(self.actor).count()

    @cached_property
    def waiting_triage(self) -> int:
        """Give how many incoming mails are to be sorted."""
        return inbox.to_sort(self.actor).count()

    @cached_property
    def waiting_erasure(self) -> int:
        """Give how many people wait to be erased: the law sets a day."""
        return erasure.asked(self.actor).count()

    @property
    def mailbox(self) -> bool:
        """Say whether this person may read the in-app mailbox."""
        return settings.MAILBOX_ENABLED and self.actor.user is not None and self.actor.user.is_admin


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Give `nav` for the bar on top; None for anybody not signed in."""
    if not hasattr(request, "user"):  # an error page drawn before the session was read
        return {"nav": None}
    actor = doors.actor_of(request)
    return {"nav": Navigation(actor) if actor else None}
