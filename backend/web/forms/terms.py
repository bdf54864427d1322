"""The agreed terms."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.hiring.models import ContractKind
from backend.web.forms.base import WRONG_NUMBER, DateInput, PlainForm


class TermsForm(PlainForm):
    """The agreed terms; may be saved in part, the guard says what is missing."""

    kind = forms.ChoiceField(
        label=_("Contract"), choices=[("", _("to be specified")), *ContractKind.choices], required=False
    )
    day_rate = forms.DecimalField(
        label=_("Day rate before tax, in euros"),
        min_value=Decimal("0.01"),
        max_value=Decimal(100_000),
        decimal_places=2,
        error_messages=dict.fromkeys(WRONG_NUMBER, _("Write the amount in figures, for example 612.50.")),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        localize=True,
    )
    rate_reason = forms.CharField(
        label=_("Reason for this rate"),
        help_text=_("Asked for when the rate is outside what the posting planned."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "input short"}),
    )
    days_per_week = forms.DecimalField(
        label=_("Days a week"),
        min_value=Decimal("0.5"),
        max_value=Decimal(5),
        decimal_places=1,
        error_messages=dict.fromkeys(WRONG_NUMBER, _("Give a number of days from 0.5 to 5.")),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        localize=True,
    )
    start = forms.DateField(label=_("Start"), required=False, widget=DateInput())
    months = forms.IntegerField(
        label=_("Length in months"),
        min_value=1,
        max_value=60,
        required=False,
        error_messages=dict.fromkeys(WRONG_NUMBER, _("Give whole months, from 1 to 60.")),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


class RenewalForm(TermsForm):
    """The terms of a renewal, whole from the start."""

    prefix = "renewal"
