"""No text makes the readers fail or take long."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.hiring.markdown import facts
from backend.hiring.markdown.facts.text import MAX_SENTENCE, sentences
from tests.hiring.markdown.reading import read

SIZE = 200_000
SEEDS = [
    " ", "a ", "1 ", "@", "[", "](", "[](", "[a](mailto:", "<a ", "<a href=\"", "<!--", "<style", "\\", "*", "_ _",
    "a at ", "a [at] ", "https://", "4 jours ", "4 jours par semaine ", "contrat de ", "TJM ", "TJM 500 ",
    "500 a 600 ", "1 000 ", "janvier ", "teletravail ", "travail a ", "en copie ", "a@b.fr en copie ",
    "avec a@b.fr ", "fin novembre / ", "début ", "\u00a0", "🌊", "- a\n", "\n", "a:\n", "- TJM : 500 €\n", "((((",
    "....", ". A ", "4/5 ", "; 1", "# a\n",
]  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_long_texts_are_read_in_time(seed):
    text = "## Modalités\n\nContrat TJM postuler télétravail démarrage : " + seed * (SIZE // len(seed))
    before = time.process_time()
    read(text)
    assert time.process_time() - before < 4  # half of it on a slow processor; minutes, if time grew with the square


def test_no_sentence_is_long():
    assert max(len(sentence.text) for sentence in sentences("mot " * 10_000)) <= MAX_SENTENCE


FRAGMENTS = st.sampled_from(
    ["TJM ", "500 €", "4 jours", " par semaine", "6 mois", "contrat", "CDD", "a@b.example",
    "[x](mailto:a@b.example)", "en copie ",
     "démarrage ", "31 février", "99/99/2024", "janvier", "2024", "télétravail", "\n", "\n## Modalités\n", "- ",
     ": ", ". ", "¾", "²"]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(FRAGMENTS | st.text(max_size=8), max_size=40).map("".join), st.text(max_size=20))
def test_any_text_gives_every_fact_or_nothing(body, name):
    found = read(body, name=name)
    assert tuple(found.values) == facts.NAMES
    json.dumps(found.values)
    for key in facts.NAMES:
        assert (found.values[key] == facts.nothing(key)) is (key not in found.sentences)
