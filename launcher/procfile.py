"""The Procfile: what a host starts, and `./jalon run` too."""

import re

from launcher.paths import PROCFILE
from launcher.say import Failure

LINE = re.compile(r"^([A-Za-z0-9_-]+):\s*(.+)$")
RELEASE = "release"


def processes() -> dict[str, str]:
    """Return the command of each process that stays up, in the file's order.

    Raises Failure if the file is not there or says nothing.
    """
    try:
        found = [LINE.match(line) for line in PROCFILE.read_text().splitlines()]
    except FileNotFoundError:
        raise Failure(f"{PROCFILE} is missing: this is not a whole copy of Jalon.") from None
    commands = {match[1]: match[2].strip() for match in found if match}
    commands.pop(RELEASE, None)
    if not commands:
        raise Failure(f"{PROCFILE} names no process.")
    return commands
