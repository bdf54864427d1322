from __future__ import annotations

import builtins
import datetime as dt
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone, translation

from backend.documents import engine, wording
from tests.documents import pages


class Listener:
    """A web server that only counts who comes."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.visits = 0
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()

    def listen(self) -> None:
        while True:
            try:
                visitor, _address = self.socket.accept()
            except OSError:
                return
            self.visits += 1
            visitor.close()

    def close(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(5)


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture
def page(tmp_path: Any, settings: Any) -> Any:
    """Give a function that renders a template written in the test."""
    (tmp_path / "pdf").mkdir()
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]

    def render(html: str, **context: Any) -> bytes:
        (tmp_path / "pdf" / "trial.html").write_text(html, encoding="utf-8")
        return engine.render("trial.html", context)

    return render


HEAD = '<!doctype html><html lang="fr"><head><title>Essai</title>{}</head>'


def test_document_fetches_nothing_even_when_its_template_asks(page: Any, listener: Listener, tmp_path: Any) -> None:
    address = f"http://127.0.0.1:{listener.port}"
    (tmp_path / "secret.txt").write_text("contenu du disque")
    head = HEAD.format(
        f'<link rel="stylesheet" href="{address}/a.css"><link rel="attachment" href="file://{tmp_path}/secret.txt">'
        f"<style>@import url({address}/b.css); @font-face {{ font-family: X; src: url({address}/x.woff2) }}"
        f" body {{ background: url({address}/c.png); font-family: X }}"
        f" p::after {{ content: url({address}/d.png) }}</style>"
    )
    body = (
        f'<body><p>Du texte</p><img alt="i" src="{address}/i.png"><img alt="f" src="file://{tmp_path}/secret.txt">'
        f'<object data="{address}/o.svg">objet</object><svg><image href="{address}/s.png"/></svg>'
        '<img alt="e" src="../../../etc/passwd"><img alt="g" src="ftp://127.0.0.1/x"></body></html>'
    )
    with socket.create_connection(("127.0.0.1", listener.port)):
        pass  # the listener does count
    pdf = page(head + body)
    assert listener.visits == 1
    assert "Du texte" in pages.text(pdf)
    assert b"contenu du disque" not in pdf
    assert "/EmbeddedFiles" not in str(pages.reader(pdf).trailer["/Root"])


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "file:///etc/passwd",
        "data:text/plain,a",
        engine.SHELF + "../base.css",
        engine.SHELF + "tokens.css",
        engine.SHELF + "print.css?x",
        engine.SHELF,
    ],
)
def test_librarian_refuses_what_is_not_on_the_shelf(url: str) -> None:
    with pytest.raises(ValueError, match="may not fetch"):
        engine.kit().fetcher.fetch(url)


def test_librarian_hands_out_what_is_on_the_shelf() -> None:
    assert len(engine.shelf()) >= 12
    for url, path in engine.shelf().items():
        assert engine.kit().fetcher.fetch(url).read() == path.read_bytes()


def test_every_font_of_the_style_sheet_is_shipped_under_a_name_of_its_own() -> None:
    # Two files under one family name are one font in the PDF: the second is drawn with the first one's glyphs.
    css = (settings.BASE_DIR / "static" / "jalon" / "print.css").read_text(encoding="utf-8")
    faces = re.findall(r'@font-face \{ font-family: "([^"]+)"; src: url\("([^"]+)"\)', css)
    assert css.count("@font-face {") == len(faces) >= 7
    assert len({family for family, _url in faces}) == len(faces)
    assert {engine.SHELF + url for _family, url in faces} <= set(engine.shelf())
    assert not re.search(r"@font-face \{[^}]*unicode-range", css)
    stack = re.search(r"--font: ([^;]+);", css)
    assert stack is not None
    assert all(f'"{family}"' in stack[1] for family, _url in faces)


def test_hidden_words_never_reach_the_paper(page: Any) -> None:
    html = HEAD.format("") + "<body><p>{{ words }}</p></body></html>"
    assert "jeton-secret" in pages.text(page(html, words="avant jeton-secret après"))
    hidden = engine.render("trial.html", {"words": "avant jeton-\u200bsecret après"}, hide=["jeton-secret"])
    assert "avant … après" in pages.text(hidden)


def test_missing_pango_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith("weasyprint"):
            raise OSError("cannot load library 'libpango-1.0-0'")
        return genuine(name, *args, **kwargs)

    genuine = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", refuse)
    with translation.override("en"), pytest.raises(engine.PdfUnavailable) as caught:
        engine.kit.__wrapped__()
    assert caught.value.status == 503
    assert caught.value.code == "pdf_unavailable"
    assert "apt install libpango-1.0-0" in caught.value.detail


def test_weasyprint_is_not_loaded_before_the_first_document() -> None:
    code = (
        "import django, sys; django.setup(); import backend.documents.summary, backend.documents.terms;"
        "sys.exit('weasyprint' in sys.modules)"
    )
    env = {"DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    done = subprocess.run([sys.executable, "-c", code], cwd=settings.BASE_DIR, env=env, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_threads_render_side_by_side(page: Any) -> None:
    html = HEAD.format("") + "<body><p>Bonjour {{ words }}</p></body></html>"
    page(html, words="x")
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda n: engine.render("trial.html", {"words": f"n{n}"}), range(12)))
    assert [pages.text(pdf).strip() for pdf in made] == [f"Bonjour n{n} 1 / 1" for n in range(12)]


def test_moment_is_written_as_people_say_it() -> None:
    noon = timezone.make_aware(dt.datetime(2026, 10, 1, 9, 5))
    with translation.override("fr"):
        assert wording.moment(noon) == "1er\u00a0oct.\u00a02026, 9\u202fh\u202f05"
    with translation.override("en"):
        assert wording.moment(noon) == "1\u00a0Oct\u00a02026, 09:05"


PREPARED = """
import threading, time
from backend.documents import engine
began = time.perf_counter()
engine.prepare()
at_once = time.perf_counter() - began
for thread in threading.enumerate():
    thread is threading.current_thread() or thread.join()
there = engine.kit.cache_info().currsize
engine.prepare()
print(there, at_once < 0.2, threading.active_count())
"""


def test_kit_is_loaded_beside_other_work_and_once() -> None:
    """In a process of its own: here it is loaded already."""
    done = subprocess.run([sys.executable, "-c", PREPARED], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["1", "True", "1"]


def test_kit_that_cannot_be_loaded_beside_is_said_with_the_first_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise engine.PdfUnavailable("Pango")

    monkeypatch.setattr(engine, "kit", missing)  # as where Pango is not: it is here
    engine._prepare()
    with pytest.raises(engine.PdfUnavailable):
        engine.render("recruitment/document.html", {"now": timezone.now()})
