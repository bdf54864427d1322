"""A report as ODS (OpenDocument 1.2): two tables, typed cells, written with the standard library."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext as _

from backend.reports.shape import Cell, Column, Table
from backend.reports.ways.as_xlsx import PIECE, about, heading
from backend.reports.ways.text import clean

CONTENT_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.2" manifest:media-type="{CONTENT_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
    "<office:body><office:spreadsheet>"
)
ROWS = 500
FOOT = "</office:spreadsheet></office:body></office:document-content>"


def write(table: Table) -> Iterator[bytes]:
    """Give the document, in pieces."""
    return stream(table.columns, table.rows(), about(table))


def stream(
    columns: Sequence[Column], rows: Iterable[Sequence[Cell]], definitions: Sequence[tuple[str, str]]
) -> Iterator[bytes]:
    """Give a document of any length in pieces, with flat memory: it is written to a file that has no name."""
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
            # First and not compressed, so that a reader knows the file by its first bytes (OpenDocument 1.2, part 3,
            # 3.3).
            package.writestr(zipfile.ZipInfo("mimetype"), CONTENT_TYPE, zipfile.ZIP_STORED)
            with package.open("content.xml", "w") as content:
                figures = chain([[heading(column) for column in columns]], rows)
                parts = chain([HEAD], _table(_("Figures"), figures), _table(_("Definitions"), definitions), [FOOT])
                while some := list(islice(parts, ROWS)):
                    content.write("".join(some).encode())
            package.writestr("META-INF/manifest.xml", MANIFEST)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _table(name: str, rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    yield f"<table:table table:name={quoteattr(name)}>"
    for row in rows:
        yield "<table:table-row>" + "".join(map(_cell, row)) + "</table:table-row>"
    yield "</table:table>"


def _cell(value: Cell) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, str):
        return (
            f'<table:table-cell office:value-type="string"><text:p>{escape(clean(value))}</text:p></table:table-cell>'
        )
    return (
        f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p>'
        "</table:table-cell>"
    )
