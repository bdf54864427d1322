"""Words of a title or subject, made comparable: accents, case, gender, inclusive spelling and small typos aside."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from backend.common import accents
from notifications.inbound.word_lists import word_set

# Words that name no posting.
NOISE = word_set(
    """
    un une ou le la les l de des du d et a au aux en pour par sur dans avec recrute recrutons recherche cherche
    recrutement candidature candidatures candidate candidat spontanee postule poste offre emploi annonce profil mission
    h f x m w e s se re fwd tr objet reponse concernant suite votre notre mon ma cv lettre motivation job application
    applying apply position posting role opening for the of an at to in and as regarding ref reference startup etat
    equipe team bonjour hello nouveau nouvelle
    """
)
ALIASES = {
    "dev": "developp",
    "devs": "developp",
    "ingenieur": "ingeni",
    "engineer": "ingeni",
    "donnees": "data",
    "donnee": "data",
    "ops": "devops",
}
# Feminine and plural endings fall away: développeuse and développeur, chargée and chargé, données and donnée.
_ENDING = re.compile(r"(?:euses?|eurs?|rices?|ers?|eres?|ees?|nes?|es?|s)$")
_INCLUSIVE = re.compile(
    r"(?<=\w)(?:[.·•‧∙⋅-](?:e|ne|se|euse|eur|rice|trice|ve|le|te|ere|re|s)(?:[.·•‧∙⋅-]s)?\b|"
    r"\((?:e|ne|se|euse|rice|trice|ve|le|te|s|es)\))",
)
_GLUED = (
    (re.compile(r"\b(back|front)[ -]?end\b"), r"\1end"),
    (re.compile(r"\bfull[ -]?stack\b"), "fullstack"),
    (re.compile(r"\bdev[ -]ops\b"), "devops"),
    (re.compile(r"\bbiz[ -]?devs?\b|\bbusiness[ -]develop\w*"), "bizdev"),
)


def plain(text: str) -> str:
    """Give text in lower case without accents, inclusive endings taken off."""
    text = accents.off(text[:20_000].lower()).replace("œ", "oe").replace("’", "'")
    text = _INCLUSIVE.sub("", text)
    for pattern, whole in _GLUED:
        text = pattern.sub(whole, text)
    return text


def stem(word: str) -> str:
    """Give the part of a plain word that gender and number leave."""
    if word in ALIASES:
        return ALIASES[word]
    short = _ENDING.sub("", word) if len(word) > 4 else word
    return ALIASES.get(short, short if len(short) >= 3 else word)


@lru_cache(maxsize=4096)
def words_of(text: str) -> tuple[str, ...]:
    """Give the stems of a text that can name a posting, in order, each once."""
    found = re.findall(r"[a-z0-9+#]+", plain(text))
    stems = (stem(word) for word in found if word not in NOISE and (len(word) > 1 or word.isdigit()))
    return tuple(dict.fromkeys(stems))


@lru_cache(maxsize=1 << 16)
def alike(one: str, other: str) -> bool:
    """Say whether two stems are one, up to a typo: one change in five letters or more, two in nine or more."""
    if one == other:
        return True
    shorter, longer = sorted((len(one), len(other)))
    allowed = 0 if shorter < 5 else 1 if shorter < 9 else 2
    return longer - shorter <= allowed and allowed > 0 and one[0] == other[0] and _distance(one, other) <= allowed


def _distance(one: str, other: str) -> int:
    """Give the number of letters added, dropped, changed or swapped with a neighbour."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]


class Said:
    """What a text says, asked for many words: each is compared once."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(words)
        self._answers: dict[str, bool] = dict.fromkeys(self.words, True)
        self._by_letter: dict[str, list[str]] = {}
        for word in self.words:
            self._by_letter.setdefault(word[0], []).append(word)

    def has(self, word: str) -> bool:
        """Say whether the text has this word, typos aside."""
        if word not in self._answers:
            self._answers[word] = any(alike(word, other) for other in self._by_letter.get(word[0], ()))
        return self._answers[word]

    def of(self, title: Iterable[str]) -> set[str]:
        """Give the words of `title` that the text has."""
        return {word for word in title if self.has(word)}


def said(text: str) -> Said:
    """Give what a text says."""
    return Said(words_of(text))
