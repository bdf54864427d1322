"""A report as CSV that French Excel and LibreOffice both open right: UTF-8 with its mark, and `;` with decimal commas.

In English, `,` and decimal points. No cell is a formula: texts that begin like one get an apostrophe in front, and
numbers are written as numbers only.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, islice

from backend.documents.wording import is_french
from backend.reports.shape import Cell, Column, Table
from backend.reports.ways.sheets import heading
from backend.reports.ways.text import defused, harmless, readable, whole

CONTENT_TYPE = "text/csv; charset=utf-8"
MARK = b"\xef\xbb\xbf"
CHUNK = 500


def write(table: Table) -> Iterator[bytes]:
    """Give the file, in pieces."""
    return stream(table.columns, table.rows())


def stream(columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Give a file of any length in pieces, with flat memory."""
    head = [heading(column, typed=False) for column in columns]
    return _pieces([head], rows, *((";", ",") if is_french() else (",", ".")))


def _pieces(
    head: Iterable[Sequence[Cell]], rows: Iterable[Sequence[Cell]], separator: str, point: str
) -> Iterator[bytes]:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=separator, lineterminator="\r\n")

    def written(some: Iterable[Sequence[Cell]]) -> str:
        file.seek(0)
        file.truncate()
        writer.writerows(some)
        return file.getvalue()

    left = chain(head, rows)
    mark = MARK
    while some := list(islice(left, CHUNK)):
        # Most rows need no look at each cell, which would take as long again as writing them.
        text = written(some) if harmless(some) else ""
        piece = text.encode()
        if not (piece and whole(text, separator) and readable(piece)):
            piece = written([[_cell(value, point) for value in row] for row in some]).encode()
        yield mark + piece
        mark = b""


def _cell(value: Cell, point: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return defused(value)
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", point)
    return str(value)
