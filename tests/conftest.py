"""What holds for every test."""

import errno
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.utils import translation


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin in the product's language: a page asked for by an earlier test leaves its own behind."""
    translation.activate(settings.LANGUAGE_CODE)


class Sheet:
    """Stands in for WeasyPrint's HTML: a document is its words, which takes no time and can be read."""

    def __init__(self, string: str, **options: Any) -> None:
        self.html = string

    def write_pdf(self, **options: Any) -> bytes:
        """Give what would be set in type."""
        return b"%PDF-1.7\n" + self.html.encode()


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every file as a full disk does; the chaos fills real ones, which a test beside others may not."""

    def full(_storage: FileSystemStorage, _name: str, _content: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", full)


@pytest.fixture
def readable_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not set documents in type, where who gets them matters and not how they look."""
    from backend.documents import engine

    engine.kit()  # fails where it would without us
    monkeypatch.setattr("weasyprint.HTML", Sheet)
