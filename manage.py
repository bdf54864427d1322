#!/usr/bin/env python
"""Django's command line, with Jalon's settings."""

import os
import sys


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    from django.core.management import execute_from_command_line  # imported late: settings first
    from django.db.utils import OperationalError, ProgrammingError

    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        sys.exit(f"The database does not answer: {_first_line(error)}. Try again when it does.")
    except ProgrammingError as error:
        if getattr(error.__cause__, "sqlstate", "") != "42P01":  # a table that is not there
            raise
        sys.exit(f"The database is not ready: {_first_line(error)}. Run “migrate” first.")


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")


if __name__ == "__main__":
    main()
