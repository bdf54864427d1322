"""How allauth behaves here: nobody signs up by themselves; people are invited to a team."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Closes self-registration."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no: an account without a team would see nothing."""
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """Do nothing: the address is the name."""
