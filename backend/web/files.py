"""Files on their way out: downloaded under their own name, never run or drawn by the browser as a page of ours."""

from typing import IO, TypeVar
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from backend.common.errors import NotVisible
from backend.hiring import documents
from backend.hiring.models import Document
from workflow.models import Application

T = TypeVar("T", bound=HttpResponseBase)
SANDBOX = "default-src 'none'; sandbox"


def find(application: Application, doc: UUID) -> Document:
    """Give one document of an application.

    Raises NotVisible if it is not one of its documents, is kept back, or says whose it is before that may be known.
    """
    if application.candidate.veiled:
        raise NotVisible(_("Files are shown once an interview was held: they say who the person is."))
    found: Document | None = application.documents.filter(pk=doc).first()
    if found is None:
        raise NotVisible(_("There is no such document."))
    if not found.is_available:
        raise NotVisible(f"{_('This file is kept back:')} {found.get_scan_display()}.")
    return found


def opened(document: Document) -> IO[bytes]:
    """Give the content of a document. Raises NotVisible if it is gone."""
    try:
        return document.file.open("rb")
    except FileNotFoundError:
        raise NotVisible(_("This file is no longer here.")) from None


def download(application: Application, doc: UUID) -> FileResponse:
    """Give one document of an application. Raises NotVisible if it is not one of its, is kept back or gone."""
    found = find(application, doc)
    response = FileResponse(opened(found), as_attachment=True, filename=documents.safe_name(found.name))
    response["Content-Type"] = found.content_type
    return guard(response)


def attachment(content: bytes, name: str, media_type: str) -> HttpResponse:
    """Give bytes of ours as a download."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, documents.safe_name(name)) or "attachment"
    return guard(response)


def guard(response: T) -> T:
    """Give the answer with the headers that keep what is in it to itself."""
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
