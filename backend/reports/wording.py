"""A cell in words, as pages and documents show it; data formats take the value itself."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from backend.accounts.models import Incubator
from backend.common import typography
from backend.hiring.models import ContractKind, Posting
from backend.reports.question import Question
from backend.reports.shape import Cell, Column, Kind, Line, Table

NOTHING = "–"
"""What stands for a figure that does not exist: the median of nothing."""


def cell(value: Cell, kind: Kind) -> str:
    """Give a cell as it is read: `1 250`, `31 %`, `5,5`, `550 €`, `–`."""
    if value is None:
        return NOTHING
    if kind == Kind.TEXT or isinstance(value, str):
        return str(value)
    if kind == Kind.EUROS:
        return typography.euros(Decimal(value))
    figure = typography.grouped(value)
    return typography.localised(_("%(number)s%%") % {"number": figure}) if kind == Kind.PERCENT else figure


def before(table: Table, line: Line, place: int) -> str:
    """Give the figure of the period before that belongs under one of `Table.asked`; `` where there is none."""
    if not table.question.compare or place == 0 or line.cells[place + 1] is None:
        return ""
    return cell(line.cells[place + 1], table.columns[place + 1].kind)


def unit(column: Column) -> str:
    """Give the unit that a heading tells, for figures that do not carry theirs; nothing where its label says it."""
    found = {Kind.DAYS: _("days"), Kind.HOURS: _("hours")}.get(column.kind, "")
    return "" if found in column.label.lower() else found


def period(question: Question) -> str:
    """Give the period in words."""
    return _("from %(start)s to %(end)s") % {
        "start": typography.long_date(question.start),
        "end": typography.long_date(question.end),
    }


def filters(question: Question) -> str:
    """Give what the question is narrowed to besides its teams, in words; `` if it is not."""
    said = []
    if question.incubator:
        name = Incubator.objects.filter(slug=question.incubator).values_list("name", flat=True).first()
        said.append(_("incubator %(name)s") % {"name": name})
    if question.posting:
        name = Posting.objects.filter(slug=question.posting).values_list("title", flat=True).first()
        said.append(_("the posting “%(name)s”") % {"name": name})
    if question.domain:
        said.append(_("the domain “%(name)s”") % {"name": question.spellings[0]})
    if question.contract:
        said.append(_("postings that offer: %(kind)s") % {"kind": ContractKind(question.contract).label})
    return typography.localised(", ".join(said))
