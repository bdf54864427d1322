"""With a virus scanner, nobody gets a file before it was scanned, and nobody an infected one."""

import io
import socketserver
import struct
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from backend.hiring.documents import Upload
from backend.hiring.files import care, virus
from backend.hiring.models import Document, Scan, TextStatus
from tests import factories
from tests.hiring import builders as make
from tests.hiring.hostile import EICAR

pytestmark = pytest.mark.django_db


class Clamd(socketserver.StreamRequestHandler):
    """Speaks clamd's INSTREAM, as written in clamd(8)."""

    def handle(self) -> None:
        """Read one command and its pieces; answer."""
        server: Server = self.server  # type: ignore[assignment]
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
            if len(content) > server.limit:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        server.seen.append(content)
        found = EICAR in content
        self.wfile.write(server.answer or (b"stream: Eicar-Test-Signature FOUND\0" if found else b"stream: OK\0"))


class Server(socketserver.ThreadingTCPServer):
    """A scanner that notes what it was sent."""

    allow_reuse_address = daemon_threads = True
    limit, answer = 100 * 2**20, b""

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Clamd)
        self.seen: list[bytes] = []
        self.url = f"tcp://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Hang up."""
        self.shutdown()
        self.server_close()


@pytest.fixture
def clamd(settings) -> Iterator[Server]:
    server = Server()
    settings.CLAMD_URL = server.url
    yield server
    server.stop()


def sent(content: bytes = b"", name: str = "CV.pdf"):
    """Give an application with one file."""
    return factories.application(uploads=[Upload(name, content or make.pdf())])


def due_now() -> None:
    """Let the waiting be over."""
    Document.objects.filter(next_look_at__isnull=False).update(next_look_at=timezone.now() - timedelta(seconds=1))


def addresses(application) -> list[str]:
    """Give where the file is had and looked at, by the team and by the candidate."""
    document = application.documents.get()
    roots = [f"/a/{application.pk}", f"/c/{application.link_token}"]
    return [f"{root}/documents/{document.pk}/{what}" for root in roots for what in ("", "preview/")]


def statuses(application) -> list[int]:
    """Give what a member of the team and the candidate get for the file."""
    client = Client()
    client.force_login(factories.user(application.team), backend="django.contrib.auth.backends.ModelBackend")
    given = []
    for address in addresses(application):
        answer = client.get(address)
        given.append(answer.status_code)
        b"".join(answer)  # to its end, so that the file is closed
    return given


def page(application) -> str:
    """Give the page of the application, in English."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(factories.user(application.team), backend="django.contrib.auth.backends.ModelBackend")
    return client.get(f"/a/{application.pk}/").content.decode()


def test_clean_file_is_given_after_the_scan_and_not_before(clamd):
    application = sent()
    assert statuses(application) == [404] * 4
    assert "Waits to be scanned for viruses" in page(application)
    assert application.documents.get().text == ""
    assert care.look_after() == {"done": 1}
    assert clamd.seen == [make.pdf()]
    assert statuses(application) == [200] * 4
    assert make.WORDS in application.documents.get().text


def test_infected_file_is_kept_from_everybody_and_stands_on_the_timeline(clamd):
    application = sent(EICAR, "eicar.txt")
    assert care.look_after() == {"infected": 1}
    document = application.documents.get()
    assert (document.scan, document.scan_note) == (Scan.INFECTED, "Eicar-Test-Signature")
    assert (document.text_status, document.text, document.next_look_at) == (TextStatus.WAITING, "", None)
    assert statuses(application) == [404] * 4
    assert "A virus was found in it" in page(application)
    assert "<strong>eicar.txt</strong> holds a virus" in page(application)
    assert "Eicar-Test-Signature" in page(application)
    due_now()
    assert care.look_after() == {}


def test_scanner_that_is_down_delays_and_frees_nothing(settings):
    server = Server()
    port = server.server_address[1]
    server.stop()
    settings.CLAMD_URL = server.url
    application = sent()
    assert care.look_after() == {"waiting": 1}
    assert statuses(application) == [404] * 4
    assert application.documents.get().next_look_at > timezone.now()
    for _hours in range(12):  # it never gives up
        due_now()
        assert care.look_after() == {"waiting": 1}
    assert application.documents.get().next_look_at < timezone.now() + timedelta(minutes=11)
    up = Server(port)
    due_now()
    assert care.look_after() == {"done": 1}
    up.stop()
    assert statuses(application) == [200] * 4


def test_scanner_that_talks_nonsense_frees_nothing(clamd):
    application = sent()
    for clamd.answer in (b"stream: YES\0", b"OK\0", b"\0", b"stream: x" * 9999, b"UNKNOWN COMMAND\0"):
        due_now()
        assert care.look_after() == {"waiting": 1}
        assert application.documents.get().scan == Scan.WAITING
    clamd.answer = b""
    due_now()
    assert care.look_after() == {"done": 1}


def test_scanner_that_refuses_keeps_it_back_and_is_asked_again(clamd):
    clamd.limit = 10
    application = sent()
    assert care.look_after() == {"failed": 1}
    assert application.documents.get().scan_note == "INSTREAM size limit exceeded. ERROR"
    assert statuses(application) == [404] * 4
    clamd.limit = 10**9
    due_now()
    assert care.look_after() == {"done": 1}


def test_scanner_taken_away_frees_nothing_by_itself(clamd, settings):
    application = sent()
    settings.CLAMD_URL = ""
    assert care.look_after() == {"waiting": 1}
    assert statuses(application) == [404] * 4
    call_command("look_after_documents", "--release-unscanned")
    assert statuses(application) == [200] * 4


def test_infected_file_is_not_released_with_the_others(clamd):
    application = sent(EICAR, "eicar.txt")
    care.look_after()
    assert care.release_unscanned() == 0
    assert application.documents.get().scan == Scan.INFECTED


def test_without_a_scanner_files_are_given_at_once():
    assert statuses(sent()) == [200] * 4


def test_scanner_on_a_socket_of_the_system(tmp_path: Path):
    class Local(socketserver.ThreadingUnixStreamServer):
        limit, answer = 10**9, b""
        seen: list[bytes] = []

    address = f"/tmp/jalon-clamd-{tmp_path.name[-20:]}"
    Path(address).unlink(missing_ok=True)
    with Local(address, Clamd) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert virus.infection(f"unix:{address}", io.BytesIO(EICAR)) == "Eicar-Test-Signature"
        server.shutdown()
    Path(address).unlink(missing_ok=True)


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:1", "tcp://127.0.0.1:1", "unix:/nowhere", "tcp://"])
def test_address_that_leads_nowhere_is_unreachable(url: str):
    with pytest.raises(virus.Unreachable):
        virus.infection(url, io.BytesIO(b"x"))
