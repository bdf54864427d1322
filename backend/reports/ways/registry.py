"""Every way out of a report, by the name it has in addresses. All are given the same table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from django.utils.translation import gettext as _

from backend.common.errors import Invalid
from backend.reports import wording
from backend.reports.shape import Cell, Column, Table
from backend.reports.ways import as_csv, as_json, as_ods, as_pdf, as_xlsx


@dataclass(frozen=True)
class Way:
    """One format."""

    content_type: str
    write: Callable[[Table], Iterator[bytes]]


WAYS = {
    "json": Way(as_json.CONTENT_TYPE, as_json.write),
    "csv": Way(as_csv.CONTENT_TYPE, as_csv.write),
    "xlsx": Way(as_xlsx.CONTENT_TYPE, as_xlsx.write),
    "ods": Way(as_ods.CONTENT_TYPE, as_ods.write),
    "pdf": Way(as_pdf.CONTENT_TYPE, as_pdf.write),
}


@dataclass(frozen=True)
class List:
    """One format for rows of any length, written with flat memory."""

    content_type: str
    stream: Callable[[Sequence[Column], Iterable[Sequence[Cell]], Sequence[tuple[str, str]]], Iterator[bytes]]


LISTS = {
    "csv": List(as_csv.CONTENT_TYPE, lambda columns, rows, _about: as_csv.stream(columns, rows)),
    "xlsx": List(as_xlsx.CONTENT_TYPE, as_xlsx.stream),
    "ods": List(as_ods.CONTENT_TYPE, as_ods.stream),
}


@dataclass(frozen=True)
class Written:
    """A report on its way out."""

    content_type: str
    name: str
    pieces: Iterator[bytes]


def way(form: str) -> Way:
    """Give one format. Raises Invalid."""
    if form not in WAYS:
        words = _("Choose one of: %(formats)s.") % {"formats": ", ".join(WAYS)}
        raise Invalid(words, fields={"format": [words]})
    return WAYS[form]


def list_way(form: str) -> List:
    """Give one format for lists. Raises Invalid."""
    if form not in LISTS:
        words = _("Choose one of: %(formats)s.") % {"formats": ", ".join(LISTS)}
        raise Invalid(words, fields={"format": [words]})
    return LISTS[form]


def written(table: Table, form: str) -> Written:
    """Give a report in one format. Raises Invalid, or engine.PdfUnavailable before anything is sent."""
    chosen = way(form)
    pieces = chosen.write(table)
    # The first piece is made now: what fails, fails before the answer has begun.
    pieces = chain([next(pieces)], pieces)
    question = table.question
    stem = f"jalon-{table.report.key}-{question.start}-{question.end}"
    name = wording.file_name(stem, question, form, by="-")
    return Written(chosen.content_type, name, pieces)
