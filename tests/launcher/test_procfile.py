"""The Procfile on a host: real database, broker and settings, started by honcho; unsafe settings stop it."""

import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from launcher import procfile
from tests.launcher.conftest import ROOT, free_port

GIVEN = ("DATABASE_URL", "REDIS_URL")
NOT_OF_A_HOST = (
    "JALON_EMBEDDED",
    "JALON_VAR",
    "MEDIA_ROOT",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "DEBUG",
    "EMAIL_URL",
    "LOG_LEVEL",
)
pytestmark = pytest.mark.skipif(
    not all(os.environ.get(name) for name in GIVEN), reason="needs the services of ./jalon test"
)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment that a host gives, with an empty database."""
    server, name = os.environ["DATABASE_URL"].rsplit("/", 1)[0], f"host_{secrets.token_hex(4)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        kept = {key: value for key, value in os.environ.items() if key not in NOT_OF_A_HOST}
        yield kept | {
            "DATABASE_URL": f"{server}/{name}",
            "REDIS_URL": re.sub(r"/\d+$", "/9", os.environ["REDIS_URL"]),
            "EMAIL_URL": "smtp://127.0.0.1:1",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "ALLOWED_HOSTS": "127.0.0.1",
            "PORT": str(free_port()),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "STATIC_ROOT": str(tmp_path / "static"),
            "MEDIA_ROOT": str(tmp_path / "media"),
            "DJANGO_SETTINGS_MODULE": "backend.config.settings",
            "TMPDIR": str(tmp_path),
        }
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def release() -> str:
    """Return what a host runs before it starts the processes."""
    match = re.search(r"^release: (.*)$", (ROOT / "Procfile").read_text(), re.M)
    assert match
    return match[1]


def answer(address: str) -> int:
    """Return the status of a page; 0 while nothing listens."""
    try:
        return int(urllib.request.urlopen(address, timeout=5).status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@pytest.mark.slow
def test_procfile_serves_on_a_host(host: dict[str, str]) -> None:
    released = subprocess.run(["sh", "-c", release()], cwd=ROOT, env=host, capture_output=True, text=True)
    assert released.returncode == 0, released.stderr
    assert (Path(host["STATIC_ROOT"]) / "staticfiles.json").exists()

    with tempfile.TemporaryFile("w+") as output:
        honcho = subprocess.Popen(
            ["honcho", "start", "--no-colour", *procfile.processes()],
            cwd=ROOT,
            env=host,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            deadline = time.monotonic() + 60
            printed = ""
            while answer(f"http://127.0.0.1:{host['PORT']}/readyz") != 200 or not re.search(
                r"worker\.1 +\| .* ready\.", printed
            ):
                output.seek(0)
                printed = output.read()
                assert honcho.poll() is None, printed
                assert time.monotonic() < deadline, printed
                time.sleep(0.2)
            time.sleep(2)
            assert honcho.poll() is None  # it ends with the first process that does
        finally:
            honcho.send_signal(signal.SIGTERM)
            code = honcho.wait(30)
        output.seek(0)
        assert "Traceback" not in output.read()
        assert code == -signal.SIGTERM % 256 or code in (0, 143)


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "ALLOWED_HOSTS"])
def test_missing_setting_stops_it_with_its_name(host: dict[str, str], name: str) -> None:
    del host[name]
    assert refusal(host).startswith(f"{name}: is not set")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 60),
        ("SECRET_KEY", "django-insecure-" + "abcdefghijklmnopqrstuvwxyz0123456789"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "jalon.example.org,*"),
        ("DEBUG", "1"),
        ("THEME", "nowhere"),
        ("THEME", "../themes/dsfr"),
    ],
)
def test_unsafe_setting_stops_it_with_its_name(host: dict[str, str], name: str, value: str) -> None:
    assert refusal(host | {name: value}).startswith(f"{name}: ")


@pytest.mark.parametrize("process", procfile.processes())
def test_every_process_stops_on_an_unsafe_setting(host: dict[str, str], process: str) -> None:
    words = ["sh", "-c", f"exec {procfile.processes()[process]}"]
    done = subprocess.run(
        words, cwd=ROOT, env=host | {"SECRET_KEY": "short"}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode != 0
    assert "SECRET_KEY: must be at least" in done.stdout + done.stderr


def refusal(host: dict[str, str]) -> str:
    """Return why the settings do not load."""
    code = (
        "import django\n"
        "from django.core.exceptions import ImproperlyConfigured\n"
        "try: django.setup()\n"
        "except ImproperlyConfigured as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=host, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout
