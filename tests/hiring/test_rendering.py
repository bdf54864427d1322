"""What a posting's Markdown becomes: safe, and in time."""

import re
import time

import pytest

from backend.hiring import rendering

HOSTILE = [
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](javascript&colon;alert(1))",
    "[a](data:text/html,<script>)",
    "[a](vbscript:x)",
    "<javascript:alert(1)>",
    "[a]: javascript:alert(1)\n\n[a]",
    "![x](https://ailleurs.example/x.png)",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<script>alert(1)</script>",
    "<style>*{}</style>",
    "<iframe src=x>",
    '[a](https://x"onmouseover=alert(1))',
    '[x](https://a.example "t\\" onclick=alert(1) \\"")',
    "| a |\n|---|\n| <script> |",
]


@pytest.mark.parametrize("markdown", HOSTILE)
def test_to_html_gives_only_what_is_allowed(markdown: str):
    html = rendering.to_html(f"{markdown}\n\n[bon](https://bon.example)")
    assert 'href="https://bon.example"' in html
    tags = re.findall(r"<(\w+)([^>]*)>", html)
    assert {name for name, _attributes in tags} <= rendering.TAGS
    for _name, attributes in tags:
        words = re.sub(r'"[^"]*"', "", attributes).split()
        assert {word.rstrip("=") for word in words} <= {"href", "title", "rel", "start"}
    assert all(address.startswith("https://") for address in re.findall(r'href="([^"]*)"', html))


def test_lede_of_an_endless_text_is_given_at_once():
    text = "Une première phrase assez longue pour servir de résumé à l’annonce.\n\n" + "[" * 400_000
    began = time.monotonic()
    assert rendering.lede(text).startswith("Une première phrase")
    assert time.monotonic() - began < 1
