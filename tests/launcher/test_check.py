"""`./jalon run --check`, on Jalon itself: no stand-in here."""

import re
from pathlib import Path

import pytest

from tests.launcher.conftest import ROOT, Site, free_port

CHECKED = ("page", "sign-in", "move", "mail")


@pytest.mark.slow
def test_check_sees_page_sign_in_move_and_mail(tmp_path: Path) -> None:
    jalon = Site(ROOT)
    done = jalon.run("run", "--check", "--port", str(free_port()), seconds=200, JALON_VAR=str(tmp_path / "var"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.findall(r"^(✓|✗) ([\w-]+)", done.stdout, re.M) == [("✓", word) for word in CHECKED]
    assert not (tmp_path / "var" / "state.json").exists()
    Site(tmp_path).assert_deserted()
    Site(tmp_path).clear()


@pytest.mark.slow
def test_check_of_a_page_that_is_not_there_fails(light_site: Site) -> None:
    done = light_site.run("run", "--check", "--port", str(free_port()))
    assert done.returncode == 1
    assert re.search(r"^✗ page .* answered 404", done.stdout, re.M)
    assert "web    | web ready." in done.stdout  # what the processes said is told after all
    assert light_site.processes() == {}
