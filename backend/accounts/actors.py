"""Who is acting: every service and every read takes an Actor, whatever door it came through."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal
from uuid import UUID

from backend.accounts.models import ApiToken, Membership, Role, Scope, User

Kind = Literal["user", "candidate", "system"]


@dataclass(frozen=True)
class Actor:
    """A user (perhaps behind a token), a candidate behind their link, or the system itself."""

    kind: Kind
    user: User | None = None
    application_id: UUID | None = None
    team_id: UUID | None = None
    may_write: bool = True
    _roles: dict[UUID, str] | None = field(default=None, repr=False, compare=False)

    @cached_property
    def roles(self) -> dict[UUID, str]:
        """Give the role in each team this actor may see, by team id."""
        if self._roles is not None:
            return self._roles
        if self.user is None or not self.user.is_active:
            return {}
        memberships = Membership.objects.filter(user=self.user)
        if self.team_id is not None:
            memberships = memberships.filter(team_id=self.team_id)
        return dict(memberships.values_list("team_id", "role"))

    @property
    def team_ids(self) -> list[UUID]:
        """Give the teams whose rows exist for this actor."""
        return list(self.roles)

    def is_member(self, team_id: UUID) -> bool:
        """Say whether this actor acts for the team (and is not behind a read token)."""
        return self.may_write and self.roles.get(team_id) == Role.MEMBER

    def is_coach(self, team_id: UUID) -> bool:
        """Say whether this actor coaches the team (and is not behind a read token)."""
        return self.may_write and self.roles.get(team_id) == Role.COACH


def within(actor: Actor, teams: Collection[UUID]) -> Actor:
    """Give the same actor for no other teams than these."""
    return replace(actor, _roles={team: role for team, role in actor.roles.items() if team in teams})


def of_user(user: User) -> Actor:
    """Give the actor for a signed-in user."""
    return Actor(kind="user", user=user)


def of_token(token: ApiToken) -> Actor:
    """Give the actor behind a token: the user's teams, or the token's one, and no writing with a read token."""
    return Actor(kind="user", user=token.user, team_id=token.team_id, may_write=token.scope == Scope.WRITE)


def of_candidate(application_id: UUID) -> Actor:
    """Give the actor behind a candidate's private link: one application, nothing else."""
    return Actor(kind="candidate", application_id=application_id)


SYSTEM = Actor(kind="system")
