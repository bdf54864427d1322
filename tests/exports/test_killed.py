"""Real processes: one that is killed in the middle is followed, one that wakes up late writes nothing."""

import os
import signal
import sys
import time
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage

from backend.exports import making, requests, summaries
from backend.exports.models import Export, Part, Status
from tests import factories
from tests.chaos.harness import Process, environment
from tests.exports import worker

PEOPLE = 5


def until(true, words):
    """Wait until it is so."""
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, words()
        time.sleep(0.02)


def kept(export):
    """Give the files that lie there for an export."""
    return sorted(default_storage.listdir(f"exports/{export.pk}")[1])


def said(export):
    """Give all that is known of an export."""
    return [*Export.objects.filter(pk=export.pk).values(), kept(export)]


def holders(export):
    """Give what each file is, without who made it."""
    return [name.rsplit("-", 5)[0] for name in kept(export)]


@pytest.mark.django_db(transaction=True)
def test_another_goes_on_where_a_worker_was_killed_and_one_that_wakes_up_late_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(summaries.summary, "render", worker.content)
    posting = factories.posting()
    for _person in range(PEOPLE):
        factories.application(posting)
    actor, env = factories.member(posting.team), environment(smtp_port=1, broker_port=1, MEDIA_ROOT=settings.MEDIA_ROOT)
    for asked in ({}, {"state": "received"}):
        requests.ask(actor=actor, kind="summaries", asked={"team": posting.team.slug} | asked)
    processes, flags = [], {}
    try:
        for point in ("kept", "made"):
            flags[point], log = tmp_path / point, tmp_path / f"{point}.log"
            command = [sys.executable, "-m", "tests.exports.worker", point, "3", str(flags[point])]
            processes.append(Process(command, env, log))
        until(lambda: all(map(Path.exists, flags.values())), lambda: [each.log.read_text() for each in processes])
        processes[0].kill()
        os.killpg(processes[1].child.pid, signal.SIGSTOP)
        # Of the third part, the one that was killed left a file that no row knows.
        stopped, killed = exports = sorted(Export.objects.all(), key=lambda export: len(kept(export)))
        assert (holders(killed), holders(stopped)) == (["part-1", "part-2", "part-3"], ["part-1", "part-2"])
        for export in exports:
            assert (export.status, [part.number for part in export.parts.all()]) == (Status.RUNNING, [1, 2])

        ends = []
        until(lambda: ends.extend(making.make_due()) or len(ends) == 2, lambda: ends)
        assert ends == ["done", "done"]
        ready = {export.pk: said(export) for export in exports}
        flags["made"].unlink()
        os.killpg(processes[1].child.pid, signal.SIGCONT)
        processes[1].child.wait(timeout=20)
        assert processes[1].log.read_text().strip() == "{'lost': 1}"
    finally:
        for process in processes:
            process.kill()
    assert not Part.objects.exists()
    for export in exports:
        export.refresh_from_db()
        assert said(export) == ready[export.pk]
        assert holders(export) == ["whole"]
        with requests.opened(export) as file, zipfile.ZipFile(file) as archive:
            assert archive.testzip() is None
            whole = [archive.read(name).decode() for name in archive.namelist()]
        assert whole == [f"summary of {pk}" for pk in export.rows]
        assert len(whole) == PEOPLE
