"""`python -m tests.chaos`, as the launcher calls it: with the services of a scratch folder in the environment."""

import sys

import django

django.setup()

from tests.chaos import run  # noqa: E402 - it imports models

if __name__ == "__main__":
    sys.exit(run.main())
