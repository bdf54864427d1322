"""HTML to PDF: WeasyPrint behind one function, which fetches nothing but the files that Jalon ships.

WeasyPrint and the libraries it needs (Pango, HarfBuzz, Fontconfig) are loaded with the first document, so that
everything else works without them.
"""

from __future__ import annotations

import atexit
import gc
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from backend.common.errors import JalonError
from backend.documents import text

if TYPE_CHECKING:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

SHELF = "https://jalon.invalid/"
"""The address under which the shipped files are known to each other. “.invalid” exists nowhere (RFC 6761)."""

MEDIA_TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


class PdfUnavailable(JalonError):
    """The libraries that set pages are not installed here; the words say how to install them."""

    code, status = "pdf_unavailable", 503


@cache
def shelf() -> dict[str, Path]:
    """Give the files a document may use, by address: the style sheet, its drawings and its fonts."""
    folder = settings.BASE_DIR / "static" / "jalon"
    files = [folder / "print.css", *folder.glob("print/*.svg"), *folder.glob("fonts/*.woff2")]
    return {SHELF + path.relative_to(folder).as_posix(): path for path in files}


@dataclass(frozen=True)
class Kit:
    """What every document shares and what is slow to make: the fonts and the style sheet."""

    fonts: FontConfiguration
    style: CSS
    fetcher: Any


# Pango's font maps are not safe to share between threads: one document at a time in each process.
_lock = threading.Lock()


@cache
def kit() -> Kit:
    """Give the shared parts, made once in a process. Raises PdfUnavailable."""
    try:
        # Here and not above: without Pango this import fails, and only documents may fail with it.
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import URLFetcher, URLFetcherResponse
    except (OSError, ImportError) as error:
        raise PdfUnavailable(
            _(
                "PDF documents need Pango, which is not installed here. Install it and start Jalon again: "
                "“apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0” on Debian and Ubuntu, "
                "“brew install pango” on macOS."
            )
        ) from error

    class Librarian(URLFetcher):
        """Hands out the shipped files by name, and refuses everything else, whatever its scheme."""

        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
            path = shelf().get(url)
            if path is None:
                raise ValueError(f"A document may not fetch {url[:200]!r}.")
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": MEDIA_TYPES[path.suffix]})

    fonts, fetcher = FontConfiguration(), Librarian()
    style = weasyprint.CSS(url=SHELF + "print.css", url_fetcher=fetcher, font_config=fonts)
    atexit.register(kit.cache_clear)  # its folder of unpacked fonts goes while Python can still remove it
    return Kit(fonts, style, fetcher)


def prepare() -> None:
    """Begin to load the shared parts, so that they are there when what a document is about has been looked up."""
    if not kit.cache_info().currsize:
        threading.Thread(target=_prepare, name="kit", daemon=True).start()


def _prepare() -> None:
    with _lock, suppress(PdfUnavailable):  # who sets the first page will say so
        kit()


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Let Python not look for garbage meanwhile: a page's boxes are all in use until it is written.

    Looking again and again at the boxes of a long document takes a fifth of the time that it takes to set.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def render(template: str, context: Mapping[str, Any], *, hide: Sequence[str] = ()) -> bytes:
    """Give the PDF (tagged, PDF/UA-1) of one template under `templates/pdf/`, in the active language.

    The template gives language, title and author in its head. Nothing in `hide` gets onto the paper, whoever wrote
    it. Raises PdfUnavailable.
    """
    html = text.plain(render_to_string(f"pdf/{template}", dict(context)))
    for secret in hide:
        html = html.replace(secret, "…")
    # One at a time, and the libraries' own warnings (an old Pango, a missing HarfBuzz part) stay theirs.
    with _lock, warnings.catch_warnings(), _nothing_collected():
        warnings.simplefilter("ignore")
        parts = kit()
        from weasyprint import HTML  # after kit(), which says what is missing if this cannot be loaded

        page = HTML(string=html, base_url=SHELF, url_fetcher=parts.fetcher, media_type="print")
        content = page.write_pdf(
            stylesheets=[parts.style], font_config=parts.fonts, pdf_variant="pdf/ua-1", pdf_tags=True
        )
    assert isinstance(content, bytes)
    return content
