"""The agreed terms."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backend.common import clock, typography
from backend.hiring.models import ContractKind
from backend.web.forms.base import WRONG_NUMBER, DateInput, PlainForm

LONG_AGO = timedelta(days=366)
"""Before this a start is more often a slip of the hand than a start."""


class TermsForm(PlainForm):
    """The agreed terms; may be saved in part, the guard says what is missing.

    A start that is long ago is asked about once: the form comes back with it, and sent again it is kept.
    """

    asks_about_start = True

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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["known_start"] = forms.CharField(widget=forms.HiddenInput, required=False)
        self.initial.setdefault("known_start", self.initial.get("start"))

    def clean(self) -> dict[str, Any]:
        """Ask about a start that is long ago, unless it is the one that was asked about, or that is agreed already."""
        given: dict[str, Any] = super().clean() or {}
        known, start, today = given.pop("known_start", ""), given.get("start"), clock.today()
        if self.asks_about_start and start and start < today - LONG_AGO and known != start.isoformat():
            data = cast(QueryDict, self.data).copy()
            data[self.add_prefix("known_start")] = start.isoformat()
            self.data = data
            words = gettext("%(date)s is more than a year ago. Correct it or, if it is right, send again to keep it.")
            self.add_error("start", words % {"date": typography.long_date(start)})
        return given


class RenewalForm(TermsForm):
    """The terms of a renewal, whole from the start; the contract before it says from when on that may be."""

    prefix = "renewal"
    asks_about_start = False
