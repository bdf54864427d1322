"""What the figures say, in sentences: made of the same cells as the tables, for whoever reads no table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.common import typography
from backend.documents.wording import is_french
from backend.reports import query, wording
from backend.reports.shape import Cell, Kind, Table
from workflow.states import OPEN, PATH, Rejection, State

Tables = Mapping[str, Table]


def sentences(tables: Tables) -> list[str]:
    """Give the summary of the reports that are there, in the active language; each sentence stands by itself."""
    found = [(tell, tables[key]) for key, tell in TOLD if key in tables]
    return [typography.localised(said) for tell, table in found for said in tell(table)]


ENOUGH = 5
"""How many stays must be over before one step is said to take longest."""


def nothing_happened(tables: Tables) -> bool:
    """Say whether nothing came in, moved, ended or was held in the period."""
    first = {"received": "received", "stays": "completed", "outcomes": "ended", "milestones": "reached"}
    first["workload"] = "interviews"
    return not any(
        line.cells[_index(tables[key], figure)] for key, figure in first.items() for line in tables[key].lines
    )


def value(table: Table, figure: str, line: str = query.TOTAL) -> Cell:
    """Give one cell by the key of its column and row; None where there is no such row."""
    found = next((row for row in table.lines if row.key == line), None)
    return found.cells[_index(table, figure)] if found else None


def count(table: Table, figure: str, line: str = query.TOTAL) -> int:
    """Give one cell that counts."""
    return int(value(table, figure, line) or 0)


def days(length: Cell) -> str:
    """Give `3,5 jours`, `1 day`: plural by the whole part in French, by being one in English."""
    exact = Decimal(length or 0)
    whole = is_french() or exact == exact.to_integral_value()
    words = ngettext("%(n)s day", "%(n)s days", int(exact) if whole else 2)
    return words % {"n": wording.cell(exact, Kind.DAYS)}


def _index(table: Table, figure: str) -> int:
    return next(index for index, column in enumerate(table.columns) if column.key == figure)


def _n(number: int) -> dict[str, str]:
    return {"n": typography.grouped(number)}


def _received(table: Table) -> Iterator[str]:
    n = count(table, "received")
    if n:
        yield ngettext("%(n)s application was received.", "%(n)s applications were received.", n) % _n(n)
    else:
        yield _("No application was received.")


def _reached(table: Table) -> Iterator[str]:
    received, met, signed, arrived = (count(table, "reached", step) for step in PATH)
    if not received:
        return
    if not met:
        yield _("None of them has come to an interview yet.")
        return
    share = {"share": wording.cell(value(table, "of_received", State.INTERVIEWED), Kind.PERCENT)}
    words = ngettext(
        "%(n)s of them has come to an interview (%(share)s).",
        "%(n)s of them have come to an interview (%(share)s).",
        met,
    )
    yield words % (_n(met) | share)
    if not signed:
        yield _("None has come to a contract yet.")
        return
    share = {"share": wording.cell(value(table, "of_received", State.CONTRACTED), Kind.PERCENT)}
    words = ngettext("%(n)s has come to a contract (%(share)s).", "%(n)s have come to a contract (%(share)s).", signed)
    yield words % (_n(signed) | share)
    if arrived:
        yield ngettext("%(n)s person has arrived.", "%(n)s people have arrived.", arrived) % _n(arrived)
    else:
        yield _("Nobody has arrived yet.")


def _compared(table: Table) -> Iterator[str]:
    if table.question.compare:
        n = count(table, "received_before")
        if not n:
            yield _("No application had been received in as many days just before.")
            return
        words = ngettext(
            "%(n)s application had been received in as many days just before.",
            "%(n)s applications had been received in as many days just before.",
            n,
        )
        yield words % _n(n)


def _answers(table: Table) -> Iterator[str]:
    received, late = count(table, "received"), count(table, "overdue")
    if count(table, "answered"):
        yield _("Half of the first answers came within %(length)s.") % {"length": days(value(table, "median"))}
        share = wording.cell(value(table, "kept"), Kind.PERCENT)
        yield _("%(share)s of the answers that were due came by the promised day.") % {"share": share}
    elif received:
        yield _("None has had a first answer yet.")
    if late:
        words = ngettext(
            "%(n)s application is without an answer although the promised day has passed.",
            "%(n)s applications are without an answer although the promised day has passed.",
            late,
        )
        yield words % _n(late)
    elif received:
        yield _("Nobody has been left without an answer past the promised day.")


def _stays(table: Table) -> Iterator[str]:
    lengths = {step: value(table, "median", step) for step in OPEN}
    known = {step: Decimal(length) for step, length in lengths.items() if length is not None}
    enough = [step for step in known if count(table, "completed", step) >= ENOUGH]
    if not enough:
        return
    longest = max(enough, key=lambda step: known[step])
    if known[longest] == max(known.values()):
        words = _("Applications stay longest at “%(step)s”: half of them leave it within %(length)s.")
    else:  # the table beside shows a longer one, of a few
        words = _(
            "Of the steps that at least %(n)s applications have left, they stay longest at “%(step)s”: "
            "half of them leave it within %(length)s."
        )
    yield words % {"n": ENOUGH, "step": longest.label, "length": days(known[longest])}


def _outcomes(table: Table) -> Iterator[str]:
    why = {reason: count(table, "ended", reason) for reason in Rejection}
    ends = [
        ngettext("%(n)s arrival", "%(n)s arrivals", n) % _n(n) if (n := count(table, "ended", State.ONBOARDED)) else "",
        ngettext("%(n)s refusal", "%(n)s refusals", n) % _n(n) if (n := sum(why.values())) else "",
        ngettext("%(n)s withdrawal", "%(n)s withdrawals", n) % _n(n)
        if (n := count(table, "ended", State.WITHDRAWN))
        else "",
    ]
    total = count(table, "ended")
    if not total:
        yield _("No application ended in the period.")
        return
    words = ngettext("%(n)s application ended: %(ends)s.", "%(n)s applications ended: %(ends)s.", total)
    yield words % (_n(total) | {"ends": ", ".join(filter(None, ends))})
    most = max(why, key=lambda reason: why[reason])
    if sum(why.values()) > 1:
        yield _("The most frequent reason of a refusal: “%(reason)s” (%(n)s).") % (
            _n(why[most]) | {"reason": most.label}
        )


def _postings(table: Table) -> Iterator[str]:
    n, still, filled = (count(table, figure) for figure in ("open", "still", "filled"))
    if n:
        yield ngettext("%(n)s posting is open now.", "%(n)s postings are open now.", n) % _n(n)
    else:
        yield _("No posting is open now.")
    if still:
        words = ngettext(
            "%(n)s open posting has not moved for 30 days.", "%(n)s open postings have not moved for 30 days.", still
        )
        yield words % _n(still)
    if filled:
        words = ngettext("%(n)s posting was filled in the period.", "%(n)s postings were filled in the period.", filled)
        yield words % _n(filled)


def _terms(table: Table) -> Iterator[str]:
    n, rate, euros = count(table, "signed"), value(table, "median"), value(table, "committed")
    if n:
        words = ngettext(
            "In the period %(n)s contract was signed, whenever the person had applied.",
            "In the period %(n)s contracts were signed, whenever the people had applied.",
            n,
        )
        yield words % _n(n)
    if rate is not None:
        yield _("The median day rate: %(rate)s before tax.") % {"rate": wording.cell(rate, Kind.EUROS)}
    if euros:
        yield _("Committed: %(amount)s before tax.") % {"amount": wording.cell(euros, Kind.EUROS)}
    if due := count(table, "due"):
        words = ngettext("%(n)s renewal is due within 60 days.", "%(n)s renewals are due within 60 days.", due)
        yield words % _n(due)


TOLD: tuple[tuple[str, Callable[[Table], Iterator[str]]], ...] = (
    ("received", _received),
    ("reached", _reached),
    ("received", _compared),
    ("answers", _answers),
    ("stays", _stays),
    ("outcomes", _outcomes),
    ("postings", _postings),
    ("terms", _terms),
)
"""What tells of each report, in the order in which it is read: “of them” follows what it is of."""
