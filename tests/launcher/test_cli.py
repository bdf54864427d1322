"""The words of the command line, the translations, the table of checks."""

import gettext
import subprocess
import sys
from pathlib import Path

import pytest

from launcher import catalogs, procfile, suite
from launcher.say import Failure
from tests.launcher.conftest import ROOT, Site

PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=(n > 1);\\n"

msgid "welcome"
msgstr "bienvenue à l’équipe"

msgid "one day"
msgid_plural "%d days"
msgstr[0] "un jour"
msgstr[1] "%d jours"

#, fuzzy
msgid "unsure"
msgstr "peut-être"
"""


@pytest.mark.parametrize("words", [(), ("--help",), ("-h",)])
def test_help_names_every_command(site: Site, words: tuple[str, ...]) -> None:
    done = site.run(*words)
    assert done.returncode == 0
    for command in ("run", "test", "demo", "bench", "chaos", "manage"):
        assert f"./jalon {command}" in done.stdout


@pytest.mark.parametrize("words", [("run", "--help"), ("test", "--help"), ("chaos", "--help")])
def test_help_of_a_command(site: Site, words: tuple[str, ...]) -> None:
    done = site.run(*words)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"./jalon {words[0]}" in done.stdout
    assert not (site.folder / "var").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("serve",), "There is no command serve."),
        (("run", "--color"), "unrecognized arguments: --color"),
        (("chaos", "--transitions", "0"), "'0' is not a number from 1 to 1000000"),
        (("run", "--check", "--no-demo"), "--check moves an application of the demo data"),
    ],
)
def test_wrong_words_are_named(site: Site, words: tuple[str, ...], said: str) -> None:
    done = site.run(*words)
    assert done.returncode == 2
    assert said in done.stderr


def test_procfile_names_the_processes_of_a_host() -> None:
    assert list(procfile.processes()) == ["web", "worker", "beat", "relay"]
    assert "release: " in (ROOT / "Procfile").read_text()


@pytest.mark.parametrize("command", procfile.processes().values())
def test_command_gives_way_to_its_program(command: str) -> None:
    assert not any(operator in command for operator in (" && ", " || ", ";", "|", " & "))


@pytest.mark.parametrize("text", [None, "", "web gunicorn\n", "release: python manage.py migrate\n"])
def test_procfile_without_processes_is_refused(
    text: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(procfile, "PROCFILE", tmp_path / "Procfile")
    if text is not None:
        (tmp_path / "Procfile").write_text(text)
    with pytest.raises(Failure, match="Procfile"):
        procfile.processes()


def test_catalogs_are_compiled_when_they_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogs, "ROOT", tmp_path)
    po = tmp_path / "locale/web/fr/LC_MESSAGES/django.po"
    po.parent.mkdir(parents=True)
    po.write_text(PO, encoding="utf-8")
    assert catalogs.outdated() == [po]
    assert catalogs.main() == 0
    assert catalogs.outdated() == []

    words = gettext.translation("django", tmp_path / "locale/web", ["fr"])
    assert words.gettext("welcome") == "bienvenue à l’équipe"
    assert words.ngettext("one day", "%d days", 3) == "%d jours"
    assert words.gettext("unsure") == "unsure"


def test_catalog_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(catalogs, "ROOT", tmp_path)
    po = tmp_path / "locale/web/fr/LC_MESSAGES/django.po"
    po.parent.mkdir(parents=True)
    po.write_text("this is no catalogue\n", encoding="utf-8")
    assert catalogs.main() == 1
    assert "locale/web/fr/LC_MESSAGES/django.po: " in capsys.readouterr().err
    assert not po.with_suffix(".mo").exists()


def test_checks_all_run_and_the_failed_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = [sys.executable, "-c", "print('line 3 is too long'); raise SystemExit(1)"]
    good = [sys.executable, "-c", "print('fine')"]
    monkeypatch.setattr(suite, "CHECKS", (("style", bad), ("types", good), ("imports", good)))
    results = suite.side_by_side({})
    assert [(result.name, result.verdict) for result in results] == [
        ("style", "failed"),
        ("types", "ok"),
        ("imports", "ok"),
    ]
    assert suite.summary(results, 1.0) == 1
    printed = capsys.readouterr().out
    assert "line 3 is too long" in printed
    assert "fine" not in printed


def test_ci_calls_the_chaos_and_the_tests_and_nothing_else() -> None:
    commands = [line for line in (ROOT / ".ci/run").read_text().splitlines() if line and not line.startswith("#")]
    assert commands == [
        "set -euo pipefail",
        'cd "$(dirname "$0")/.."',
        "./jalon chaos --transitions 2000",
        "./jalon test",
    ]
    assert subprocess.run(["bash", "-n", ROOT / ".ci/run"]).returncode == 0
