"""Make a user, or give an existing one a role in a team."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from backend.accounts.models import Membership, Role, Team, User
from backend.common import arguments


class Command(BaseCommand):
    help = "Make a user (they sign in by a code sent to their address), with a role in a team if one is given."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True, type=arguments.text(254))
        parser.add_argument("--name", default="", type=arguments.text(150))
        parser.add_argument("--team", type=arguments.text(100), help="slug of an existing team")
        parser.add_argument("--role", choices=Role.values, default=Role.MEMBER)
        parser.add_argument("--admin", action="store_true")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"].strip().lower()
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"--email: “{email}” is not an e-mail address.") from error
        user = User.objects.filter(email__iexact=email).first() or User.objects.create_user(email, name=options["name"])
        if options["admin"] and not user.is_admin:
            user.is_admin = True
            user.save(update_fields=["is_admin"])
        if options["team"]:
            team = Team.objects.filter(slug=options["team"]).first()
            if team is None:
                known = ", ".join(Team.objects.values_list("slug", flat=True)) or "none yet"
                raise CommandError(f"--team: there is no team “{options['team']}” (known: {known}).")
            Membership.objects.update_or_create(user=user, team=team, defaults={"role": options["role"]})
        self.stdout.write(f"{user.email}" + (f" is {options['role']} of {options['team']}" if options["team"] else ""))
