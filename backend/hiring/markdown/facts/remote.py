"""Whether the work can be done from elsewhere: full, partial or none."""

from backend.hiring.markdown.facts.patterns import any_of
from backend.hiring.markdown.facts.reading import Found, Reading, under_terms
from backend.hiring.markdown.facts.text import Sentence

AWAY = r"(?:tele-?travail|distanciel|remote|a distance)"
REMOTE = any_of(
    r"tele-?travail\w*", r"travail(?:l\w+)? (?:\S+ ){0,3}?a distance", r"\bremote\b", r"distanciel",
    r"work(?:ing)? from home", r"home[- ]office", r"(?:^|\bou \?|\blieu\W+|\bde(?:puis)?)\W*chez (?:toi|vous|soi)",
)  # fmt: skip
FULL = any_of(
    rf"{AWAY}\W{{0,3}}(?:(?:est )?possible )?(?:a )?(?:100 ?%|complet\b|total\b|integral\w*|exclusi\w*|only)",
    rf"(?:100 ?%|\bfull(?:y)?|entierement|totalement|integralement)[- ]*(?:en )?{AWAY}",
    r"tele-?travail (?:sera |est )?(?:de rigueur|obligatoire|permanent)",
)
NORM = any_of(
    rf"(?:postes?|mission|travail|contrat|activite)\b[^.;]{{0,60}}?\b(?:est|sera|se fait|s'exerce|s'effectue"
    rf"|semaine)\s*en {AWAY}",
    rf"\bpostes?\b[^.;,]{{0,30}} en {AWAY}",
    rf"^\W*(?:lieu(?: de travail)?|localisation|emplacement|ou \?|where)\W*{AWAY}\W*$",
    rf"^\W*en {AWAY}\W*$",
    r"\btravail\w* a distance\b",
    rf"jours (?:par|/) ?semaine en {AWAY}",
)
SOFT = any_of(
    r"partiel\w*", r"en partie", r"possib", r"accept", r"bienvenu", r"envisag", r"autoris", r"encourag",
    r"ponctuel", r"quelques", r"occasionnel", r"principalement", r"essentiellement", r"majoritairement", r"mostly",
    r"partly", r"hybrid", r"\bok\b", r"par defaut", r"la norme", r"\bou (?:au|dans|a|presen|sur)", r"et/ou",
    r"allow", r"privilegi", r"flexib", r"\bpeut\b", r"jours? (?:de|en) tele", r"si besoin", r"negoci", r"maximum",
    r"sous reserve", r"habitue", r"a l'aise",
)  # fmt: skip
NONE = any_of(
    r"(?:\bpas|aucun|\bsans|\bni|\bno|\bnot|\bwithout)\s+(?:de\s+|possib\w*\s+(?:de\s+)?)?(?:tele-?travail"
    r"|remote|distanciel)",
    r"tele-?travail\W{0,3}(?:est )?(?:non|impossible|n'est pas|pas)\b",
    r"100 ?% (?:en )?presentiel",
    r"(?:uniquement|exclusivement|entierement) (?:en presentiel|sur (?:site|place))",
    r"presentiel (?:uniquement|obligatoire|exclusi\w+)",
    r"on[- ]?site only",
    r"^\W*(?:postes?|travail|mission)(?: ouverte?)? en presentiel\b(?! (?:possible|optionnel|ou\b|et\b))",
)
PRESENCE = any_of(
    r"presen(?:ce|tiel)\w*", r"deplacement\w*", r"dans (?:les|nos) locaux", r"se retrouv\w+", r"nous retrouvons",
    r"on site", r"\b(?:a|sur) paris\b",
    r"sur place", r"bureaux?\b", r"office",
)  # fmt: skip
OPTIONAL = any_of(
    r"option",
    r"possib",
    r"\bsi (?:\S+ ){0,2}(?:souhait|besoin|situation)",
    r"facultati",
    r"pas d'obligation",
    r"\bou\b",
)
# What is done from afar by the users, the events or the interviews says nothing of the job.
ASIDE = any_of(
    r"(?:evenement|rassemblement|rdv|rendez-vous|webinaire|formation)\w*[^.;]{0,40}a distance",
    r"entretien\w*[^.;]{0,30}(?:a distance|distanciel)",
    r"a distance ou en presentiel",
)


def read(reading: Reading) -> Found:
    """Return `remote` as “full”, “partial” or “none” where working from elsewhere is mentioned."""
    mentions = [sentence for sentence in reading.sentences if _mentions(sentence)]
    mentions.sort(key=lambda sentence: not under_terms(sentence))
    refused = [sentence for sentence in mentions if NONE.search(sentence.plain)]
    whole = [sentence for sentence in mentions if FULL.search(sentence.plain) and sentence not in refused]
    if whole:
        return {"remote": ("full", whole[0].text)}
    if refused:
        return {"remote": ("none", refused[0].text)}
    soft = [sentence for sentence in mentions if _soft(sentence)]
    norms = [sentence for sentence in mentions if NORM.search(sentence.plain)]
    if norms and not soft:
        return {"remote": ("full", norms[0].text)}
    headed = [s for s in reading.sentences if len(s.heading) < 80 and REMOTE.search(s.heading)]
    partial = soft or mentions or headed
    return {"remote": ("partial", partial[0].text)} if partial else {}


def _mentions(sentence: Sentence) -> bool:
    plain = sentence.plain
    return bool(REMOTE.search(plain) or NONE.search(plain)) and not ASIDE.search(plain)


def _soft(sentence: Sentence) -> bool:
    """Return whether telework is one way among others, or goes with some required presence."""
    remote = REMOTE.search(sentence.plain)
    if remote is None:
        return False
    near = sentence.plain[max(0, remote.start() - 60) : remote.end() + 90]
    return bool(SOFT.search(near) or (PRESENCE.search(near) and not OPTIONAL.search(near)))
