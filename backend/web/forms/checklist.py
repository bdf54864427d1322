"""A line of the checklist, and the template of one."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from backend.web.forms.base import DateInput, PlainForm
from workflow.checklists import FURTHEST, LONGEST, MOST, Line
from workflow.models import TaskOwner


class TaskForm(PlainForm):
    """A line of the checklist."""

    title = forms.CharField(label=_("Task"), max_length=200)
    owner = forms.ChoiceField(label=_("Done by"), choices=TaskOwner.choices, initial=TaskOwner.TEAM)
    due = forms.DateField(label=_("Due by"), required=False, widget=DateInput())
    required = forms.BooleanField(label=_("Needed before the arrival"), required=False, initial=True)


class TemplateForm(PlainForm):
    """The lines of a template, and three empty ones below them."""

    SPARE = 3

    def __init__(self, data: Any = None, *, lines: Sequence[Line]) -> None:
        super().__init__(data)
        sent = [int(name[6:]) for name in data or () if name.startswith("title_") and name[6:].isdecimal()]
        self.count = min(max([len(lines) + self.SPARE, *(place + 1 for place in sent)]), MOST + self.SPARE)
        empty = Line("")
        for place in range(self.count):
            line = lines[place] if place < len(lines) else empty
            self.fields |= {
                f"title_{place}": forms.CharField(
                    label=_("Task"), max_length=LONGEST, required=False, initial=line.title
                ),
                f"owner_{place}": forms.ChoiceField(
                    label=_("Done by"), choices=TaskOwner.choices, required=False, initial=line.owner
                ),
                f"days_{place}": forms.IntegerField(
                    label=_("Days from the start"),
                    min_value=-FURTHEST,
                    max_value=FURTHEST,
                    required=False,
                    initial=line.days,
                    error_messages={"invalid": _("Write a number of days, −5 for instance.")},
                ),
                f"required_{place}": forms.BooleanField(
                    label=_("Needed before the arrival"), required=False, initial=line.required
                ),
            }
            for name in ("title", "owner", "days"):
                self.fields[f"{name}_{place}"].widget.attrs["class"] = "input"

    @property
    def rows(self) -> list[list[BoundField]]:
        """Give the fields line by line."""
        names = ("title", "owner", "days", "required")
        return [[self[f"{name}_{place}"] for name in names] for place in range(self.count)]

    @property
    def lines(self) -> list[Line]:
        """Give the lines that have a name."""
        given = self.cleaned_data
        return [
            Line(
                title=" ".join(given[f"title_{place}"].split()),
                owner=given[f"owner_{place}"] or TaskOwner.TEAM,
                days=given[f"days_{place}"] or 0,
                required=given[f"required_{place}"],
            )
            for place in range(self.count)
            if given[f"title_{place}"].strip()
        ]
