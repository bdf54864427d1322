"""`./jalon run`: up, told where, and down without a trace, whatever happens."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress

import pytest

from launcher import process
from launcher.process import Ledger
from tests.launcher.conftest import Site, free_port


def test_run_serves_and_leaves_no_process(site: Site) -> None:
    launched, port = site.serve()
    assert urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz").status == 200
    printed = launched.log.read_text()
    assert f"Jalon runs at http://127.0.0.1:{port}/" in printed
    assert "member@example.org" in printed
    assert "web    | web ready." in printed
    assert len(site.processes()) > 8  # the launcher, four processes, a child of each, the services

    assert launched.end() == 0
    assert site.processes() == {}


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGHUP])
def test_other_ways_to_ask(light_site: Site, signum: int) -> None:
    launched, _ = light_site.serve()
    assert launched.end(signum) == 0
    assert light_site.processes() == {}


def test_run_twice_keeps_the_data(site: Site) -> None:
    first = site.launch("run", "--port", str(free_port()))
    first.wait_for("Ctrl-C stops it.")
    assert first.end() == 0
    system = (site.database / "data/global/pg_control").read_bytes()[:8]  # who this cluster is
    second, _ = site.serve()
    assert (site.database / "data/global/pg_control").read_bytes()[:8] == system
    assert second.end() == 0


def test_death_of_a_process_stops_the_others(light_site: Site) -> None:
    launched, _ = light_site.serve()
    os.kill(light_site.process("python process.py relay"), signal.SIGKILL)

    assert launched.popen.wait(20) == 1
    assert "relay ended (killed by SIGKILL); stopping the others." in launched.log.read_text()
    assert light_site.processes() == {}


def test_death_of_the_database_stops_the_processes(site: Site) -> None:
    launched, _ = site.serve()
    os.kill(site.process("bin/postgres -D"), signal.SIGKILL)

    assert launched.popen.wait(20) == 1
    assert "postgres ended (killed by SIGKILL); stopping the others." in launched.log.read_text()
    assert site.processes() == {}


def test_process_that_does_not_start_is_named(light_site: Site) -> None:
    (light_site.folder / "Procfile").write_text(
        "web: python process.py web\nrelay: sh -c 'echo no such luck; exit 3'\n"
    )
    done = light_site.run("run", "--port", str(free_port()))
    assert done.returncode == 1
    assert "relay  | no such luck" in done.stdout
    assert "relay ended (exit code 3); stopping the others." in done.stderr
    assert light_site.processes() == {}


def test_second_request_hurries(light_site: Site) -> None:
    (light_site.folder / "Procfile").write_text("web: python process.py web\nrelay: python process.py relay stubborn\n")
    launched, _ = light_site.serve()
    launched.wait_for("relay ready.")
    launched.popen.send_signal(signal.SIGTERM)
    time.sleep(1)
    assert launched.popen.poll() is None
    began = time.monotonic()
    assert launched.end() == 0
    assert time.monotonic() - began < 5
    assert light_site.processes() == {}


@pytest.mark.slow
def test_stubborn_process_is_killed_after_ten_seconds(light_site: Site) -> None:
    (light_site.folder / "Procfile").write_text("web: python process.py web\nrelay: python process.py relay stubborn\n")
    launched, _ = light_site.serve()
    launched.wait_for("relay ready.")
    began = time.monotonic()
    assert launched.end() == 0
    assert 9 < time.monotonic() - began < 15
    assert light_site.processes() == {}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent died")
def test_kill_9_leaves_nothing_and_the_next_start_works(site: Site) -> None:
    launched, _ = site.serve()
    launched.end(signal.SIGKILL)
    again, _ = site.serve()  # at once, while the first one's children are still ending
    assert again.end() == 0
    site.assert_deserted()


def test_kill_9_of_everything_leaves_the_next_start_working(site: Site) -> None:
    launched, _ = site.serve()
    launched.popen.kill()
    for pid in site.processes():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    again, _ = site.serve()
    assert again.end() == 0
    assert site.processes() == {}


def test_what_a_killed_launcher_left_is_stopped(light_site: Site) -> None:
    var = light_site.folder / "var"
    var.mkdir()
    command = ["sh", "-c", f"echo {light_site.folder} >/dev/null; sleep 600 & sleep 600"]
    orphan = subprocess.Popen(command, start_new_session=True)
    Ledger(var / "processes.json").add(process.Child("web", orphan))

    launched, _ = light_site.serve()
    printed = launched.log.read_text()
    assert "stopped what an earlier run left behind when it was killed: web" in printed
    assert orphan.wait(1) == -signal.SIGTERM
    assert not process.group_exists(orphan.pid)
    assert launched.end() == 0


def test_number_that_belongs_to_something_else_is_left_alone(light_site: Site) -> None:
    var = light_site.folder / "var"
    var.mkdir()
    stranger = subprocess.Popen(["sleep", "600"], start_new_session=True)
    child = process.Child("web", stranger)
    child.started = child.started[:-1] + ("0" if child.started[-1] != "0" else "1")
    Ledger(var / "processes.json").add(child)

    assert Ledger(var / "processes.json").sweep() == []
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_stale_postmaster_file_with_a_living_number_is_cleared(site: Site) -> None:
    launched, _ = site.serve()
    assert launched.end() == 0
    data = site.database / "data"
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n1\n1\n\n127.0.0.1\n1 1\nready\n")
    again, _ = site.serve()
    assert again.end() == 0


def test_wanted_port_taken_is_a_clear_refusal(site: Site) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = site.run("run", "--port", str(port))
    assert done.returncode == 1
    assert f"Port {port} is taken by another program" in done.stderr
    assert "./jalon run --port " in done.stderr
    assert "Traceback" not in done.stderr
    assert not (site.folder / "var/postgres").exists()


def test_default_port_taken_moves_to_the_next(light_site: Site) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            other.bind(("127.0.0.1", 8000))
            other.listen()
        except OSError:
            pass  # somebody has it already, which does as well
        launched = light_site.launch("run")
        printed = launched.wait_for("Ctrl-C stops it.")
    assert "port 8000 is taken by another program; using 80" in printed
    assert launched.end() == 0


@pytest.mark.parametrize("word", ["0", "65536", "-1", "web", "8.5"])
def test_port_that_is_none_is_refused(site: Site, word: str) -> None:
    done = site.run("run", f"--port={word}")
    assert done.returncode == 2
    assert f"'{word}' is not a port" in done.stderr


def test_second_run_says_where_the_first_is(light_site: Site) -> None:
    launched, port = light_site.serve()
    for words in ((), ("--port", str(port)), ("--port", str(free_port()))):
        done = light_site.run("run", *words)
        assert done.returncode == 1
        assert f"Jalon already runs here, at http://127.0.0.1:{port}/ (process {launched.popen.pid})" in done.stderr
    assert launched.end() == 0


def test_reader_that_goes_away_stops_it(light_site: Site) -> None:
    command = light_site.command("run", "--port", str(free_port()))
    running = subprocess.Popen(
        command, env=light_site.environment(), cwd="/", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert running.stdout is not None
    running.stdout.readline()
    running.stdout.close()
    assert running.wait(30) != 0
    assert light_site.processes() == {}


def test_failing_step_is_told_without_a_traceback(light_site: Site) -> None:
    (light_site.folder / "manage.py").write_text("import sys\nsys.exit('column of the wrong type')\n")
    done = light_site.run("run", "--port", str(free_port()))
    assert done.returncode == 1
    assert "manage.py migrate --no-input failed" in done.stderr
    assert "column of the wrong type" in done.stderr
    assert "Traceback" not in done.stderr
    assert light_site.processes() == {}


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_given_service_that_does_not_answer_is_named(site: Site, name: str) -> None:
    url = f"postgres://jalon@127.0.0.1:{free_port()}/jalon"
    done = site.run("run", **{name: url})
    assert done.returncode == 1
    assert f"{name} leads to 127.0.0.1:" in done.stderr
    assert site.processes() == {}
