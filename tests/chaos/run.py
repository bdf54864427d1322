"""Everything that can break on one machine breaks while people move applications; then everything is compared.

`./jalon chaos` runs this on a scratch folder of its own.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection

from launcher import files, ports, procfile, signals, supervise
from launcher.paths import PYTHON
from launcher.say import say, show
from tests.chaos import faults, verdict
from tests.chaos.crew import Broker, Database, Part, Program
from tests.chaos.disks import Disk, NotPossible
from tests.chaos.moves import People
from tests.chaos.proxy import Proxy

PEOPLE = 4
QUICKEST = 10.0
"""Moves a second, at most: the faults need time to meet them."""
SHORTEST_SECONDS = 90.0
SETTLE_SECONDS = 240.0
TELLING = ("submit", "interview", "reopen")


class Stage:
    """All that runs: programs, database and broker, and the proxies before the database and the mail server."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.sink_file = folder, folder / "arrivals"
        database_url, broker_url = os.environ["DATABASE_URL"], os.environ["REDIS_URL"]
        database_port, sink_port = urlsplit(database_url).port, ports.free()
        assert database_port is not None
        self.web_port = ports.free()
        self.proxies = {"the database": Proxy(database_port), "the mail server": Proxy(sink_port)}
        self.database = Database(folder, database_port)
        self.broker = Broker(folder, urlsplit(broker_url).port or 0)
        env = dict(os.environ) | {
            "DATABASE_URL": database_url.replace(f":{database_port}/", f":{self.proxies['the database'].port}/"),
            "EMAIL_URL": f"smtp://127.0.0.1:{self.proxies['the mail server'].port}",
            "PORT": str(self.web_port),
            "MEDIA_ROOT": str(folder / "uploads"),
            "BEAT_SCHEDULE": str(folder / "beat-schedule"),
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
        }
        sink = [str(PYTHON), "-m", "tests.chaos.sink", str(sink_port), str(self.sink_file)]
        self.programs = [self._program("mail-server", sink, env)]
        for name, command in procfile.processes().items():
            self.programs.append(self._program(name, ["/bin/sh", "-c", f"exec {command}"], env))
        self.ended_alone: list[str] = []
        self.disks: list[Disk] = []
        self.impossible: list[str] = []
        for disk, settle in (
            (Disk("the disk of the uploads", folder / "uploads", 8), Disk.mount),
            (Disk("the disk of the database", self.database.data, 400), self.database.settle_on),
        ):
            stack.callback(disk.unmount)
            try:
                settle(disk)
                self.disks.append(disk)
            except NotPossible as reason:
                self.impossible.append(f"fill {disk.name}: not possible here: {reason}")
        for part in self.parts:
            stack.callback(part.kill)
        stack.callback(self.resume)  # what is stopped cannot be told to end

    @property
    def parts(self) -> list[Part]:
        """Give all that can be killed, the database last to end."""
        return [self.database, self.broker, *self.programs]

    def faults(self) -> dict[str, faults.Fault]:
        """Give all that can go wrong here."""
        return faults.catalogue(self.parts, self.broker, self.proxies, self.disks)

    def _program(self, name: str, command: list[str], env: dict[str, str]) -> Program:
        return Program(name, command, env, self.folder / "log" / f"chaos-{name}.log")

    def start(self) -> None:
        """Start the programs, and wait until pages are served and a worker has said that it is ready."""
        for program in self.programs:
            program.start()
        worker = self.folder / "log" / "chaos-worker.log"
        wait(lambda: supervise.web_is_ready(self.web_port) and " ready." in worker.read_text(errors="replace"), 120)

    def resume(self) -> None:
        """Let everything go on that was stopped."""
        for part in self.parts:
            part.resume()

    def tend(self) -> None:
        """Start again what ended by itself, as whoever supervises it would."""
        if self.disks and not self.database.is_alive() and not self.database.pids():
            self.ended_alone.append(self.database.name)
            self.database.start()
        for program in self.programs:
            if not program.is_alive():
                say(f"{program.name} ended by itself; its last words:\n{files.tail(program.log)}", "yellow")
                self.ended_alone.append(program.name)
                program.start()


