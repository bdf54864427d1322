"""Judge hostile files, each in a process of its own that is measured: `python -m tests.hiring.judging`.

Prints one line of JSON a file: name, verdict, seconds, bytes.
"""

import json
import os
import sys
import time

import django


def main() -> None:
    """Fork once a file, so that each starts equal; the kernel says what it took."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from django.utils.translation import override

    from backend.hiring import documents
    from tests.hiring import hostile

    for name, (filename, maker, *_safe) in {**hostile.REFUSED, **hostile.NEUTRALISED}.items():
        path = f"/tmp/jalon-hostile-{os.getpid()}"  # made in another process: the making is not measured
        if os.fork() == 0:
            with open(path, "wb") as out:
                out.write(maker())
            os._exit(0)
        os.wait()
        reading, writing = os.pipe()
        began = time.monotonic()
        child = os.fork()
        if child == 0:
            os.close(reading)
            with open(path, "rb") as given, override("en"):
                upload = documents.Upload(filename, given.read())
                try:
                    verdict = documents.check(upload)
                except documents.Invalid as refusal:
                    verdict = refusal.detail
                except BaseException as error:
                    verdict = f"CRASH {error!r}"
            os.write(writing, verdict.encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            verdict = pipe.read().decode()
        _pid, _status, usage = os.wait4(child, 0)
        row = {
            "name": name,
            "verdict": verdict,
            "seconds": round(time.monotonic() - began, 3),
            "cpu": round(usage.ru_utime + usage.ru_stime, 3),
            "bytes": usage.ru_maxrss * 1024,
        }
        sys.stdout.write(json.dumps(row) + "\n")
        os.unlink(path)


if __name__ == "__main__":
    main()
