"""Make an API token and print it, and nothing else, so that a script can read it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.accounts.models import ApiToken, Scope, Team, User
from backend.common import arguments


class Command(BaseCommand):
    help = "Make an API token for a user and print it. It is shown once: only its hash is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True, type=arguments.text(254))
        parser.add_argument("--team", type=arguments.text(100), help="slug: the token sees this team only")
        parser.add_argument("--scope", choices=Scope.values, default=Scope.READ)

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"].strip(), is_active=True).first()
        if user is None:
            raise CommandError(
                f"--email: no active user has the address “{options['email']}”. Make one with create_user."
            )
        team = None
        if options["team"]:
            team = Team.objects.filter(slug=options["team"], memberships__user=user).first()
            if team is None:
                raise CommandError(f"--team: {user.email} is in no team “{options['team']}”.")
        _, token = ApiToken.issue(user=user, team=team, scope=options["scope"])
        self.stdout.write(token)
