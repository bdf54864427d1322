"""`manage.py sweep_files`: what a transaction left behind goes, what a row knows stays."""

import os
import uuid
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction

from backend.hiring import documents
from backend.hiring.documents import Upload
from backend.hiring.models import Document
from tests import factories


@pytest.mark.django_db
def test_file_of_a_transaction_that_was_taken_back_is_swept(settings, tmp_path: Path, capsys) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    application = factories.application(uploads=[Upload("cv.txt", b"kept")])
    with pytest.raises(RuntimeError), transaction.atomic():
        documents.store(application.candidate, Upload("lost.txt", b"lost"))
        raise RuntimeError
    other = tmp_path / "documents" / "readme.txt"
    other.write_text("not ours")
    files = {file for file in tmp_path.rglob("*") if file.is_file()}
    assert len(files) == 3
    call_command("sweep_files")
    assert capsys.readouterr().out.strip() == "0"  # too young: it may be a transaction under way
    for file in files:
        os.utime(file, (0, 0))
    call_command("sweep_files", "--dry-run")
    assert capsys.readouterr().out.strip() == "1"
    call_command("sweep_files")
    known = tmp_path / Document.objects.get().file.name
    assert {file for file in tmp_path.rglob("*") if file.is_file()} == {known, other}
    assert uuid.UUID(known.name)
