"""People who move applications through the API, and note what it acknowledged."""

from __future__ import annotations

import http.client
import json
import threading
import time
import uuid
from dataclasses import dataclass
from typing import Any

PATIENCE = 120.0
"""Seconds after which a person gives up on one move."""
ANSWER_SECONDS = 15.0

NOW = {"hold": 0}
LIFE: tuple[dict[str, Any], ...] = (
    {"action": "interview", "mail": NOW},
    {"action": "reject", "reason": "skills", "mail": {"hold": 600}},
    {"action": "undo"},
    {"action": "reject", "reason": "terms", "mail": NOW},
    {"action": "reopen", "mail": NOW},
    {"action": "reject", "reason": "other_choice", "mail": NOW},
)
"""What happens to each application after it has come in. The mail of the second move is held, and taken back."""


@dataclass(frozen=True)
class Acknowledged:
    """One move that the API said it made. `transition` is None for a submission, whose answer is the application."""

    at: float
    application: str
    action: str
    transition: int | None
    tries: int


class Refused(Exception):
    """The API said no to what is allowed."""


class People:
    """Several at once, each with applications of their own, until they are told that it is enough."""

    def __init__(self, *, port: int, token: str, posting: str, number: int, interval: float) -> None:
        self.port, self.posting, self.interval = port, posting, interval
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.acknowledged: list[Acknowledged] = []
        self.trouble: list[str] = []
        self.told: dict[int, int] = {}
        self.wordless: list[str] = []
        self.enough = threading.Event()
        self.threads = [threading.Thread(target=self._live, args=(n,), name=f"person {n}") for n in range(number)]

    def start(self) -> None:
        """Let them begin."""
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        """Let each finish the move that is under way."""
        self.enough.set()
        for thread in self.threads:
            thread.join()

    def _live(self, n: int) -> None:
        applications = 0
        try:
            while not self.enough.is_set():
                applications += 1
                self._one_application(f"{n}-{applications}")
        except Refused as refusal:
            self.trouble.append(str(refusal))

    def _one_application(self, name: str) -> None:
        person = {"name": f"Camille Exemple {name}", "email": f"camille-{name}@courrier.example"}
        sent = {"posting": self.posting, "language": "fr"} | person
        made = self._write("applications/", sent, "submit", file=f"Le parcours de Camille Exemple {name}.")
        self._pause()
        interview = {"application": made["id"], "at": "2026-01-05T10:00:00Z", "status": "held"}
        self._write("interviews/", interview, None)
        for move in LIFE:
            if self.enough.is_set():
                return
            self._write(f"applications/{made['id']}/transitions/", move, move["action"], made["id"])
            self._pause()

    def _pause(self) -> None:
        self.enough.wait(self.interval)

    def _write(
        self, path: str, body: dict[str, Any], action: str | None, application: str = "", file: str = ""
    ) -> dict[str, Any]:
        """Send one write, again and again under one key, until it is acknowledged. Raises Refused."""
        key, tries, end = uuid.uuid4().hex, 0, time.monotonic() + PATIENCE
        said = "nothing"
        while time.monotonic() < end:
            tries += 1
            try:
                status, answer = self._ask(path, body, key, file)
            except (OSError, http.client.HTTPException, ValueError) as error:
                said = repr(error)
                time.sleep(0.2)
                continue
            if status in (200, 201):
                if action is not None:
                    number = answer["id"] if application else None
                    done = Acknowledged(time.time(), application or answer["id"], action, number, tries)
                    self.acknowledged.append(done)
                return answer
            said = f"{status} {answer}"
            if status >= 500 and answer.get("detail"):
                self.told[status] = self.told.get(status, 0) + 1
            elif status >= 500:
                self.wordless.append(f"{action} on {path}: {said}")
            if status < 500:
                raise Refused(f"{action} on {path}: {said}")
            time.sleep(0.2)
        raise Refused(f"{action} on {path}: not acknowledged within {PATIENCE:.0f} s; last: {said}")

    def _ask(self, path: str, body: dict[str, Any], key: str, file: str) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        headers, content = self.headers | {"Idempotency-Key": key, "Accept": "*/*"}, json.dumps(body)
        if file:
            headers["Content-Type"], content = f"multipart/form-data; boundary={key}", multipart(body, file, key)
        try:
            connection.request("POST", f"/api/v1/{path}", content.encode(), headers)
            answer = connection.getresponse()
            told = answer.read()
            try:
                return answer.status, json.loads(told)
            except ValueError:
                return answer.status, {}
        finally:
            connection.close()


def multipart(body: dict[str, Any], file: str, boundary: str) -> str:
    """Give a form with one text file."""
    parts = [f'name="{name}"\r\n\r\n{value}' for name, value in body.items()]
    parts.append(f'name="documents"; filename="cv.txt"\r\nContent-Type: text/plain\r\n\r\n{file}')
    return (
        "".join(f"--{boundary}\r\nContent-Disposition: form-data; {part}\r\n" for part in parts) + f"--{boundary}--\r\n"
    )
