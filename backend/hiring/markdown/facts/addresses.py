"""Where to apply and where to ask: addresses and forms, by the words around them."""

import itertools
import re
from dataclasses import dataclass, field

from backend.hiring.markdown.facts import links
from backend.hiring.markdown.facts.patterns import any_of
from backend.hiring.markdown.facts.reading import Found, Reading
from backend.hiring.markdown.facts.text import Sentence

URL = re.compile(r"https?://[^\s<>\"'()]{1,1500}(?:\([^\s<>()]{0,200}\)[^\s<>\"'()]{0,500})?", re.I)
SEND = any_of(
    r"postul", r"candidat(?:er|ez|ures?)\b", r"\benvo(?:i|y)\w*", r"transmet", r"le tout a\b", r"\bcv\b",
    r"\bresume\b", r"send (?:us|your)", r"\bapply\b", r"your application", r"applications? to\b", r"adresse[rz]\b",
)  # fmt: skip
APPLY = any_of(
    SEND.pattern, r"candidate?s?\b", r"adress", r"ecri(?:s|vez|re)\b", r"rejoi(?:gnez|ns|ndre)",
    r"contact(?:ez|e)[- ]nous", r"linkedin", r"message a\b", r"mail a\b", r"par (?:mail|courriel|e-mail)",
)  # fmt: skip
QUESTION = any_of(
    r"questions?\b", r"renseignements?", r"informations? complementaires?", r"(?:plus|davantage) d'info\w*",
    r"en savoir plus", r"se renseigner", r"precisions\b", r"for more information", r"enquir",
)  # fmt: skip
# “Before applying” and “our call for applications” do not say where to apply.
BEFORE = re.compile(
    r"avant (?:de |d')?(?:postuler|candidater|envoyer (?:\S+ )?candidature)|appels? (?:a|de) candidatures?"
)
COPY = any_of(r"\bcopie\b", r"\bcopier\b", r"\bcc\b", r"\bin copy\b")
OPENING = re.compile(r"\b(?:avec|with|mettre|mettant|mets|mettez)\b")
JOINED = re.compile(r"[\s,;<>]*(?:et|ou|and|&)?[\s,<>]*(?:a )?")
APPLY_SECTION = any_of(
    r"postul", r"candidat", r"rejoi(?:gnez|ns|ndre)", r"\brecrutement", r"en etre", r"interess", r"\bapply",
    r"comment (?:faire|nous)"
)  # fmt: skip
CONTACT_SECTION = any_of(r"contact", r"questions?", r"renseignement")
FORM = any_of(
    r"postul", r"candidat(?:er|ez|ures?)\b", r"formulaire", r"questionnaire", r"deposez", r"\bapply\b",
    r"application form", r"\bforms?\b", r"sur ce lien", r"remplir",
)  # fmt: skip
FORM_SITE = any_of(
    r"airtable\.com", r"typeform\.", r"tally\.so", r"framaforms\.", r"forms\.gle", r"docs\.google\.com/forms",
    r"/forms?/", r"demarches-simplifiees\.fr/commencer", r"grist\.",
)  # fmt: skip
NOT_A_FORM = re.compile(
    r"github\.com|gitlab\.|linkedin\.com|doc\.incubateur|legifrance|/manifeste|/communaute|/startups?/"
    r"|\.(?:png|jpe?g|gif|svg|pdf)$",
    re.I,
)


@dataclass
class Book:
    """The addresses found so far by what they are for, each with the sentence it was first read from."""

    apply: dict[str, str] = field(default_factory=dict)
    copy: dict[str, str] = field(default_factory=dict)
    ask: dict[str, str] = field(default_factory=dict)
    contact: dict[str, str] = field(default_factory=dict)


def read(reading: Reading) -> Found:
    """Return apply_to, apply_cc, apply_url and questions_to where they are stated."""
    book = Book()
    for sentence in reading.sentences:
        if "@" in sentence.text:
            _file(book, sentence)
    form = _form(reading.sentences, mailed=bool(book.apply))
    if not book.apply and form is None:
        # Nothing says how to apply: what remains is whom the posting names as its contact.
        book.apply |= book.contact or _stated_contacts(reading)
    copied = {address: said for address, said in book.copy.items() if address not in book.apply}
    asked = {address: said for address, said in book.ask.items() if address not in book.apply.keys() | copied.keys()}
    named = ("apply_to", book.apply), ("apply_cc", copied), ("questions_to", asked)
    found: Found = {name: (list(said), " … ".join(dict.fromkeys(said.values()))) for name, said in named if said}
    if form:
        found["apply_url"] = form
    return found


