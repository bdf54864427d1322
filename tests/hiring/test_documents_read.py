"""Words are read from files for search, in a closed process; whatever happens to it, the document stays."""

import contextlib
import io
import os
import signal
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from backend.hiring import documents
from backend.hiring.documents import Upload
from backend.hiring.files import care, closed
from backend.hiring.files.closed import Failed, Trouble
from backend.hiring.models import Document, TextStatus
from tests import factories
from tests.hiring import builders as make

pytestmark = pytest.mark.django_db


def kept(content: bytes, name: str = "CV.pdf") -> Document:
    """Store one file of a candidate."""
    return documents.store(factories.application().candidate, Upload(name, content))


def read_again(document: Document) -> Document:
    """Give the row as it is now."""
    return Document.objects.get(pk=document.pk)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("CV.pdf", make.pdf()),
        ("CV.docx", make.docx()),
        ("CV.odt", make.odt()),
        ("CV.txt", make.WORDS.encode("cp1252")),
        ("CV-16.txt", make.WORDS.encode("utf-16")),
    ],
)
def test_words_are_read(name: str, content: bytes):
    document = kept(content, name)
    assert document.text_status == TextStatus.WAITING
    assert care.look_after() == {"done": 1}
    document = read_again(document)
    assert make.WORDS in document.text
    assert (document.text_status, document.next_look_at) == (TextStatus.DONE, None)


def test_words_of_an_odt_are_in_order():
    assert closed.run("xml", io.BytesIO(make.odt())).decode() == f"{make.WORDS}\ndeuxième ligne suite"


def test_what_was_done_is_not_done_again():
    kept(make.pdf())
    assert care.look_after() == {"done": 1}
    assert care.look_after() == {}


def test_picture_is_not_read():
    assert kept(make.png(), "moi.png").text_status == TextStatus.NONE
    assert care.look_after() == {}


@pytest.mark.parametrize(
    ("content", "status", "trouble"),
    [
        (make.pdf(words=""), TextStatus.EMPTY, ""),
        (b"%PDF-1.7 rien", TextStatus.FAILED, Trouble.BROKEN),
        (make.docx({"word/document.xml": b"<w:document"}), TextStatus.FAILED, Trouble.BROKEN),
    ],
)
def test_what_cannot_be_read_says_so_and_stays(content: bytes, status: str, trouble: str):
    document = kept(content, "CV.docx" if content.startswith(b"PK") else "CV.pdf")
    care.look_after()
    document = read_again(document)
    assert (document.text_status, document.text_note, document.text) == (status, trouble, "")
    with document.file.open("rb") as opened:
        assert opened.read() == content


def test_locked_pdf_is_kept_and_says_that_it_is_locked():
    from pypdf import PdfWriter

    writer, made = PdfWriter(clone_from=io.BytesIO(make.pdf())), io.BytesIO()
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(made)
    document = kept(made.getvalue())
    care.look_after()
    assert read_again(document).text_note == Trouble.LOCKED


def test_text_is_bounded_and_clean():
    document = kept(("é\u200b\x0c " * 150_000).encode(), "long.txt")
    care.look_after()
    assert len(read_again(document).text) <= 200_000


def test_lists_leave_the_text_where_it_is():
    document = kept(make.pdf())
    assert "text" in read_again(document).get_deferred_fields()
    assert "text" in document.candidate.documents.get().get_deferred_fields()


def test_reader_has_little_memory(monkeypatch, tmp_path):
    source = f"import sys; sys.path.insert(0, {str(closed.INMATE.parent)!r}); import inmate\n"
    source += "inmate.work = lambda job, content: bytes(2**30)\nsys.exit(inmate.main('pdf', int(sys.argv[2]), 5))"
    monkeypatch.setattr(closed, "INMATE", script(tmp_path, source))
    with pytest.raises(Failed) as failure:
        closed.run("pdf", io.BytesIO(make.pdf()))
    assert failure.value.trouble == Trouble.TOO_MUCH


def test_bomb_is_left_within_its_memory():
    """A page that says that it is a picture of a billion points, drawn in the closed process."""
    picture = make.packed(
        bytes(1_000_000),
        b"/Type /XObject /Subtype /Image /Width 40000 /Height 40000 /ColorSpace /DeviceRGB /BitsPerComponent 8",
    )
    began = time.monotonic()
    with contextlib.suppress(Failed):
        closed.run("pages", io.BytesIO(make.pdf(picture)), seconds=5, wait=10)
    assert time.monotonic() - began < 11


