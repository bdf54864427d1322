"""A report as CSV that French Excel and LibreOffice both open right: UTF-8 with its mark, and `;` with decimal commas.

In English, `,` and decimal points. No cell is a formula: texts that begin like one get an apostrophe in front, and
numbers are written as numbers only.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from django.utils import translation

from backend.reports.shape import Cell, Table
from backend.reports.ways.text import defused

CONTENT_TYPE = "text/csv; charset=utf-8"
MARK = b"\xef\xbb\xbf"
CHUNK = 500


def write(table: Table) -> Iterator[bytes]:
    """Give the file, in pieces."""
    return stream([column.label for column in table.columns], table.rows())


def stream(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Give a file of any length in pieces, with flat memory."""
    french = (translation.get_language() or "").startswith("fr")
    return _pieces([head], rows, ";" if french else ",", "," if french else ".")


class _Echo:
    """A file that hands each line back."""

    @staticmethod
    def write(text: str) -> str:
        return text


def _pieces(
    head: Iterable[Sequence[Cell]], rows: Iterable[Sequence[Cell]], separator: str, point: str
) -> Iterator[bytes]:
    writer = csv.writer(_Echo(), delimiter=separator, lineterminator="\r\n")
    kept = [MARK.decode("utf-8")]
    for part in (head, rows):
        for row in part:
            kept.append(writer.writerow([_cell(value, point) for value in row]))
            if len(kept) >= CHUNK:
                yield "".join(kept).encode()
                kept.clear()
    yield "".join(kept).encode()


def _cell(value: Cell, point: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return defused(value)
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", point)
    return str(value)
