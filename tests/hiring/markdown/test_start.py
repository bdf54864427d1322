"""The start, with a year that is written or inferred, and the deadline to apply."""

import pytest

from tests.hiring.markdown.reading import read, terms


@pytest.mark.parametrize(
    ("line", "start"),
    [
        ("Démarrage dès que possible", "asap"),
        ("Démarrage : ASAP", "asap"),
        ("Début de la mission : immédiat", "asap"),
        ("Démarrage au plus vite", "asap"),
        ("Prise de poste : le plus tôt possible", "asap"),
        ("Quand ? Dès que possible", "asap"),
        ("Poste à pourvoir immédiatement", "asap"),
        ("Start: as soon as possible", "asap"),
        ("Stage de 6 mois qui débute dès que possible", "asap"),
        ("Démarrage en septembre 2024", "2024-09"),
        ("Démarrage septembre 2024", "2024-09"),
        ("Démarrage en septembre", "2024-09"),
        ("Démarrage en janvier", "2025-01"),
        ("Démarrage idéalement en juin", "2024-06"),
        ("Démarrage en mars", "2024-03"),
        ("Démarrage en février", "2024-02"),
        ("Début souhaité : février 2025", "2025-02"),
        ("Début souhaité : 1er avril 2024", "2024-04-01"),
        ("Début souhaité : 1 avril 2024", "2024-04-01"),
        ("Début à partir du 25 avril", "2024-04-25"),
        ("Date de début : lundi 8 avril 2024", "2024-04-08"),
        ("Date de début souhaitée : 30 août", "2024-08-30"),
        ("Date d'entrée souhaitée : mi-mai 2024", "2024-05"),
        ("Date de démarrage : 02/05/2024", "2024-05-02"),
        ("Date de démarrage : 2024-05-02", "2024-05-02"),
        ("Début : fin août / début septembre", "2024-08"),
        ("Début : fin novembre / début décembre 2024", "2024-11"),
        ("Démarrage au cours du mois de mai 2024", "2024-05"),
        ("Le poste est à pourvoir dès le mois de décembre", "2024-12"),
        ("Poste à pourvoir à partir de juin 2024", "2024-06"),
        ("Prise de fonctions : septembre 2024", "2024-09"),
        ("Start date: 3 June 2024", "2024-06-03"),
        ("Starting in September 2024", "2024-09"),
        ("Démarrage en septembre 2024 (ou dès que possible)", "2024-09"),
        ("Démarrage dès que possible, la mission se poursuivra au moins jusqu'à janvier 2025", "asap"),
        ("Nous cherchons une développeuse en freelance à partir de mai 2024", "2024-05"),
        ("CDD de 5 mois (janvier à mai 2025)", "2025-01"),
        ("Mission de septembre à décembre 2024", "2024-09"),
        ("À partir du 1er septembre 2024", "2024-09-01"),
        ("Dès que possible", "asap"),
        ("Mission à démarrer dès que possible", "asap"),
        ("Le stage démarre en avril 2024", "2024-04"),
        ("Disponible à partir de septembre", "2024-09"),
        ("Date de début : dès que possible, idéalement le 1er mai", "asap"),
        ("Début : sept. 2024", "2024-09"),
        ("Début : 1er sept. 24", "2024-09-01"),
    ],
)
def test_start_is_read(line, start):
    assert terms(line)["start"] == start


@pytest.mark.parametrize(
    "line",
    [
        "La plateforme a été lancée en janvier 2021",
        "La startup a démarré en juin 2018",
        "Le produit est en construction depuis janvier 2024",
        "Les entretiens auront lieu à partir du 17 avril",
        "Nous commencerons nos entretiens dès la semaine du 5 avril",
        "Poste ouvert le 01/01/2024",
        "Le décret entre en vigueur le 1er janvier 2025",
        "Nous vous répondrons dès que possible",
        "D'ici décembre 2024, il faudra convaincre 300 communes",
        "Fin de mission : 05/11/2024",
        "Démarrage à convenir",
    ],
)
def test_start_is_not_guessed(line):
    assert terms(line)["start"] is None


@pytest.mark.parametrize(
    "line",
    [
        "Notre mission : permettre à chacun d'obtenir une aide immédiate.",
        "Il faut aller plus vite avec nos usagers.",
        "Nous lançons début janvier 2025 une nouvelle version.",
        "Au début de 2024, le service comptait 300 communes.",
    ],
)
def test_the_product_s_dates_are_not_the_start(line):
    assert read(f"## Le produit\n\n{line}\n").values["start"] is None


def test_start_under_its_own_heading():
    assert read("#### Date de début\n\nLe lundi 8 avril 2024\n").values["start"] == "2024-04-08"


@pytest.mark.parametrize(
    ("front", "name", "start"),
    [
        ({"date": "2021-11-24T11:04:26.278Z"}, "2017-10-16-dev.md", "2022-01"),
        ({}, "2017-10-16-dev.md", "2018-01"),
        ({"post_ouvert": "2020-12-22"}, "dev.md", "2021-01"),
        ({}, "dev.md", None),
    ],
)
def test_year_comes_from_the_front_matter_then_the_file_name(front, name, start):
    assert terms("Démarrage en janvier", front=front, name=name)["start"] == start


@pytest.mark.parametrize(
    ("line", "deadline"),
    [
        ("Postulez avant le 10 avril 2024", "2024-04-10"),
        ("Candidatez jusqu'au 23 avril 23h59", "2024-04-23"),
        ("Date limite de candidature : 15 mai 2024", "2024-05-15"),
        ("Clôture des candidatures le 15 juin", "2024-06-15"),
        ("Candidatures ouvertes jusqu’au vendredi 12 avril", "2024-04-12"),
        ("Candidatures à envoyer au plus tard le 30/04/2024", "2024-04-30"),
        ("Apply before 15 May 2024", "2024-05-15"),
        ("Financement assuré jusqu'au 31 décembre 2024", None),
        ("Si vous avez des questions avant de postuler, écrivez-nous", None),
    ],
)
def test_deadline(line, deadline):
    assert terms(line)["apply_before"] == deadline


def test_deadline_of_the_front_matter():
    facts = read("Rejoignez-nous.", {"poste_ferme": "2024-05-01"})
    assert (facts.values["apply_before"], facts.sentences["apply_before"]) == ("2024-05-01", "poste_ferme: 2024-05-01")
