"""Days worked a week, and the days of something else."""

import pytest

from tests.hiring.markdown.reading import read, terms


@pytest.mark.parametrize(
    ("line", "low", "high"),
    [
        ("Charge : 4/5e", 4, 4),
        ("Charge : 4/5ème", 4, 4),
        ("Charge : ⅘", 4, 4),
        ("Temps plein", 5, 5),
        ("Poste à plein temps", 5, 5),
        ("Temps complet", 5, 5),
        ("Temps plein ou ⅘", 4, 5),
        ("Temps plein (4/5 accepté)", 4, 5),
        ("À mi-temps", 2.5, 2.5),
        ("Temps partiel accepté (4/5)", 4, 5),
        ("Temps partiel accepté (80 % minimum)", 4, 5),
        ("Temps partiel accepté (80\u00a0% minimum)", 4, 5),
        ("Temps partiel possible (60 % à 100 %)", 3, 5),
        ("Temps de travail : 80 %", 4, 4),
        ("3 à 4 jours par semaine", 3, 4),
        ("3-4 jours/semaine", 3, 4),
        ("De 3 à 5 jours par semaine", 3, 5),
        ("Entre 2 et 3 jours / semaine", 2, 3),
        ("2 jours à 3 jours par semaine", 2, 3),
        ("3 ou 4 jours par semaine", 3, 4),
        ("Charge : quatre jours par semaine", 4, 4),
        ("Temps de travail : 4j/semaine", 4, 4),
        ("Rythme : 4j/5", 4, 4),
        ("Rythme : 4 jours sur 5", 4, 4),
        ("Rythme : 4 jours hebdomadaires", 4, 4),
        ("Mission à 2,5 jours par semaine", 2.5, 2.5),
        ("Mission de 6 mois (à 4 jours par semaine minimum)", 4, None),
        ("Au moins 3 jours par semaine", 3, None),
        ("À minima 3 jours par semaine", 3, None),
        ("3 jours par semaine maximum", None, 3),
        ("Charge estimée : env. 3 jours/semaine", 3, 3),
        ("Contrat de 4 jours par semaine en télétravail", 4, 4),
        ("4/5e et télétravail possible", 4, 4),
        ("CDD à plein temps ou freelance à 3/5e", 3, 5),
        ("Temps plein ou partiel", None, 5),
        ("Temps plein ou temps partiel (4/5)", 4, 5),
        ("Mission à temps partiel (2 à 3 jours par semaine)", 2, 3),
        ("À raison de 3 jours par semaine", 3, 3),
        ("3j/sem minimum", 3, None),
        ("Temps partiel possible (minimum 3j/semaine)", 3, 5),
        ("Temps plein souhaité, temps partiel (80 %) possible", 4, 5),
        ("Rythme : 3 à 5j/semaine", 3, 5),
        ("Full-time, part time possible (4/5)", 4, 5),
        ("4 days per week", 4, 4),
        ("Stage à temps plein, 35 heures hebdomadaires", 5, 5),
    ],
)
def test_days_are_read(line, low, high):
    values = terms(line)
    assert (values["days_per_week_min"], values["days_per_week_max"]) == (low, high)


@pytest.mark.parametrize(
    "line",
    [
        "Télétravail possible 2 jours par semaine",
        "Télétravail possible (2 jours par semaine)",
        "Télétravail jusqu'à trois jours par semaine",
        "4 jours de télétravail par semaine",
        "2 jours par semaine en télétravail",
        "Télétravail partiel, avec 2 jours/semaine à Paris",
        "Présence à Lyon deux jours par semaine",
        "Présence souhaitée : 2 jours par semaine",
        "2 jours par semaine sur place",
        "2 jours par semaine dans nos locaux",
        "Déplacements : 2 jours par mois",
        "Une réunion d'équipe par semaine, 1 jour sur site",
        "Temps partiel possible",
        "Temps partiel et télétravail bienvenus",
        "Télétravail partiel (2 à 3 jours par semaine)",
        "Vous travaillerez 3 jours par semaine à distance",
        "Une astreinte de 3 jours par semaine",
        "Déploiements fréquents (1 par semaine)",
        "Télétravail 100 %",
        "Itérations de 3 semaines",
    ],
)
def test_days_are_not_guessed(line):
    values = terms(line)
    assert (values["days_per_week_min"], values["days_per_week_max"]) == (None, None)


@pytest.mark.parametrize(
    "line",
    [
        "L'équipe compte trois personnes à plein temps et un coach à mi-temps.",
        "Des agents publics s'engagent à temps plein pour résoudre un problème.",
        "Workshops : 2 jours par semaine.",
    ],
)
def test_the_days_of_others_are_not_the_candidate_s(line):
    values = read(f"## L'équipe\n\n{line}\n").values
    assert (values["days_per_week_min"], values["days_per_week_max"]) == (None, None)


def test_days_in_the_title():
    facts = read("On cherche quelqu'un.", {"roles": "Data engineer - 4 jours par semaine"})
    assert (facts.values["days_per_week_min"], facts.values["days_per_week_max"]) == (4, 4)


def test_the_terms_win_over_the_introduction():
    body = "Mission de 5 jours par semaine, en principe.\n\n## Modalités\n\n- Charge : 3 jours par semaine\n"
    assert read(body).values["days_per_week_max"] == 3
