"""The kinds of contract that are offered."""

from backend.hiring.markdown.facts.patterns import any_of
from backend.hiring.markdown.facts.reading import Found, Reading, under_terms
from backend.hiring.markdown.facts.text import Sentence, fold

KINDS = {
    "freelance": any_of(
        r"free-?lances?\b", r"\bindep[ea]nd[ae]nt\w*", r"\bportage\b", r"(?:auto|micro)-?entrepr\w*",
        r"prestataires?\b",
        r"\bprestations?\b", r"contractors?\b", r"self-employed",
    ),
    "fixed_term": any_of(
        r"\bcdd\b", r"\bduree determinee", r"contractuel\w*", r"vacataires?\b", r"\bvacations?\b",
        r"contrats? de projet",
        r"fixed[- ]term",
    ),
    "permanent": any_of(r"\bcdi\b", r"duree indeterminee", r"permanent (?:contract|position)"),
    "internship": any_of(r"(?<!early )(?<!late )(?<!early-)(?<!this )(?<!any )\bstages?\b", r"stagiaires?\b",
    r"internship"),
    "apprenticeship": any_of(
        r"\balternan(?:ce|te?)\b", r"contrats? (?:d'apprentissage|de professionnalisation)", r"\ben apprentissage",
        r"\bapprenti(?:e|\(e\)|·e)?\b", r"apprenticeship",
    ),
    "secondment": any_of(
        r"(?:\bune?|\ben|\bpar|\bou|/|voie de) mises? a disposition\b(?! (?:de |des |du |d'))",
        r"(?:\ben|\bpar|\bun|\bou|/|voie de) detachements?\b", r"secondment",
    ),
}  # fmt: skip
OFFER = any_of(
    r"\bpostes?\b", r"\bcontrats?\b", r"\bstatuts?\b", r"\bcherch", r"\brecherch(?:e|ons|ent)\b(?! (?:de |du |d'))",
    r"recrut",
    r"besoin d'une?", r"sous forme", r"embauch", r"\bmission\b[^.;]{0,40}?\b(?:de|en|pour)\b", r"contract\b",
    r"position\b",
    r"looking for", r"\bdevelopper en\b", r"offre de stage", r"\b(?:cdd|stage) de\b", r"\btype de contrat",
)  # fmt: skip
# Whom the team already has, what may come later, and what the product is about.
ASIDE = any_of(
    r"nous sommes (?:\S+ ){0,4}(?:a etre|contractuels|independants)", r"nombreux a etre",
    r"au sein de la communaute", r"missions? futures?", r"par la suite", r"frein a (?:ta|votre) candidature",
    r"equipe\b[^.;]{0,60}\bcompos",
    r"(?:suivi|pilot\w+|coordination|coordonner|gestion|encadr\w+) (?:des|les|de) (?:prestataires|stagiaires"
    r"|alternants|freelances)",
    r"\bleurs? (?:\w+ (?:et|ou) )?prestataires", r"prestations? (?:sociale|de compensation|familiale|artistique)",
    r"autonomes? et independant", r"(?:equipes?|societes?) independantes?",
    r"autres? (?:devs?|developpeu\w*) sont", r"pour les (?:alternants|apprentis)",
    r"experience\w*,? (?:\S+ ){0,4}(?:stages?|alternance)", r"stages? (?:compris|inclus)",
)  # fmt: skip
LATER = any_of(
    r"(?:\beventuel\w*|transformable|debouch\w*|evolu\w*|en vue|perspectives?)\s+(?:\S+\s+){0,4}?(?:cdi\b"
    r"|d'un cdi\b)",
    r"\bcdi (?:a terme|a la cle|a l'issue)",
    r"stages? de fin d'etudes? \(?mais",
)
LEARNING = any_of(
    r"(?:offre de|sous forme de|\ben) (?:stage|alternance|apprentissage)",
    r"stage (?:de \d|de \w+ mois|conventionn|de fin)",
    r"(?:cherch|recrut)\w* (?:\S+ ){0,4}(?:stagiaire|alternant|apprenti)", r"internship",
)  # fmt: skip
PROFILE = any_of(r"profil", r"competence", r"qualites?\b", r"savoir", r"experience", r"equipe\b", r"qui sommes")


def kinds(text: str) -> tuple[str, ...]:
    """Return the kinds of contract that a few words name, in the order of KINDS."""
    plain = fold(text)
    return tuple(kind for kind, words in KINDS.items() if words.search(plain))


def read(reading: Reading) -> Found:
    """Return `contract`, the kinds that the front matter, the title or a sentence of the offer names."""
    sentences: dict[str, str] = {}
    for kind in reading.fields.contracts:
        sentences.setdefault(kind, f"contrat: {reading.fields.contract_text}")
    for title in reading.titles:
        for kind in kinds(title.text):
            if kind != "apprenticeship":  # “Mission for apprenticeship” is a team's name, not a contract.
                sentences.setdefault(kind, title.text)
    # The terms say it best, the introduction often says it too.
    for sentence in sorted(reading.sentences, key=lambda sentence: not under_terms(sentence)):
        for kind in _offered(sentence):
            sentences.setdefault(kind, sentence.text)
    if not sentences:
        return {}
    found = [kind for kind in KINDS if kind in sentences]
    return {"contract": (found, " … ".join(dict.fromkeys(sentences[kind] for kind in found)))}


def _offered(sentence: Sentence) -> tuple[str, ...]:
    """Return the kinds that `sentence` offers."""
    if not (under_terms(sentence) or OFFER.search(sentence.plain) or OFFER.search(sentence.lead)):
        return ()
    if ASIDE.search(sentence.plain):
        return ()
    found = kinds(LATER.sub("", sentence.plain))
    if not under_terms(sentence) and (PROFILE.search(sentence.heading) or not LEARNING.search(sentence.plain)):
        # “A first experience, internships included” asks for one, “young people look for an internship” is the product.
        found = tuple(kind for kind in found if kind not in ("internship", "apprenticeship"))
    return found
