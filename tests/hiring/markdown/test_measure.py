"""The measure itself, on two made-up postings."""

import json

import pytest

from backend.hiring.markdown import facts, measure

POSTING = "---\nroles: dev\n---\n\n## Modalités\n\n- TJM : 500 €\n- Télétravail possible\n"


@pytest.fixture
def corpus(tmp_path):
    (tmp_path / "a.md").write_text(POSTING, encoding="utf-8")
    (tmp_path / "refused.md").write_text("Bonjour", encoding="utf-8")
    nothing = {name: facts.nothing(name) for name in facts.NAMES}
    labels = {
        "a.md": nothing | {"day_rate_min": 500, "day_rate_max": 600, "remote": "partial"},
        "refused.md": nothing | {"apply_to": ["jobs@marees.example"]},
    }
    (tmp_path / "labels.json").write_text(json.dumps(labels), encoding="utf-8")
    return tmp_path


def test_measure_counts_exact_and_found(corpus):
    rows = {row.name: row for row in measure.measure(corpus / "labels.json", corpus)}
    assert list(rows) == list(facts.NAMES)
    counts = {name: (row.exact, row.total, row.found, row.stated) for name, row in rows.items()}
    assert counts["day_rate_min"] == (2, 2, 1, 1)
    assert counts["day_rate_max"] == (1, 2, 0, 1)
    assert counts["remote"] == (2, 2, 1, 1)
    assert counts["apply_to"] == (1, 2, 0, 1)
    assert counts["start"] == (2, 2, 0, 0)
    assert rows["day_rate_max"].misses == [("a.md", 600, 500)]


def test_format_table(corpus):
    table = measure.format_table(measure.measure(corpus / "labels.json", corpus)).splitlines()
    assert table[:2] == ["| fact | exact | share | stated ones found |", "|---|---|---|---|"]
    assert "| day_rate_max | 1/2 | 50% | 0/1 |" in table
    assert table[-1] == "| all | 26/28 | 93% | 2/4 |"


def test_order_of_a_list_says_nothing():
    assert measure.same(["a", "b"], ["b", "a"])
    assert not measure.same(["a"], ["a", "b"])
    assert not measure.same(None, [])


def test_measure_names_what_is_missing(corpus):
    with pytest.raises(FileNotFoundError):
        measure.measure(corpus / "nothing.json", corpus)
    with pytest.raises(FileNotFoundError, match=r"a\.md"):
        measure.measure(corpus / "labels.json", corpus / "elsewhere")
    (corpus / "list.json").write_text("[]")
    with pytest.raises(ValueError, match="labels"):
        measure.measure(corpus / "list.json", corpus)
