"""Compile the translations: `python -m launcher.catalogs` in the environment, for every .po newer than its .mo."""

import os
import sys
from pathlib import Path

from launcher.paths import ROOT


def outdated() -> list[Path]:
    """Return the .po files whose compiled form is missing or older."""
    return [po for po in sorted((ROOT / "locale").rglob("*.po")) if not is_compiled(po)]


def is_compiled(po: Path) -> bool:
    """Say whether the .mo beside a .po is at least as new."""
    mo = po.with_suffix(".mo")
    return mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns


def main() -> int:
    """Compile what is outdated; 1 if a file cannot be read."""
    if not outdated():
        return 0
    import polib  # of the environment: the launcher itself runs without

    for po in outdated():
        new = po.with_suffix(f".{os.getpid()}.new")
        try:
            polib.pofile(str(po), check_for_duplicates=True).save_as_mofile(str(new))
        except (OSError, ValueError) as error:
            print(f"{po.relative_to(ROOT)}: {error}", file=sys.stderr)
            return 1
        new.replace(po.with_suffix(".mo"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
