"""Name, telephone and links: what is clearly there, and nothing else."""

import time

import pytest

from notifications.inbound import contacts
from notifications.inbound.headers import Address


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("Tél. 06 12 34 56 78", "06 12 34 56 78"),
        ("06.12.34.56.78", "06.12.34.56.78"),
        ("+33 6 12 34 56 78", "+33 6 12 34 56 78"),
        ("+33 (0)6 12 34 56 78", "+33 (0)6 12 34 56 78"),
        ("0033612345678", "0033612345678"),
        ("+44 20 7946 0958", "+44 20 7946 0958"),
        ("+32 470 12 34 56", "+32 470 12 34 56"),
        ("SIRET 123 456 789 00012", ""),
        ("le 12/11/2026 à 10:02", ""),
        ("https://x.example/0612345678901", ""),
        ("550 euros, 2026-11-21", ""),
    ],
)
def test_phone(text: str, phone: str) -> None:
    assert contacts.read(text).phone == phone


@pytest.mark.parametrize(
    ("text", "linkedin", "github", "links"),
    [
        ("https://www.linkedin.com/in/camille-m/", "https://www.linkedin.com/in/camille-m", "", ()),
        ("linkedin.com/in/camille-m.", "https://www.linkedin.com/in/camille-m", "", ()),
        ("https://fr.linkedin.com/in/camille?x=1", "https://www.linkedin.com/in/camille", "", ()),
        ("https://www.linkedin.com/company/trajet", "", "", ()),
        ("github.com/camille", "", "https://github.com/camille", ()),
        ("https://github.com/features", "", "", ("https://github.com/features",)),
        ("https://github.com/camille/app", "", "", ("https://github.com/camille/app",)),
        ("https://gitlab.com/camille", "", "", ("https://gitlab.com/camille",)),
        ("Site : camille.example", "", "", ("https://camille.example",)),
        ("www.camille.example, merci", "", "", ("https://www.camille.example",)),
        ("<https://camille.example/cv>", "", "", ("https://camille.example/cv",)),
        (
            "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fgithub.com%2Fcamille&data=1",
            "",
            "https://github.com/camille",
            (),
        ),
        ("https://equipe.example/annonce https://aka.ms/x https://www.beta.gouv.fr", "", "", ()),
        ("https://connu.example", "", "", ()),
        ("https://[bad", "", "", ()),
    ],
)
def test_links(text: str, linkedin: str, github: str, links: tuple[str, ...]) -> None:
    found = contacts.read(text, known="Voir https://connu.example", domains=["equipe.example"])
    assert (found.linkedin, found.github, found.links) == (linkedin, github, links)


def test_links_behind_words_are_read() -> None:
    assert contacts.read("mon profil", ["https://github.com/camille"]).github == "https://github.com/camille"


@pytest.mark.parametrize(
    ("shown", "email", "text", "name"),
    [
        ("Camille Martin", "c@x.example", "", "Camille Martin"),
        ("Martin, Camille", "c@x.example", "", "Camille Martin"),
        ("camille martin", "c@x.example", "", "camille martin"),
        ("عمر", "c@x.example", "", "عمر"),
        ("", "c@x.example", "Bonjour\n\nCordialement,\nCamille Martin\n06", "Camille Martin"),
        ("", "c@x.example", "Hello\n\nBest regards,\nJean-Loup D’Arc", "Jean-Loup D’Arc"),
        ("", "c@x.example", "Bonjour\n\nCordialement,\nDéveloppeuse Senior", ""),
        ("", "martin@x.example", "Bonjour\n\nCamille Martin", "Camille Martin"),
        ("", "c@x.example", "Bonjour\n\nLyon Paris", ""),
        ("", "camille.martin@x.example", "", "Camille Martin"),
        ("", "jean-loup.martin@x.example", "", "Jean-Loup Martin"),
        ("", "cmartin@x.example", "", ""),
        ("", "c.m@x.example", "", ""),
        ("", "contact.rh@x.example", "", ""),
        ("", "camille.martin92@x.example", "", ""),
        ("camille@x.example", "camille@x.example", "", ""),
        ("contact", "contact@x.example", "", ""),
        ("***", "x1@x.example", "", ""),
    ],
)
def test_name_is_read_and_never_invented(shown: str, email: str, text: str, name: str) -> None:
    assert contacts.name_of(Address(shown, email), text) == name


@pytest.mark.parametrize("text", ["+1 " * 30_000, "0" * 100_000, "http://" * 14_000, "site " * 20_000, "a.b@" * 25_000])
def test_hostile_text_takes_bounded_time(text: str) -> None:
    start = time.process_time()
    contacts.read(text)
    contacts.name_of(Address("", "x1@x.example"), text)
    assert time.process_time() - start < 3
