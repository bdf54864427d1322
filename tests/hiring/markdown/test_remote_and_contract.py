"""Where one works, and under which contract."""

import pytest

from tests.hiring.markdown.reading import read, terms


@pytest.mark.parametrize(
    ("line", "remote"),
    [
        ("Le poste est en télétravail.", "full"),
        ("Télétravail 100 %", "full"),
        ("100% télétravail", "full"),
        ("100 % remote", "full"),
        ("Full remote", "full"),
        ("Full-remote possible", "full"),
        ("Télétravail complet", "full"),
        ("Télétravail total", "full"),
        ("Lieu : télétravail", "full"),
        ("Contrat de 4 jours par semaine en télétravail sur 6 mois", "full"),
        ("L'équipe est dispersée et travaille à distance", "full"),
        ("Télétravail à 100 % possible", "full"),
        ("Possibilité de travailler en full remote", "full"),
        ("Poste ouvert en télétravail", "full"),
        ("Le poste est en télétravail ou à Paris", "partial"),
        ("Lieu : Paris ou télétravail", "partial"),
        ("Travail à distance, une journée par mois à Paris", "partial"),
        ("Télétravail : oui", "partial"),
        ("Télétravail : non", "none"),
        ("Poste en présentiel à Rennes", "none"),
        ("Télétravail possible", "partial"),
        ("Télétravail partiel bienvenu", "partial"),
        ("Le télétravail est encouragé", "partial"),
        ("Télé-travail OK", "partial"),
        ("Teletravail possible", "partial"),
        ("Télétravail avec quelques réunions à Lyon", "partial"),
        ("Télétravail avec deux jours de présence par mois", "partial"),
        ("Le poste peut être en partie en télétravail", "partial"),
        ("Basé à Rennes (avec 2 jours de télétravail)", "partial"),
        ("Principalement en télétravail", "partial"),
        ("L'équipe travaille principalement à distance", "partial"),
        ("Le travail à distance est possible", "partial"),
        ("Télétravail jusqu'à trois jours par semaine", "partial"),
        ("Chez toi ou à La Rochelle", "partial"),
        ("Remote work possible", "partial"),
        ("Hybrid: two days of remote work", "partial"),
        ("Pas de télétravail", "none"),
        ("Présentiel uniquement", "none"),
        ("Poste en 100 % présentiel", "none"),
        ("Le télétravail n'est pas possible", "none"),
        ("Poste basé à Rennes", None),
        ("Déplacements à prévoir", None),
        ("Animation de rendez-vous à distance ou en présentiel", None),
    ],
)
def test_remote(line, remote):
    assert terms(line)["remote"] == remote


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("Poste ouvert pour un·e indépendant·e", ["freelance"]),
        ("Poste ouvert aux indépendants", ["freelance"]),
        ("Poste ouvert pour un(e) indépendant(e) (en portage)", ["freelance"]),
        ("Contrat : freelance", ["freelance"]),
        ("Statut : free-lance", ["freelance"]),
        ("Mission de prestataire (portage salarial)", ["freelance"]),
        ("Contrat : CDD", ["fixed_term"]),
        ("Contrat à durée déterminée", ["fixed_term"]),
        ("Poste de contractuel de 3 ans", ["fixed_term"]),
        ("CDI", ["permanent"]),
        ("CDD ou freelance", ["freelance", "fixed_term"]),
        ("CDD ou CDI", ["fixed_term", "permanent"]),
        ("Stage de 6 mois", ["internship"]),
        ("Poste en alternance", ["apprenticeship"]),
        ("Contrat d'apprentissage", ["apprenticeship"]),
        ("Poste ouvert par voie de détachement", ["secondment"]),
        ("CDD ou mise à disposition contre remboursement", ["fixed_term", "secondment"]),
        ("Type de contrat : stage ou alternance", ["internship", "apprenticeship"]),
        ("Contrat de projet de 3 ans", ["fixed_term"]),
        ("Poste ouvert en vacation", ["fixed_term"]),
        ("CDD évolutif vers un CDI", ["fixed_term"]),
        ("Entrepreneur indépendant ou micro-entreprise", ["freelance"]),
        ("Une première expérience, en stage ou en alternance", []),
        ("Un produit à un stade précoce (early stage)", []),
        ("Contract: freelance", ["freelance"]),
        ("CDD avant un éventuel recrutement en CDI", ["fixed_term"]),
        ("Nous sommes nombreux à être contractuels ou indépendants au sein de la communauté", []),
        ("Piloter les prestataires", []),
        ("L'équipe est composée d'une développeuse freelance et d'un stagiaire", []),
        ("TJM : 500 €", []),
        ("Télétravail possible", []),
    ],
)
def test_contract(line, kinds):
    assert terms(line)["contract"] == kinds


@pytest.mark.parametrize(
    "line",
    [
        "Le service aide les jeunes à trouver un stage ou une alternance.",
        "La plateforme facilite la recherche de stage et de CDD.",
        "Les travailleurs indépendants déclarent leurs revenus en ligne.",
        "Nous accompagnons les prestataires de l'administration.",
    ],
)
def test_contracts_of_the_product_are_not_offered(line):
    assert read(f"## Le produit\n\n{line}\n").values["contract"] == []


def test_contract_of_the_front_matter_counts():
    facts = read("Rejoignez-nous.", {"contrat": "Indépendant"})
    assert (facts.values["contract"], facts.sentences["contract"]) == (["freelance"], "contrat: Indépendant")


def test_contract_in_the_title():
    assert read("Rejoignez-nous.", {"roles": "chargé·e de déploiement (stage)"}).values["contract"] == ["internship"]


def test_a_team_about_apprenticeship_offers_none():
    body = "La mission pour l'apprentissage aide les apprentis.\n\n## Modalités\n\nContrat : CDD\n"
    assert read(body).values["contract"] == ["fixed_term"]
