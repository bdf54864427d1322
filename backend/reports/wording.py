"""A cell in words, as pages and documents show it; data formats take the value itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.common import typography
from backend.hiring import selectors as hiring
from backend.hiring.models import ContractKind
from backend.reports.question import NAMES, Question, incubators_of, teams_of
from backend.reports.shape import Cell, Column, Kind, Line, Table

Names = dict[tuple[str, str], str]
"""What is called how: by the filter and its slug."""
LONGEST_FILE_NAME = 150
"""Characters of it, without its ending."""
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
    if question.start == question.end:
        return _("on %(day)s") % {"day": typography.long_date(question.start)}
    return _("from %(start)s to %(end)s") % {
        "start": typography.long_date(question.start),
        "end": typography.long_date(question.end),
    }


def told(question: Question) -> list[tuple[str, str]]:
    """Give what a definitions sheet says of a question: its period, its time zone, and what it is narrowed to."""
    said = [(_("Period"), period(question)), (_("Time zone"), question.zone.key)]
    narrow = filters(question)
    return [*said, (_("Narrowed to"), narrow)] if narrow else said


def filters(question: Question, *, besides: str = "") -> str:
    """Give what the question is narrowed to, in words; `besides` is a filter that is told elsewhere."""
    asked = {name: getattr(question, name) for name in NAMES if name != besides}
    return narrowed(asked, names(question.actor, [asked]))


def file_name(stem: str, question: Question, form: str, *, by: str) -> str:
    """Give what a file is called: what it is, what it is narrowed to by the slugs, and whether it compares."""
    narrowed = [getattr(question, name) for name in NAMES if getattr(question, name)]
    words = by.join([stem, *narrowed, *(["compare"] if question.compare else [])])
    return f"{words[:LONGEST_FILE_NAME]}.{form}"


def names(actor: Actor, asked: Sequence[Mapping[str, str]]) -> Names:
    """Give what the filters of some questions are called; what is not the actor's to see has no name."""
    found: Names = {("contract", kind): str(label) for kind, label in ContractKind.choices}
    rows: dict[str, tuple[QuerySet[Any, Any], str]] = {
        "team": (teams_of(actor), "name"),
        "incubator": (incubators_of(actor), "name"),
        "posting": (hiring.postings_of(actor), "title"),
    }
    wanted = {name: {each[name] for each in asked if each.get(name)} for name in NAMES}
    for name, (known, called) in rows.items():
        if wanted[name]:
            some = known.filter(slug__in=wanted[name]).values_list("slug", called)
            found |= {(name, slug): words for slug, words in some}
    if wanted["domain"]:
        domains = hiring.domains(hiring.postings_of(actor))
        found |= {("domain", slug): spellings[0] for slug, spellings in domains.items()}
    return found


def narrowed(asked: Mapping[str, str], names: Names) -> str:
    """Give what some filters narrow to, in words, with what they are called; `` if they narrow nothing."""
    words = {
        "team": "%(name)s",
        "incubator": _("incubator %(name)s"),
        "posting": _("the posting “%(name)s”"),
        "domain": _("the domain “%(name)s”"),
        "contract": _("postings that offer: %(name)s"),
    }
    called = [(name, names.get((name, asked[name]))) for name in words if asked.get(name)]
    said = [words[name] % {"name": of} if of else _("a filter that you cannot see") for name, of in called]
    return typography.localised(", ".join(said))
