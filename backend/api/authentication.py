"""Bearer tokens: `Authorization: Bearer jalon_…`."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from backend.accounts.actors import Actor
from backend.accounts.models import ApiToken, Membership, Scope, User


@dataclass(frozen=True)
class TokenActor(Actor):
    """The actor behind a token, who also knows which token it was."""

    token: ApiToken | None = field(default=None, repr=False, compare=False)


class BearerAuthentication(BaseAuthentication):
    """Gives the token's user as `request.user` and the actor as `request.auth`."""

    def authenticate(self, request: Request) -> tuple[User, TokenActor] | None:
        """Read the header; None without one. Raises AuthenticationFailed for a token that opens nothing."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        if len(words) != 2:
            raise AuthenticationFailed(_("The header must be “Authorization: Bearer <token>”."))
        try:
            given = words[1].decode("ascii")
        except UnicodeDecodeError as error:
            raise AuthenticationFailed(_("This token is not known, or was revoked.")) from error
        token = _find(given)
        if token is None:
            raise AuthenticationFailed(_("This token is not known, or was revoked."))
        token.touch()
        return token.user, _actor(token)

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme, so that a refusal is 401 rather than 403."""
        return "Bearer"


def _find(given: str) -> Any:
    """Give the live token, with its user and, as `roles`, what the user is in each team: one query for all."""
    roles = Membership.objects.filter(user=OuterRef("user"))
    return (
        ApiToken.objects.select_related("user")
        .annotate(roles=ArraySubquery(roles.values(each=JSONObject(team="team_id", role="role"))))
        .filter(digest=ApiToken.digest_of(given), revoked_at__isnull=True, user__is_active=True)
        .first()
    )


def _actor(token: Any) -> TokenActor:
    """Give the actor: the user's teams, or the token's one, and no writing with a read token."""
    teams = {UUID(each["team"]): each["role"] for each in token.roles}
    if token.team_id is not None:
        teams = {team: role for team, role in teams.items() if team == token.team_id}
    may_write = token.scope == Scope.WRITE
    return TokenActor(
        kind="user", user=token.user, team_id=token.team_id, may_write=may_write, _roles=teams, token=token
    )


class BearerScheme(OpenApiAuthenticationExtension):
    """Describes the scheme in the schema."""

    target_class = BearerAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Give the OpenAPI security scheme."""
        return {"type": "http", "scheme": "bearer", "description": "Made with `manage.py create_token`."}