def test_reader_that_takes_too_long_is_ended(monkeypatch, tmp_path):
    monkeypatch.setattr(closed, "INMATE", script(tmp_path, "import time; time.sleep(60)"))
    began = time.monotonic()
    with pytest.raises(Failed) as failure:
        closed.run("pdf", io.BytesIO(b""), wait=0.5)
    assert failure.value.trouble == Trouble.TOO_MUCH
    assert time.monotonic() - began < 5


def test_reader_that_burns_time_is_ended_by_the_system(monkeypatch, tmp_path):
    path = script(
        tmp_path,
        f"import sys; sys.path.insert(0, {str(closed.INMATE.parent)!r}); import inmate; "
        "inmate.close_in(2**29, 1)\nwhile True: pass",
    )
    monkeypatch.setattr(closed, "INMATE", path)
    with pytest.raises(Failed) as failure:
        closed.run("pdf", io.BytesIO(b""), wait=20)
    assert failure.value.trouble == Trouble.TOO_MUCH


def test_reader_knows_nothing_of_jalon(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY", "a secret")
    monkeypatch.setattr(closed, "INMATE", script(tmp_path, "import os; print(sorted(os.environ))"))
    assert b"SECRET" not in closed.run("pdf", io.BytesIO(b""))


def test_reader_killed_from_outside_harms_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr(closed, "INMATE", script(tmp_path, "import os; os.kill(os.getpid(), 9)"))
    document = kept(make.pdf())
    care.look_after()
    document = read_again(document)
    assert (document.text_status, document.text_note) == (TextStatus.FAILED, Trouble.TOO_MUCH)
    assert document.is_available


def script(tmp_path, source: str):
    """Write a program that stands in for the reader."""
    path = tmp_path / "stand_in.py"
    path.write_text(source)
    return path


def test_worker_that_died_in_the_middle_is_followed_by_another():
    document = kept(make.pdf())
    assert care.claim().pk == document.pk  # and dies here
    assert care.look_after() == {}, "It is in hand."
    Document.objects.update(next_look_at=timezone.now() - timedelta(seconds=1))  # the lease has run out
    assert care.look_after() == {"done": 1}


def test_file_that_ends_its_worker_each_time_is_left_alone():
    document = kept(make.pdf())
    for _death in range(care.READINGS):
        care.claim()
        Document.objects.update(next_look_at=timezone.now() - timedelta(seconds=1))
    assert care.look_after() == {"failed": 1}
    assert read_again(document).text_note == Trouble.CRASHED


def test_file_that_is_gone_is_said_so():
    document = kept(make.pdf())
    document.file.storage.delete(document.file.name)
    care.look_after()
    assert read_again(document).text_note == Trouble.GONE


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_share_the_work():
    for number in range(6):
        kept(f"Texte {number}".encode(), "CV.txt")
    ends: list[int] = []

    def work() -> None:
        ends.append(sum(care.look_after().values()))
        connection.close()

    threads = [threading.Thread(target=work) for _each in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(ends) == 6
    assert set(Document.objects.values_list("text_status", "looks")) == {("done", 1)}


def test_worker_ended_while_reading_leaves_no_reader(monkeypatch, tmp_path):
    """A worker that is asked to stop raises in the middle (SystemExit); its reader goes with it."""
    note = tmp_path / "pid"
    source = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    monkeypatch.setattr(closed, "INMATE", script(tmp_path, source))

    def stop(_number, _frame):
        raise SystemExit

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 2)
    try:
        with pytest.raises(SystemExit):
            closed.run("pdf", io.BytesIO(b""))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)


def test_task_is_known_to_celery_and_on_the_clock(settings):
    from backend.config.celery import app
    from backend.documents import tasks

    app.loader.import_default_modules()
    name = settings.CELERY_BEAT_SCHEDULE["look-after-documents"]["task"]
    assert name in app.tasks
    document = kept(make.pdf())
    tasks.look_after_documents()
    assert read_again(document).text_status == TextStatus.DONE
