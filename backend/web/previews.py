"""Documents looked at in the browser: drawn as pictures or words, in a page without origin, scripts or addresses.

A browser's own PDF reader does not start in a sandboxed page, and is the very thing that a hostile PDF aims at. So the
pages are drawn by us, in a closed process (`files.closed`); the browser itself shows images, and words as plain text.
"""

import base64
import hashlib
import struct
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from backend.common.errors import NotVisible
from backend.hiring.files import closed, kinds, texts
from backend.hiring.files.closed import Failed
from backend.hiring.models import Document, TextStatus
from backend.web import files
from workflow.models import Application

STYLE = (
    ":root{color-scheme:light dark}body{margin:0;padding:1rem;font:1rem/1.5 system-ui,sans-serif;background:#e9e9e4;"
    "color:#1c1c1a}main{max-width:62rem;margin:auto}img{display:block;width:100%;height:auto;margin:0 0 1rem;"
    "background:#fff;box-shadow:0 1px 4px #0003}h1{font-size:1.125rem;overflow-wrap:anywhere}p{margin:0 0 1rem}"
    "a{color:inherit}@media(prefers-color-scheme:dark){body{background:#1c1c1a;color:#f2f2ec}}"
)
HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
PAGES_POLICY = f"default-src 'none'; img-src data:; style-src 'sha256-{HASH}'; sandbox"
SECONDS, WAIT = 8, 12  # a person waits for it


def preview(request: HttpRequest, application: Application, doc: UUID) -> HttpResponseBase:
    """Give one document of an application to look at; `?as=text` asks for its words alone.

    Raises NotVisible for what is not one of its documents, is kept back, or cannot be shown.
    """
    document = files.find(application, doc)
    if document.content_type in kinds.IMAGES:
        return _inline(_as_it_is(document), document)
    if document.content_type == kinds.PDF and request.GET.get("as") != "text":
        return _inline(_pages(request, document), document, ".html", PAGES_POLICY)
    return _inline(_words(document), document, ".txt")


def can_show(document: Document) -> bool:
    """Say whether there is something to look at."""
    if not document.is_available:
        return False
    if document.content_type in (kinds.ODT, kinds.DOCX):
        return document.text_status == TextStatus.DONE
    return document.text_note != closed.Trouble.LOCKED


def _as_it_is(document: Document) -> HttpResponseBase:
    return FileResponse(files.opened(document), content_type=document.content_type)


def _words(document: Document) -> HttpResponse:
    if document.content_type == kinds.TEXT:
        with files.opened(document) as opened:
            words = texts.decode(opened.read()) or ""
    elif document.text_status == TextStatus.WAITING:
        raise NotVisible(_("This file waits to be read. Come back in a minute, or download it."))
    elif document.text_status != TextStatus.DONE:
        raise NotVisible(_("This file cannot be shown here. Download it."))
    else:
        words = document.text
    return HttpResponse(words, content_type="text/plain; charset=utf-8")


def _pages(request: HttpRequest, document: Document) -> HttpResponse:
    try:
        with files.opened(document) as opened:
            drawn = closed.run("pages", opened, seconds=SECONDS, wait=WAIT)
    except Failed as failure:
        raise NotVisible(f"{_('This file cannot be shown here. Download it.')} {failure.trouble.label}") from failure
    count, pictures = _unpack(drawn)
    context = {
        "document": document,
        "style": STYLE,
        "pages": [f"data:image/webp;base64,{base64.b64encode(picture).decode()}" for picture in pictures],
        "left": max(0, count - len(pictures)),
        "has_text": document.text_status == TextStatus.DONE,
    }
    return HttpResponse(render_to_string("document_pages.html", context, request))


def _unpack(drawn: bytes) -> tuple[int, list[bytes]]:
    """Give the number of pages and the pictures that came back; the process that made them is not trusted either."""
    if len(drawn) < 4:
        return 0, []
    (count,), at, pictures = struct.unpack_from(">I", drawn), 4, []
    while at + 4 <= len(drawn):
        (size,) = struct.unpack_from(">I", drawn, at)
        pictures.append(drawn[at + 4 : at + 4 + size])
        at += 4 + size
    return count, pictures


def _inline(
    response: HttpResponseBase, document: Document, ending: str = "", policy: str = files.SANDBOX
) -> HttpResponseBase:
    response["Content-Disposition"] = content_disposition_header(False, document.name + ending) or "inline"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    files.guard(response)
    response["Content-Security-Policy"] = policy
    return response
