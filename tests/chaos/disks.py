"""Small disks that can be filled: a filesystem in memory, mounted over a folder where this machine lets us."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

CHUNK = bytes(64 * 1024)


class NotPossible(Exception):
    """Why no small disk can be had here."""


class Disk:
    """A folder on a filesystem of its own, of so many mebibytes; what lay in the folder lies on the new disk."""

    def __init__(self, name: str, folder: Path, mebibytes: int) -> None:
        self.name, self.folder, self.mebibytes = name, folder, mebibytes
        self.ballast = folder / "ballast"

    def mount(self) -> None:
        """Put the folder on the small disk. Raises NotPossible."""
        if not sys.platform.startswith("linux"):
            raise NotPossible("only Linux mounts a disk in memory")
        if os.geteuid() != 0:
            raise NotPossible("only root may mount a disk")
        self.folder.mkdir(parents=True, exist_ok=True)
        known, aside = self.folder.stat(), self.folder.with_name(self.folder.name + "-before")
        shutil.rmtree(aside, ignore_errors=True)
        subprocess.run(["cp", "-a", str(self.folder), str(aside)], check=True)
        options = f"size={self.mebibytes}m,mode={known.st_mode & 0o777:o},uid={known.st_uid},gid={known.st_gid}"
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "jalon-chaos", str(self.folder)], capture_output=True, text=True
        )
        if done.returncode:
            shutil.rmtree(aside, ignore_errors=True)
            raise NotPossible(done.stderr.strip() or "mount refused")
        subprocess.run(["cp", "-a", f"{aside}/.", str(self.folder)], check=True)
        shutil.rmtree(aside)

    def unmount(self) -> None:
        """Take the disk away, with what lies on it."""
        subprocess.run(["umount", "--lazy", str(self.folder)], capture_output=True)

    def fill(self) -> None:
        """Leave no room, not even for one byte."""
        with self.ballast.open("ab", buffering=0) as file, suppress(OSError):
            while True:
                file.write(CHUNK)
        with self.ballast.open("ab", buffering=0) as file, suppress(OSError):
            while file.write(b"x"):
                pass

    def free(self) -> None:
        """Give the room back."""
        self.ballast.unlink(missing_ok=True)
