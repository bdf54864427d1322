"""Bearer tokens: `Authorization: Bearer jalon_…`."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from backend.accounts import actors
from backend.accounts.models import ApiToken, User


class BearerAuthentication(BaseAuthentication):
    """Gives the token's user as `request.user` and the actor as `request.auth`."""

    def authenticate(self, request: Request) -> tuple[User, actors.Actor] | None:
        """Read the header; None without one. Raises AuthenticationFailed for a token that opens nothing."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        if len(words) != 2:
            raise AuthenticationFailed(_("The header must be “Authorization: Bearer <token>”."))
        try:
            given = words[1].decode("ascii")
        except UnicodeDecodeError as error:
            raise AuthenticationFailed(_("This token is not known.")) from error
        token = (
            ApiToken.objects.select_related("user")
            .filter(digest=ApiToken.digest_of(given), revoked_at__isnull=True, user__is_active=True)
            .first()
        )
        if token is None:
            raise AuthenticationFailed(_("This token is not known, or was revoked."))
        token.touch()
        return token.user, actors.of_token(token)

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme, so that a refusal is 401 rather than 403."""
        return "Bearer"


class BearerScheme(OpenApiAuthenticationExtension):
    """Describes the scheme in the schema."""

    target_class = BearerAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Give the OpenAPI security scheme."""
        return {"type": "http", "scheme": "bearer", "description": "Made with `manage.py create_token`."}
