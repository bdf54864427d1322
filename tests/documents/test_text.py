from __future__ import annotations

import pytest

from backend.documents import text


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Zoé Ferrand", "Zoé Ferrand"),
        ("a\u202eb\u2066c\u2069\u200fd\u061ce", "abcde"),
        ("a\u200bb\ufeffc\u00add\u2060e", "abcde"),
        ("a\x00b\x07c\ue000d\uffffe", "abcde"),
        ("a\r\nb\u2028c\td", "a\nb\nc\td"),
        ("Zoé 🎉 Ferrand 👩🏽‍💻", "Zoé  Ferrand "),
        ("1\ufe0f\u20e3", "1"),
        ("e\u0301", "é"),
        ("x" + "\u0302" * 50 + "y", "x\u0302\u0302y"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\u200cb", "ab"),
        ("14\u202fh\u202f30\u00a0: 1\u202f250\u202f€", "14\u202fh\u202f30\u00a0: 1\u202f250\u202f€"),
        ("王小明", "王小明"),
    ],
)
def test_plain_text(given: str, expected: str) -> None:
    assert text.plain(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [("Ana", "ltr"), ("محمد Amine", "rtl"), ("(יעל", "rtl"), ("Amine محمد", "ltr"), ("123", "ltr"), ("", "ltr")],
)
def test_direction_is_that_of_the_first_letter(given: str, expected: str) -> None:
    assert text.direction(given) == expected


def test_short_is_one_line_and_never_longer() -> None:
    assert text.short("Ana\n Bertin", 60) == "Ana Bertin"
    assert text.short("x" * 61, 60) == "x" * 59 + "…"
