"""Name, telephone and links of a person, read from what they wrote; what is not clearly there stays empty."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from backend.common import accents
from notifications.inbound import clean
from notifications.inbound.headers import Address
from notifications.inbound.word_lists import word_set

# French numbers, and international ones that say so with a plus.
PHONE = re.compile(
    r"(?<![\d.,/+-])(?:(?:\+|00)33[ .\-]?(?:\(0\)[ .\-]?)?[1-9](?:[ .\-]?\d\d){4}|0[1-9](?:[ .\-]?\d\d){4}|"
    r"\+(?!33)[1-9]\d{0,2}(?:[ .\-]?\(?\d{1,4}\)?){2,6})(?![\d])"
)
URL = re.compile(r"https?://[^\s<>\"'\]|)}»]{3,1000}|(?<![\w@/.])www\.[^\s<>\"'\]|)}»]{3,500}", re.IGNORECASE)
BARE = re.compile(
    r"(?<![\w@/.-])((?:[a-z]{2,3}\.)?linkedin\.com/in/[^\s<>\"'\]|)}»,;]{2,200}|"
    r"(?:github|gitlab)\.com/[A-Za-z0-9][\w.-]{0,100}(?:/[\w.-]{1,100})?)",
    re.IGNORECASE,
)
LABELLED = re.compile(
    r"(?im)^.{0,40}\b(?:site(?: web| perso(?:nnel)?)?|portfolio|website|blog|web)\s?:\s*"
    r"([a-z0-9][a-z0-9.-]{1,100}\.[a-z]{2,24}(?:/[^\s<>\"']{0,200})?)"
)
GITHUB_PAGES = word_set(
    """
    about apps collections contact customer-stories enterprise events explore features issues join login marketplace new
    notifications orgs organizations pricing pulls search security settings signup site sponsors stars team topics
    trending users
    """
)
NOISE = re.compile(
    r"(?i)(^|\.)(aka\.ms|avast\.com|mailchimp|list-manage|unsubscribe|doubleclick|schemas\.microsoft|w3\.org|"
    r"outlook\.(com|office)|teams\.microsoft|zoom\.us|meet\.google|office\.com|apple\.com|groups\.google)"
)
IMPERSONAL = word_set(
    """
    contact info information hello bonjour admin administration rh hr job jobs recrutement recruitment emploi
    candidature candidatures secretariat accueil support team equipe no reply noreply mail email courriel me moi perso
    pro cv dev freelance office service webmaster postmaster jalon test data web
    """
)
NAME_WORD = r"[A-ZÀ-ÖØ-ÞŒ][A-Za-zÀ-ÖØ-öø-ÿŒœ'’.-]{0,30}"
FULL_NAME = re.compile(rf"^{NAME_WORD}(?: (?:{NAME_WORD}|d[eu]|des|la|le|von|van|ben|el|al|da|di)){{1,4}}$")
NOT_A_NAME = word_set(
    """
    cordialement merci bonne journée développeur développeuse developer designer chef chargé chargée responsable
    ingénieur ingénieure product owner manager consultant consultante freelance senior junior data full stack lead tech
    tél mobile linkedin github portfolio france paris lyon cv candidature annexe objet bonjour madame monsieur mesdames
    messieurs best regards kind yours sincerely the team équipe ministère direction
    """
)


@dataclass(frozen=True)
class Contacts:
    """What a text says of how to reach its author."""

    phone: str = ""
    linkedin: str = ""
    github: str = ""
    links: tuple[str, ...] = ()


def read(text: str, hidden: Iterable[str] = (), *, known: str = "", domains: Iterable[str] = ()) -> Contacts:
    """Give telephone and links in `text` and behind `hidden` links.

    `known` is text that is not the author's (the posting): what stands there too is not theirs. `domains` are those
    of the recipients.
    """
    linkedin, github, others = "", "", []
    for url in _urls(text, hidden):
        handle = _linkedin(url)
        if url in known or (handle and handle in known):
            continue
        profile = _github(url)
        if handle:
            linkedin = linkedin or handle
        elif profile:
            github = github or profile
            if profile != github:
                others.append(profile)
        elif _is_personal(url, domains):
            others.append(url[:500])
    phone = PHONE.search(text)
    return Contacts(
        phone=" ".join(phone.group().split()) if phone and phone.group() not in known else "",
        linkedin=linkedin[:300],
        github=github[:300],
        links=tuple(dict.fromkeys(others))[:5],
    )


def _urls(text: str, hidden: Iterable[str]) -> list[str]:
    """Give every address in order of appearance, with a scheme, without redirects and end punctuation."""
    found = [(match.start(), match.group()) for match in URL.finditer(text)]
    found += [(match.start(1), match.group(1)) for match in BARE.finditer(text)]
    found += [(match.start(1), match.group(1)) for match in LABELLED.finditer(text)]
    urls = [_direct(url) for _start, url in sorted(found)] + [_direct(url) for url in hidden]
    return list(dict.fromkeys(url for url in urls if url))[:100]


def _direct(url: str) -> str:
    """Give where a link really leads: Outlook's and Google's redirects are taken off; `` for none."""
    url = url.rstrip(".,;:!?)*_»”’\"'")
    url = url if re.match(r"(?i)https?://", url) else f"https://{url}"
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        if host.endswith("safelinks.protection.outlook.com") or (host.endswith("google.com") and parts.path == "/url"):
            query = parse_qs(parts.query, max_num_fields=20)
            inner = (query.get("url") or query.get("q") or [""])[0]
            return inner if inner.startswith(("http://", "https://")) else ""
    except ValueError:
        return ""
    return url if "." in host else ""


def _linkedin(url: str) -> str:
    match = re.match(r"(?i)https?://(?:[a-z]{2,3}\.)?linkedin\.com/(?:mwlite/)?in/([^/?#\s]{2,150})", url)
    return f"https://www.linkedin.com/in/{unquote(match.group(1)).strip()}" if match else ""


def _github(url: str) -> str:
    """Give the profile if the address is one: a repository may be anybody's."""
    match = re.match(r"(?i)https?://(?:www\.)?github\.com/([a-z0-9](?:[a-z0-9-]{0,38}))/?(?:\?tab=[\w-]+)?$", url)
    return f"https://github.com/{match.group(1)}" if match and match.group(1).lower() not in GITHUB_PAGES else ""


