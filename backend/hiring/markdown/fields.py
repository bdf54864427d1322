"""Front matter with the drift of the years taken out: one name for each thing it can say."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Literal

from backend.common import accents
from backend.hiring.markdown.facts import contract, dates

Status = Literal["open", "draft", "closed"]

TITLE = ("roles", "role", "title", "titles", "titre", "intitule", "poste")
HEADLINE = ("title", "titles", "titre", "headline")
STATUS = ("status", "statut", "state", "etat")
OPEN = ("open", "ouvert", "published", "publie")
TAKEN = ("poste_pourvu", "pourvu", "filled", "closed")
DRAFT = ("draft", "brouillon")
PUBLISHED = ("date", "post_ouvert", "poste_ouvert", "ouverture", "date_publication", "publication_date")
CLOSES = ("poste_ferme", "post_ferme", "fermeture", "date_limite", "deadline")
UNPUBLISHED = ("depublication_date", "date_depublication")
TECHNO = ("techno", "technos", "technologies", "stack")
DOMAINS = ("domaines", "domaine", "domains", "domain")
CONTACTS = ("contact", "contacts", "email", "mail")
EXTERNAL_URL = ("externalurl", "external_url", "external", "url", "lien")
TEAM = ("startup", "startups", "team", "equipe", "friend")
JUNIOR = ("junior",)
CONTRACT = ("contrat", "contrats", "contract", "type_contrat", "type_de_contrat")
REDIRECTS = ("redirect_from",)
AUTHORS = ("authors", "author", "auteur", "auteurs")
# Known and without effect here: which list of the former site a posting was shown in, and Jekyll's own.
SILENT = ("type", "layout", "lang", "ref", "permalink", "facts", "questions")
KNOWN = frozenset().union(
    *(TITLE, HEADLINE, STATUS, OPEN, TAKEN, DRAFT, PUBLISHED, CLOSES, UNPUBLISHED, TECHNO, DOMAINS, CONTACTS),
    *(EXTERNAL_URL, TEAM, JUNIOR, CONTRACT, REDIRECTS, AUTHORS, SILENT),
)

TRUE = frozenset(("true", "yes", "oui", "vrai", "1", "on", "open", "ouvert", "ouverte", "published", "publie"))
FALSE = frozenset(("false", "no", "non", "faux", "0", "off", "closed", "ferme", "fermee", "close", "clos"))
CLOSED_WORDS = FALSE | {"pourvu", "pourvue", "archive", "archivee", "archived", "filled"}
DRAFT_WORDS = frozenset(("draft", "brouillon", "a_valider", "pending", "en_attente"))


@dataclass(frozen=True)
class Fields:
    """What the front matter says. Dates are ISO text; `raw` is everything, `unknown` what no field holds.

    `status` is "draft" when nothing is said: a posting is shown to candidates only if its author asked so.
    `team` is a slug, `team_name` the name as written, both None when no team, host or friend is named.
    """

    title: str
    headline: str | None = None
    status: Status = "draft"
    published: str | None = None
    closes: str | None = None
    unpublished: str | None = None
    team: str | None = None
    team_name: str | None = None
    techno: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    contracts: tuple[str, ...] = ()
    contract_text: str = ""
    external_url: str | None = None
    junior: bool | None = None
    redirects: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    unknown: dict[str, Any] = field(default_factory=dict)
    raw: dict[str, Any] = field(default_factory=dict)


def read_fields(front: dict[str, Any], *, body: str = "", name: str = "") -> Fields:
    """Return the fields of a posting from its front matter, its body and its file's name."""
    keys = _Keys(front)
    team_name = next(iter(keys.texts(TEAM)), None)
    contract_text = ", ".join(keys.texts(CONTRACT))
    urls = (text for text in keys.texts(EXTERNAL_URL) if text.lower().startswith(("http://", "https://")))
    return Fields(
        title=_title(keys, body, name),
        headline=next(iter(keys.texts(HEADLINE)), None),
        status=_status(keys),
        published=keys.date(PUBLISHED) or dates.in_name(name),
        closes=keys.date(CLOSES),
        unpublished=keys.date(UNPUBLISHED),
        team=(slug(team_name) or None) if team_name else None,
        team_name=team_name,
        techno=_items(keys.texts(TECHNO)),
        domains=_items(keys.texts(DOMAINS)),
        contacts=_items(keys.texts(CONTACTS)),
        contracts=contract.kinds(contract_text),
        contract_text=contract_text,
        external_url=next(urls, None),
        junior=keys.flag(JUNIOR),
        redirects=tuple(keys.texts(REDIRECTS)),
        authors=tuple(keys.texts(AUTHORS)),
        unknown={key: value for key, value in front.items() if fold(key) not in KNOWN},
        raw=front,
    )


