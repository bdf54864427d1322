"""Where to apply, in copy to whom, and whom to ask."""

import pytest

from tests.hiring.markdown.reading import read

JOBS, TEAM, LEA = "jobs@marees.example", "equipe@marees.example", "lea@marees.example"


@pytest.mark.parametrize(
    ("line", "to", "copy", "ask"),
    [
        (f"Envoyez votre CV à {JOBS}.", [JOBS], [], []),
        (f"Envoyez votre CV à `{JOBS}`.", [JOBS], [], []),
        (f"Envoyez votre CV à *{JOBS}*.", [JOBS], [], []),
        (f"Envoyez votre CV à <{JOBS}>.", [JOBS], [], []),
        (f"Envoyez votre CV à [{JOBS}](mailto:{JOBS}).", [JOBS], [], []),
        (f'Envoyez votre CV à [{JOBS} ](mailto:{JOBS} "mailto\\:{JOBS}").', [JOBS], [], []),
        (f"Envoyez votre CV à [Léa](mailto:{LEA}).", [LEA], [], []),
        (f"Pour postuler, c'est [ici](mailto:{JOBS}) !", [JOBS], [], []),
        (f"Envoyez votre CV à [mauvaise@marees.example](mailto:{JOBS}).", [JOBS], [], []),
        (f"Envoyez votre CV à [](mailto:reste@editeur.example){JOBS}.", [JOBS], [], []),
        (f"Envoyez votre CV à [{JOBS} ](<>)en copie [{LEA}](<>)", [JOBS], [LEA], []),
        (f'Envoyez votre CV à <a href="mailto:{JOBS}">{JOBS}</a>.', [JOBS], [], []),
        (f"Envoyez votre CV à mailto:{JOBS}", [JOBS], [], []),
        ("Envoyez votre CV à JOBS@Marees.example", [JOBS], [], []),
        ("Envoyez votre CV à jobs [at] marees.example", [JOBS], [], []),
        ("Envoyez votre CV à jobs(at)marees.example", [JOBS], [], []),
        ("Envoyez votre CV à jobs [arobase] marees [point] example", [JOBS], [], []),
        ("Envoyez votre CV à **jobs at marees.example**.", [JOBS], [], []),
        ("Envoyez votre CV à jobs@marees[.]example", [JOBS], [], []),
        (f"Envoyez votre CV à {JOBS} et {LEA}", [JOBS, LEA], [], []),
        (f"Envoyez votre CV à {JOBS} ; {LEA} et {TEAM} avec un mot", [JOBS, LEA, TEAM], [], []),
        (f"Envoyez votre CV à {JOBS}, avec {LEA} en copie.", [JOBS], [LEA], []),
        (f"Envoyez votre CV à {JOBS}, avec en copie {LEA}.", [JOBS], [LEA], []),
        (f"Envoyez votre CV à {JOBS} (copie à {LEA}).", [JOBS], [LEA], []),
        (f"Envoyez votre CV à {JOBS} copie {LEA}, {TEAM}", [JOBS], [LEA, TEAM], []),
        (f"Envoyez votre CV à {JOBS} avec {LEA} et {TEAM} en copie", [JOBS], [LEA, TEAM], []),
        (f"Envoyez votre CV à {JOBS} en mettant {LEA} en copie", [JOBS], [LEA], []),
        (f"Envoyez votre CV à {JOBS}, cc {LEA}", [JOBS], [LEA], []),
        (f"Envoyez votre CV à [{JOBS}](mailto:{JOBS}?cc={LEA}&subject=Candidature dev)", [JOBS], [LEA], []),
        (f"Envoyez votre CV à [{JOBS} avec {LEA} en copie](mailto:{JOBS}?cc={LEA}&subject=dev)", [JOBS], [LEA], []),
        (f"Envoyez votre CV à {JOBS}. Si vous avez des questions, écrivez à {LEA}.", [JOBS], [], [LEA]),
        (f"Envoyez votre CV à {JOBS}. Des questions avant de postuler ? {LEA}", [JOBS], [], [LEA]),
        (f"Envoyez votre CV à {JOBS}. Pour plus d'informations : {LEA}", [JOBS], [], [LEA]),
        (f"Envoyez votre CV à {JOBS}. N'hésitez pas à poser vos questions à la même adresse : {JOBS}", [JOBS], [], []),
        (f"Pour toute question ou pour envoyer votre candidature : {JOBS}", [JOBS], [], []),
        (f"Pour en savoir plus et nous adresser votre candidature : {JOBS}", [JOBS], [], []),
        (f"Please send your resume to {JOBS}.", [JOBS], [], []),
        (f"To apply, write to {JOBS} with {LEA} in copy.", [JOBS], [LEA], []),
    ],
)
def test_addresses(line, to, copy, ask):
    values = read(f"# Marées\n\nUn produit.\n\n## Comment candidater ?\n\n{line}\n").values
    assert (values["apply_to"], values["apply_cc"], values["questions_to"]) == (to, copy, ask)
    assert values["apply_url"] is None


@pytest.mark.parametrize(
    ("line", "url"),
    [
        ("Postulez par ici : https://formulaires.example/abc", "https://formulaires.example/abc"),
        ("Postulez [ici](https://formulaires.example/abc) !", "https://formulaires.example/abc"),
        (
            "Pour candidater, remplissez le formulaire : <https://formulaires.example/abc>.",
            "https://formulaires.example/abc",
        ),
        ("[Postuler](https://formulaires.example/abc?x=1&y=2)", "https://formulaires.example/abc?x=1&y=2"),
        ("https://formulaires.example/abc", "https://formulaires.example/abc"),
        ("Apply here: https://formulaires.example/abc", "https://formulaires.example/abc"),
        ("Notre [appel à candidatures](https://blog.marees.example/2024)", None),
        ("Pour postuler, lisez d'abord notre code : https://github.com/marees/marees", None),
        (f"Pour postuler, écrivez à {JOBS} avec un lien vers https://portfolio.example/", None),
    ],
)
def test_form(line, url):
    assert read(f"# Marées\n\nUn produit.\n\n## Candidater\n\n{line}\n").values["apply_url"] == url


def test_a_list_takes_the_words_above_it():
    body = (
        f"## Candidater\n\nVous pouvez écrire aux adresses suivantes :\n\n- Léa – {LEA}\n- en pensant à copier {TEAM}\n"
    )
    values = read(body).values
    assert (values["apply_to"], values["apply_cc"]) == ([LEA], [TEAM])


def test_an_address_of_the_product_is_not_for_applying():
    body = f"Les mairies écrivent à support@marees.example.\n\n## Postuler\n\nÉcrivez à {JOBS}\n"
    assert read(body).values["apply_to"] == [JOBS]


def test_the_contact_of_the_front_matter_is_used_when_the_text_names_nobody():
    facts = read("Rejoignez-nous.", {"contact": JOBS})
    assert (facts.values["apply_to"], facts.sentences["apply_to"]) == ([JOBS], f"contact: {JOBS}")
    assert read(f"Envoyez votre CV à {LEA}", {"contact": JOBS}).values["apply_to"] == [LEA]


def test_english_at_is_not_an_address():
    assert read("## Apply\n\nLook at marees.example and contact us at marees.example.").values["apply_to"] == []
