"""Files that candidates send: known by their content, named after it, kept all or none."""

from pathlib import Path

import pytest

from backend.common.errors import Invalid
from backend.hiring import documents
from backend.hiring.documents import Upload
from backend.hiring.files import names
from backend.hiring.models import Document
from tests import factories
from workflow.models import Application

PDF = b"%PDF-1.4 un CV"


@pytest.mark.parametrize(
    ("name", "media_type", "kept"),
    [
        ("CV.pdf", "application/pdf", "CV.pdf"),
        ("CV.PDF", "application/pdf", "CV.PDF"),
        ("CV", "application/pdf", "CV.pdf"),
        ("page.html", "application/pdf", "page.pdf"),
        ("programme.exe", "application/pdf", "programme.pdf"),
        ("photo.jpeg", "image/jpeg", "photo.jpeg"),
        ("tableau.csv", "text/plain", "tableau.csv.txt"),
        ("../../etc/passwd", "text/plain", "passwd.txt"),
        ("cv\u202efdp.exe", "application/pdf", "cvfdp.pdf"),
        ("a" * 300, "application/pdf", "a" * 146 + ".pdf"),
    ],
)
def test_name_says_what_the_content_is(name: str, media_type: str, kept: str):
    assert names.fit(name, media_type) == kept


@pytest.mark.parametrize(
    "content", [b"<svg onload=alert(1)>", b" " * 2000 + b"<svg onload=alert(1)>", b"\n<html>", b""]
)
def test_page_is_no_text(content: bytes):
    with pytest.raises(Invalid):
        documents.check(Upload("notes.txt", content))


@pytest.mark.django_db
def test_file_that_is_refused_leaves_none_of_the_others_behind(settings, tmp_path: Path):
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(Invalid):
        factories.application(uploads=[Upload("cv.pdf", PDF), Upload("programme.exe", b"MZ\x00")])
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not Application.objects.exists() and not Document.objects.exists()


@pytest.mark.django_db
def test_same_file_twice_is_one_document():
    application = factories.application(uploads=[Upload("cv.pdf", PDF), Upload("copie.pdf", PDF)])
    assert [document.name for document in application.documents.all()] == ["cv.pdf"]
