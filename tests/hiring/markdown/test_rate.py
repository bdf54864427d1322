"""Day rates, and the amounts that are not."""

import pytest

from tests.hiring.markdown.reading import read, terms


@pytest.mark.parametrize(
    ("line", "low", "high"),
    [
        ("TJM : 500 €", 500, 500),
        ("TJM : 500€ HT", 500, 500),
        ("TJM entre 450€ et 650€ selon l'expérience.", 450, 650),
        ("TJM : 450-550 €", 450, 550),
        ("TJM : 450 – 550 euros", 450, 550),
        ("TJM : de 450 à 550 euros HT", 450, 550),
        ("TJM : 450/550 €", 450, 550),
        ("TJM compris entre 400 et 600€", 400, 600),
        ("TJM : 500-600", 500, 600),
        ("TJM : 600", 600, 600),
        ("TJM jusqu'à 600 €", None, 600),
        ("TJM jusqu’à 600 € HT", None, 600),
        ("TJM : 600 € maximum", None, 600),
        ("TJM : max 600 euros HT/jour", None, 600),
        ("TJM plafonné à 650 € HT", None, 650),
        ("TJM à partir de 450 €", 450, None),
        ("TJM : minimum 450 € HT", 450, None),
        ("650€/j", 650, 650),
        ("650 €/jour", 650, 650),
        ("Rémunération : 550 euros par jour", 550, 550),
        ("Rémunération : entre 300 et 450 euros / jour", 300, 450),
        ("Taux journalier moyen de 600 euros.", 600, 600),
        ("Taux journalier : 400 € à 500 € (hors taxes)", 400, 500),
        ("Tarif journalier de 480 euros HT", 480, 480),
        ("Rémunération\u202f: TJM de 1\u202f000\u00a0€", 1000, 1000),
        ("TJM : 0,6 k€", 600, 600),
        ("Taux journalier (TJM) compris entre 400€ HT et 650€ HT", 400, 650),
        ("TJM : de 300 €HT à 500 €HT", 300, 500),
        ("TJM : 550/600€", 550, 600),
        ("TJM max : 600 €", None, 600),
        ("TJM < 650 €", None, 650),
        ("TJM : environ 550 €", 550, 550),
        ("TJM : entre 300€ (junior) et 700€ (senior)", 300, 700),
        ("TJM autour de 500 € HT pour 4 jours par semaine et 6 mois", 500, 500),
        ("Budget maximum : 600 € TTC par jour", None, 600),
        ("Rémunération : 400-500 euros HT / jour", 400, 500),
        ("Day rate: €450 to €600", 450, 600),
        ("Daily rate: up to 600 €", None, 600),
        ("Rémunération : 450 à 550 € HT par jour selon profil (budget annuel de 90 000 €)", 450, 550),
        ("Rémunération : TJM entre 450 et 550 € sur la base de 4 jours par semaine", 450, 550),
    ],
)
def test_rate_is_read(line, low, high):
    values = terms(line)
    assert (values["day_rate_min"], values["day_rate_max"]) == (low, high)


@pytest.mark.parametrize(
    "line",
    [
        "Salaire : 45-55 k€",
        "Rémunération : 25 000 – 50 000 € brut selon expérience",
        "Rémunération : 2 500 euros nets par mois",
        "Salaire de 3000 € nets mensuels",
        "Gratification : 4,35 € de l'heure",
        "Gratification de stage : 600 € par mois",
        "TJM selon profil",
        "TJM à discuter",
        "TJM selon la grille 2024",
        "Rémunération selon profil, 35 heures par semaine",
        "Chaque jeune dispose d'un crédit de 500 euros.",
        "Indemnité de repas : 10 € par jour",
        "Le budget du produit est de 600 000 euros.",
    ],
)
def test_rate_is_not_guessed(line):
    values = terms(line)
    assert (values["day_rate_min"], values["day_rate_max"]) == (None, None)


def test_rates_of_several_levels_make_one_band():
    facts = read("## Modalités\n\nTJM :\n\n- junior : 300 à 400 €\n- confirmé : 450 à 600 €\n")
    assert (facts.values["day_rate_min"], facts.values["day_rate_max"]) == (300, 600)
    assert facts.sentences["day_rate_min"] == "junior : 300 à 400 € … confirmé : 450 à 600 €"


def test_rate_under_its_own_heading():
    values = read("## Taux journalier\n\nEntre 400 et 500 euros selon l'expérience.\n").values
    assert (values["day_rate_min"], values["day_rate_max"]) == (400, 500)
