"""Requests of our own: no address of the list opens a connection, and nobody holds us up."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from backend.common import destinations, http
from backend.common.destinations import Forbidden

REBOUND = "rebound.example"
INSIDE = {
    "inside.example": ["127.0.0.1"],
    "both.example": ["93.184.215.14", "127.0.0.1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "metadata.example": ["169.254.169.254"],
}

# Each with the listening port in place of PORT. What a browser, curl or urllib3 would take for 127.0.0.1 is here too.
LIST = [
    "https://127.0.0.1:PORT/",
    "https://127.0.0.2:PORT/",
    "https://127.1:PORT/",
    "https://2130706433:PORT/",
    "https://0x7f000001:PORT/",
    "https://0x7f.0.0.1:PORT/",
    "https://017700000001:PORT/",
    "https://0177.0.0.1:PORT/",
    "https://127.0.0.1.:PORT/",
    "https://0:PORT/",
    "https://0.0.0.0:PORT/",
    "https://localhost:PORT/",
    "https://localhost.:PORT/",
    "https://LOCALHOST:PORT/",
    "https://[::1]:PORT/",
    "https://[::]:PORT/",
    "https://[0:0:0:0:0:0:0:1]:PORT/",
    "https://[::ffff:127.0.0.1]:PORT/",
    "https://[::ffff:7f00:1]:PORT/",
    "https://[::127.0.0.1]:PORT/",
    "https://[64:ff9b::7f00:1]:PORT/",
    "https://[64:ff9b:1::7f00:1]:PORT/",
    "https://[2002:7f00:1::]:PORT/",
    "https://[fe80::1%25lo]:PORT/",
    "https://[fe80::1]:PORT/",
    "https://[fd00:ec2::254]:PORT/",
    "https://[ff02::1]:PORT/",
    "https://169.254.169.254:PORT/latest/meta-data/",
    "https://168.63.129.16:PORT/",
    "https://100.100.100.200:PORT/",
    "https://10.0.0.1:PORT/",
    "https://172.16.0.1:PORT/",
    "https://192.168.0.1:PORT/",
    "https://224.0.0.1:PORT/",
    "https://255.255.255.255:PORT/",
    "https://outside.example@127.0.0.1:PORT/",
    "https://127.0.0.1:PORT@outside.example/",
    "https://127.0.0.1:PORT#@outside.example/",
    "https://127.0.0.1:PORT\\@outside.example/",
    "https://outside.example\r\nHost: 127.0.0.1:PORT/",
    "https://127.0.0.1%00.outside.example:PORT/",
    "https://①②⑦.⓪.⓪.①:PORT/",
    "https://127。0。0。1:PORT/",
    "https://inside.example:PORT/",
    "https://both.example:PORT/",
    "https://mapped.example:PORT/",
    "https://metadata.example:PORT/",
    "http://127.0.0.1:PORT/",
    "http://inside.example:PORT/",
    "//127.0.0.1:PORT/",
    "gopher://127.0.0.1:PORT/_x",
    "ftp://127.0.0.1:PORT/",
    "file:///etc/passwd",
    "dict://127.0.0.1:PORT/",
]


class Listener:
    """A real socket on all interfaces that counts who connects, and answers with what it is told."""

    def __init__(self, answer: bytes = b"", pause: float = 0.0) -> None:
        self.answer, self.pause, self.connections, self.received = answer, pause, 0, b""
        self.socket = socket.create_server(("", 0), family=socket.AF_INET6, dualstack_ipv6=True)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with self.socket:
            while True:
                try:
                    client, _address = self.socket.accept()
                except OSError:
                    return
                self.connections += 1
                with client, suppress(OSError):
                    self._talk(client)

    def _talk(self, client: socket.socket) -> None:
        if self.answer:
            self.received = client.recv(65536)
            while self.received.startswith(b"POST") and not self.received.endswith(b"{}"):
                self.received += client.recv(65536)
        for byte in self.answer if self.pause else []:
            client.sendall(bytes([byte]))
            threading.Event().wait(self.pause)
        if not self.pause:
            client.sendall(self.answer)


@contextmanager
def listening(answer: bytes = b"", pause: float = 0.0) -> Iterator[Listener]:
    listener = Listener(answer, pause)
    try:
        yield listener
    finally:
        listener.socket.shutdown(socket.SHUT_RDWR)


def resolve(host: str, port: int) -> list[str]:
    """The system's resolver, and the names above."""
    return INSIDE.get(host) or list(destinations.look_up(host, port))


def attempt(url: str) -> str:
    try:
        http.post(url, b"{}", {}, resolve=resolve, seconds=1)
    except (Forbidden, http.Failed) as refusal:
        return type(refusal).__name__
    return "answered"


