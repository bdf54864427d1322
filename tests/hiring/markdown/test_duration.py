"""The first contract's length and its renewal."""

import pytest

from tests.hiring.markdown.reading import read, terms


@pytest.mark.parametrize(
    ("line", "months", "renewable"),
    [
        ("Durée : 6 mois", 6, False),
        ("Durée : 6 mois renouvelables", 6, True),
        ("Durée de la mission : 6 mois", 6, False),
        ("Mission longue (1 an minimum)", 12, False),
        ("6 mois de stage", 6, False),
        ("Durée : jusqu'au 31 décembre 2024, renouvelable", None, True),
        ("Contrat renouvelable tous les 6 mois", None, True),
        ("Durée : six mois renouvelables", 6, True),
        ("Durée : 3 mois (potentiellement renouvelable)", 3, True),
        ("Durée : 3 mois renouvellable", 3, True),
        ("Durée : 6 mois reconductible", 6, True),
        ("Contrat de 6 mois, avec possibilité de renouvellement", 6, True),
        ("Premier contrat de 4 à 5 mois, qui devrait être prolongé", 4, True),
        ("CDD de 12 mois", 12, False),
        ("CDD de 12 mois non renouvelable", 12, False),
        ("CDD d'un an renouvelable", 12, True),
        ("CDD de 3 ans", 36, False),
        ("Contrat CDD 3 ans", 36, False),
        ("CDD (18 mois)", 18, False),
        ("Stage de 4 à 6 mois", 4, False),
        ("Alternance de 12 à 24 mois", 12, False),
        ("Mission de trois mois", 3, False),
        ("Mission proposée pour 7 mois renouvelables", 7, True),
        ("Contrat initial de 6 mois avec une période d'essai d'un mois", 6, False),
        ("Engagement minimal de quatre mois", 4, False),
        ("Disponibilité de six mois minimum", 6, False),
        ("Pour combien de temps ? 6 mois", 6, False),
        ("Freelance 4 jours / semaine pendant 6 mois", 6, False),
        ("Contrat de 4 jours par semaine sur 6 mois (renouvelable)", 6, True),
        ("6 mois renouvelables", 6, True),
        ("Duration: 6 months, renewable", 6, True),
        ("A 6-month contract, extendable", 6, True),
        ("Date de fin (potentiellement reconductible) : 29/04/2024", None, True),
    ],
)
def test_duration_is_read(line, months, renewable):
    values = terms(line)
    assert (values["duration_months"], values["renewable"]) == (months, renewable)


@pytest.mark.parametrize(
    "line",
    [
        "Vous avez 3 ans d'expérience",
        "Au moins 5 ans d'expérience dans une mission similaire",
        "Le produit existe depuis 18 mois",
        "Après 6 mois d'existence, l'équipe s'agrandit",
        "Nos objectifs pour les 6 prochains mois de la mission",
        "En 6 mois nous devons prouver l'utilité du produit",
        "Une période d'essai de 2 mois",
        "Une mission d'essai d'un mois et demi",
        "La rémunération dépend des 12 dernières fiches de paie",
        "Les produits sont réévalués tous les 6 mois",
        "Itérations de 3 semaines",
        "Sur une durée de 2 ans, le programme finance 400 postes",
        "Nous accompagnons les producteurs d'énergies renouvelables",
        "La mission se poursuivra au moins jusqu'en janvier",
        "Un service civique d'au moins 8 mois pour les jeunes de 16 à 25 ans",
        "Le développement d'un parc prend jusqu'à 2 ans",
    ],
)
def test_duration_is_not_guessed(line):
    values = terms(line)
    assert (values["duration_months"], values["renewable"]) == (None, False)


def test_the_contract_wins_over_the_product():
    body = (
        "La startup est financée pour une durée de 2 ans.\n\n## Modalités\n\nPremier contrat de 3 mois renouvelable.\n"
    )
    assert read(body).values["duration_months"] == 3