def slug(text: str) -> str:
    """Return `text` as a slug of a-z, 0-9 and hyphens: “A+” is “aplus”, “data.gouv.fr” is “data-gouv-fr”."""
    plain = fold(text).replace("+", "plus").replace("_", "-")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def fold(text: str) -> str:
    """Return a key or a word for comparing: no accents, no capitals, underscores for spaces and hyphens."""
    return re.sub(r"[\s-]+", "_", accents.off(text).strip().lower())


class _Keys:
    """The front matter by folded key; of two spellings of a key, the first that says something counts."""

    def __init__(self, front: dict[str, Any]) -> None:
        self.values: dict[str, list[Any]] = {}
        for key, value in front.items():
            self.values.setdefault(fold(key), []).append(value)

    def texts(self, names: tuple[str, ...]) -> list[str]:
        """Return the texts of the first of `names` that has any: a list's items, a map's values."""
        for name in names:
            for value in self.values.get(name, ()):
                if texts := [text for text in _texts(value) if text]:
                    return texts
        return []

    def flag(self, names: tuple[str, ...]) -> bool | None:
        """Return yes, no, or None when no key of `names` says either."""
        for text in (text for name in names for value in self.values.get(name, ()) for text in _texts(value)):
            if fold(text) in TRUE:
                return True
            if fold(text) in FALSE:
                return False
        return None

    def date(self, names: tuple[str, ...]) -> str | None:
        """Return the first date under `names` as YYYY-MM-DD."""
        for text in (text for name in names for value in self.values.get(name, ()) for text in _texts(value)):
            if day := dates.written(text):
                return day.isoformat()
        return None


def _texts(value: Any) -> Iterator[str]:
    """Yield the scalars of `value` as trimmed text, booleans as “true” and “false”."""
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, bool):
        yield "true" if value else "false"
    elif value is not None:
        yield " ".join(str(value).split())


def _items(texts: list[str]) -> tuple[str, ...]:
    """Return the items of a list, or of one text that separates them with commas, slashes or semicolons."""
    if len(texts) == 1:
        texts = re.split(r"\s*[,;]\s*|\s+[/-]\s+|(?<!/)\n", texts[0])
    return tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))


def _title(keys: _Keys, body: str, name: str) -> str:
    """Return the role, else the body's first heading, else the file's name without its date."""
    if roles := keys.texts(TITLE):
        title = ", ".join(roles).strip(" -–—:")
        if title:
            return title
    if heading := re.search(r"^#{1,6}[ \t]*(\S[^\n]*)$", body, re.MULTILINE):
        title = re.sub(r"[*_`#]+|\[|\]\([^)\n]{0,200}\)", "", heading[1]).strip()
        if title:
            return title
    stem = re.sub(r"\.(?:v\d+|md|mdr|markdown|txt)", "", PurePath(name).name)
    stem = re.sub(r"^\d{4}-\d{1,2}-\d{1,2}[-_. ]*", "", stem)
    return " ".join(re.split(r"[-_. ]+", stem)).strip() or "Untitled"


def _status(keys: _Keys) -> Status:
    """Return the state that the keys agree on; where they differ, the one that shows least."""
    words = [fold(text) for text in keys.texts(STATUS)]
    opened, taken = keys.flag(OPEN), keys.flag(TAKEN)
    if opened is False or taken or CLOSED_WORDS.intersection(words):
        return "closed"
    if keys.flag(DRAFT) or DRAFT_WORDS.intersection(words):
        return "draft"
    return "open" if opened or TRUE.intersection(words) else "draft"
