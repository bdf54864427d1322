"""A Dovecot of our own: an ordinary process with its own folder, accounts and port. Nothing else is used."""

from __future__ import annotations

import getpass
import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import imap_tools
import pytest

BINARY = next(
    (p for p in (shutil.which("dovecot"), "/usr/sbin/dovecot", "/opt/homebrew/sbin/dovecot") if p and Path(p).exists()),
    None,
)
PASSWORD = "s3cret@with/signs?é"  # no colon: it parts the fields of the accounts' file
CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_location = maildir:{folder}/mail/%u
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 0
auth_username_format = %n
mailbox_list_index = no
imap_capability = {capability}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%n {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home/%n
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


class Dovecot:
    """A running server. Accounts come into being by their first mail."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self._count = 0

    def deliver(self, raw: bytes, account: str = "jobs", folder: str = "") -> None:
        """Put one message into a mailbox, as a delivery agent does: written aside, then moved into place."""
        root = self.folder / "mail" / account
        box = root / f".{folder}" if folder else root
        for name in ("tmp", "new", "cur"):
            (box / name).mkdir(parents=True, exist_ok=True)
            _own(box / name)
        _own(box), _own(root)
        self._count += 1
        name = f"{int(time.time())}.M{self._count:06d}P{os.getpid()}.test"
        (box / "tmp" / name).write_bytes(raw)
        _own(box / "tmp" / name)
        (box / "tmp" / name).rename(box / "new" / name)

    def url(
        self, account: str = "jobs", folder: str = "INBOX", options: str = "?done=Processed", password: str = PASSWORD
    ) -> str:
        """Give the address of a mailbox for `INBOUND_IMAP_URLS`."""
        return f"imap://{account}:{quote(password, safe='')}@127.0.0.1:{self.port}/{folder}{options}"

    def ids(self, folder: str = "INBOX", account: str = "jobs") -> list[str]:
        """Give the Message-ID of every message in a folder, `` where there is none; [] for no such folder."""
        with imap_tools.MailBoxUnencrypted("127.0.0.1", self.port, timeout=10) as box:
            box.login_utf8(account, PASSWORD, "INBOX")
            if not box.folder.exists(folder):
                return []
            box.folder.set(folder)
            return [
                mail.headers.get("message-id", ("",))[0].strip()
                for mail in box.fetch(headers_only=True, mark_seen=False)
            ]


def _own(path: Path) -> None:
    """Give a path to the account that the server reads mail as."""
    if os.geteuid() == 0:
        shutil.chown(path, *account())


def account() -> tuple[str, str]:
    """Give user and group of the server: ours, or, as Dovecot's login refuses root, somebody without rights."""
    if os.geteuid() != 0:
        return getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
    return "nobody", grp.getgrgid(pwd.getpwnam("nobody").pw_gid).gr_name


@contextmanager
def running(*accounts: str, capability: str = "") -> Iterator[Dovecot]:
    """Run a server; skip where there is none. Nothing of it is left afterwards."""
    if BINARY is None:
        pytest.skip("no Dovecot on this machine: install dovecot-imapd")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    user, group = account()
    # Not under pytest's folders: each session that starts closes them to everybody else, the server's account included.
    folder = Path(tempfile.mkdtemp(prefix="jalon-dovecot-"))
    folder.chmod(0o711)
    for name in ("run", "state", "mail", "home"):
        (folder / name).mkdir(parents=True, exist_ok=True)
        _own(folder / name)
    (folder / "users").write_text("".join(f"{name}:{{PLAIN}}{PASSWORD}\n" for name in accounts or ("jobs",)))
    (folder / "users").chmod(0o644)
    configuration = folder / "dovecot.conf"
    configuration.write_text(
        CONFIGURATION.format(folder=folder, port=port, user=user, group=group, capability=capability)
    )
    child = subprocess.Popen(
        [str(BINARY), "-F", "-c", str(configuration)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        _wait(child, port, (accounts or ("jobs",))[0], folder / "log")
        yield Dovecot(folder, port)
    finally:
        child.terminate()
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        if child.stdout:
            child.stdout.close()
        shutil.rmtree(folder, ignore_errors=True)


def _wait(child: subprocess.Popen[bytes], port: int, name: str, log: Path) -> None:
    end = time.monotonic() + 15
    while True:
        try:
            with imap_tools.MailBoxUnencrypted("127.0.0.1", port, timeout=5) as box:
                box.login_utf8(name, PASSWORD, None)  # greets before it can let anybody in
                return
        except (OSError, imaplib.IMAP4.error):
            pass
        said = log.read_text(errors="replace") if log.exists() else ""
        if child.poll() is not None:
            said += (child.stdout.read() if child.stdout else b"").decode(errors="replace")
            pytest.skip(f"Dovecot does not start here: {said[-500:]}")
        assert time.monotonic() < end, said
        time.sleep(0.05)
