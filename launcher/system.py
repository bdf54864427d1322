"""The few system packages: installed where we may, named where we may not, done without where they are missing."""

import ctypes
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from launcher.paths import LOCAL
from launcher.say import say, warn

APT_FAILED = LOCAL / "apt-failed"
RETRY_AFTER = 3600
"""Seconds before packages that could not be installed are tried again."""


@dataclass(frozen=True)
class Need:
    """One thing of the system: its Debian package, how to see that it is there, what is lost without it."""

    package: str
    brew: str
    library: str = ""
    commands: tuple[str, ...] = ()
    without: str = ""

    def is_met(self) -> bool:
        """Say whether it is on this machine."""
        if self.commands:
            return any(shutil.which(command) for command in self.commands)
        return has_library(self.library)


NO_PDF = "PDF exports say how to install it; everything else works"
RUN = (
    Need("libpango-1.0-0", "pango", "pango-1.0", without=NO_PDF),
    Need("libpangoft2-1.0-0", "pango", "pangoft2-1.0", without=NO_PDF),
    Need("libharfbuzz-subset0", "harfbuzz", "harfbuzz-subset", without=NO_PDF),
)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
DOVECOT = ("dovecot", "/usr/sbin/dovecot", "/opt/homebrew/sbin/dovecot")
TEST = (
    *RUN,
    Need("chromium", "--cask chromium", commands=CHROMIUM, without="browser tests are skipped"),
    Need("dovecot-imapd", "dovecot", commands=DOVECOT, without="tests against a real IMAP server are skipped"),
)


def ensure(needs: tuple[Need, ...]) -> None:
    """Bring what is missing, or say with which command and go on without."""
    missing = [need for need in needs if not need.is_met()]
    if not missing:
        return
    packages = [need.package for need in missing]
    if not recently_failed(packages) and apt_install(packages, why=f"missing: {', '.join(packages)}"):
        return
    warn(f"missing: {', '.join(packages)}. {hint(missing)}")
    for consequence in dict.fromkeys(need.without for need in missing):
        warn(f"going on without: {consequence}")


def apt_install(packages: list[str], *, why: str) -> bool:
    """Install Debian packages if we are root on Debian; say so. Return whether they are there now."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    say(f"{why}; installing with apt-get")
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    env |= {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    apt = ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300"]
    install = [*apt, "install", "--no-install-recommends", *packages]
    for steps in ([install], [[*apt, "update"], install]):  # the lists at hand may do
        outputs = [
            subprocess.run(step, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True) for step in steps
        ]
        if outputs[-1].returncode == 0:
            APT_FAILED.unlink(missing_ok=True)
            return True
    warn(f"apt-get could not install them:\n{(outputs[-1].stderr or outputs[-1].stdout).strip()}")
    APT_FAILED.parent.mkdir(parents=True, exist_ok=True)
    APT_FAILED.write_text(" ".join(packages))
    return False


def recently_failed(packages: list[str]) -> bool:
    """Say whether apt failed on the same packages a short while ago: every start would wait for it again."""
    try:
        return APT_FAILED.read_text().split() == packages and time.time() - APT_FAILED.stat().st_mtime < RETRY_AFTER
    except OSError:
        return False


def hint(missing: list[Need]) -> str:
    """Return the command that installs them, as far as we know this system."""
    debian = f"apt-get install -y --no-install-recommends {' '.join(need.package for need in missing)}"
    if shutil.which("apt-get"):
        return f"Install with: {'' if os.geteuid() == 0 else 'sudo '}{debian}"
    if sys.platform == "darwin":
        names = dict.fromkeys(need.brew for need in missing)
        return "Install with: " + " && ".join(f"brew install {name}" for name in names)
    return f"On Debian they come with: {debian}"


def has_library(name: str) -> bool:
    """Say whether the loader finds a shared library."""
    if sys.platform == "darwin":
        folders = ("/opt/homebrew/lib", "/usr/local/lib", "/opt/local/lib")
        return any(list(Path(folder).glob(f"lib{name}*.dylib")) for folder in folders)
    try:
        ctypes.CDLL(f"lib{name}.so.0")
    except OSError:
        return False
    return True