def main() -> int:
    """Run, print the table and what is uncertain; give 0 if every row holds."""
    parser = argparse.ArgumentParser(prog="./jalon chaos")
    parser.add_argument("--transitions", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    asked = parser.parse_args()
    signals.install()
    began = time.monotonic()
    with ExitStack() as stack:
        stage = Stage(Path(os.environ["JALON_VAR"]), stack)
        people = hire(stage.web_port, interval=max(PEOPLE / QUICKEST, PEOPLE * SHORTEST_SECONDS / asked.transitions))
        stage.start()
        stack.callback(people.stop)
        people.start()
        windows = quiet(stage, people)
        say(f"moves go on; {len(stage.faults())} kinds of faults begin")
        happened = faults.rounds(
            stage.faults(),
            random.Random(asked.seed),
            enough=lambda: len(people.acknowledged) >= asked.transitions or bool(people.trouble),
            meanwhile=stage.tend,
        )
        wait(lambda: told_after(people, happened[-1].ended + 1) or bool(people.trouble), 60)
        people.stop()
        say("moves have ended; waiting until every mail has come to an end")
        settled = wait(lambda: not verdict.under_way().exists(), SETTLE_SECONDS)
        rows = [
            *verdict.moves(people.acknowledged),
            verdict.Row("moves refused or given up by a person", len(people.trouble), 0),
            verdict.Row("failures told without words", len(people.wordless), 0, f"told with words: {people.told}"),
            verdict.files(people.acknowledged, stage.folder / "uploads"),
            *verdict.mails(stage.sink_file),
            *verdict.delays(windows, stage.sink_file),
            *verdict.recoveries(happened, people.acknowledged, stage.sink_file),
        ]
        for trouble in [*people.trouble, *people.wordless[:5]]:
            say(trouble, "red")
        for words in stage.impossible:
            show(words)
        for message_id in verdict.uncertain():
            show(f"uncertain: {message_id}")
        notes = f"settled {settled:.0f} s after the last move; ended by themselves: {stage.ended_alone or 'none'}"
    table(rows)
    good = all(row.good for row in rows)
    what = f"{len(people.acknowledged)} moves, {len(happened)} faults, seed {asked.seed}"
    show(f"\n{what}, {time.monotonic() - began:.0f} s; {notes}: {'all holds' if good else 'FAILED'}")
    return 0 if good else 1


def told_after(people: People, moment: float) -> bool:
    """Say whether a move whose mail leaves at once was acknowledged after a moment."""
    return any(ack.at > moment and ack.action in TELLING for ack in people.acknowledged[-50:])


def hire(port: int, *, interval: float) -> People:
    """Make a team with an open posting and a token, and people who will use it."""
    from backend.accounts.models import ApiToken, Scope
    from tests import factories

    posting = factories.posting()
    _row, token = ApiToken.issue(user=factories.user(posting.team), team=None, scope=Scope.WRITE)
    connection.close()  # the database is about to be killed
    return People(port=port, token=token, posting=str(posting.pk), number=PEOPLE, interval=interval)


def quiet(stage: Stage, people: People) -> list[tuple[str, float, float, float]]:
    """Move for a while in good health, then while the broker forgets, then without one; give when was what."""
    say("moves begin: first in good health, then with a broker that forgets, then without one")
    marks = [time.time()]
    time.sleep(8)
    marks.append(time.time())
    for _ in range(5):
        stage.broker.flush()
        time.sleep(2)
    marks.append(time.time())
    stage.broker.kill()
    time.sleep(12)
    marks.append(time.time())
    stage.broker.start()
    names = ("in good health", "broker flushed every 2 s", "no broker")
    allowed = (verdict.HEALTHY_SECONDS, verdict.RECOVERY_SECONDS, verdict.RECOVERY_SECONDS)
    return list(zip(names, marks, marks[1:], allowed, strict=False))


def wait(condition: Callable[[], bool], seconds: float) -> float:
    """Wait until it holds or the time is over; give how long it took."""
    began = time.monotonic()
    while not condition() and time.monotonic() - began < seconds:
        time.sleep(0.2)
    return time.monotonic() - began


def table(rows: list[verdict.Row]) -> None:
    """Print the rows, aligned."""
    width = max(len(row.what) for row in rows)
    show(f"\n{'what':<{width}}  {'found':>7}  {'allowed':>7}  verdict")
    for row in rows:
        word = "ok" if row.good else "FAILED"
        show(f"{row.what:<{width}}  {row.found:>7g}  {row.allowed:>7g}  {word:<7}  {row.note}".rstrip())
