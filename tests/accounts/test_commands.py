"""Whatever stands on the command line: a line that says what is wrong, never a traceback."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from backend.accounts.models import User
from backend.hiring.models import Posting

ROOT = Path(__file__).resolve().parents[2]
NO_TEXT = "\udcff\udcfe"  # how Python hands on the bytes FF FE
LONG = "a" * 60


@pytest.mark.django_db
@pytest.mark.parametrize(
    "line",
    [
        ["create_user", "--email", NO_TEXT],
        ["create_user", "--email", f"a@{LONG}.{LONG}.{LONG}.{LONG}.{LONG}.fr"],
        ["create_user", "--email", "a@b.example", "--name", "n" * 151],
        ["create_user", "--email", "a@b.example", "--name", NO_TEXT],
        ["create_user", "--email", "a@b.example", "--team", NO_TEXT],
        ["create_token", "--email", NO_TEXT],
        ["create_token", "--email", "a@b.example", "--team", NO_TEXT],
        ["import_postings", "--team", NO_TEXT, "."],
        ["import_postings", ""],
        ["import_postings", "a" * 5000],
        ["import_postings", NO_TEXT],
        ["export_postings", ""],
    ],
)
def test_command_refuses_what_it_cannot_keep(line: list[str]):
    with pytest.raises(CommandError):
        call_command(*line, stdout=StringIO())
    assert not User.objects.exists()


@pytest.mark.django_db
def test_import_refuses_a_file_whose_name_is_no_text(tmp_path: Path):
    content = b"---\nroles: Dev\nopen: true\nstartup: haies\n---\n\nBonjour\n"
    (tmp_path / os.fsdecode(b"\xff.md")).write_bytes(content)
    (tmp_path / "poste.md").write_bytes(content)
    out = StringIO()
    call_command("import_postings", str(tmp_path), stdout=out)
    assert out.getvalue().encode()  # it can be printed
    assert "not text in UTF-8" in out.getvalue()
    assert [posting.source_path for posting in Posting.objects.all()] == ["poste.md"]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("postgres://jalon@127.0.0.1:1/jalon", "The database does not answer"),
        (None, "The database is not ready"),
    ],
)
def test_command_without_its_database_says_so(address: str | None, words: str):
    empty = os.environ["DATABASE_URL"].rpartition("/")[0] + "/postgres"  # a database without our tables
    environment = os.environ | {"DATABASE_URL": address or empty}
    run = subprocess.run(
        [sys.executable, ROOT / "manage.py", "verify_log"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == 1
    assert words in run.stderr
    assert "Traceback" not in run.stderr
