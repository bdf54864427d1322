"""By what the same person is found again: keys that two spellings of one address, number or profile share.

Recognising by itself stays careful: only the address, letter case aside, makes two sendings one person (see
`candidates.recognise`). What this module finds is proposed to people, with the evidence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

import phonenumbers

from backend.common import accents
from backend.hiring.candidates import email_key
from backend.hiring.models import Candidate

REGION = "FR"
"""Where a number without a country belongs."""
DOTLESS = {"gmail.com"}
"""Providers that deliver a.b@ and ab@ to the same person (https://support.google.com/mail/answer/7436150)."""
SAME_DOMAIN = {"googlemail.com": "gmail.com"}
TAGGED = DOTLESS | {"outlook.com", "outlook.fr", "hotmail.com", "hotmail.fr", "live.fr", "live.com", "proton.me",
                    "protonmail.com", "pm.me", "fastmail.com", "icloud.com"}  # fmt: skip
"""Providers where what follows a + is the person's own mark. Elsewhere, a+b@ may be somebody else."""
PROFILES = {
    "linkedin": re.compile(r"(?:[a-z]{2,3}\.|www\.)?linkedin\.com/(?:mwlite/)?in/([^/?#]+)"),
    "github": re.compile(r"(?:www\.)?github\.com/([^/?#]+)"),
    "gitlab": re.compile(r"(?:www\.)?gitlab\.com/([^/?#]+)"),
}
NO_HANDLES = {"in", "orgs", "topics", "features", "explore", "login", "groups", "users", "about", "marketplace"}
WEAK = ("name:",)
"""Keys that many people share: evidence beside another, never alone."""


def keys(candidate: Candidate) -> list[str]:
    """Give the keys of a candidate, sorted: `mail:`, `phone:`, `linkedin:`, `github:`, `gitlab:` and `name:`."""
    found = {
        _key("mail", mailbox(candidate.email)),
        _key("phone", phone(candidate.phone)),
        _key("name", name(candidate.name)),
        *handles([candidate.linkedin, candidate.github, *candidate.links]),
    }
    return sorted(key for key in found if key)


def strong(given: Iterable[str]) -> set[str]:
    """Give the keys of which one alone is evidence."""
    return {key for key in given if not key.startswith(WEAK)}


def mailbox(address: str) -> str:
    """Give the mailbox that an address leads to, as far as its provider says so; empty for none."""
    local, at, domain = (email_key(address) or "").rpartition("@")
    if not at:
        return ""
    domain = SAME_DOMAIN.get(domain, domain)
    if domain in TAGGED:
        local = local.partition("+")[0] or local
    if domain in DOTLESS:
        local = local.replace(".", "")
    return f"{local}@{domain}"


def phone(number: str) -> str:
    """Give a telephone number in E.164; empty for what is none. One without a country is French."""
    try:
        parsed = phonenumbers.parse(number, REGION)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(parsed):
        return ""
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def handles(links: Iterable[str]) -> set[str]:
    """Give the accounts that links lead to, as `github:name`."""
    found = set()
    for link in links:
        try:
            parts = urlsplit(link if "://" in link else f"https://{link}")
        except ValueError:
            continue
        place = f"{parts.netloc}{unquote(parts.path)}".lower()
        for site, pattern in PROFILES.items():
            match = pattern.fullmatch(place.rstrip("/")) or pattern.match(place)
            if match and match[1] not in NO_HANDLES:
                found.add(_key(site, unicodedata.normalize("NFC", match[1])))
    return found


def name(text: str) -> str:
    """Give a name without case, accents and order: `Martin, Camille` is `camille martin`. Empty for a single word."""
    words = sorted(re.findall(r"[^\W_]+", accents.off(text.casefold())))
    return " ".join(words) if len(words) > 1 else ""


def _key(kind: str, value: str) -> str:
    return f"{kind}:{value}"[:320] if value else ""
