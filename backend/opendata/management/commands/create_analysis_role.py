"""`manage.py create_analysis_role NAME`: views without personal data, and a role that reads them and nothing else."""

import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError

from backend.common.errors import Invalid
from backend.opendata import analysis


class Command(BaseCommand):
    """Can be run again: the views are made anew, the role keeps its password."""

    help = "Makes the schema “analysis” (views without personal data) and a database role that reads nothing else."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the name of the role."""
        parser.add_argument("name", help="of the role, such as jalon_analysis")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        """Make it, and say what is left to do. Raises CommandError."""
        if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", name) or name.startswith("pg_"):
            raise CommandError(
                f"“{name[:80]}” is no name for a role: small letters, digits and _, 63 at most, not pg_…"
            )
        try:
            analysis.create(name)
        except Invalid as error:
            raise CommandError(str(error.detail)) from error
        except ProgrammingError as error:
            raise CommandError(
                f"The database refuses: {str(error).strip()}. Make the role as an administrator (CREATE ROLE {name}) "
                "and run this again."
            ) from error
        self.stdout.write(
            f"{name} reads {len(analysis.VIEWS)} views in the schema “{analysis.SCHEMA}” and nothing else. "
            f"Let it in: ALTER ROLE {name} LOGIN PASSWORD '…';"
        )
