"""The virtual environment: made from the hashed locks, and left alone while it agrees with them."""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from launcher import locks, process, system
from launcher.paths import LOCAL, PYTHON, REQUIREMENTS, ROOT, VENV
from launcher.say import Failure, say

STAMP = VENV / "jalon-stamp.json"
UNFINISHED = VENV / "jalon-unfinished"
TOOLS = LOCAL / "tools"
SUPERSETS = {"base": ("base", "dev"), "dev": ("dev",)}
"""Which locks hold everything that a lock asks for: dev has all of base, in the same versions."""

NOT_INHERITED = (
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONHOME",
    "PYTHONIOENCODING",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "__PYVENV_LAUNCHER__",
)
"""Left out for children: the first makes every start three to five times slower, the others are another's."""
CERTIFICATES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
"""Where systems keep the authorities they trust."""


def ensure(kind: str) -> None:
    """Make `.venv` hold everything of `requirements/<kind>.lock`; instant when it already does.

    Raises Failure when it cannot be made; the next try then starts anew.
    """
    if is_fresh(kind):
        return
    with locks.waiting(LOCAL / "environment.lock", "another launcher is installing; waiting for it to finish"):
        if not is_fresh(kind):
            install(kind)


def child_environment() -> dict[str, str]:
    """Return our environment for a child that runs in `.venv`."""
    env = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    env["PATH"] = os.pathsep.join([str(VENV / "bin"), env.get("PATH", os.defpath)])
    env["VIRTUAL_ENV"] = str(VENV)
    env["PYTHONUNBUFFERED"] = "1"
    env["PYTHONUTF8"] = "1"  # whatever the locale: names have accents, and we read what children print
    return env


def is_fresh(kind: str) -> bool:
    """Say whether the environment was made by this Python, in this place, from the lock as it is now."""
    stamp = read_stamp()
    if UNFINISHED.exists() or not os.access(PYTHON, os.X_OK) or not same_place(stamp):
        return False
    return any(stamp.get(name) == fingerprint(name) for name in SUPERSETS[kind] if name in stamp)


def install(kind: str) -> None:
    """Bring the environment to the lock; the caller holds the lock file."""
    if "dev" in read_stamp():
        kind = "dev"  # the tools that are there stay there, in their new versions
    if not is_usable():
        make_venv()
    UNFINISHED.touch()
    say(f"installing requirements/{kind}.lock into .venv (once; takes a minute or so)")
    lock = REQUIREMENTS / f"{kind}.lock"
    what = ["--require-hashes", "--no-deps", "-r", str(lock)]
    if not any(installed(command, what) for command in installers()):
        raise Failure(
            f"Installing {lock.name} failed; the lines above say why. If the package registry was out of reach "
            "(network, proxy, certificates), run the same command again when it is there."
        )
    write_stamp(kind)
    UNFINISHED.unlink()


def installed(command: list[str], what: list[str]) -> bool:
    """Run an installer, its words on standard error; say whether it managed. If we are stopped, so is it."""
    child = process.spawn(command[0], [*command, *what], env=tool_environment(), cwd=ROOT, output=2)
    try:
        return child.popen.wait() == 0
    finally:
        process.stop([child])


def is_usable() -> bool:
    """Say whether `.venv` can be installed into: this Python's, in its place, not left half-made."""
    if UNFINISHED.exists() or not os.access(PYTHON, os.X_OK):
        return False
    stamp = read_stamp()
    if stamp:
        return same_place(stamp)
    probe = subprocess.run([PYTHON, "-c", "import sys; print(*sys.version_info[:2])"], capture_output=True, text=True)
    return probe.returncode == 0 and probe.stdout.split() == [str(part) for part in sys.version_info[:2]]


def make_venv() -> None:
    """Make an empty `.venv`, in place of what is there."""
    say(f"making .venv with Python {platform.python_version()}")
    if VENV.is_symlink():
        VENV.unlink()
    shutil.rmtree(VENV, ignore_errors=True)
    command = [sys.executable, "-m", "venv", "--without-pip", str(VENV)]
    made = subprocess.run(command, capture_output=True, text=True, env=tool_environment())
    if made.returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    uv = find_uv()  # some systems leave Python's venv module out
    if uv and subprocess.run([uv, "venv", "-q", "--python", sys.executable, str(VENV)]).returncode == 0:
        return
    raise Failure(
        f"{sys.executable} cannot make a virtual environment:\n{(made.stderr or made.stdout).strip()}\n"
        "Install Python's venv module (Debian, Ubuntu: apt install python3-venv) and run the same command again."
    )


