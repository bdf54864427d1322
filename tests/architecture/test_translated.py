"""No text without its French: every message of the code and of the templates, by Python's and Django's own readers."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import django
import polib
from django.conf import settings
from django.utils.translation.template import templatize

BASE = Path(settings.BASE_DIR)
MARKS = {"_": 0, "_l": 0, "gettext": 0, "gettext_lazy": 0, "gettext_noop": 0, "ngettext": 0, "ngettext_lazy": 0}
MARKS |= {"pgettext": 1, "pgettext_lazy": 1, "npgettext": 1}
"""The functions that mark a text, and how many words of context come before it."""
MARKED = re.compile(
    r"""\b(?P<name>_|n?gettext|n?pgettext)\((?P<words>\s*u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'),?)+"""
)
STRING = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'""")


def translated() -> set[tuple[str | None, str]]:
    """Give what has its French: in our catalogues, or in Django's."""
    files = [*BASE.glob("locale/*/fr/LC_MESSAGES/django.po")]
    files.append(Path(django.__file__).parent / "conf" / "locale" / "fr" / "LC_MESSAGES" / "django.po")
    entries = [entry for file in files for entry in polib.pofile(str(file))]
    return {(entry.msgctxt, entry.msgid) for entry in entries if not entry.obsolete and entry.translated()}


def of_code(text: str) -> Iterator[tuple[str | None, str]]:
    """Give the messages of a Python module."""
    for node in ast.walk(ast.parse(text)):
        name = isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", ""))
        if isinstance(node, ast.Call) and name in MARKS:
            words = [word.value for word in node.args if isinstance(word, ast.Constant)]
            if len(words) > MARKS[name]:  # a variable in there was marked where it was written
                yield (words[0] if MARKS[name] else None), words[MARKS[name]]


def of_template(text: str) -> Iterator[tuple[str | None, str]]:
    """Give the messages of a template, as `makemessages` would find them."""
    for found in MARKED.finditer(templatize(text)):
        words = [ast.literal_eval(word) for word in STRING.findall(found[0])]
        yield (words[0] if MARKS[found["name"]] else None), words[MARKS[found["name"]]]


def test_every_message_of_the_code_has_its_french():
    modules = [file for top in ("backend", "workflow", "notifications") for file in (BASE / top).rglob("*.py")]
    messages = {message for file in modules for message in of_code(file.read_text("utf-8"))}
    assert len(messages) > 1000
    assert messages - translated() == set()


def test_every_message_of_the_templates_has_its_french():
    files = (BASE / "templates").rglob("*.html")
    messages = {message for file in files for message in of_template(file.read_text("utf-8"))}
    assert len(messages) > 500
    assert messages - translated() == set()


def test_text_without_its_french_is_noticed():
    assert list(of_code('_("Kanari"); pgettext("bird", "Kanari"); _(name)')) == [(None, "Kanari"), ("bird", "Kanari")]
    page = '{% load i18n %}{% translate "Kanari" %}'
    page += "{% blocktranslate with a=b trimmed %}It’s {{ a }}{% endblocktranslate %}"
    assert list(of_template(page)) == [(None, "Kanari"), (None, "It’s %(a)s")]
    assert (None, "Kanari") not in translated()