def test_no_address_of_the_list_opens_a_connection(settings):
    with listening() as listener:
        settings.WEBHOOK_PORTS = [listener.port]
        said = {url: attempt(url.replace("PORT", str(listener.port))) for url in LIST}
        assert {url for url, what in said.items() if what != "Forbidden"} == set()
        assert (len(LIST), listener.connections) == (54, 0)


def test_the_list_would_open_connections_if_nothing_were_checked(settings, monkeypatch):
    """The control: there is somebody to reach at these addresses."""
    monkeypatch.setattr(destinations, "is_public", lambda address: True)
    with listening() as listener:
        settings.WEBHOOK_PORTS = [listener.port]
        for host in ("127.0.0.1", "localhost", "localhost.", "[::1]", "[::ffff:127.0.0.1]", "inside.example"):
            attempt(f"https://{host}:{listener.port}/")
        assert listener.connections >= 5


def test_name_that_answers_differently_the_second_time_is_asked_once(settings):
    asked = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["192.0.2.1"] if len(asked) > 1 else ["127.0.0.1"]

    with listening(b"HTTP/1.1 204 No Content\r\n\r\n") as listener:
        settings.WEBHOOK_ALLOWED_HOSTS = [f"{REBOUND}:{listener.port}"]
        url = f"http://{REBOUND}:{listener.port}/in?x=1"
        answer = http.post(url, b"{}", {"X-Test": "1"}, resolve=rebinding)
        assert (answer.status, asked, listener.connections) == (204, [REBOUND], 1)
        assert listener.received.startswith(b"POST /in?x=1 HTTP/1.1\r\n")
        assert f"Host: {REBOUND}:{listener.port}\r\n".encode() in listener.received


def test_named_host_opens_for_that_port_alone(settings):
    settings.WEBHOOK_ALLOWED_HOSTS = ["127.0.0.1:9999"]
    assert destinations.addresses(destinations.read("http://127.0.0.1:9999/")) == ["127.0.0.1"]
    for other in ("http://127.0.0.1/", "http://127.0.0.1:9998/", "https://127.0.0.2:9999/"):
        with pytest.raises(Forbidden):
            destinations.addresses(destinations.read(other))


@pytest.mark.parametrize("url", ["https://hooks.example/in", "https://hooks.example:8443", "https://a.example?x=1"])
def test_public_addresses_are_taken(url):
    taken = destinations.read(url)
    assert destinations.addresses(taken, lambda host, port: ["93.184.215.14", "2606:2800:21f:cb07::1"])
    assert taken.target.startswith("/")


@pytest.mark.parametrize("port", [22, 25, 80, 5432, 6379, 70000])
def test_ports_of_other_services_are_refused(port):
    with pytest.raises(Forbidden):
        destinations.read(f"https://hooks.example:{port}/")


def test_redirect_is_an_answer_and_not_followed(settings):
    with listening() as inside:
        found = f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{inside.port}/\r\nContent-Length: 0\r\n\r\n"
        with listening(found.encode()) as listener:
            settings.WEBHOOK_ALLOWED_HOSTS = [f"127.0.0.1:{listener.port}", f"127.0.0.1:{inside.port}"]
            answer = http.post(f"http://127.0.0.1:{listener.port}/", b"{}", {})
        assert (answer.status, answer.is_success, inside.connections) == (302, False, 0)


@pytest.mark.parametrize("answer", [b"HTTP/1.1 200 OK\r\nX: " + b"x" * 900, b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 900])
def test_answer_that_trickles_is_ended_in_time(settings, answer):
    with listening(answer, pause=0.05) as listener:
        settings.WEBHOOK_ALLOWED_HOSTS = [f"127.0.0.1:{listener.port}"]
        began = time.monotonic()
        with pytest.raises(http.Failed, match="within"):
            http.post(f"http://127.0.0.1:{listener.port}/", b"{}", {}, seconds=0.5)
        assert time.monotonic() - began < 3


def test_answer_without_end_is_read_to_a_limit(settings):
    with listening(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 10_000_000) as listener:
        settings.WEBHOOK_ALLOWED_HOSTS = [f"127.0.0.1:{listener.port}"]
        assert len(http.post(f"http://127.0.0.1:{listener.port}/", b"{}", {}).text) == http.MOST_BYTES


def test_certificate_that_is_not_theirs_is_refused(settings):
    """A handshake is asked for with the host's name; a server that is not that host gets no body."""
    with listening(b"HTTP/1.1 200 OK\r\n\r\n") as listener:
        settings.WEBHOOK_ALLOWED_HOSTS = [f"inside.example:{listener.port}"]
        with pytest.raises(http.Failed):
            http.post(f"https://inside.example:{listener.port}/", b"a body of ours", {}, resolve=resolve)
        assert b"inside.example" in listener.received  # SNI
        assert b"a body of ours" not in listener.received
