from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from backend.documents import terms
from backend.hiring.models import ContractKind, Posting
from tests import factories
from tests.documents import pages, samples
from workflow.models import Contract
from workflow.models.contracts import last_day

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ((2027, 1, 4), 6, (2027, 7, 3)),
        ((2027, 1, 1), 12, (2027, 12, 31)),
        ((2026, 12, 1), 1, (2026, 12, 31)),
        ((2027, 1, 31), 1, (2027, 2, 28)),
        ((2028, 1, 30), 1, (2028, 2, 29)),
        ((2027, 8, 31), 6, (2028, 2, 29)),
        ((2027, 3, 15), 60, (2032, 3, 14)),
    ],
)
def test_last_day_of_a_contract(start: Any, months: int, expected: Any) -> None:
    assert last_day(dt.date(*start), months) == dt.date(*expected)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"months": 6, "days_per_week": Decimal(4), "day_rate": Decimal(620)}, (104, Decimal(64480))),
        ({"months": 3, "days_per_week": Decimal("2.5"), "day_rate": Decimal(500)}, (33, Decimal(16500))),
        ({"months": 1, "days_per_week": Decimal(5), "day_rate": Decimal("550.50")}, (22, Decimal("12111.00"))),
        ({"months": 12, "days_per_week": Decimal(5)}, (260, None)),
        ({"months": 6, "day_rate": Decimal(620)}, None),
        ({"days_per_week": Decimal(4), "day_rate": Decimal(620)}, None),
        ({"kind": ContractKind.PERMANENT, "months": 6, "days_per_week": Decimal(4)}, None),
    ],
)
def test_estimate_is_rounded_up_to_a_day(fields: dict[str, Any], expected: Any) -> None:
    found = terms.estimate(Contract(**fields))
    assert (found and (found.days, found.amount)) == expected


def test_facts_of_each_kind_say_what_applies_to_it() -> None:
    start = dt.date(2027, 1, 4)
    with translation.override("en"):
        employed = Contract(kind=ContractKind.FIXED_TERM, days_per_week=Decimal(5), start=start, months=12)
        assert [fact.label for fact in terms.facts(employed, Posting())] == [
            "Contract", "Rhythm", "Start", "Last day", "Length",
        ]  # fmt: skip
        lasting = Contract(kind=ContractKind.PERMANENT, days_per_week=Decimal(5), start=start)
        assert terms.facts(lasting, Posting())[-1] == terms.Fact("Length", "without an end date")
        unknown = terms.facts(Contract(), Posting())
        assert [(fact.label, fact.value) for fact in unknown] == [
            ("Contract", ""), ("Rate", ""), ("Rhythm", ""), ("Start", ""), ("Length", ""),
        ]  # fmt: skip


def test_terms_in_french_say_everything_and_nothing_internal() -> None:
    made = samples.full()
    made.contracts.update(rate_reason="Parce que rare.")
    text = pages.text(terms.render(made, "fr", now=samples.NOW))
    in_order = [
        "Ruisseaux", "Conditions convenues", "Développeuse ou développeur back-end",
        "L’équipe", "Accueillie par La Fabrique des rives", "equipe@ruisseaux.example",
        "La personne", "Yasmine Belloui", made.candidate.email, "01 99 00 45 67",
        "Contrat Indépendant", "Tarif 620 € HT par jour", "Rythme 4 jours par semaine", "Début 4 janvier 2027",
        "Dernier jour 3 juillet 2027", "Durée 6 mois", "Montant 64 480 € HT au plus (104 jours)",
        "6 mois × 52 semaines ÷ 12 × 4 jours par semaine 104 jours", "104 jours × 620 € 64 480 €",
        "Signatures", "Pour Ruisseaux", "Lieu et date", "Yasmine Belloui", "Signature",
        "Établi le 21 nov. 2026, 14 h 35.", "1 / 1",
    ]  # fmt: skip
    assert positions(text, in_order) == sorted(positions(text, in_order))
    assert "rare" not in text
    assert "prévu" not in text


def test_terms_in_english() -> None:
    text = pages.text(terms.render(samples.full(), "en", now=samples.NOW))
    for words in (
        "Agreed terms",
        "€620 a day before tax",
        "4 days a week",
        "3 July 2027",
        "€64,480 before tax at most",
    ):
        assert words in text


def test_terms_without_a_contract_are_a_draft() -> None:
    made = samples.bare()
    text = pages.text(terms.render(made, "fr"))
    assert "Conditions proposées" in text
    assert "Projet. Il reste à préciser :" in text
    assert text.count("à préciser") >= 6
    assert "Le calcul" not in text


def test_terms_of_a_renewal_are_those_of_the_latest_contract() -> None:
    made = samples.full()
    first = made.contracts.get()
    renewal = factories.contract(made, number=2, day_rate=Decimal(640), start=dt.date(2027, 7, 4), months=6)
    text = pages.text(terms.render(made, "fr"))
    assert "Contrat n° 2" in text
    assert "640 € HT par jour" in text
    assert "620 € HT par jour" in pages.text(terms.render(made, "fr", contract=first))
    assert renewal.number == 2


def positions(text: str, words: list[str]) -> list[int]:
    """Give where each of `words` stands in `text`, each searched after the one before it."""
    found, here = [], 0
    for word in words:
        here = text.find(word, here)
        assert here >= 0, f"{word!r} does not follow in: {text}"
        found.append(here)
    return found
