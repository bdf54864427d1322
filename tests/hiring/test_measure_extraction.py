"""The command that prints how well facts are read."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

POSTING = "---\nroles: dev\n---\n\n## Modalités\n\n- TJM : 500 €\n"


@pytest.fixture
def corpus(tmp_path):
    (tmp_path / "a.md").write_text(POSTING, encoding="utf-8")
    (tmp_path / "labels.json").write_text(json.dumps({"a.md": {"day_rate_min": 500, "day_rate_max": 600}}))
    return tmp_path


def run(corpus, **options):
    out = StringIO()
    call_command("measure_extraction", labels=corpus / "labels.json", postings=corpus, stdout=out, **options)
    return out.getvalue()


def test_prints_the_table(corpus):
    lines = run(corpus).splitlines()
    assert "| day_rate_min | 1/1 | 100% | 1/1 |" in lines
    assert lines[-1] == "| all | 1/2 | 50% | 1/2 |"


def test_lists_the_misses(corpus):
    assert run(corpus, misses=True).splitlines()[-1] == "day_rate_max: a.md: labelled 600, read 500"


def test_says_what_is_absent(corpus, tmp_path):
    (tmp_path / "empty").mkdir()
    for folder, words in (
        ("elsewhere", "There is no .*elsewhere.*--labels and --postings"),
        ("empty", "no posting .*a.md"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("measure_extraction", labels=corpus / "labels.json", postings=tmp_path / folder)
