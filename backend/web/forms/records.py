"""The forms of an application's page: a move with its mail, an interview, the terms, a task, a note."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.hiring.models import ContractKind
from backend.web.forms.base import DateInput, MomentInput, PlainForm
from notifications.compose import Rendered
from workflow.models import InterviewStatus, TaskOwner
from workflow.services import MailOptions
from workflow.states import Action, Rejection

SENDING = [
    ("hold", _("In a few minutes: until then it can be changed, and the move taken back")),
    ("now", _("At once")),
    ("not", _("Not at all: I tell them myself")),
]

WRONG_NUMBER = ("invalid", "min_value", "max_value", "max_digits", "max_decimal_places", "max_whole_digits")
"""What Django may say of a number: one sentence with an example serves for all."""


class MailForm(PlainForm):
    """A subject and a text, as they will leave."""

    subject = forms.CharField(label=_("Subject"), max_length=500, required=False)
    body = forms.CharField(
        label=_("Text"),
        help_text=_("“{link}” becomes the private link when the e-mail leaves."),
        max_length=20_000,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12}),
    )


class MoveForm(MailForm):
    """One move: the state it was seen in, a reason where one is asked for, and its mail."""

    action = forms.CharField(widget=forms.HiddenInput, max_length=20)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=11, required=False)
    reason = forms.CharField(required=False, max_length=2000)
    send = forms.ChoiceField(
        label=_("When it leaves"), choices=SENDING, required=False, initial="hold", widget=forms.RadioSelect
    )

    field_order = ("action", "seen", "reason", "subject", "body", "send")

    def __init__(self, data: Any = None, *, action: str, seen: str = "", mail: Rendered | None = None) -> None:
        initial = {"action": action, "seen": seen, "send": "hold"}
        if mail is not None:
            initial |= {"subject": mail.subject, "body": mail.body}
        super().__init__(data, initial=initial, auto_id=f"{action}_%s")
        self.mail = mail
        if action == Action.REJECT:
            self.fields["reason"] = forms.ChoiceField(
                label=_("Reason, for the team only"),
                choices=[("", _("Choose a reason")), *Rejection.choices],
                required=True,
                error_messages={"required": _("Choose a reason: it is never shown to the person.")},
            )
        else:
            self.fields["reason"].label = _("Reason, for the team only")
            self.fields["reason"].widget = forms.Textarea(attrs={"rows": 2, "class": "input short"})
        if mail is not None:
            self.fields["body"].widget.attrs["lang"] = mail.language
            self.fields["subject"].widget.attrs["lang"] = mail.language

    @property
    def notify(self) -> bool:
        """Say whether the person is to be told by us."""
        return self.cleaned_data.get("send") != "not"

    def mail_options(self) -> MailOptions:
        """Give how the mail is to be treated."""
        return MailOptions(
            hold=0 if self.cleaned_data.get("send") == "now" else None,
            subject=self.cleaned_data.get("subject", ""),
            body=self.cleaned_data.get("body", ""),
        )


class InterviewForm(PlainForm):
    """A meeting, planned or held."""

    at = forms.DateTimeField(label=_("Day and time"), widget=MomentInput())
    status = forms.ChoiceField(
        label=_("The interview"),
        choices=[(InterviewStatus.HELD, _("was held")), (InterviewStatus.PLANNED, _("is planned"))],
        initial=InterviewStatus.HELD,
        widget=forms.RadioSelect,
    )
    minutes = forms.IntegerField(
        label=_("Length in minutes"),
        min_value=5,
        max_value=480,
        initial=45,
        error_messages=dict.fromkeys(WRONG_NUMBER, _("Give whole minutes, from 5 to 480.")),
    )
    place = forms.CharField(label=_("Place or video link"), max_length=500, required=False)


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


class TaskForm(PlainForm):
    """A line of the checklist."""

    title = forms.CharField(label=_("Task"), max_length=200)
    owner = forms.ChoiceField(label=_("Done by"), choices=TaskOwner.choices, initial=TaskOwner.TEAM)
    required = forms.BooleanField(label=_("Needed before the arrival"), required=False, initial=True)


class NoteForm(PlainForm):
    """A note for the team."""

    text = forms.CharField(
        label=_("Note something for the team"),
        max_length=10_000,
        error_messages={"required": _("Write the note first.")},
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": _("Seen by the team, never by the person")}),
    )
