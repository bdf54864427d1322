"""A report as ODS (OpenDocument 1.2): two tables, typed cells, frozen headings, written with the standard library."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, islice
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext as _

from backend.common.typography import NARROW
from backend.documents.wording import is_french
from backend.reports.shape import Cell, Column, Kind, Table
from backend.reports.ways import sheets
from backend.reports.ways.sheets import Definitions, Sheet
from backend.reports.ways.text import clean

CONTENT_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
        ("number", "datastyle"),
        ("fo", "xsl-fo-compatible"),
        ("config", "config"),
    )
)
OOO = 'xmlns:ooo="http://openoffice.org/2004/office"'
XML = '<?xml version="1.0" encoding="UTF-8"?>'
MANIFEST = (
    f'{XML}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
    'manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.2" manifest:media-type="{CONTENT_TYPE}"/>'
    + "".join(
        f'<manifest:file-entry manifest:full-path="{name}.xml" manifest:media-type="text/xml"/>'
        for name in ("content", "styles", "settings")
    )
    + "</manifest:manifest>"
)
STYLES = (
    f'{XML}<office:document-styles {SPACES} office:version="1.2"><office:automatic-styles>'
    '<style:page-layout style:name="page"><style:page-layout-properties fo:page-width="29.7cm" fo:page-height="21cm" '
    'style:print-orientation="landscape" style:scale-to-X="1" style:scale-to-Y="0"/></style:page-layout>'
    '</office:automatic-styles><office:master-styles><style:master-page style:name="Default" '
    'style:page-layout-name="page"/></office:master-styles></office:document-styles>'
)
"""Pages lie, and hold every column."""
PER_CHARACTER, PER_LINE = 0.2, 0.48
"""Centimetres that a character is wide, about, and a line is high."""
TEXTS = (
    '<style:style style:name="text" style:family="table-cell"><style:table-cell-properties '
    'style:vertical-align="top"/></style:style>'
    '<style:style style:name="wrapped" style:family="table-cell"><style:table-cell-properties '
    'fo:wrap-option="wrap" style:vertical-align="top"/></style:style>'
    '<style:style style:name="bold" style:family="table-cell"><style:table-cell-properties '
    'fo:wrap-option="wrap" style:vertical-align="top"/><style:text-properties fo:font-weight="bold"/></style:style>'
    '<style:style style:name="head" style:family="table-cell"><style:table-cell-properties fo:wrap-option="wrap" '
    'style:vertical-align="top" fo:border-bottom="0.5pt solid #000000"/><style:text-properties fo:font-weight="bold"/>'
    '</style:style><style:style style:name="head-of-figures" style:family="table-cell"><style:table-cell-properties '
    'fo:wrap-option="wrap" style:vertical-align="top" fo:border-bottom="0.5pt solid #000000"/>'
    '<style:paragraph-properties fo:text-align="end"/><style:text-properties fo:font-weight="bold"/></style:style>'
    '<style:style style:name="table" '
    'style:family="table" style:master-page-name="Default"><style:table-properties table:display="true"/></style:style>'
)
DAYS = {
    True: '<number:day number:style="long"/><number:text>/</number:text><number:month number:style="long"/>'
    '<number:text>/</number:text><number:year number:style="long"/>',
    False: '<number:year number:style="long"/><number:text>-</number:text><number:month number:style="long"/>'
    '<number:text>-</number:text><number:day number:style="long"/>',
}
"""How days are shown: in French, and elsewhere, where the French order would be misread."""
FROZEN = (
    ("HorizontalSplitMode", "short", 2),
    ("VerticalSplitMode", "short", 2),
    ("HorizontalSplitPosition", "int", 1),
    ("VerticalSplitPosition", "int", 1),
    ("ActiveSplitRange", "short", 3),
    ("PositionLeft", "int", 0),
    ("PositionRight", "int", 1),
    ("PositionTop", "int", 0),
    ("PositionBottom", "int", 1),
)
"""How LibreOffice is told that the first row and column stay in sight."""
ROWS = 500
FOOT = "</office:spreadsheet></office:body></office:document-content>"
_SPACES = re.compile("^ +| +$|  +")


def write(table: Table) -> Iterator[bytes]:
    """Give the document, in pieces."""
    return stream(table.columns, table.rows(), sheets.about(table))


def stream(columns: Sequence[Column], rows: Iterable[Sequence[Cell]], definitions: Definitions) -> Iterator[bytes]:
    """Give a document of any length in pieces, with flat memory: it is written to a file that has no name."""
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
            # First and not compressed, so that a reader knows the file by its first bytes (OpenDocument 1.2, part 3,
            # 3.3).
            package.writestr(zipfile.ZipInfo("mimetype"), CONTENT_TYPE, zipfile.ZIP_STORED)
            names: list[str] = []
            with package.open("content.xml", "w") as content:
                figures = _figures(Sheet(_("Figures"), columns, rows), names)
                parts = chain([_head()], figures, _definitions(definitions), [FOOT])
                while some := list(islice(parts, ROWS)):
                    content.write("".join(some).encode())
            package.writestr("styles.xml", STYLES)
            package.writestr("settings.xml", _settings(names))
            package.writestr("META-INF/manifest.xml", MANIFEST)
        yield from sheets.pieces(file)


def _head() -> str:
    """Give how columns and figures look, up to the first table."""
    widths = "".join(
        f'<style:style style:name="w{width}" style:family="table-column"><style:table-column-properties '
        f'style:column-width="{width * PER_CHARACTER:.1f}cm"/></style:style>'
        for width in (sheets.WIDE, sheets.NARROW, sheets.READABLE)
    )
    heights = "".join(
        f'<style:style style:name="h{lines}" style:family="table-row"><style:table-row-properties '
        f'style:row-height="{lines * PER_LINE:.2f}cm" style:use-optimal-row-height="false"/></style:style>'
        for lines in range(1, sheets.MOST_LINES + 1)
    )
    sign = f"<number:text>{NARROW if is_french() else ''}%</number:text>"
    numbers = "".join(
        f'<number:{style} style:name="n-{kind}"><number:number number:decimal-places="{places}" '
        f'number:min-decimal-places="{places}" number:min-integer-digits="1" number:grouping="true"/>'
        f"{sign if kind == Kind.PERCENT else ''}</number:{style}>"
        for kind, places in sheets.PLACES.items()
        for style in ["percentage-style" if kind == Kind.PERCENT else "number-style"]
    )
    cells = "".join(
        f'<style:style style:name="{kind}" style:family="table-cell" style:data-style-name="n-{kind}">'
        '<style:table-cell-properties style:vertical-align="top"/></style:style>'
        for kind in (*sheets.PLACES, Kind.DATE)
    )
    return (
        f'{XML}<office:document-content {SPACES} office:version="1.2"><office:automatic-styles>'
        f"{widths}{heights}{numbers}{TEXTS}"
        f'<number:date-style style:name="n-{Kind.DATE}">{DAYS[is_french()]}</number:date-style>{cells}'
        "</office:automatic-styles><office:body><office:spreadsheet>"
    )


def _figures(figures: Sheet, names: list[str]) -> Iterator[str]:
    """Give the tables of figures, and add their names to `names`."""
    columns = figures.columns
    head = "".join(
        _cell(sheets.heading(column), "head" if column.kind == Kind.TEXT else "head-of-figures") for column in columns
    )
    styles = [
        (str(column.kind) if column.kind != Kind.TEXT else "text" if index else "wrapped")
        for index, column in enumerate(columns)
    ]
    for portion in sheets.portions(figures):
        names.append(portion.name)
        yield _table(portion.name, [sheets.width(column) for column in columns])
        yield f"<table:table-header-rows>{_row(head, sheets.head_lines(columns))}</table:table-header-rows>"
        for row in portion.rows:
            yield _row("".join(map(_cell, row, styles)), sheets.lines(row[0], sheets.WIDE))
        yield "</table:table>"


def _definitions(definitions: Definitions) -> Iterator[str]:
    yield _table(_("Definitions"), [sheets.WIDE, sheets.READABLE])
    for name, means in definitions:
        high = max(sheets.lines(name, sheets.WIDE), sheets.lines(means, sheets.READABLE))
        yield _row(_cell(name, "bold") + _cell(means, "wrapped"), high)
    yield "</table:table>"


def _table(name: str, widths: Sequence[int]) -> str:
    columns = "".join(f'<table:table-column table:style-name="w{width}"/>' for width in widths)
    return f'<table:table table:name={quoteattr(name)} table:style-name="table">{columns}'


def _row(cells: str, lines: int) -> str:
    return f'<table:table-row table:style-name="h{lines}">{cells}</table:table-row>'


def _cell(value: Cell, style: str) -> str:
    if value is None:
        return "<table:table-cell/>"
    if style == Kind.PERCENT:
        typed, text = f'"percentage" office:value="{Decimal(value) / 100}"', f"<text:p>{value}%</text:p>"
    elif not isinstance(value, str):
        typed, text = f'"float" office:value="{value}"', f"<text:p>{value}</text:p>"
    elif style == Kind.DATE and value:
        typed, text = f'"date" office:date-value="{value}"', f"<text:p>{value}</text:p>"
    else:
        typed, text = '"string"', _text(value)
    return f'<table:table-cell table:style-name="{style}" office:value-type={typed}>{text}</table:table-cell>'


def _text(value: str) -> str:
    """Give a text as paragraphs, a line each; spaces that readers would fold are named (OpenDocument 1.2, 6.1.2).

    A tab is a space: LibreOffice 7.4 leaves out the element for it, and words would run together.
    """
    value = escape(clean(value)).replace("\t", " ")
    if "\n" not in value and not _SPACES.search(value):
        return f"<text:p>{value}</text:p>"
    return "".join(f"<text:p>{_SPACES.sub(_spaces, line)}</text:p>" for line in value.split("\n"))


def _spaces(found: re.Match[str]) -> str:
    return f'<text:s text:c="{len(found[0])}"/>'


def _settings(frozen: Sequence[str]) -> str:
    items = "".join(
        f'<config:config-item config:name="{name}" config:type="{kind}">{value}</config:config-item>'
        for name, kind, value in FROZEN
    )
    tables = "".join(
        f"<config:config-item-map-entry config:name={quoteattr(name)}>{items}</config:config-item-map-entry>"
        for name in frozen
    )
    return (
        f'{XML}<office:document-settings {SPACES} {OOO} office:version="1.2"><office:settings>'
        '<config:config-item-set config:name="ooo:view-settings"><config:config-item-map-indexed config:name="Views">'
        '<config:config-item-map-entry><config:config-item config:name="ViewId" config:type="string">view1'
        f'</config:config-item><config:config-item-map-named config:name="Tables">{tables}'
        "</config:config-item-map-named>"
        "</config:config-item-map-entry></config:config-item-map-indexed></config:config-item-set></office:settings>"
        "</office:document-settings>"
    )
