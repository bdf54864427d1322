"""Files on their way out: downloaded under their own name, never run or drawn by the browser as a page of ours."""

from typing import TypeVar
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from backend.common.errors import NotVisible
from backend.hiring import documents
from workflow.models import Application

T = TypeVar("T", HttpResponse, FileResponse)
SANDBOX = "default-src 'none'; sandbox"


def download(application: Application, doc: UUID) -> FileResponse:
    """Give one document of an application. Raises NotVisible if it is not one of its documents, or is gone."""
    found = application.documents.filter(pk=doc).first()
    if found is None:
        raise NotVisible(_("There is no such document."))
    try:
        opened = found.file.open("rb")
    except FileNotFoundError:
        raise NotVisible(_("This file is no longer here.")) from None
    response = FileResponse(opened, as_attachment=True, filename=documents.safe_name(found.name))
    response["Content-Type"] = found.content_type
    return _guarded(response)


def attachment(content: bytes, name: str, media_type: str) -> HttpResponse:
    """Give bytes of ours as a download."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, documents.safe_name(name)) or "attachment"
    return _guarded(response)


def _guarded(response: T) -> T:
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
