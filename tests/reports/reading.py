"""Reading a report back from each of its formats, into the cells it was made of."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from decimal import Decimal
from html.parser import HTMLParser
from xml.etree import ElementTree

import openpyxl

from backend.reports.shape import Kind
from tests.documents import pages

Cells = list[list[object]]
ODF = {
    "t": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "o": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "x": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
}


def number(value, kind):
    """Give a cell as a number, or as text in the first column; none as None."""
    if kind == Kind.TEXT or value is None:
        return value
    return Decimal(str(value)).quantize(Decimal("0.01"))


def cells(table) -> Cells:
    """Give the cells of the table itself."""
    return [[number(c, col.kind) for c, col in zip(row, table.columns, strict=True)] for row in table.rows()]


def from_json(table, content: bytes) -> Cells:
    read = json.loads(content)
    keys = [column["key"] for column in read["columns"]]
    return [[number(row[key], col.kind) for key, col in zip(keys, table.columns, strict=True)] for row in read["rows"]]


def from_csv(table, content: bytes) -> Cells:
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    french = ";" in text.split("\r\n")[0]
    _head, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=";" if french else ",")
    return [
        [_from_text(c.replace(",", ".") if col.kind != Kind.TEXT else c, col.kind) for c, col in _pairs(row, table)]
        for row in rows
    ]


def from_xlsx(table, content: bytes) -> Cells:
    return from_sheet(table, openpyxl.load_workbook(io.BytesIO(content)).worksheets[0])


def from_sheet(table, sheet) -> Cells:
    """Give the cells of one sheet of a workbook."""
    _head, *rows = sheet.iter_rows()
    assert {cell.data_type for row in rows for cell in row} <= {"n", "s"}, "no formula"
    return [[number(_hundred(c.value, col.kind), col.kind) for c, col in _pairs(row, table)] for row in rows]


def from_ods(table, content: bytes) -> Cells:
    package = zipfile.ZipFile(io.BytesIO(content))
    first = package.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    sheet = ElementTree.fromstring(package.read("content.xml")).find(".//t:table", ODF)
    _head, *rows = sheet.findall(".//t:table-row", ODF)
    return [[_from_ods(c, col.kind) for c, col in _pairs(row, table)] for row in rows]


def from_page(table, content: str, label: str) -> Cells:
    """Give the cells of the table with this id, as a reader of the page sees them.

    One of the period before stands in the cell of its figure; nothing stands where there is none.
    """
    parser = _Table(label)
    parser.feed(content)
    asked = [column for column in table.columns if not column.earlier]
    rows = []
    for found in parser.rows:
        cells = []
        for (text, before), column in zip(found, asked, strict=True):
            cells.append(_from_words(text, column.kind))
            if table.question.compare and column.kind != Kind.TEXT:
                cells.append(_from_words(before or "–", column.kind))
            else:
                assert before is None
        rows.append(cells)
    return rows


def is_in_pdf(table, content: bytes, words) -> bool:
    """Say whether every row stands in the document, cell after cell (`words` says a cell).

    Where there is none of the period before, nothing stands under the figure.
    """
    text = re.sub(r"\s", "", pages.text(content))
    rows = [[(c, col) for c, col in _pairs(row, table) if not (col.earlier and c is None)] for row in table.rows()]
    return all(re.sub(r"\s", "", "".join(words(c, col.kind) for c, col in row)) in text for row in rows)


def _pairs(row, table):
    return zip(row, table.columns, strict=True)


def _from_text(text, kind):
    return text if kind == Kind.TEXT else number(text or None, kind)


def _hundred(value, kind):
    """Give the number of a share, which a typed cell holds as a part of one."""
    return Decimal(str(value)) * 100 if kind == Kind.PERCENT and value is not None else value


def _from_ods(cell, kind):
    value = _hundred(cell.get(f"{{{ODF['o']}}}value"), kind)
    if kind == Kind.TEXT:
        return "".join(cell.find("x:p", ODF).itertext())
    return number(value, kind)


def _from_words(text, kind):
    """Read what a person reads: `1 250,5`, `31 %`, `€1,250`, `–`."""
    if kind == Kind.TEXT:
        return text
    if text == "–":
        return None
    english = "." in text or ("," in text and re.search(r",\d{3}(\D|$)", text))
    text = re.sub(r"[\s%€]", "", text)
    return number(text.replace(",", "") if english else text.replace(",", "."), kind)


class _Table(HTMLParser):
    def __init__(self, label: str) -> None:
        super().__init__()
        self.label, self.inside, self.body, self.rows, self.cell = label, False, False, [], None
        self.before, self.spoken = None, None

    def handle_starttag(self, tag, attrs):
        if tag == "table" and dict(attrs).get("id") == self.label:
            self.inside = True
        elif self.inside and tag in ("tbody", "tfoot"):
            self.body = True
        elif self.inside and self.body and tag == "tr":
            self.rows.append([])
        elif self.inside and self.body and tag in ("th", "td"):
            self.cell = ""
        elif self.cell is not None and "before" in dict(attrs).get("class", ""):
            self.before = ""
        elif self.cell is not None and dict(attrs).get("class") == "sr":
            self.spoken = ""

    def handle_endtag(self, tag):
        if tag == "table":
            self.inside = False
        elif tag in ("tbody", "tfoot"):
            self.body = False
        elif tag in ("th", "td") and self.cell is not None:
            self.rows[-1].append((self.cell.strip(), self.before and self.before.strip()))
            self.cell = self.before = None
        elif tag == "span" and self.spoken is not None:
            assert self.spoken.strip().replace("\u202f", " ") in ("période d’avant :", "period before:")
            self.spoken = None

    def handle_data(self, data):
        if self.spoken is not None:
            self.spoken += data
        elif self.before is not None:
            self.before += data
        elif self.cell is not None:
            self.cell += data
