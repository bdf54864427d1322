"""`tokens/`: one's own tokens, and an end to any of them."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import ApiToken, Scope
from backend.api.authentication import TokenActor
from backend.api.idempotency import once
from backend.api.reading import Read
from backend.api.views import ListAndRead, Resource
from backend.common.errors import NotVisible


class TokenSerializer(Read):
    """A token; its secret is shown nowhere again."""

    id = serializers.UUIDField()
    scope = serializers.ChoiceField(choices=Scope.choices)
    team = serializers.CharField(source="team.slug", allow_null=True, help_text="slug; null: all of the user's teams.")
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="To the hour.")
    created_at = serializers.DateTimeField()


class Tokens(ListAndRead, Resource):
    """The user's live tokens; a token for one team shows those for that team only."""

    queryset = ApiToken.objects.none()
    reads = TokenSerializer
    filter_backends = []

    def rows(self) -> QuerySet[ApiToken]:
        """Give the live tokens that this one may know of."""
        actor = self.actor
        rows = ApiToken.objects.filter(user=actor.user, revoked_at__isnull=True)
        return rows if actor.team_id is None else rows.filter(team_id=actor.team_id)

    @extend_schema(request=None, responses={204: None})
    @once
    def destroy(self, request: Request, pk: Any) -> Response:
        """Revoke a token. A read token may revoke itself only."""
        token = self.rows().filter(pk=pk).first()
        if token is None:
            raise NotVisible(_("There is no such token."))
        if not self._is_mine(token):
            self.require_write()
        ApiToken.objects.filter(pk=token.pk).update(revoked_at=timezone.now())
        return Response(status=204)

    def _is_mine(self, token: ApiToken) -> bool:
        return isinstance(self.actor, TokenActor) and self.actor.token == token
