"""The files of a mail: which are taken, and of the others why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from backend.common.errors import Invalid
from backend.hiring import documents
from notifications.inbound.parts import Attachment

TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")


@dataclass(frozen=True)
class Sorted:
    """`taken` can be stored; `refused` are sentences, one a file."""

    taken: tuple[documents.Upload, ...]
    refused: tuple[str, ...]


def sort(attachments: Sequence[Attachment]) -> Sorted:
    """Part the files into those that can be stored and the reasons of the others. A refusal loses nothing else."""
    taken: list[documents.Upload] = []
    refused: list[str] = []
    for attachment in attachments:
        name = documents.safe_name(attachment.name)
        if attachment.media_type in TNEF or name.lower() == "winmail.dat":
            words = _("“%(name)s” is in a format that only Outlook opens. As a PDF, everybody can read it.")
            refused.append(words % {"name": name})
            continue
        if len(taken) >= settings.DOCUMENTS_MAX_COUNT:
            words = _("“%(name)s” is one file too many: at most %(limit)d are kept.")
            refused.append(words % {"name": name, "limit": settings.DOCUMENTS_MAX_COUNT})
            continue
        upload = documents.Upload(name, attachment.content)
        try:
            documents.check(upload)
        except Invalid as refusal:
            refused.append(refusal.detail)
        else:
            taken.append(upload)
    return Sorted(tuple(taken), tuple(refused))
