"""What a person wrote, parted from what they quote and how they sign."""

import time

import pytest

from notifications.inbound import clean

OWN = "Bonjour,\n\nJe suis libre jeudi.\n\nCamille"


@pytest.mark.parametrize(
    "history",
    [
        "Le 12 nov. 2026 à 10:02, Léa <lea@equipe.example> a écrit :\n\n> Bonjour\n> Quand êtes-vous libre ?",
        "Le jeu. 12 nov. 2026 à 10:02, Léa Équipe <\nlea@equipe.example> a écrit :\n> Bonjour",
        "Le 12/11/2026 à 10:02, Léa a écrit\u202f:\n> Bonjour",
        "On Thu, 12 Nov 2026 at 10:02, Léa <lea@equipe.example> wrote:\n> Hello",
        "On 12 Nov 2026, at 10:02, Léa <lea@equipe.example>\nwrote:\n\n> Hello",
        "Am 12.11.2026 um 10:02 schrieb Léa:\n> Hallo",
        "-----Message d'origine-----\nDe : Léa\nEnvoyé : jeudi\nObjet : Entretien\n\nBonjour",
        "-----Original Message-----\nFrom: Léa\nSent: Thursday\nSubject: Meeting\n\nHello",
        "De : Léa <lea@equipe.example>\nEnvoyé : jeudi 12 novembre 2026\nÀ : Camille\nObjet : Entretien\n\nBonjour",
        "From: Léa\nSent: Thursday\nTo: Camille\nSubject: Meeting\n\nHello",
        "*De :* Léa\n*Envoyé :* jeudi\n*À :* Camille\n*Objet :* Entretien\n\nBonjour",
        "> Bonjour\n> Quand êtes-vous libre ?",
    ],
)
def test_history_below_is_cut(history: str) -> None:
    assert clean.split(f"{OWN}\n\n{history}").body == OWN


def test_answer_below_a_quote_is_kept() -> None:
    text = "Le 12 nov. 2026 à 10:02, Léa a écrit :\n> Quand ?\n\nJeudi."
    assert clean.split(text).body == "Jeudi."


def test_answers_between_quotes_keep_their_questions() -> None:
    text = "Le 12 nov. 2026 à 10:02, Léa a écrit :\n> Quand ?\nJeudi.\n> Où ?\nÀ Lyon."
    assert clean.split(text).body == "> Quand ?\nJeudi.\n> Où ?\nÀ Lyon."


def test_text_that_is_only_quoted_is_not_lost() -> None:
    assert clean.split("> Bonjour\n> Camille").body == "> Bonjour\n> Camille"


@pytest.mark.parametrize(
    "end",
    [
        "-- \nCamille Martin\nDéveloppeuse",
        "--\nCamille Martin\n06 12 34 56 78",
        "Envoyé de mon iPhone",
        "Envoyé à partir de Outlook pour Android",
        "Sent from my Galaxy",
        "Garanti sans virus. www.avast.com",
        "Ce message et ses pièces jointes sont confidentiels et destinés à la seule personne nommée.",
        "_______________________________________________\nListe emploi",
    ],
)
def test_signatures_and_footers_are_cut(end: str) -> None:
    assert clean.split(f"{OWN}\n{end}").body == OWN


def test_contact_lines_below_the_name_are_cut_and_kept_in_own() -> None:
    text = "Je candidate.\n\nCordialement,\nCamille Martin\nDéveloppeuse\n06 12 34 56 78\nhttps://camille.example"
    assert clean.split(text).body == "Je candidate.\n\nCordialement,\nCamille Martin"
    assert clean.split(text).own == text


@pytest.mark.parametrize(
    "text",
    [
        "Je candidate.\n\nCordialement,\nCamille\n\nPS : je suis libre dès lundi, 06 12 34 56 78.",
        "Mes projets :\n- un site\n- une API\n\nCordialement,\nCamille",
        "J’ai écrit :\nun livre.",
        "De : mon expérience\nje retiens ceci.",
        "Je vous écris le 12 :\nvoici mon CV.",
    ],
)
def test_what_only_resembles_an_end_stays(text: str) -> None:
    assert clean.split(text).body == text


@pytest.mark.parametrize(
    "text", ["Le 1 a écrit " * 20_000, "> " * 50_000, "De : a\n" * 20_000, "-" * 100_000, "\n" * 99_999]
)
def test_hostile_text_takes_bounded_time(text: str) -> None:
    start = time.process_time()
    clean.split(text)
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    ("subject", "bare", "reply"),
    [
        ("Re: Candidature", "Candidature", True),
        ("RE : Re: TR: Candidature", "Candidature", True),
        ("[jobs] Re: Candidature", "Candidature", True),
        ("Fwd: Candidature", "Candidature", False),
        ("Candidature : reprise", "Candidature : reprise", False),
        ("Re:", "Re:", True),
    ],
)
def test_subjects_are_bared(subject: str, bare: str, reply: bool) -> None:
    assert (clean.bare_subject(subject), clean.is_reply_subject(subject)) == (bare, reply)


@pytest.mark.parametrize(
    "text",
    ["Bonjour,\n" + "\n" * 99_000 + "x", "Sans virus.\n" * 8_000 + "PS : x", "\n" * 50_000 + "x\n" + " \n" * 24_000],
    ids=["empty lines", "footers", "lines of spaces"],
)
def test_time_grows_with_the_text_and_not_with_its_square(text: str) -> None:
    start = time.process_time()
    assert clean.split(text).body
    assert time.process_time() - start < 2  # it was minutes
