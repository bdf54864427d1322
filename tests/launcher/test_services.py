"""Database and broker: shared by `run` and `manage`, thrown away after `test`, `demo` and `bench`."""

import os
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import redis

from launcher import postgres
from tests.launcher.conftest import Site

URLS = ("DATABASE_URL", "REDIS_URL")


def told(output: str) -> dict[str, str]:
    """Read what the stand-in prints for `environment`."""
    return dict(line.split("=", 1) for line in output.splitlines() if "=" in line)


def test_manage_starts_the_services_and_stops_them(site: Site) -> None:
    done = site.run("manage", "environment", *URLS, "JALON_EMBEDDED", "ALLOWED_HOSTS", "PYTHONUNBUFFERED", "PATH")
    assert done.returncode == 0, done.stderr
    env = told(done.stdout)
    assert re.fullmatch(r"postgres://jalon:[\w-]{60,}@127\.0\.0\.1:\d+/jalon", env["DATABASE_URL"])
    assert re.fullmatch(r"redis://:[\w-]{60,}@127\.0\.0\.1:\d+/0", env["REDIS_URL"])
    assert env["JALON_EMBEDDED"] == "1"
    assert env["ALLOWED_HOSTS"] == "127.0.0.1,localhost,[::1]"
    assert env["PYTHONUNBUFFERED"] == "1"
    assert env["PATH"].startswith(str(site.folder / ".venv/bin"))
    assert site.processes() == {}


def test_children_do_not_get_what_would_harm_them(light_site: Site) -> None:
    harm = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONHOME": "", "PGSSLMODE": "require", "DJANGO_SETTINGS_MODULE": "other"}
    env = told(light_site.run("manage", "environment", *harm, **harm).stdout)
    assert env == dict.fromkeys(harm, "") | {"DJANGO_SETTINGS_MODULE": "backend.config.settings"}


def test_secrets_are_made_once_and_only_ours_to_read(site: Site) -> None:
    first, second = (told(site.run("manage", "environment", "SECRET_KEY", *URLS).stdout) for _ in range(2))
    assert len(first["SECRET_KEY"]) >= 50
    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    for name in ("secret_key", "postgres.password", "valkey.password", "valkey/valkey.conf", "lock"):
        assert (site.folder / "var" / name).stat().st_mode & 0o777 == 0o600, name
    assert (site.folder / "var").stat().st_mode & 0o077 == 0o011
    for name in ("log", "postgres", "valkey"):
        assert (site.folder / "var" / name).stat().st_mode & 0o077 == 0, name


def test_database_and_broker_want_the_password(site: Site) -> None:
    launched, _ = site.serve()
    env = told(site.run("manage", "environment", *URLS).stdout)
    with psycopg.connect(env["DATABASE_URL"]) as connection:
        shown = {name: connection.execute(f"SHOW {name}").fetchone() for name in ("fsync", "server_encoding")}
        collation = connection.execute("SELECT lower('É'), 'é' < 'z'").fetchone()
        kept = connection.execute("SELECT pg_size_bytes(current_setting('shared_buffers')) / 1024 ^ 2").fetchone()
    assert shown == {"fsync": ("on",), "server_encoding": ("UTF8",)}
    assert collation == ("é", False)
    assert kept == (int(postgres.buffers().removesuffix("MB")),)
    assert 128 <= kept[0] <= 1024
    broker = redis.Redis.from_url(env["REDIS_URL"])
    assert broker.config_get("appendonly") == {"appendonly": "yes"}
    broker.close()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(re.sub(r":[\w-]+@", ":guess@", env["DATABASE_URL"]))
    stranger = redis.Redis.from_url(re.sub(r":[\w-]+@", ":guess@", env["REDIS_URL"]))
    with stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()
    assert launched.end() == 0


def test_manage_uses_the_services_of_run(site: Site) -> None:
    launched, _ = site.serve()
    first, second = (told(site.run("manage", "environment", *URLS).stdout) for _ in range(2))
    assert first == second
    assert launched.end() == 0


def test_two_manage_share_the_services_until_the_last_ends(site: Site) -> None:
    short = site.launch("manage", "sleep", "2")
    short.wait_for("sleeping")
    long = site.launch("manage", "sleep", "4")
    long.wait_for("sleeping")
    short.wait_for("another ./jalon manage still uses the database")
    assert long.popen.wait(20) == 0
    assert short.popen.wait(20) == 0
    assert site.processes() == {}


def test_run_does_not_start_under_a_manage(light_site: Site) -> None:
    manage = light_site.launch("manage", "sleep", "30")
    manage.wait_for("sleeping")
    done = light_site.run("run")
    assert done.returncode == 1
    assert f"./jalon manage (process {manage.popen.pid}) uses the database of this folder." in done.stderr
    assert manage.end() == 128 + signal.SIGTERM
    assert light_site.processes() == {}


