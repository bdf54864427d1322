"""What reports are narrowed by: GET, so that a report has an address."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.common.errors import Invalid
from backend.hiring import selectors as hiring
from backend.hiring.models import ContractKind
from backend.reports import question
from backend.reports.question import Question
from backend.web.forms.base import DateInput, PlainForm

Choices = list[tuple[str, Any]]
MOST_POSTINGS = 100
"""How many postings can be chosen from."""


class ReportFilters(PlainForm):
    """Period, teams, domain, contract; by month or week, and beside the period before.

    It shows a question. What is wrong with one is said by `question.ask` alone: these fields take everything.
    """

    field_order = ("from", "to", "team", "incubator", "domain", "posting", "contract", "by", "compare")
    compare = forms.BooleanField(label=_("Compare with the period before"), required=False)

    def __init__(self, asked: Question, typed: Mapping[str, str] | None = None, wrong: Invalid | None = None) -> None:
        """Take a question, or what is left of one that was refused, what was typed there, and what is wrong with it."""
        shown = {name: getattr(asked, name) for name in (*question.NAMES, "by", "compare")}
        shown |= {"from": asked.start.isoformat(), "to": asked.end.isoformat()}
        for name in wrong.fields if wrong else ():
            shown[name] = (typed or {}).get(name, "").replace("\0", "\ufffd")
        super().__init__(data=shown if wrong else None, initial=shown)
        for name, label in (("from", _("First day")), ("to", _("Last day"))):
            self.fields[name] = forms.CharField(label=label, required=False, widget=DateInput(attrs={"class": "input"}))
        for name, label, choices in _offered(asked, shown):
            self._offer(name, label, choices, shown[name])
        self.order_fields(self.field_order)
        if wrong:
            self.full_clean()
            self.refuse(wrong)

    def _offer(self, name: str, label: Any, choices: Choices, value: str) -> None:
        """Let one be chosen, if there is a choice; what was typed and does not exist is among them, to be seen."""
        if value not in dict(choices):
            choices = [*choices, (value, value)]
        if len(choices) > 2 or value:
            widget = forms.Select(choices=choices, attrs={"class": "input"})
            self.fields[name] = forms.CharField(label=label, required=False, widget=widget)


def _offered(asked: Question, shown: Mapping[str, Any]) -> list[tuple[str, Any, Choices]]:
    """Give each field that chooses: its name, its label, and what it offers, the widest first."""
    actor = asked.actor
    teams: Choices = [(t.slug, t.name) for t in question.teams_of(actor)]
    incubators: Choices = [(i.slug, i.name) for i in question.incubators_of(actor)]
    domains: Choices = [(slug, names[0]) for slug, names in hiring.domains(hiring.postings_of(actor)).items()]
    return [
        ("team", _("Team"), [("", _("All teams")), *teams]),
        ("incubator", _("Incubator"), [("", _("All incubators")), *incubators]),
        ("domain", _("Domain"), [("", _("All domains")), *domains]),
        ("posting", _("Posting"), [("", _("All postings")), *_postings(asked)]),
        ("contract", _("Contract"), [("", _("Any contract")), *ContractKind.choices]),
        ("by", _("By month or by week"), [("month", _("by month")), ("week", _("by week"))]),
    ]


def _postings(asked: Question) -> Choices:
    """Give the postings of the team that is chosen, or of all; of too many to choose from only what is asked."""
    rows = hiring.postings_of(asked.actor)
    if asked.team:
        rows = rows.filter(team__slug=asked.team)
    found: Choices = list(rows.values_list("slug", "title")[: MOST_POSTINGS + 1])
    if len(found) <= MOST_POSTINGS:
        return found
    return list(rows.filter(slug=asked.posting).values_list("slug", "title")) if asked.posting else []