def installers() -> Iterator[list[str]]:
    """Yield the commands that may install into `.venv`: uv's, then pip's, who reads settings that uv does not."""
    uv = find_uv()
    if uv:
        quiet = [] if sys.stderr.isatty() else ["--quiet"]  # progress is for people; errors are told either way
        yield [uv, "pip", "install", *quiet, "--python", str(PYTHON)]
        say("uv did not manage; trying pip", "yellow")
    # What `pip --python` does, without the process in between, which would leave pip behind when it is killed.
    where = subprocess.run([*pip()[:-2], "-c", "import pip; print(*pip.__path__)"], capture_output=True, text=True)
    yield [str(PYTHON), where.stdout.strip(), "install", "-q", "--disable-pip-version-check", "--no-input"]


def find_uv() -> str | None:
    """Return uv's path: the one on PATH, else our own, installed at need; None if there is none for us."""
    for candidate in (shutil.which("uv"), str(TOOLS / "uv" / "bin" / "uv")):
        if candidate and works([candidate, "--version"]):
            return candidate
    target = TOOLS / "uv"
    shutil.rmtree(target, ignore_errors=True)
    say("installing uv into var/tools (once)")
    lock = str(REQUIREMENTS / "tools.lock")
    command = [*pip(), "install", "-q", "--target", str(target), "--require-hashes", "--no-deps", "-r", lock]
    flags = ["--disable-pip-version-check", "--no-input", "--no-warn-script-location", "--root-user-action=ignore"]
    done = subprocess.run([*command, *flags], env=tool_environment())
    binary = target / "bin" / "uv"
    return str(binary) if done.returncode == 0 and works([str(binary), "--version"]) else None


def pip() -> list[str]:
    """Return a command that runs some pip, which is brought by ensurepip or apt where there is none.

    Raises Failure where there is no way to one.
    """
    private = TOOLS / "pip"
    for command in ([sys.executable, "-m", "pip"], [str(private / "bin" / "python"), "-m", "pip"]):
        if works([*command, "--version"]):
            return command
    for last in (False, True):
        shutil.rmtree(private, ignore_errors=True)
        if works([sys.executable, "-m", "venv", str(private)]):
            return [str(private / "bin" / "python"), "-m", "pip"]
        if last or not system.apt_install(["python3-venv"], why="this Python has neither pip nor ensurepip"):
            break
    raise Failure(
        f"{sys.executable} has neither pip nor ensurepip, and there is no uv: nothing can be installed. "
        "Install one of them (Debian, Ubuntu: apt install python3-venv) and run the same command again."
    )


def works(command: list[str]) -> bool:
    """Say whether the command exists and succeeds."""
    try:
        return subprocess.run(command, capture_output=True, env=tool_environment()).returncode == 0
    except OSError:
        return False


def tool_environment() -> dict[str, str]:
    """Return our environment for pip and uv, which keep what the person configured for them."""
    env = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    env.pop("VIRTUAL_ENV", None)
    if any(Path(store).exists() for store in CERTIFICATES):
        env.setdefault("UV_SYSTEM_CERTS", "true")  # as pip does; an organisation's own authority is only there
    return env | {"UV_PYTHON_DOWNLOADS": "never"}


def fingerprint(kind: str) -> str:
    """Return the hash of one lock file.

    Raises Failure if it is not there.
    """
    lock = REQUIREMENTS / f"{kind}.lock"
    try:
        return hashlib.sha256(lock.read_bytes()).hexdigest()
    except FileNotFoundError:
        raise Failure(f"{lock} is missing: this is not a whole copy of Jalon.") from None


def place() -> dict[str, str]:
    """Return what an environment is tied to: its folder (scripts name it) and the Python that made it."""
    python = f"{sys.implementation.cache_tag}-{platform.system()}-{platform.machine()}"
    return {"folder": str(VENV.resolve()), "python": python}


def same_place(stamp: dict[str, Any]) -> bool:
    """Say whether the stamp's environment is tied to what we are."""
    return place().items() <= stamp.items()


def read_stamp() -> dict[str, Any]:
    """Return what the last whole installation wrote; empty if there was none."""
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(kind: str) -> None:
    """Note a whole installation, in one step."""
    new = Path(f"{STAMP}.new")
    new.write_text(json.dumps(place() | {kind: fingerprint(kind)}))
    new.replace(STAMP)
