"""A line of the checklist."""

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.web.forms.base import DateInput, PlainForm
from workflow.models import TaskOwner


class TaskForm(PlainForm):
    """A line of the checklist."""

    title = forms.CharField(label=_("Task"), max_length=200)
    owner = forms.ChoiceField(label=_("Done by"), choices=TaskOwner.choices, initial=TaskOwner.TEAM)
    due = forms.DateField(label=_("Due by"), required=False, widget=DateInput())
    required = forms.BooleanField(label=_("Needed before the arrival"), required=False, initial=True)
