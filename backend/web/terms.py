"""What terms come to, and which contract is to be renewed next."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from backend.common import typography
from backend.documents import terms as reckoned
from backend.web import facts
from backend.web.forms.terms import RenewalForm
from workflow.models import Application, Contract
from workflow.states import State

RENEWED = ("kind", "day_rate", "days_per_week", "months")
"""What a renewal takes over from the contract before."""


@dataclass(frozen=True)
class Total:
    """The last day, the days of work and the amount at most, in words; empty where it is not known yet."""

    ends: str = ""
    days: str = ""
    amount: str = ""

    def __bool__(self) -> bool:
        """Say whether anything is known."""
        return bool(self.ends or self.days)


def total(contract: Contract | None) -> Total:
    """Give what these terms come to, as the PDF reckons it."""
    if contract is None:
        return Total()
    estimate = reckoned.estimate(contract)
    return Total(
        ends=typography.long_date(contract.ends),
        days=reckoned.whole_days(estimate.days) if estimate else "",
        amount=typography.euros(estimate.amount) if estimate and estimate.amount is not None else "",
    )


def panel(found: Application) -> dict[str, Any]:
    """Give what the page of an application says of its contracts: of each the terms, and the one that ends soon."""
    contracts = list(found.contracts.all())
    last = contracts[-1] if contracts else None
    under_contract = found.state in (State.CONTRACTED, State.ONBOARDED)
    return {
        "planned": facts.rate(found.posting),
        "total": total(contracts[0] if contracts else None),
        "contracts": contracts,
        "renewals": [(one, facts.of_terms(one, found.posting), total(one)) for one in contracts[1:]],
        "ending": last if under_contract and last is not None and last.days_left is not None else None,
        "renewal_form": RenewalForm(initial=begun(last)) if under_contract and last is not None else None,
    }


def begun(last: Contract) -> dict[str, Any]:
    """Give what a renewal begins with: the terms before it, from the day after their end."""
    initial = {name: getattr(last, name) for name in RENEWED}
    return initial | {"start": last.ends and last.ends + dt.timedelta(days=1)}
