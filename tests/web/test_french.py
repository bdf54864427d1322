"""The pages in French: nothing untranslated, and set as French is set."""

import ast
import re
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.translation.template import templatize

CATALOGUES = {path.parts[-4]: path for path in Path(settings.BASE_DIR).glob("locale/*/fr/LC_MESSAGES/django.po")}
ENTRIES = [entry for part in sorted(CATALOGUES) for entry in polib.pofile(str(CATALOGUES[part]))]
PARTS = ("backend", "workflow", "notifications")
CONTEXT = {"pgettext", "pgettext_lazy", "npgettext"}
MARKERS = CONTEXT | {"_", "_l", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
CALLS = re.compile(
    r"""\b(_|n?p?gettext)\(((?:\s*u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")\s*,?)+)""",
)


def marked_in_code(source):
    """Give the texts that Python marks for translation, each with its context or None."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in MARKERS:
            words = [word.value for word in call.args if isinstance(word, ast.Constant) and isinstance(word.value, str)]
            if words:
                yield (words[0], words[1]) if call.func.id in CONTEXT else (None, words[0])


def marked_in_template(source):
    """Give the texts that a template marks, as makemessages reads them."""
    for found in CALLS.finditer(templatize(source)):
        words = ast.literal_eval(f"[{found[2]}]")
        yield (words[0], words[1]) if found[1] in CONTEXT else (None, words[0])


def texts(entry):
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_every_text_of_the_pages_has_its_french():
    known = {(entry.msgctxt, entry.msgid) for path in CATALOGUES.values() for entry in polib.pofile(str(path))}
    base = Path(settings.BASE_DIR)
    code = [file for part in PARTS for file in (base / part).rglob("*.py")]
    marked = {found for file in code for found in marked_in_code(file.read_text("utf-8"))}
    for file in (base / "templates").rglob("*.html"):
        marked |= set(marked_in_template(file.read_text("utf-8")))
    assert len(marked) > 1500
    assert sorted(marked - known, key=str) == []


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
