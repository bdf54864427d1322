"""`.venv`: made from the lock, instant when it agrees with it, made anew when it cannot be trusted."""

import ast
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.launcher.conftest import ROOT, Site, furnish

ENSURE = "from launcher import cli, environment; sys.exit(cli.guarded(lambda: environment.ensure(sys.argv[1]) or 0))"


@pytest.fixture(scope="session")
def pip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pip, as the launcher makes one for itself where there is none."""
    folder = tmp_path_factory.mktemp("tools") / "pip"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    return folder


@pytest.fixture(scope="session")
def uv(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The launcher's own uv, which it installs once into a folder that is kept."""
    site = bare_site(tmp_path_factory.mktemp("uv") / "site")
    assert ensure(site).returncode == 0
    yield site.folder / "var/tools/uv"
    site.clear()


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Site]:
    """A site with no environment yet, nor tools to make one."""
    site = bare_site(tmp_path / "bare")
    yield site
    site.clear()


@pytest.fixture
def equipped(bare: Site, uv: Path) -> Site:
    """A site with no environment yet, that has been here long enough to have its uv."""
    if uv.exists():  # else there is one on PATH, for every site
        (bare.folder / "var/tools").mkdir(parents=True)
        (bare.folder / "var/tools/uv").symlink_to(uv)
    return bare


def bare_site(folder: Path) -> Site:
    """Make a site whose locks ask for one small package each."""
    site = Site(furnish(folder))
    for kind, names in (("base", ("vine",)), ("dev", ("vine", "six"))):
        (site.folder / "requirements" / f"{kind}.lock").write_text("".join(map(locked, names)))
    return site


def locked(name: str) -> str:
    """Return what our own lock says of a package."""
    entry = re.search(rf"^{name}==.*?(?=^\S|\Z)", (ROOT / "requirements/dev.lock").read_text(), re.M | re.S)
    assert entry
    return entry[0]


def ensure(site: Site, kind: str = "base", **env: str) -> subprocess.CompletedProcess[str]:
    """Make the site's environment."""
    code = f"import sys; {ENSURE}"
    command = [sys.executable, "-c", code, kind]
    return subprocess.run(
        command, cwd=site.folder, env=site.environment(**env), capture_output=True, text=True, timeout=120
    )


def has(site: Site, module: str) -> bool:
    python = site.folder / ".venv/bin/python"
    return subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode == 0


def test_environment_is_made_once(bare: Site) -> None:
    first = ensure(bare)
    assert first.returncode == 0, first.stderr
    assert "installing requirements/base.lock into .venv" in first.stderr
    assert has(bare, "vine")
    assert not has(bare, "six")

    began = time.monotonic()
    again = ensure(bare)
    assert (again.returncode, again.stderr) == (0, "")
    assert time.monotonic() - began < 1


def test_tools_are_added_and_stay(equipped: Site) -> None:
    ensure(equipped)
    assert ensure(equipped, "dev").returncode == 0
    assert has(equipped, "six")
    assert ensure(equipped).stderr == ""  # dev holds all of base

    for kind in ("base", "dev"):
        lock = equipped.folder / "requirements" / f"{kind}.lock"
        lock.write_text(lock.read_text() + "# changed\n")
    assert "installing requirements/dev.lock" in ensure(equipped).stderr
    assert ensure(equipped, "dev").stderr == ""


def test_interrupted_installation_is_made_anew(equipped: Site) -> None:
    ensure(equipped)
    (equipped.folder / ".venv/jalon-unfinished").touch()
    (equipped.folder / ".venv/half-installed").touch()
    assert "making .venv" in ensure(equipped).stderr
    assert not (equipped.folder / ".venv/half-installed").exists()
    assert has(equipped, "vine")


@pytest.mark.parametrize("damage", ["python", "moved", "other python"])
def test_environment_that_cannot_work_is_made_anew(equipped: Site, damage: str) -> None:
    ensure(equipped)
    python, stamp = equipped.folder / ".venv/bin/python", equipped.folder / ".venv/jalon-stamp.json"
    if damage == "python":
        python.unlink()
        python.symlink_to("/nowhere/python")
    else:
        changed = {"moved": {"folder": "/elsewhere/.venv"}, "other python": {"python": "cpython-310-Linux-x86_64"}}
        stamp.write_text(json.dumps(json.loads(stamp.read_text()) | changed[damage]))
    assert "making .venv" in ensure(equipped).stderr
    assert has(equipped, "vine")


def lend(site: Site, pip: Path) -> None:
    tools = site.folder / "var/tools"
    tools.mkdir(parents=True, exist_ok=True)
    (tools / "pip").symlink_to(pip)


def test_package_that_is_not_the_locked_one_is_refused(equipped: Site, pip: Path) -> None:
    lend(equipped, pip)
    lock = equipped.folder / "requirements/base.lock"
    lock.write_text(re.sub(r"sha256:\w{8}", "sha256:00000000", lock.read_text()))
    done = ensure(equipped)
    assert done.returncode == 1
    assert "Installing base.lock failed" in done.stderr
    assert "Traceback" not in done.stderr
    assert not has(equipped, "vine")
    assert (equipped.folder / ".venv/jalon-unfinished").exists()


def test_two_launchers_install_one_after_the_other(bare: Site) -> None:
    code = f"import sys; {ENSURE}"
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code, "base"],
            cwd=bare.folder,
            env=bare.environment(),
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sum("making .venv" in words for words in said) == 1
    assert sum("another launcher is installing; waiting" in words for words in said) == 1


def test_old_python_is_told_what_is_missing(tmp_path: Path) -> None:
    source = (ROOT / "jalon").read_text()
    ast.parse(source, feature_version=(3, 4))
    pretend = f"import sys; sys.version_info = (3, 9, 2); exec({source!r}, {{'__name__': '__main__'}})"
    done = subprocess.run([sys.executable, "-c", pretend], env={"PATH": str(tmp_path)}, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("Jalon needs Python 3.11 or newer; this is 3.9 (")
    assert len(done.stderr.splitlines()) == 1


def test_nothing_names_a_registry() -> None:
    for path in [ROOT / "jalon", *(ROOT / "launcher").glob("*.py"), *(ROOT / "requirements").iterdir()]:
        assert not re.search(r"https?://(?!\{|127)|index-url|find-links", path.read_text()), path


def test_pip_alone_will_do(bare: Site, pip: Path) -> None:
    lend(bare, pip)
    lock = bare.folder / "requirements/tools.lock"
    lock.write_text(re.sub(r"sha256:\w{8}", "sha256:00000000", lock.read_text()))  # so uv cannot be had
    done = ensure(bare, PATH="/usr/bin:/bin")
    assert done.returncode == 0, done.stderr
    assert has(bare, "vine")
    assert not (bare.folder / ".venv/jalon-unfinished").exists()
