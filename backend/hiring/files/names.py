"""Names of files: shown and downloaded safely, on any system, and ending as their content is."""

import re
import unicodedata

from backend.hiring.files import kinds

CHARACTERS, BYTES = 150, 200
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # controls, direction marks, what is drawn as nothing
# What Windows keeps for itself: https://learn.microsoft.com/windows/win32/fileio/naming-a-file
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)( *\.|$)")
MEANINGFUL = re.compile(r'[<>:"|?*]')
# Endings that a system may run, or that a browser may draw as a page.
RUNNABLE = frozenset(
    """
    ade adp app appimage application appref-ms bat bin chm cmd com command cpl csh desktop dll docm dmg dotm elf exe
    fish gadget hlp hta htm html iso jar jnlp js jse ksh lnk mht mhtml msc msi msp mst php phtml pif pl ppam ps1
    psm1 py pyw rb reg rgs run scf scr sct settingcontent-ms sh shb shs shtml svg svgz swf url vb vbe vbs vhd vhdx
    website workflow ws wsc wsf wsh xbap xhtml xht xll xlsm xml xsl xslt zsh
    """.split()  # noqa: SIM905 - a page of quotes reads worse
)


def safe_name(name: str) -> str:
    """Give a name that is shown and downloaded safely: no path, no control or direction marks, at most 150 long."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(" " if c.isspace() else c for c in name if c.isspace() or unicodedata.category(c) not in INVISIBLE)
    name = re.sub(r" +", " ", MEANINGFUL.sub("_", name)).strip(" .")
    if RESERVED.match(name):
        name = f"_{name}"
    stem, ending = split(name)
    return _cut(stem, ending) or "document"


def fit(name: str, media_type: str) -> str:
    """Give a safe name that ends as the content is: “cv.pdf.exe” with a PDF in it is “cv.pdf”."""
    name = safe_name(name)
    fitting = kinds.ENDINGS[media_type]
    stem, ending = split(name)
    while ending and ending[1:].lower() in RUNNABLE:
        name = stem.rstrip(" .") or "document"
        stem, ending = split(name)
    return name if ending.lower() in fitting else _cut(name, fitting[0])


def is_runnable(name: str) -> bool:
    """Say whether any ending of the name is one that a system runs or a browser draws."""
    return any(ending.strip().lower() in RUNNABLE for ending in safe_name(name).split(".")[1:])


def split(name: str) -> tuple[str, str]:
    """Give the name without its ending, and the ending with its dot; what is too long to be an ending is none."""
    stem, dot, ending = name.rpartition(".")
    return (stem, dot + ending) if dot and stem and len(ending) < 20 else (name, "")


def _cut(stem: str, ending: str) -> str:
    """Give stem and ending, the stem cut to what fits in 150 characters and in the 255 bytes of a file system."""
    stem = stem[: CHARACTERS - len(ending)]
    stem = stem.encode()[: BYTES - len(ending.encode())].decode(errors="ignore")
    return stem + ending