def _is_personal(url: str, domains: Iterable[str]) -> bool:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return False
    if NOISE.search(host) or host.endswith(("linkedin.com", ".gouv.fr")) or re.search(r"(?i)unsubscribe|desabonn", url):
        return False
    return not any(host == domain or host.endswith(f".{domain}") for domain in domains)


def name_of(address: Address, text: str) -> str:
    """Give the person's name: as they sign their mails, else as they signed this one, else as their address says.

    Empty where none of these is clearly a name.
    """
    shown = _shown(address)
    if shown:
        return shown
    return _signed(text, address) or _from_local_part(address.email)


def _shown(address: Address) -> str:
    name = " ".join(address.name.replace('"', "").split())[:200]
    local = address.email.partition("@")[0].lower()
    if not name or "@" in name or name.lower() == local or not re.search(r"[^\W\d_]{2}", name):
        return ""
    if set(re.findall(r"\w+", name.lower())) <= IMPERSONAL:
        return ""
    last, comma, first = name.partition(",")
    if comma and "," not in first and len(first.split()) in (1, 2) and len(last.split()) <= 3:
        return f"{first.strip()} {last.strip()}"  # Outlook's “Last, First”
    return name


def _signed(text: str, address: Address) -> str:
    """Give the name below “Cordialement” or on the last line, if it looks like one and fits the address."""
    lines = [line.strip(" *_,\t") for line in text.split("\n")]
    lines = [line for line in lines if line]
    closings = [index for index, line in enumerate(lines) if len(line) < 120 and clean.CLOSING.match(line.strip(" .!"))]
    places = [index + 1 for index in closings[-1:]] or [index + 1 for index, x in enumerate(lines) if x == "--"][-1:]
    for place in places:
        if place < len(lines) and _is_name(lines[place]):
            return lines[place]
    if lines and len(lines) > 1 and _is_name(lines[-1]):
        words = {_plain(word) for word in lines[-1].split()}
        local = _plain(address.email.partition("@")[0])
        if any(len(word) > 2 and word in local for word in words):
            return lines[-1]
    return ""


def _is_name(line: str) -> bool:
    words = {word.lower().strip(".,") for word in line.split()}
    return FULL_NAME.match(line) is not None and not words & NOT_A_NAME and len(line) <= 60


def _from_local_part(email: str) -> str:
    local = email.partition("@")[0].partition("+")[0]
    words = [word for word in re.split(r"[._]", local) if word]
    if len(words) != 2 or not all(re.fullmatch(r"[a-zA-ZÀ-ÿ]{2,20}(-[a-zA-ZÀ-ÿ]{2,20})?", word) for word in words):
        return ""
    if any(part.lower() in IMPERSONAL for word in words for part in word.split("-")):
        return ""
    return " ".join("-".join(part.capitalize() for part in word.split("-")) for word in words)


def _plain(word: str) -> str:
    return "".join(letter for letter in accents.off(word.lower()) if letter.isalnum())