Span = tuple[int, int, str]
"""Where an address begins and ends in its sentence, and the address."""


def _file(book: Book, sentence: Sentence) -> None:
    """Put the addresses of one sentence where its words say."""
    spans = [(match.start(), match.end(), match[0]) for match in links.EMAIL.finditer(sentence.plain)]
    copied = _copied(sentence.plain, spans)
    kind = _kind(book, sentence)
    for _, _, address in spans:
        if address in copied:
            book.copy.setdefault(address, sentence.text)
        elif kind is not None:
            kind.setdefault(address, sentence.text)


def _kind(book: Book, sentence: Sentence) -> dict[str, str] | None:
    """Return the part of the book where the addresses of `sentence` belong."""
    words = BEFORE.sub("", f"{sentence.lead} {links.EMAIL.sub('', sentence.plain)}")
    if QUESTION.search(words) and not SEND.search(words):
        return book.ask
    if APPLY.search(words) or APPLY_SECTION.search(sentence.heading):
        return book.apply
    named = CONTACT_SECTION.search(sentence.heading) or re.search(r"contact|\be?-?mails?\b|courriel", words)
    return book.contact if named else None


def _copied(plain: str, spans: list[Span]) -> set[str]:
    """Return the addresses that are to be put in copy.

    “copy to B, C” takes what follows; “with B in copy” and “B in copy” what precedes.
    """
    copied: set[str] = set()
    for cue in COPY.finditer(plain):
        after = [span for span in spans if span[0] >= cue.end()]
        before = [span for span in spans if span[1] <= cue.start()]
        if after and after[0][0] - cue.end() <= 25 and not re.search(r"[.;)]", plain[cue.end() : after[0][0]]):
            copied |= _group(plain, after)
        elif len(before) > 1 and cue.start() - before[-1][1] <= 40:
            opening = [match.end() for match in OPENING.finditer(plain, before[0][1], cue.start())]
            group = [span for span in before if opening and span[0] >= opening[-1]] or before[-1:]
            copied.update(address for _, _, address in group)
    return copied


def _group(plain: str, spans: list[Span]) -> set[str]:
    """Return the first address of `spans` and those listed right after it."""
    group = {spans[0][2]}
    for left, right in itertools.pairwise(spans):
        if not JOINED.fullmatch(plain[left[1] : right[0]]):
            break
        group.add(right[2])
    return group


def _form(sentences: list[Sentence], *, mailed: bool) -> tuple[str, str] | None:
    """Return the address of the form and its sentence, if one applies through a form."""
    for sentence in sentences:
        if "http" not in sentence.text:
            continue
        urls = [match[0].rstrip(".,;:!?*_") for match in URL.finditer(sentence.text)]
        urls = [url for url in urls if not NOT_A_FORM.search(url)]
        if urls and _is_form(sentence, urls[0], mailed=mailed):
            return urls[0], sentence.text
    return None


def _is_form(sentence: Sentence, url: str, *, mailed: bool) -> bool:
    """Return whether `url` is where one applies, by its sentence, what leads to it or where it stands."""
    words = URL.sub("", sentence.plain)
    site = bool(FORM_SITE.search(url.lower()))
    if BEFORE.search(words) or ("@" in sentence.text and not (site or "formulaire" in words)):
        return False
    if FORM.search(words):
        return not words.startswith("fiche de poste")
    led = FORM.search(sentence.lead) and len(words) < 60 and "fiche de poste" not in words
    stands_alone = not mailed and (site or len(words.strip(" <>-:")) < 25)
    return bool(led or (APPLY_SECTION.search(sentence.heading) and stands_alone))


def _stated_contacts(reading: Reading) -> dict[str, str]:
    contacts = ", ".join(reading.fields.contacts)
    return dict.fromkeys(links.emails(contacts), f"contact: {contacts}")
