"""Bearer tokens: `Authorization: Bearer jalon_…`."""

from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Model
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from backend.accounts.actors import Actor
from backend.accounts.models import ApiToken, Scope, User


def _columns(model: type[Model], *wanted: str) -> list[str]:
    """Give the columns in the model's own order, which is the one that `from_db` takes them in."""
    return [field.attname for field in model._meta.concrete_fields if field.attname in wanted]


TOKEN = _columns(ApiToken, "id", "user_id", "team_id", "scope", "created_at", "last_used_at")
USER = _columns(User, "id", "email", "name", "language", "is_active", "is_admin")

# Written out, because every request of the API runs it: the ORM takes longer to spell it than PostgreSQL to answer.
FIND = f"""
    SELECT {", ".join(f"t.{name}" for name in TOKEN)}, {", ".join(f"u.{name}" for name in USER)},
        ARRAY(SELECT team_id FROM accounts_membership WHERE user_id = u.id ORDER BY id),
        ARRAY(SELECT role FROM accounts_membership WHERE user_id = u.id ORDER BY id)
    FROM accounts_apitoken t JOIN accounts_user u ON u.id = t.user_id
    WHERE t.digest = %s AND t.revoked_at IS NULL AND u.is_active
"""  # noqa: S608 - constants


@dataclass(frozen=True)
class TokenActor(Actor):
    """The actor behind a token, who also knows which token it was."""

    token: ApiToken = field(kw_only=True, repr=False, compare=False)


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
        actor = _find(given)
        if actor is None:
            raise AuthenticationFailed(_("This token is not known, or was revoked."))
        actor.token.touch()
        return actor.token.user, actor

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme, so that a refusal is 401 rather than 403."""
        return "Bearer"


def _find(given: str) -> TokenActor | None:
    """Give the actor behind a live token: the user's teams, or the token's one; no writing with a read token."""
    with connection.cursor() as cursor:
        cursor.execute(FIND, [ApiToken.digest_of(given)])
        row = cursor.fetchone()
    if row is None:
        return None
    token_fields, user_fields, teams, roles = row[: len(TOKEN)], row[len(TOKEN) : -2], row[-2], row[-1]
    user = User.from_db(connection.alias, USER, user_fields)
    token = ApiToken.from_db(connection.alias, TOKEN, token_fields)
    token.user = user
    known = {team: role for team, role in zip(teams, roles, strict=True) if token.team_id in (None, team)}
    may_write = token.scope == Scope.WRITE
    return TokenActor(kind="user", user=user, team_id=token.team_id, may_write=may_write, _roles=known, token=token)


class BearerScheme(OpenApiAuthenticationExtension):
    """Describes the scheme in the schema."""

    target_class = BearerAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Give the OpenAPI security scheme."""
        return {"type": "http", "scheme": "bearer", "description": "Made with `manage.py create_token`."}
