"""What reports are narrowed by: GET, so that a report has an address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.hiring import selectors as hiring
from backend.hiring.models import ContractKind
from backend.reports import question
from backend.reports.question import Question
from backend.web.forms.base import DateInput, PlainForm


class ReportFilters(PlainForm):
    """Period, teams, domain, contract; by month or week, and beside the period before."""

    team = forms.ChoiceField(label=_("Team"), required=False)
    incubator = forms.ChoiceField(label=_("Incubator"), required=False)
    domain = forms.ChoiceField(label=_("Domain"), required=False)
    contract = forms.ChoiceField(
        label=_("Contract"), required=False, choices=[("", _("Any contract")), *ContractKind.choices]
    )
    by = forms.ChoiceField(
        label=_("By month or by week"), required=False, choices=[("month", _("by month")), ("week", _("by week"))]
    )
    compare = forms.BooleanField(label=_("Beside the period before"), required=False)

    def __init__(self, asked: Question) -> None:
        shown = {name: getattr(asked, name) for name in (*question.NAMES, "by", "compare")}
        super().__init__(initial=shown | {"from": asked.start, "to": asked.end})
        actor = asked.actor
        domains = hiring.domains(hiring.postings_of(actor))
        self._offer("team", _("All teams"), [(t.slug, t.name) for t in question.teams_of(actor)])
        self._offer("incubator", _("All incubators"), [(i.slug, i.name) for i in question.incubators_of(actor)])
        self._offer("domain", _("All domains"), [(slug, spellings[0]) for slug, spellings in domains.items()])
        for name, label in (("from", _("First day")), ("to", _("Last day"))):
            widget = DateInput(attrs={"class": "input"})
            self.fields[name] = forms.DateField(label=label, required=False, widget=widget)

    def _offer(self, name: str, everything: Any, choices: list[tuple[str, str]]) -> None:
        if len(choices) > 1:
            self.fields[name].choices = [("", everything), *choices]  # type: ignore[attr-defined]
        else:
            del self.fields[name]
