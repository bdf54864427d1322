"""The pages in French: nothing untranslated, and set as French is set."""

import re
from pathlib import Path

import polib
import pytest
from django.conf import settings

PARTS = (
    "web",
    "files",
    "intake",
    "public",
    "people",
    "hooks",
    "reports",
    "settings",
)
CATALOGUES = {path.parts[-4]: path for path in Path(settings.BASE_DIR).glob("locale/*/fr/LC_MESSAGES/django.po")}
ENTRIES = [entry for part in PARTS for entry in polib.pofile(str(CATALOGUES[part]))]
MARKED = re.compile(
    r"""(?:\b_|gettext_lazy|ngettext|pgettext)\(\s*(?:"(?:link|button)",\s*)?"([^"]+)"|{% translate (["'])(.+?)\2"""
)


def texts(entry):
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_every_text_of_the_pages_has_its_french():
    known = {entry.msgid for path in CATALOGUES.values() for entry in polib.pofile(str(path))}
    base = Path(settings.BASE_DIR)
    files = [*(base / "backend" / "web").rglob("*.py"), *(base / "templates" / "web").rglob("*.html")]
    marked = {found[1] or found[3] for file in files for found in MARKED.finditer(file.read_text("utf-8"))}
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
