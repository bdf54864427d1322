"""The media types that are taken."""

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
WEBP = "image/webp"
TEXT = "text/plain"
ODT = "application/vnd.oasis.opendocument.text"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

IMAGES = {PNG, JPEG, WEBP}
READABLE = {PDF, TEXT, ODT, DOCX}
"""Those that words can be read from."""

ENDINGS: dict[str, tuple[str, ...]] = {
    PDF: (".pdf",),
    PNG: (".png",),
    JPEG: (".jpg", ".jpeg", ".jpe", ".jfif"),
    WEBP: (".webp",),
    ODT: (".odt",),
    DOCX: (".docx",),
    TEXT: (".txt", ".text", ".md", ".markdown", ".rst", ".tex", ".org"),
}
"""How the name of each may end; the first is given to those that end otherwise."""
