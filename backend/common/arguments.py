"""What the commands take from the command line: text that the database can keep."""

from argparse import ArgumentTypeError
from collections.abc import Callable
from pathlib import Path


def text(longest: int) -> Callable[[str], str]:
    """Give a `type=` for argparse: text of at most `longest` characters, in UTF-8."""

    def given(value: str) -> str:
        if not is_text(value):
            raise ArgumentTypeError("this is not text in UTF-8")
        if len(value) > longest:
            raise ArgumentTypeError(f"longer than {longest} characters")
        return value

    return given


def path(value: str) -> Path:
    """Give a path; nothing, as a variable that is not set gives it, is not the current folder."""
    if not value.strip():
        raise ArgumentTypeError("no path is given; the current folder is “.”")
    return Path(value)


def is_text(value: str) -> bool:
    """Say whether a name from outside can be written in UTF-8: the bytes of a file's name need not be text."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def shown(path: str) -> str:
    """Give a path as it can be printed, whatever its bytes."""
    return path.encode("utf-8", "replace").decode()
