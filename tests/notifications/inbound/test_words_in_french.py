"""Every sentence of this package has French words, with its placeholders."""

import ast
import re
from pathlib import Path

from django.conf import settings

CODE = [*Path(settings.BASE_DIR, "notifications", "inbound").glob("*.py")]
CODE.append(Path(settings.BASE_DIR, "notifications", "management", "commands", "receive_mail.py"))
CATALOGUES = {path.parts[-4]: path for path in Path(settings.BASE_DIR, "locale").glob("*/fr/LC_MESSAGES/django.po")}


def sentences() -> set[str]:
    """Give every literal that is handed to gettext."""
    calls = (node for path in CODE for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    named = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id in ("_", "ngettext"))
    return {call.args[0].value for call in named if isinstance(call.args[0], ast.Constant)}


PAIR = re.compile(r'(?m)^msgid "(.+)"\n(?:msgid_plural.*\n)?msgstr(?:\[0\])? "(.+)"$')
PLACEHOLDER = re.compile(r"%\(\w+\)")


def test_every_sentence_has_its_french_words() -> None:
    known = {pair[0] for path in CATALOGUES.values() for pair in PAIR.findall(path.read_text())}
    assert sentences() <= known
    entries = dict(PAIR.findall(CATALOGUES["inbound"].read_text()))
    assert set(entries) <= sentences()
    for english, french in entries.items():
        assert sorted(PLACEHOLDER.findall(french)) == sorted(PLACEHOLDER.findall(english))
        assert not re.search(r"(?<!\u202f)[;!?»]|« |'| :", french), french
