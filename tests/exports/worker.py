"""One turn of a worker in a process of its own: `python -m tests.exports.worker POINT NUMBER FLAG`.

It makes summaries that need no typesetting. At part NUMBER, while it is made (`made`) or when its file is there and its
row is not yet (`kept`), it touches FLAG and waits until FLAG is gone, so that a test can stop or kill it just there.
"""

import sys
import time
from datetime import timedelta
from pathlib import Path
from unittest import mock

LEASE_SECONDS = 2


def content(application, *_args, **_kwargs) -> bytes:
    """Give what stands for the summary of an application."""
    return f"summary of {application.pk}".encode()


def main(point: str, number: str, flag: str) -> None:
    """Make one export."""
    import django

    django.setup()
    from backend.exports import making, summaries
    from backend.exports.models import Part

    count, save = {"made": 0, "kept": 0}, Part.save

    def wait(at: str) -> None:
        count[at] += 1
        if (at, count[at]) == (point, int(number)):
            Path(flag).touch()
            while Path(flag).exists():
                time.sleep(0.02)

    def render(*args, **kwargs):
        wait("made")
        return content(*args, **kwargs)

    def kept(part, **kwargs):
        wait("kept")
        save(part, **kwargs)

    lease = mock.patch.multiple(making, LEASE=timedelta(seconds=LEASE_SECONDS), BEAT_SECONDS=0.3)
    with lease, mock.patch.object(summaries.summary, "render", render), mock.patch.object(Part, "save", kept):
        print(dict(making.make_due()))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
