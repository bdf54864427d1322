"""Files that candidates send: honest ones are taken, hostile ones refused or made harmless, in little time."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.utils.translation import override

from backend.common.errors import Invalid, NoRoom
from backend.hiring import documents
from backend.hiring.documents import Upload
from backend.hiring.files import kinds, names
from backend.hiring.models import Candidate, Document
from tests import factories
from tests.hiring import builders as make
from tests.hiring import hostile

SECONDS, BYTES = 2, 200 * 2**20
ROOT = Path(__file__).resolve().parents[2]
HONEST = {
    "pdf": ("CV.pdf", make.pdf, kinds.PDF),
    "pdf after a line end": ("CV.pdf", lambda: b"\xef\xbb\xbf\r\n" + make.pdf(), kinds.PDF),
    "pdf that opens at a page": ("CV.pdf", lambda: make.pdf(catalog=b"/OpenAction [3 0 R /Fit]"), kinds.PDF),
    "pdf with links": ("CV.pdf", lambda: make.pdf(b"<< /S /URI /URI (https://site.example) >>"), kinds.PDF),
    "pdf by somebody who knows JavaScript": ("CV.pdf", lambda: make.pdf(words="HTML/CSS/JavaScript /JS"), kinds.PDF),
    "pdf that says JavaScript in its title": (
        "CV.pdf",
        lambda: make.pdf(make.object_stream(b"<< /Title (HTML /JavaScript /Launch pad) >>")),
        kinds.PDF,
    ),
    "Europass pdf with its XML": (
        "CV.pdf",
        lambda: make.pdf(hostile.FILESPEC.replace(b".exe", b".xml"), make.packed(b'<?xml version="1.0"?><Candidate/>')),
        kinds.PDF,
    ),
    "pdf cut off": ("CV.pdf", lambda: make.pdf()[:300], kinds.PDF),
    "pdf that is locked": ("CV.pdf", lambda: make.pdf(catalog=b"/Encrypt 9 0 R"), kinds.PDF),
    "docx": ("CV.docx", make.docx, kinds.DOCX),
    "docx from a template of their own": (
        "CV.docx",
        lambda: make.docx(
            relations=make.relation("attachedTemplate", r"file:///C:\Users\camille\Resume.dotx")
            + make.relation("hyperlink", "https://site.example/").replace("x1", "x2")
        ),
        kinds.DOCX,
    ),
    "docx with drawn icons": ("CV.docx", lambda: make.docx({"word/media/i.svg": b"<svg/>"}), kinds.DOCX),
    "docx with fields": (
        "CV.docx",
        lambda: make.docx(body="<w:p><w:r><w:instrText> PAGE </w:instrText></w:r></w:p>"),
        kinds.DOCX,
    ),
    "odt": ("CV.odt", make.odt, kinds.ODT),
    "odt with an old manifest": (
        "CV.odt",
        lambda: make.odt({"META-INF/manifest.xml": b'<!DOCTYPE manifest:manifest PUBLIC "x" "Manifest.dtd"><a/>'}),
        kinds.ODT,
    ),
    "odt with a picture and links": (
        "CV.odt",
        lambda: make.odt({"Pictures/1.png": make.png()}, body='<text:a xlink:href="https://site.example">s</text:a>'),
        kinds.ODT,
    ),
    "png": ("moi.png", make.png, kinds.PNG),
    "jpeg": ("moi.jpeg", make.jpeg, kinds.JPEG),
    "jpeg with a film after it": ("moi.jpg", lambda: make.jpeg() + b"\0\0\0\x18ftypmp42" + bytes(99), kinds.JPEG),
    "webp": ("moi.webp", make.webp, kinds.WEBP),
    "text": ("lettre.txt", "Bonjour, voilà mes idées… <3 C++ & <T>".encode(), kinds.TEXT),
    "text of Windows": ("lettre.txt", "Bonjour,\r\nje suis très intéressée – 30 €.".encode("cp1252"), kinds.TEXT),
    "text in utf-16": ("lettre.txt", "Bonjour, voilà.".encode("utf-16"), kinds.TEXT),
    "text with a mark": ("lettre.txt", "Bonjour, voilà.".encode("utf-8-sig"), kinds.TEXT),
    "text in Markdown": ("CV.md", b"# Camille\n\n- HTML, CSS, JavaScript\n", kinds.TEXT),
}


def content_of(maker) -> bytes:
    """Give the content, made now or before."""
    return maker if isinstance(maker, bytes) else maker()


@pytest.mark.parametrize("name", HONEST)
def test_honest_file_is_taken(name: str):
    filename, maker, media_type = HONEST[name]
    upload = Upload(filename, content_of(maker))
    assert documents.check(upload) == media_type
    assert names.fit(filename, media_type) == filename


@pytest.mark.parametrize("name", hostile.REFUSED)
def test_hostile_file_is_refused_with_words_in_both_languages(name: str):
    filename, maker = hostile.REFUSED[name]
    upload, said = Upload(filename, maker()), set()
    for language in ("en", "fr"):
        with override(language), pytest.raises(Invalid) as refusal:
            documents.check(upload)
        assert names.safe_name(filename) in refusal.value.detail
        assert refusal.value.detail.endswith(".")
        said.add(refusal.value.detail)
    assert len(said) == 2, "The words are not in French."


@pytest.mark.parametrize("name", hostile.NEUTRALISED)
@pytest.mark.django_db
def test_hostile_name_is_made_harmless(name: str):
    filename, maker, safe = hostile.NEUTRALISED[name]
    document = documents.store(factories.application().candidate, Upload(filename, maker()))
    assert document.name == safe
    assert document.file.name == f"documents/{document.pk.hex[:2]}/{document.pk}"


@pytest.mark.slow
def test_each_hostile_file_is_judged_in_two_seconds_and_200_megabytes():
    run = subprocess.run(
        [sys.executable, "-m", "tests.hiring.judging"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=280,
    )
    rows = {row["name"]: row for row in map(json.loads, run.stdout.splitlines())}
    assert rows.keys() == hostile.REFUSED.keys() | hostile.NEUTRALISED.keys()
    assert len(rows) >= 60
    # Seconds of the processor: how long the clock ran says more about what else the machine did.
    assert [row for row in rows.values() if row["cpu"] > SECONDS or row["bytes"] > BYTES] == []
    assert {name for name, row in rows.items() if "CRASH" in row["verdict"]} == set()
    taken = {name for name, row in rows.items() if row["verdict"] in kinds.ENDINGS}
    assert taken == set(hostile.NEUTRALISED)


def test_every_kind_has_an_ending():
    assert kinds.ENDINGS.keys() == kinds.IMAGES | kinds.READABLE


def test_bombs_of_the_tests_are_what_they_say():
    with zipfile.ZipFile(io.BytesIO(hostile.REFUSED["docx bomb"][1]())) as archive:
        assert sum(entry.file_size for entry in archive.infolist()) > 40_000_000
    made = make.overlapping()
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert sum(entry.file_size for entry in archive.infolist()) > 1000 * len(made)


@pytest.mark.django_db
def test_full_disk_is_said_and_leaves_nothing_behind(full_disk):
    posting = factories.posting()
    with pytest.raises(NoRoom):
        factories.application(posting, uploads=[Upload("cv.txt", b"Mon parcours")])
    assert (Candidate.objects.count(), Document.objects.count()) == (0, 0)
