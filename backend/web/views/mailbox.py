"""The in-app mailbox, where no mail server is configured: what would have left, for the administrator's eyes."""

import email
import email.policy
from email.message import EmailMessage
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from backend.accounts.actors import Actor
from backend.common.errors import NotVisible
from backend.common.middleware import CONTENT_SECURITY_POLICY
from backend.web import doors, files
from notifications.models import MailboxItem

PER_PAGE = 50
LINKS_OPEN = "allow-popups allow-popups-to-escape-sandbox"
"""A link of the mail opens beside, as in a mail program: our pages are drawn in no frame."""
FRAMED = f"default-src 'none'; style-src 'unsafe-inline'; sandbox {LINKS_OPEN}; frame-ancestors 'self'"
"""A mail keeps its own styles, in a frame without scripts or forms."""


def _require_enabled() -> None:
    if not settings.MAILBOX_ENABLED:
        raise NotVisible(_("There is no such page."))


def _find(pk: UUID) -> tuple[MailboxItem, EmailMessage]:
    _require_enabled()
    found = MailboxItem.objects.filter(pk=pk).first()
    if found is None:
        raise NotVisible(_("There is no such message."))
    return found, email.message_from_bytes(bytes(found.raw), policy=email.policy.default)


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


@require_safe
@doors.admin_only
def mailbox(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the mails, newest first."""
    _require_enabled()
    page = Paginator(MailboxItem.objects.defer("raw"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "mailbox.html", {"section": "mailbox", "page": page})


@require_safe
@doors.admin_only
def item(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Show one mail: its head, its text, and its HTML in a frame."""
    found, message = _find(pk)
    context = {
        "section": "mailbox",
        "current": "true",
        "item": found,
        "sender": str(message.get("From", "")),
        "text": _body(message, "plain"),
        "has_html": bool(_body(message, "html")),
        "files": [part.get_filename() or "?" for part in message.iter_attachments()],
        "sandbox": LINKS_OPEN,
    }
    response = render(request, "mailbox_item.html", context)
    response["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
    return response


@require_safe
@xframe_options_sameorigin
@doors.admin_only
def html(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Give the HTML of one mail, for the frame."""
    _found, message = _find(pk)
    drawn = _body(message, "html").replace("<head>", '<head><base target="_blank">', 1)
    response = HttpResponse(drawn, content_type="text/html; charset=utf-8")
    response["Content-Security-Policy"] = FRAMED
    return response


@require_safe
@doors.admin_only
def file(request: HttpRequest, actor: Actor, pk: UUID, number: int) -> HttpResponse:
    """Give one file that goes with a mail."""
    _found, message = _find(pk)
    parts = dict(enumerate(message.iter_attachments(), 1))
    if number not in parts:
        raise NotVisible(_("There is no such document."))
    part = parts[number]
    content = part.get_payload(decode=True)
    return files.attachment(bytes(content or b""), part.get_filename() or "", part.get_content_type())
