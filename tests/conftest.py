"""What holds for every test."""

import pytest
from django.conf import settings
from django.utils import translation


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin in the product's language: a page asked for by an earlier test leaves its own behind."""
    translation.activate(settings.LANGUAGE_CODE)
