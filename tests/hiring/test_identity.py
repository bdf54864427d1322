"""Keys under which one person is found again: what is safe to call the same, and what is not."""

import pytest

from backend.hiring import identity


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("06 12 34 56 78", "+33 6 12 34 56 78"),
        ("06.12.34.56.78", "0033612345678"),
        ("+33 (0)6 12 34 56 78", "06-12-34-56-78"),
        ("+32 475 12 34 56", "0032475123456"),
    ],
)
def test_spellings_of_one_number_are_one(one, other):
    assert identity.phone(one) == identity.phone(other) != ""


@pytest.mark.parametrize("text", ["", "à partir de 18 h", "12", "+", "0" * 40, "poste 4"])
def test_what_is_no_number_has_no_key(text):
    assert identity.phone(text) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Camille.Martin@gmail.com", "camillemartin+jobs@googlemail.com"),
        ("a+b@outlook.fr", "A@outlook.fr"),
    ],
)
def test_addresses_of_one_mailbox_are_one(one, other):
    assert identity.mailbox(one) == identity.mailbox(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("camille.martin@courrier.example", "camillemartin@courrier.example"),
        ("equipe+a@societe.example", "equipe+b@societe.example"),
        ("a.b@outlook.fr", "ab@outlook.fr"),
        ("", "+x@gmail.com"),
    ],
)
def test_addresses_of_which_nobody_knows_are_two(one, other):
    assert identity.mailbox(one) != identity.mailbox(other)


@pytest.mark.parametrize(
    ("link", "keys"),
    [
        ("https://www.linkedin.com/in/Camille-Martin/", {"linkedin:camille-martin"}),
        ("fr.linkedin.com/in/camille-martin?utm=x", {"linkedin:camille-martin"}),
        ("https://linkedin.com/in/zo%C3%A9-martin", {"linkedin:zoé-martin"}),
        ("https://www.linkedin.com/company/ruisseaux", set()),
        ("https://github.com/camille/projet", {"github:camille"}),
        ("https://github.com/orgs/ruisseaux", set()),
        ("https://gist.github.com/camille", set()),
        ("https://github.com.piege.example/camille", set()),
        ("https://piege.example/github.com/camille", set()),
        ("http://[", set()),
    ],
)
def test_handles_are_read_from_their_own_sites_only(link, keys):
    assert identity.handles([link]) == keys


def test_name_goes_without_case_accents_and_order():
    assert identity.name("Élodie MARTIN") == identity.name("Martin, Elodie") == "elodie martin"
    assert identity.name("Camille") == ""
