"""The file of one posting: a cover, who applied with the page of each, and every summary. For a jury, on paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone, translation

from backend.documents import dossier, engine, summary
from backend.hiring.models import Posting
from workflow import evaluations as opinions
from workflow.models import Application, Evaluation


def read(application: Application, evaluations: Sequence[Evaluation]) -> dict[str, Any]:
    """Give what the file says of one application, in the active language; `evaluations`: those open to the reader."""
    found = dossier.read(application.pk)
    said = summary.told(found, evaluations=evaluations)
    return said | {"handed_in": opinions.count(found)}


def render(posting: Posting, pages: Sequence[dict[str, Any]], language: str) -> bytes:
    """Give the PDF, in `fr` or `en`: no private link is in it. Raises engine.PdfUnavailable."""
    with translation.override(language):
        return engine.render(
            "posting_file/document.html",
            {
                "language": language,
                "posting": posting,
                "team": posting.team,
                "candidate": posting.title,  # the running head, until the first application begins
                "pages": pages,
                "now": timezone.now(),
            },
            hide=[page["application"].link_token for page in pages],
        )
