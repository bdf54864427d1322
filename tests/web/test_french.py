"""The pages in French: nothing untranslated, and set as French is set."""

import ast
import re
from pathlib import Path

import polib
import pytest
from django.conf import settings

CATALOGUES = {path.parts[-4]: path for path in Path(settings.BASE_DIR).glob("locale/*/fr/LC_MESSAGES/django.po")}
ENTRIES = [entry for part in sorted(CATALOGUES) for entry in polib.pofile(str(CATALOGUES[part]))]
MARKED = re.compile(r"""{% translate (["'])(.+?)\1""")
MARKS = {"_": 0, "_l": 0, "gettext": 0, "gettext_lazy": 0, "ngettext": 0, "ngettext_lazy": 0, "pgettext": 1}
"""What marks a text in Python, and which of its arguments is the text."""


def texts(entry):
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def marked_in(file: Path) -> set[str]:
    """Give the texts that a file marks, those written in several pieces as the one they are."""
    if file.suffix != ".py":
        return {found[2] for found in MARKED.finditer(file.read_text("utf-8"))}
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        place = MARKS.get(node.func.id) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else None
        if place is not None and len(node.args) > place and isinstance(node.args[place], ast.Constant):
            found.add(node.args[place].value)
    return found


def test_every_text_of_the_pages_has_its_french():
    known = {entry.msgid for path in CATALOGUES.values() for entry in polib.pofile(str(path))}
    base = Path(settings.BASE_DIR)
    code = [file for part in ("backend", "workflow", "notifications") for file in (base / part).rglob("*.py")]
    files = [*code, *(base / "templates").rglob("*.html"), *(base / "templates").rglob("*.txt")]
    marked = {text for file in files for text in marked_in(file)}
    assert len(marked) > 300
    assert marked - known == set()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.msgid[:40])
def test_french_is_complete_and_set_as_french(entry):
    for text in texts(entry):
        assert text.strip()
        assert not re.search(r"[^\u202f] ?[;!?»](?![^<]*>)", re.sub(r"\u202f[;!?»]", "", text)), text
        assert not re.search(r"[^\u202f\w/]:(?!//)", re.sub(r"\u202f:", "", text)), text
        assert "'" not in text and "..." not in text
        assert sorted(re.findall(r"%\(\w+\)\w|{\w+}", text)) in (
            sorted(re.findall(r"%\(\w+\)\w|{\w+}", entry.msgid)),
            sorted(re.findall(r"%\(\w+\)\w|{\w+}", entry.msgid_plural or entry.msgid)),
        )
