"""The last day to apply, if one is stated."""

import re

from backend.hiring.markdown.facts import dates
from backend.hiring.markdown.facts.patterns import any_of
from backend.hiring.markdown.facts.reading import Found, Reading

APPLY = any_of(
    r"postul", r"candidat", r"dossier", r"deadline", r"cloture", r"\bapply\b", r"applications\b", r"depot",
    r"inscri", r"formulaire", r"\benvo(?:i|y)", r"adresse[rz]",
)  # fmt: skip
UNTIL = re.compile(
    r"\b(?:avant|jusqu'?\s?au|au plus tard|limite|deadline|cloture\w*|before|until|by|no later than)\b"
    r"[^.;\d]{0,40}?(?=\d|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)"
)


def read(reading: Reading) -> Found:
    """Return apply_before from the text, else from the front matter's closing date."""
    for sentence in reading.sentences:
        if not (APPLY.search(sentence.plain) or re.search(r"postul|candidat", sentence.heading)):
            continue
        for until in UNTIL.finditer(sentence.plain):
            found = dates.find(sentence.plain, until.end(), until.end() + 40)
            if found and found.day and found.start - until.end() < 15 and (day := found.text(reading.published)):
                return {"apply_before": (day, sentence.text)}
    if closes := reading.fields.closes:
        return {"apply_before": (closes, f"poste_ferme: {closes}")}
    return {}
