"""A move with its mail."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.web.forms.base import PlainForm
from notifications.compose import Rendered
from workflow.services import MailOptions
from workflow.states import Action, Rejection

SENDING = [
    ("hold", _("In a few minutes: until then it can be changed, and the move taken back")),
    ("now", _("At once")),
    ("not", _("Not at all: I tell them myself")),
]


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

    def __init__(
        self,
        data: Any = None,
        *,
        action: str,
        seen: str = "",
        mail: Rendered | None = None,
        reasons: Sequence[tuple[str, Any]] = Rejection.choices,
    ) -> None:
        initial = {"action": action, "seen": seen, "send": "hold"}
        if mail is not None:
            initial |= {"subject": mail.subject, "body": mail.body}
        super().__init__(data, initial=initial, auto_id=f"{action}_%s")
        self.mail = mail
        if action == Action.REJECT:
            self.fields["reason"] = forms.ChoiceField(
                label=_("Reason, for the team only"),
                choices=[("", _("Choose a reason")), *reasons],
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
