"""Where things are."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
PROCFILE = ROOT / "Procfile"
LOCAL = ROOT / "var"
"""What the launcher itself needs (its lock, its tools); never data."""

VAR = Path(os.environ.get("JALON_VAR") or LOCAL).absolute()
"""The data of this installation: database, broker, uploads, logs. `JALON_VAR` moves it elsewhere."""


def site_packages() -> list[Path]:
    """The environment's package folders."""
    return sorted(VENV.glob("lib/python3*/site-packages"))
