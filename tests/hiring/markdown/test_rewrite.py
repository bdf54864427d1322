"""Sources changed in place: only what changed, every other byte as it was."""

import pytest
import yaml

from backend.hiring.markdown import front_matter, source
from backend.hiring.markdown.refusal import SourceRefused
from backend.hiring.markdown.rewrite import GONE, dump, rewrite

POSTING = """---
# made by hand
roles: Dev   # the role
open:   true
custom_key: [a,   "b"]

techno:
  - Python
  - Go
# below
date: 2026-1-5
---

## Mission

Faire.
"""


def test_rewrite_of_nothing_gives_every_byte_back():
    data = POSTING.encode()
    assert rewrite(data, {}) is data
    assert rewrite(data, {"open": True, "techno": ["Python", "Go"]}, "\n## Mission\n\nFaire.\n") is data


def test_rewrite_touches_the_lines_of_the_changed_keys_alone():
    changed = rewrite(POSTING.encode(), {"techno": ["Rust"], "open": False, "new": "x: y"}).decode()
    assert changed == POSTING.replace("  - Python\n  - Go\n", "  - Rust\n").replace(
        "open:   true", "open: false"
    ).replace("date: 2026-1-5\n", 'date: 2026-1-5\nnew: "x: y"\n'.replace('"', "'"))


def test_rewrite_takes_a_key_out():
    assert rewrite(POSTING.encode(), {"techno": GONE}).decode() == POSTING.replace("techno:\n  - Python\n  - Go\n", "")


def test_rewrite_changes_the_body_alone():
    changed = rewrite(POSTING.encode(), {}, "\nAutre.\n").decode()
    assert changed == POSTING.replace("## Mission\n\nFaire.", "Autre.")


@pytest.mark.parametrize(
    ("ends", "encoding"),
    [("\r\n", "utf-8"), ("\r\n", "utf-8-sig"), ("\r", "utf-8"), ("\n", "cp1252"), ("\r\n", "cp1252")],
)
def test_rewrite_keeps_line_ends_and_encoding(ends, encoding):
    text = POSTING.replace("Dev ", "Développeuse d’API ").replace("\n", ends)
    changed = rewrite(text.encode(encoding), {"open": False})
    assert changed == text.replace("open:   true", "open: false").encode(encoding)


def test_rewrite_says_in_utf_8_what_the_encoding_lacks():
    data = POSTING.replace("Dev ", "Développeuse ").encode("cp1252")
    changed = rewrite(data, {"roles": "Разработчик"})
    assert source.parse(changed).front["roles"] == "Разработчик" and "Разработчик" in changed.decode()


@pytest.mark.parametrize(
    "text",
    ["---\n{roles: Dev, open: true}\n---\nx\n",
     "---\nroles: Dev\nopen: true\n\nNo fence.\n", "# Titre\n\n---\nroles: Dev\n---\nx",
     "---\nroles: |\n  a\n\n  # b\nopen: true\n---\n", "---\nroles: Dev\n\ttechno: x\n---\n"],
)  # fmt: skip
def test_rewrite_of_odd_blocks_says_what_was_wanted(text):
    try:
        before = source.parse(text.encode())
    except SourceRefused:
        pytest.skip("not a posting")
    after = source.parse(rewrite(text.encode(), {"open": False, "z": ["1"]}, "\nNew\n"))
    assert after.front == before.front | {"open": False, "z": ["1"]} and after.body == "\nNew\n"


def test_rewrite_refuses_what_could_not_be_read_again():
    with pytest.raises(SourceRefused):
        rewrite(POSTING.encode(), {"x": "y" * 40_000})


@pytest.mark.parametrize(
    "value", ["yes", "12:30", "2026-11-21", "0612345678", "", "~", "- a", "a: b", "#x", " x ", "é’\n«", "1_0"]
)
def test_dump_says_what_the_loader_reads(value):
    assert front_matter.load(dump({"k": value, "l": [value]})) == {"k": value, "l": [value]}
    assert yaml.safe_load(dump({"k": "plain"})) == {"k": "plain"}
