"""Links of Markdown and HTML flattened into readable text, e-mail targets trusted over their captions.

`[here](mailto:a@b.example)` becomes `here <a@b.example>`, so that one reading of the text finds both.
"""

import re
from urllib.parse import unquote

EMAIL = re.compile(
    r"(?<![\w.+-])[a-z0-9](?:[\w.+-]{0,62}[a-z0-9_+-])?@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,6}\.[a-z]{2,24}\b", re.I
)
MARKDOWN = re.compile(
    r"(!?)\[([^\[\]\n]{0,400})\]\(\s*+<?([^()<>\n]{0,1500}+(?:\([^()<>\n]{0,200}\)[^()<>\n]{0,300}+)?)>?\s*\)"
)
HTML = re.compile(r"<a\s[^<>]{0,300}?href\s*=\s*[\"']([^\"'<>\n]{0,1500})[\"'][^<>]{0,300}>([^<\n]{0,400})</a>", re.I)
AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,1500})>", re.I)
# `name [at] domain`: what stands between brackets is unmistakable, a bare “at” needs a name before it.
BRACKETED = re.compile(
    r"(?<![\w.+-])([\w.+-]{1,64})\s{0,3}(?:\[\s*(?:at|a|@|arobase)\s*\]|\(\s*(?:at|a|@|arobase)\s*\)"
    r"|\{\s*at\s*\}|\s{1,3}arobase\s{1,3})\s{0,3}"
    r"([\w-]{1,63}(?:\s?(?:\.|\[\.\]|[\[(](?:dot|point)[\])]|\s(?:dot|point)\s)\s?[\w-]{1,63}){1,5})\b",
    re.I,
)
BARE = re.compile(r"(?<![\w.+-])([\w.+-]{2,64})\s{1,3}at\s{1,3}((?:[\w-]{1,63}\.){1,5}[a-z]{2,10})\b", re.I)
DOT = re.compile(r"\s?(?:\[\.\]|[\[(](?:dot|point)[\])]|\s(?:dot|point)\s)\s?", re.I)
# “apply at site.example” is English, not an address.
NOT_A_NAME = frozenset(
    ("us", "me", "here", "apply", "look", "work", "working", "available", "more", "team", "based", "join", "is",
     "are", "live", "hosted", "found", "online", "visit", "see", "and", "or", "arrive", "it", "them", "directly")
)  # fmt: skip


def flatten(text: str) -> str:
    """Return `text` with each link replaced by its caption and target, and disguised addresses restored."""
    text = AUTOLINK.sub(lambda match: _link(match[1], match[1]), text)
    text = MARKDOWN.sub(lambda match: match[2] if match[1] else _link(match[2], match[3]), text)
    text = HTML.sub(lambda match: _link(match[2], match[1]), text)
    text = re.sub(r"\bmailto\\?:\s?(?=[\w.+-]{1,64}@)", "", text)
    text = re.sub(r"(@[\w.-]{1,200})\[\.\]", r"\1.", text)
    text = re.sub(r"(?<=\w) @ (?=[\w-]{1,63}\.\w)", "@", text)
    text = BRACKETED.sub(lambda match: f"{match[1]}@{DOT.sub('.', match[2])}".replace(" ", ""), text)
    return BARE.sub(lambda match: match[0] if match[1].lower() in NOT_A_NAME else f"{match[1]}@{match[2]}", text)


def emails(text: str) -> list[str]:
    """Return the addresses of `text` in order, lower case, each once."""
    return list(dict.fromkeys(match[0].lower() for match in EMAIL.finditer(text)))


def _link(caption: str, target: str) -> str:
    """Return the text that stands for one link."""
    if not caption.strip():
        return ""  # An editor's leftover: nobody who reads the posting sees it.
    space = " " if caption[-1].isspace() else ""
    return _flat(caption.strip(), target.strip()) + space


def _flat(caption: str, target: str) -> str:
    target = re.split(r"[\s\"]", target, maxsplit=1)[0] if not target.lower().startswith("mailto") else target
    if target.lower().startswith(("http://", "https://")):
        return target if caption.rstrip("/") == target.rstrip("/") else f"{caption} <{target}>"
    if target.lower().startswith("mailto"):
        return _mail_link(caption, unquote(target))
    return caption


def _mail_link(caption: str, target: str) -> str:
    """Return the caption with the address one really writes to, and the copies that the link asks for."""
    to, _, query = target.partition("?")
    addresses = emails(to)
    copies = [address for part in re.findall(r"(?i)\bb?cc=([^&\"]*)", query) for address in emails(part)]
    shown = emails(caption)
    copies = [address for address in copies if address not in shown]
    if len(shown) == 1 and len(addresses) == 1:
        caption = EMAIL.sub(addresses[0], caption)
    elif not shown and addresses:
        caption = f"{caption} <{', '.join(addresses)}>"
    return f"{caption} (en copie : {', '.join(copies)})" if copies else caption
