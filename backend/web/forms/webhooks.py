"""Where a team's events go."""

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.integrations.models import Event, Kind
from backend.web.forms.base import PlainForm


class WebhookForm(PlainForm):
    """An address and the events it is told."""

    url = forms.CharField(
        label=_("Address"),
        max_length=2000,
        help_text=_("It begins with https:// and is on the internet."),
        error_messages={"required": _("Write the address first.")},
        widget=forms.URLInput(attrs={"inputmode": "url", "autocomplete": "off", "placeholder": "https://"}),
    )
    events = forms.MultipleChoiceField(
        label=_("What it is told"),
        choices=Event.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one event of the list.")},
    )


class NewWebhookForm(WebhookForm):
    """The same, with what is sent."""

    kind = forms.ChoiceField(label=_("What is sent"), choices=Kind.choices, widget=forms.RadioSelect)
    field_order = ["kind", "url", "events"]
