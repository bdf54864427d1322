#!/usr/bin/env python
"""Django's command line, with Jalon's settings."""

import os
import sys


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    from django.core.management import execute_from_command_line  # imported late: settings first

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
