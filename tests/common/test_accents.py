"""Accents are taken off in one place; what is kept in the database of it stays as it is."""

import pytest

from backend.common import accents
from backend.hiring import identity
from backend.hiring.markdown import fields
from backend.hiring.markdown.facts import text as facts
from backend.search import words as search
from notifications.inbound import words as inbound

NAME = "L’Œuvre d’Ægidius Straße-Łoś"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (accents.off("Éloïse Gœury ﬁn"), "Eloise Gœury fin"),
        (accents.plain("Éloïse GŒURY, Æsa Straße Łoś İı"), "eloise goeury, aesa strasse los ii"),
        (identity.name(NAME), "d l strasse ægidius łos œuvre"),
        (fields.slug(NAME), "l-uvre-d-gidius-stra-e-os"),
        (facts.fold(NAME), "l'œuvre d'ægidius straße-łos"),
        (search.split(NAME), ["l", "oeuvre", "d", "aegidius", "strasse", "los"]),
        (inbound.plain(NAME), "l'oeuvre d'ægidius straße-łos"),
    ],
)
def test_what_is_kept_without_accents_does_not_change(given, kept):
    assert given == kept
