"""LibreOffice without a screen: it opens files, computes every cell anew, and tells what it then holds."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "number": "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0",
}
CSV = {"fr": "59,34,76,1,,1036,false,false", "en": "44,34,76,1,,1033,false,false"}
"""What its dialogue proposes for CSV in each language: separator, quote, UTF-8, from the first line, and as numbers are
written there."""
MACRO = """Sub Main
  Dim how(2) As New com.sun.star.beans.PropertyValue
  Dim flat(0) As New com.sun.star.beans.PropertyValue
  how(0).Name = "Hidden" : how(0).Value = True
  how(1).Name = "FilterName" : how(2).Name = "FilterOptions"
  flat(0).Name = "FilterName" : flat(0).Value = "OpenDocument Spreadsheet Flat XML"
  Open "{folder}/jobs" For Input As #1
  Open "{folder}/frozen" For Output As #2
  Do While Not Eof(1)
    Line Input #1, file
    Line Input #1, options
    how(1).Value = IIf(options = "", "", "Text - txt - csv (StarCalc)") : how(2).Value = options
    book = StarDesktop.loadComponentFromURL(ConvertToURL(file), "_blank", 0, how())
    book.calculateAll()
    seen = book.CurrentController
    Print #2, seen.getSplitColumn() &amp; "," &amp; seen.getSplitRow()
    book.storeToURL(ConvertToURL(file &amp; ".fods"), flat())
    book.close(True)
  Loop
  Close #1
  Close #2
  StarDesktop.terminate()
End Sub"""
INSTALLED = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Setup/Office">
<prop oor:name="ooSetupInstCompleted" oor:op="fuse"><value>true</value></prop></item></oor:items>"""
"""Without it a first start puts its own files in the place of ours."""
LIBRARIES = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:libraries PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "libraries.dtd">
<library:libraries xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink">
<library:library library:name="Standard" xlink:href="$(USER)/basic/Standard/{kind}.xlb/" xlink:type="simple"
 library:link="false"/></library:libraries>"""
LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false">{inside}</library:library>"""
MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
{macro}</script:module>"""
"""Where Basic looks for a macro of its user's own, and how it is kept."""


class Opened(NamedTuple):
    """A file as LibreOffice has it: how many columns and rows of its first sheet stay in sight, and each sheet."""

    frozen: tuple[int, int]
    sheets: list[Sheet]


@dataclass
class Cell:
    """A cell as LibreOffice holds it: its type, its value in the file, its text, how it is shown."""

    type: str = ""
    value: str = ""
    text: str = ""
    shown: str = ""
    formula: str = ""


@dataclass
class Sheet:
    """A sheet with its cells."""

    name: str
    rows: list[list[Cell]] = field(default_factory=list)


def opened(files: Sequence[tuple[Path, str]], folder: Path) -> list[Opened]:
    """Have one process open every file (with the options for CSV, if any) and compute it anew; give what it found."""
    basic = folder / "user" / "basic"
    (basic / "Standard").mkdir(parents=True)
    for kind, inside in (("script", '<library:element library:name="Module1"/>'), ("dialog", "")):
        (basic / f"{kind}.xlc").write_text(LIBRARIES.format(kind=kind))
        (basic / "Standard" / f"{kind}.xlb").write_text(LIBRARY.format(inside=inside))
    (basic / "Standard" / "Module1.xba").write_text(MODULE.format(macro=MACRO.format(folder=folder)))
    (folder / "user" / "registrymodifications.xcu").write_text(INSTALLED)
    (folder / "jobs").write_text("".join(f"{path}\n{options}\n" for path, options in files))
    program = shutil.which("soffice") or "soffice"
    command = [program, f"-env:UserInstallation={folder.as_uri()}", "--headless", "--norestore"]
    environment = {**os.environ, "HOME": str(folder)}
    done = subprocess.run(
        [*command, "macro:///Standard.Module1.Main"],
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
        check=False,
    )
    told = (folder / "frozen").read_text().split()
    assert len(told) == len(files), done.stdout + done.stderr
    frozen = [tuple(map(int, line.split(","))) for line in told]
    return [Opened(each, read(Path(f"{path}.fods"))) for each, (path, _options) in zip(frozen, files, strict=True)]


def read(path: Path) -> list[Sheet]:
    """Read a file of flat XML."""
    root = ElementTree.parse(path).getroot()
    styles = _shown(root)
    sheets = []
    for table in root.iterfind(".//table:table", NAMES):
        sheet = Sheet(table.get(_name("table:name"), ""))
        columns = [
            (
                node.get(_name("table:default-cell-style-name"), ""),
                int(node.get(_name("table:number-columns-repeated"), "1")),
            )
            for node in table.iter(_name("table:table-column"))
        ]
        usual = [style for style, times in columns for _time in range(min(times, 100))]
        for row in table.iter(_name("table:table-row")):
            times = int(row.get(_name("table:number-rows-repeated"), "1"))
            cells = _cells(row, styles, usual)
            if times < 1000 or cells:
                sheet.rows += [cells] * times
        while sheet.rows and not sheet.rows[-1]:
            sheet.rows.pop()
        sheets.append(sheet)
    return sheets


def _cells(row: ElementTree.Element, styles: dict[str, str], usual: list[str]) -> list[Cell]:
    cells: list[Cell] = []
    for node in row:
        times = int(node.get(_name("table:number-columns-repeated"), "1"))
        kind = node.get(_name("office:value-type"), "")
        value = node.get(_name("office:date-value" if kind == "date" else "office:value"), "")
        text = "\n".join(_text(p) for p in node.iterfind("text:p", NAMES))
        named = node.get(_name("table:style-name")) or dict(enumerate(usual)).get(len(cells), "")
        style = styles.get(named, "")
        cells += [Cell(kind, value, text, style, node.get(_name("table:formula"), ""))] * min(times, 100)
    while cells and not cells[-1].type and not cells[-1].formula:
        cells.pop()
    return cells


def _text(node: ElementTree.Element) -> str:
    text = node.text or ""
    for child in node:
        tag = child.tag.split("}")[1]
        text += {"s": " " * int(child.get(_name("text:c"), "1")), "tab": "\t", "line-break": "\n"}.get(tag) or _text(
            child
        )
        text += child.tail or ""
    return text


def _shown(root: ElementTree.Element) -> dict[str, str]:
    """Give how the cells of each style show a number: `0.00` with its places, `#` with thousands, `%`, or `date`."""
    formats = {}
    for kind, sign in (("number", ""), ("percentage", "%")):
        for node in root.iter(_name(f"number:{kind}-style")):
            number = node.find("number:number", NAMES)
            if number is not None:
                places = int(number.get(_name("number:decimal-places"), "0"))
                grouped = number.get(_name("number:grouping")) == "true"
                formats[node.get(_name("style:name"))] = ("#," if grouped else "") + f"{0:.{places}f}{sign}"
    for node in root.iter(_name("number:date-style")):
        formats[node.get(_name("style:name"))] = "date"
    return {
        node.get(_name("style:name"), ""): formats.get(node.get(_name("style:data-style-name")), "")
        for node in root.iter(_name("style:style"))
    }


def _name(short: str) -> str:
    prefix, name = short.split(":")
    return f"{{{NAMES[prefix]}}}{name}"
