"""Which posting a mail is for; where two fit, none."""

import time

import pytest

from backend.accounts.models import Team
from backend.hiring.models import Posting, PostingStatus
from notifications.inbound import directory, recognise, words
from tests import factories

BACK, DATA, DESIGN = "backend", "donnees", "design"


@pytest.fixture
def postings(db: None) -> dict[str, Posting]:
    """Two postings of one team at one address, one of another team without an address."""
    trajet = factories.team(name="Trajet Simple")
    return {
        BACK: factories.posting(
            trajet,
            slug="trajet-simple-backend",
            title="Une développeuse ou un développeur backend senior",
            apply_to=["Recrutement@Equipe.example"],
        ),
        DATA: factories.posting(
            trajet,
            slug="trajet-simple-donnees",
            title="Un·e ingénieur·e données senior",
            apply_to=["recrutement@equipe.example"],
        ),
        DESIGN: factories.posting(
            factories.team(name="Carnet Clair"),
            slug="carnet-clair-design",
            title="Chargé(e) de déploiement territorial",
            apply_cc=["marc@carnet.example"],
        ),
    }


def named(postings: dict[str, Posting], to: str = "", subject: str = "", body: str = "") -> str | None:
    found = recognise.recognise(directory.postings(), recipients=[to.lower()] if to else [], subject=subject, body=body)
    assert found.reason
    return next((key for key, posting in postings.items() if posting == found.posting), None)


@pytest.mark.parametrize(
    ("to", "subject", "body", "expected"),
    [
        # The address alone.
        ("jobs+trajet-simple-backend@any.example", "", "", BACK),
        ("Recrutement+trajet-simple-donnees@equipe.example", "", "", DATA),
        ("marc@carnet.example", "", "", DESIGN),
        ("marc+cv@carnet.example", "", "", DESIGN),
        # A shared address: the subject decides, or nobody does.
        ("recrutement@equipe.example", "Candidature développeur back-end", "", BACK),
        ("recrutement@equipe.example", "Candidature ingénieure données", "", DATA),
        ("recrutement@equipe.example", "CANDIDATURE INGENIEUR DONNEES", "", DATA),
        ("recrutement@equipe.example", "Candidature dévelopeur bakcend", "", BACK),
        ("recrutement@equipe.example", "Application: data engineer", "", DATA),
        ("recrutement@equipe.example", "[Jobs] Re: développeuse", "", BACK),
        ("recrutement@equipe.example", "Candidature senior", "", None),
        ("recrutement@equipe.example", "Candidature Trajet Simple", "", None),
        ("recrutement@equipe.example", "Développeur et ingénieur données", "", None),
        ("recrutement@equipe.example", "Candidature", "", None),
        ("recrutement@equipe.example", "Candidature", "Je postule au poste de développeuse backend.", BACK),
        (
            "recrutement@equipe.example",
            "Candidature",
            "J’ai lu https://site.example/postings/trajet-simple-donnees/.",
            DATA,
        ),
        ("recrutement@equipe.example", "Candidature", "Je vis à Lyon et j’aime les données.", None),
        ("recrutement@equipe.example", "Candidature développeuse chez Carnet Clair", "", BACK),
        ("marc@carnet.example", "Candidature Trajet Simple", "", None),
        ("marc@carnet.example", "Candidature Carnet Clair", "", DESIGN),
        # No address that a posting gives: only a whole title counts.
        ("autre@equipe.example", "Candidature : chargée de déploiement territorial", "", DESIGN),
        ("autre@equipe.example", "Chargé·e de deploiment territorial (H/F)", "", DESIGN),
        ("autre@equipe.example", "Chargé de déploiement", "", None),
        ("autre@equipe.example", "Développeuse backend senior", "", BACK),
        ("autre@equipe.example", "Développeuse", "", None),
        ("autre@equipe.example", "trajet-simple-donnees", "", DATA),
        ("autre@equipe.example", "Candidature", "Je postule à l’offre de chargé de déploiement territorial.", DESIGN),
        ("autre@equipe.example", "Facture 2026-11", "Veuillez régler sous trente jours.", None),
        ("autre@equipe.example", "", "", None),
        ("", "", "", None),
    ],
)
def test_posting_is_named_or_left_open(
    postings: dict[str, Posting], to: str, subject: str, body: str, expected: str | None
) -> None:
    assert named(postings, to, subject, body) == expected


