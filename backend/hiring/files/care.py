"""What is kept is looked after: scanned for viruses where there is a scanner, then read for search.

The table is the only list of what is to do. Each look claims one row for a while, so that several workers share the
work, and a worker that dies in the middle leaves a row that the next one takes. Doing it twice does no harm.
"""

from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from backend.common import clock
from backend.hiring.files import closed, kinds, texts, virus
from backend.hiring.files.closed import Failed, Trouble
from backend.hiring.files.inmate import tidy
from backend.hiring.models import Document, Scan, TextStatus

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=3)  # longer than any scan or reading may take
READINGS = 3  # a file that ends its reader this often is left alone
LATER, LATEST = timedelta(seconds=15), timedelta(minutes=10)
REFUSED_LATER = timedelta(hours=1)


def look_after(limit: int = 20) -> dict[str, int]:
    """Do what is due for up to `limit` documents; give how many came to which end."""
    ends: dict[str, int] = {}
    for _count in range(limit):
        document = claim()
        if document is None:
            break
        end = look(document)
        ends[end] = ends.get(end, 0) + 1
    return ends


@transaction.atomic
def claim() -> Document | None:
    """Give a document that waits and that no other worker has in hand; it is ours for the time of the lease."""
    now = clock.now()
    found = (
        Document.objects.select_for_update(skip_locked=True)
        .filter(next_look_at__lte=now)
        .order_by("next_look_at", "id")
        .first()
    )
    if found is not None:
        found.looks += 1
        found.next_look_at = now + LEASE
        found.save(update_fields=["looks", "next_look_at"])
    return found


def look(document: Document) -> str:
    """Scan, or else read, one document, and write down what came of it; give that in a word."""
    if document.scan in (Scan.WAITING, Scan.FAILED):
        _scan(document)
        if not document.is_available:
            _save(document)
            return document.scan
        document.looks = 1
    if document.is_available and document.text_status == TextStatus.WAITING:
        _read(document)
    document.next_look_at = None
    _save(document)
    return document.text_status


def _save(document: Document) -> None:
    document.save(
        update_fields=["scan", "scan_note", "scanned_at", "text", "text_status", "text_note", "looks", "next_look_at"]
    )


def _scan(document: Document) -> None:
    """Ask the scanner. While nobody answers, the document stays where it is: kept from everybody."""
    try:
        with document.file.open("rb") as opened:
            found = virus.infection(settings.CLAMD_URL, opened.file)
    except FileNotFoundError:
        document.scan, document.scan_note, document.next_look_at = Scan.FAILED, Trouble.GONE.value, None
        return
    except virus.Unreachable as error:
        log.warning("scanner_unreachable", document=str(document.pk), error=str(error))
        wait = min(LATER * 2 ** min(document.looks - 1, 10), LATEST)
        document.scan, document.next_look_at = Scan.WAITING, clock.now() + wait
        return
    except virus.Refused as error:
        log.warning("scanner_refused", document=str(document.pk), error=str(error))
        document.scan, document.scan_note = Scan.FAILED, str(error)
        document.next_look_at = clock.now() + REFUSED_LATER
        return
    document.scanned_at = clock.now()
    document.scan, document.scan_note = (Scan.INFECTED, found) if found else (Scan.CLEAN, "")
    if found:
        log.warning("document_infected", document=str(document.pk), found=found)
        document.next_look_at = None


def _read(document: Document) -> None:
    """Keep the words of a document that passed. Whatever happens to the reader, the document stays as it is."""
    if document.looks > READINGS:
        document.text_status, document.text_note = TextStatus.FAILED, Trouble.CRASHED
        return
    try:
        document.text = words(document)
    except Failed as failure:
        document.text_status, document.text_note = TextStatus.FAILED, failure.trouble
    else:
        document.text_status = TextStatus.DONE if document.text else TextStatus.EMPTY
        document.text_note = ""


def words(document: Document) -> str:
    """Give the words of a document; empty for a scan of paper. Raises Failed."""
    try:
        with document.file.open("rb") as opened:
            if document.content_type == kinds.TEXT:
                return tidy(texts.decode(opened.read()) or "")
            return closed.run("pdf" if document.content_type == kinds.PDF else "xml", opened.file).decode()
    except FileNotFoundError:
        raise Failed(Trouble.GONE) from None


def release_unscanned() -> int:
    """Let go what waits for a scanner that will not come; give how many. For an operator who has taken it away."""
    waiting = Document.objects.filter(Q(scan=Scan.WAITING) | Q(scan=Scan.FAILED)).exclude(scan_note=Trouble.GONE)
    return waiting.update(scan=Scan.NOT_NEEDED, scan_note="", looks=0, next_look_at=clock.now())
