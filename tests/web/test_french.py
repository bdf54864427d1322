"""The texts in French, set as French is set. That none is missing: tests/architecture/test_translated.py."""

import re
from pathlib import Path

import polib
import pytest
from django.conf import settings

CATALOGUES = {path.parts[-4]: path for path in Path(settings.BASE_DIR).glob("locale/*/fr/LC_MESSAGES/django.po")}
ENTRIES = [entry for part in sorted(CATALOGUES) for entry in polib.pofile(str(CATALOGUES[part]))]


def texts(entry):
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


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