def test_manage_gives_back_the_exit_code_and_a_clean_output(light_site: Site) -> None:
    done = light_site.run("manage", "fail")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.splitlines()[-1] == "this is why"


def test_given_services_are_used(light_site: Site) -> None:
    env = told(light_site.run("manage", "environment", *URLS).stdout)
    assert env == {name: os.environ[name] for name in URLS}
    assert not (light_site.folder / "var" / "postgres").exists()


@pytest.mark.parametrize("command", ["demo", "bench"])
def test_scratch_leaves_nothing_and_what_is_given_alone(site: Site, command: str) -> None:
    (site.folder / "manage.py").write_text(
        "import os, sys\n"
        "if sys.argv[1] != 'migrate': print(sys.argv[1:], os.environ['DATABASE_URL'], os.environ['JALON_VAR'])\n"
    )
    done = site.run(command, "--out", "x y", DATABASE_URL="postgres://u@db.invalid/x", REDIS_URL="redis://db.invalid")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"['{command}', '--out', 'x y'] postgres://jalon:")
    folder = Path(done.stdout.split()[-1])
    assert folder.parent == site.folder / "var" / "scratch"
    assert list(folder.parent.iterdir()) == []
    assert site.processes() == {}


def test_scratch_of_a_killed_launcher_is_cleared_by_the_next(site: Site) -> None:
    (site.folder / "manage.py").write_text(
        "import sys, time\nif sys.argv[1] == 'demo': print('in', flush=True); time.sleep(float(sys.argv[2]))\n"
    )
    launched = site.launch("demo", "600")
    launched.wait_for("in\n")
    scratch = site.folder / "var" / "scratch"
    (left,) = scratch.iterdir()
    where = (left / "postgres").resolve()
    launched.end(signal.SIGKILL)

    assert site.run("demo", "0").returncode == 0
    assert list(scratch.iterdir()) == []
    assert not where.exists()
    site.assert_deserted()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the database as somebody else")
def test_folder_that_others_cannot_enter(make_site: Callable[..., Site], tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    site = make_site(closed / "Project of a person, with a name that is as long as a socket's path may be" / ("é" * 40))
    launched, _ = site.serve()
    home = (site.folder / "var/postgres").readlink()
    assert closed.stat().st_mode & 0o777 == 0o700
    assert home.parent == Path("/var/lib/jalon")
    assert home.stat().st_mode & 0o777 == 0o700
    assert f"its data is in {home}" in launched.log.read_text()
    assert launched.end() == 0
    again, _ = site.serve()
    assert (site.folder / "var/postgres").readlink() == home
    assert again.end() == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the database as somebody else")
def test_folder_closed_later_keeps_its_data(open_folder: Path, make_site: Callable[..., Site]) -> None:
    site = make_site(open_folder / "site")
    launched, _ = site.serve()
    cluster = identity(site)
    assert launched.end() == 0
    assert not (site.folder / "var/postgres").is_symlink()

    open_folder.chmod(0o700)
    again, _ = site.serve()
    assert (site.folder / "var/postgres").is_symlink()
    assert identity(site) == cluster
    assert again.end() == 0


def identity(site: Site) -> bytes:
    """Return the number that initdb gave to the cluster."""
    return (site.database / "data/global/pg_control").read_bytes()[:8]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_ordinary_user(ordinary_site: Site) -> None:
    launched, _ = ordinary_site.serve()
    owner = ordinary_site.folder.stat().st_uid
    assert owner != 0
    running = {Path(f"/proc/{pid}").stat().st_uid for pid in ordinary_site.processes()}
    assert running == {owner}
    assert not (ordinary_site.folder / "var/postgres").is_symlink()
    assert launched.end() == 0
    assert ordinary_site.processes() == {}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_data_of_root_is_refused_to_an_ordinary_user(ordinary_site: Site) -> None:
    (ordinary_site.folder / "var").mkdir(mode=0o700)
    done = ordinary_site.run("manage", "environment")
    assert done.returncode == 1
    assert "Run as the user who owns it" in done.stderr
    assert "Traceback" not in done.stderr


def test_database_of_a_version_that_is_gone_is_named(site: Site) -> None:
    assert site.run("manage", "environment").returncode == 0
    (site.database / "data" / "PG_VERSION").write_text("12\n")
    done = site.run("manage", "environment")
    assert done.returncode == 1
    assert "The database was made by PostgreSQL 12, which is not here any more (here: 18, 16" in done.stderr


def test_half_made_cluster_is_made_anew(site: Site) -> None:
    assert site.run("manage", "environment").returncode == 0
    subprocess.run(["mv", site.database / "data", site.database / "new"], check=True)
    assert site.run("manage", "environment").returncode == 0
    assert (site.database / "data" / "PG_VERSION").read_text() == "18\n"
    assert not (site.database / "new").exists()
