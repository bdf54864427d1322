"""A report that comes by itself: what, how often, how, and to whom."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.accounts.actors import Actor
from backend.exports import schedules
from backend.exports.models import Every, Form, What
from backend.web.forms.base import PlainForm


class ScheduleForm(PlainForm):
    """The filters are those of the page it stands on."""

    kind = forms.ChoiceField(label=_("What"), choices=What)
    every = forms.ChoiceField(label=_("When"), choices=Every)
    form = forms.ChoiceField(label=_("How"), choices=Form)
    people = forms.MultipleChoiceField(label=_("To whom"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(data, prefix="schedule", initial={"people": [str(actor.user.pk)] if actor.user else []})
        choices = [(str(person.pk), str(person)) for person in schedules.people_of(actor)]
        self.fields["people"].choices = choices  # type: ignore[attr-defined]