def test_slug_is_an_address_at_our_domain_only(postings: dict[str, Posting], settings: object) -> None:
    assert named(postings, "trajet-simple-backend@jalon.example") is None
    settings.INBOUND_DOMAIN = "jalon.example"  # type: ignore[attr-defined]
    assert named(postings, "trajet-simple-backend@jalon.example") == BACK
    assert named(postings, "trajet-simple-backend@autre.example") is None


def test_only_open_posting_of_an_address_is_meant(postings: dict[str, Posting]) -> None:
    Posting.objects.filter(pk=postings[DATA].pk).update(status=PostingStatus.CLOSED)
    assert named(postings, "recrutement@equipe.example", "Candidature") == BACK
    assert named(postings, "recrutement@equipe.example", "Candidature senior") == BACK
    # The subject names the closed one: that is what the person wants, whoever else is open.
    assert named(postings, "recrutement@equipe.example", "Candidature ingénieur données") == DATA
    # In passing, the text does not.
    assert named(postings, "recrutement@equipe.example", "Candidature", "Mon poste : ingénieur données.") == BACK


def test_drafts_are_never_named(postings: dict[str, Posting]) -> None:
    Posting.objects.filter(pk=postings[DESIGN].pk).update(status=PostingStatus.DRAFT)
    assert named(postings, "marc@carnet.example", "Chargé de déploiement territorial") is None


def test_reason_names_the_postings_between_which_it_is_open(postings: dict[str, Posting]) -> None:
    found = recognise.recognise(
        directory.postings(), recipients=["recrutement@equipe.example"], subject="Candidature", body=""
    )
    assert {posting.slug for posting in found.among} == {"trajet-simple-backend", "trajet-simple-donnees"}
    assert all(posting.title in found.reason for posting in found.among)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("développeuse", "développeur"),
        ("développeur·euse", "developpeuses"),
        ("chargé(e)", "chargée"),
        ("chargé.e.s", "charges"),
        ("back end", "Back-End"),
        ("full stack", "fullstack"),
        ("data", "données"),
        ("Un.e designer", "designer"),
    ],
)
def test_words_are_compared_without_gender_accent_or_spelling(one: str, other: str) -> None:
    assert words.words_of(one) == words.words_of(other) != ()


@pytest.mark.parametrize(
    ("one", "other", "same"), [("designer", "desinger", True), ("design", "dessin", False), ("php", "pho", False)]
)
def test_typos_are_forgiven_in_long_words_only(one: str, other: str, same: bool) -> None:
    assert words.alike(one, other) is same


def test_one_word_title_needs_the_team_or_nothing_beside(team: Team) -> None:
    only = factories.posting(team, slug="x1", title="Développeur ou développeuse")
    everything = {"only": only}
    assert named(everything, subject="Candidature développeuse Trajet Simple") == "only"
    assert named(everything, subject="Candidature : développeur") == "only"
    assert named(everything, subject="Candidature développeur mobile") is None


def test_many_postings_and_a_long_letter_take_bounded_time(db: None) -> None:
    jobs = ["développeuse", "designer", "chargé de déploiement", "ingénieur données", "product owner"]
    team = factories.team(name="Trajet Simple")
    found = [
        Posting(team=team, slug=f"p{n}", title=f"{jobs[n % 5]} produit{n} territoire{n % 70}", apply_to=["a@b.example"])
        for n in range(1000)
    ]
    letter = "Je postule à ce poste avec l’expérience de toutes sortes de produits, données et territoires. " * 200
    start = time.process_time()
    recognise.recognise(found, recipients=["a@b.example"], subject="Candidature", body=letter)
    recognise.recognise(found, recipients=["x@b.example"], subject="Candidature", body=letter)
    assert time.process_time() - start < 3
