"""`manage.py receive_mail`: files, standard input, one line a message, and its exit code."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command

from backend.hiring.models import Posting
from tests.notifications.inbound import mails
from workflow.models import Application


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str]]:
    """Run the command; give its exit code and the lines it printed."""
    try:
        call_command("receive_mail", *arguments)
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    return code, capsys.readouterr().out.splitlines()


def test_json_gives_one_object_a_message(posting: Posting, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = tmp_path / "a.eml"
    first.write_bytes(mails.mail(files=[("cv.pdf", mails.PDF, "application/pdf")]))
    code, lines = run(capsys, str(first), str(first), "--json")
    found = [json.loads(line) for line in lines]
    application = Application.objects.get()
    assert code == 0
    assert [row["outcome"] for row in found] == ["application", "duplicate"]
    assert found[0] == {
        "path": str(first),
        "outcome": "application",
        "reason": found[0]["reason"],
        "application": str(application.pk),
        "posting": "developpeuse-backend",
        "candidate": {"name": "Camille Martin", "email": "camille.martin@courrier.example"},
        "documents": ["cv.pdf"],
    }
    assert found[1]["application"] == str(application.pk)


def test_what_cannot_be_read_is_refused_and_the_rest_still_handled(
    posting: Posting, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, empty, text = tmp_path / "good.eml", tmp_path / "empty.eml", tmp_path / "text.eml"
    good.write_bytes(mails.mail())
    empty.touch()
    text.write_text("hello")
    paths = [str(path) for path in (tmp_path / "none.eml", tmp_path, empty, text, good)]
    code, lines = run(capsys, *paths, "nul\0byte", "--json")
    found = [json.loads(line) for line in lines]
    assert code == 1
    assert [row["outcome"] for row in found] == ["refused"] * 4 + ["application", "refused"]
    assert all(row["reason"] for row in found)
    assert found[0]["candidate"] == {"name": "", "email": ""}


def test_triage_is_no_failure(posting: Posting, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(mails.mail(to="x@autre.example", subject="Bonjour"))
    code, lines = run(capsys, str(path))
    assert code == 0
    assert len(lines) == 1


@pytest.mark.parametrize("arguments", [["-"], []])
def test_standard_input_is_one_message(
    posting: Posting, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(mails.mail())))
    code, lines = run(capsys, *arguments)
    assert code == 0
    assert len(lines) == 1
    assert lines[0].startswith("-: ")
    assert "Camille Martin → Une développeuse ou un développeur backend senior" in lines[0]


def test_line_for_people_has_no_line_end_of_the_sender(
    posting: Posting, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(
        mails.raw(f"From: =?utf-8?q?Camille=0A=1B[31mMartin?= <c@courrier.example>\nTo: {mails.JOBS}", "Bonjour")
    )
    _code, lines = run(capsys, str(path))
    assert len(lines) == 1
    assert "\x1b" not in lines[0]
