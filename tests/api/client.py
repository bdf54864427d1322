"""A client with a token."""

from typing import Any

from rest_framework.test import APIClient

from backend.accounts.models import ApiToken, Role, Scope, Team, User
from tests import factories


class Client(APIClient):
    """A client that speaks English and carries a token; `token` is its row, `user` its owner."""

    token: ApiToken
    user: User

    def reads(self, path: str, **query: Any) -> dict[str, Any]:
        """Give the JSON of a page that must be there."""
        answer = self.get(f"/api/v1/{path}", query)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def writes(self, path: str, body: Any = None, *, key: str | None = None, method: str = "post") -> Any:
        """Send a write."""
        headers = {"Idempotency-Key": key} if key else {}
        return getattr(self, method)(f"/api/v1/{path}", {} if body is None else body, format="json", headers=headers)


def client(
    *teams: Team, scope: str = Scope.WRITE, role: str = Role.MEMBER, limited_to: Team | None = None, **fields: Any
) -> Client:
    """Make a user of `teams` and a client with a token of theirs."""
    made = factories.user(*teams, role=role, **fields)
    return of(made, scope=scope, limited_to=limited_to)


def of(user: User, *, scope: str = Scope.WRITE, limited_to: Team | None = None) -> Client:
    """Make a client with a new token of `user`."""
    row, token = ApiToken.issue(user=user, team=limited_to, scope=scope)
    made = Client(HTTP_AUTHORIZATION=f"Bearer {token}", HTTP_ACCEPT_LANGUAGE="en")
    made.token, made.user = row, user
    return made
