"""A move with its mail."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from backend.web.forms.base import PlainForm
from notifications.compose import Rendered
from notifications.models import Message
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


class LetterForm(MailForm):
    """A held mail: its words, and when it leaves."""

    send = forms.ChoiceField(
        label=_("When it leaves"), choices=SENDING, required=True, initial="hold", widget=forms.RadioSelect
    )

    def __init__(self, data: Any = None, *, message: Message) -> None:
        super().__init__(data, initial={"subject": message.subject, "body": message.body}, auto_id="letter_%s")
        for name in ("subject", "body"):
            self.fields[name].widget.attrs["lang"] = message.language


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


class BulkForm(PlainForm):
    """One action on many rows; each row comes with the state it was seen in."""

    action = forms.ChoiceField(
        label=_("Action"),
        choices=[
            ("", _("Choose an action")),
            *((action.value, action.label) for action in (Action.INTERVIEW, Action.CONTRACT, Action.ONBOARD)),
            *((action.value, action.label) for action in (Action.REJECT, Action.WITHDRAW)),
        ],
        error_messages={"required": _("Choose what to do with the chosen rows.")},
    )
    rejection = forms.ChoiceField(label=_("Reason of a refusal, for the team only"), required=False)

    def __init__(self, data: Any = None, *, reasons: Sequence[tuple[str, Any]] = Rejection.choices) -> None:
        super().__init__(data)
        self.fields["rejection"].choices = [("", _("Choose a reason")), *reasons]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> set[str]:
        """Give the ids of the rows that were chosen."""
        return {str(pk) for pk in self.seen}

    @property
    def seen(self) -> dict[UUID, str]:
        """Give the state in which each chosen row was seen; what is no row is passed over."""
        found = {}
        for value in cast(QueryDict, self.data).getlist("row") if self.is_bound else []:
            pk, _mark, state = value.partition(":")
            with suppress(ValueError):
                found[UUID(pk)] = state
        return found

    @property
    def reason(self) -> str:
        """Give the reason, which only a refusal has."""
        return str(self.cleaned_data["rejection"]) if self.cleaned_data["action"] == Action.REJECT else ""

    def clean(self) -> dict[str, Any]:
        """Ask for rows, and for a reason where one is needed."""
        given: dict[str, Any] = super().clean() or {}
        if not self.seen:
            self.add_error(None, _("Choose at least one row."))
        if given.get("action") == Action.REJECT and not given.get("rejection"):
            self.add_error("rejection", _("Choose a reason: it is never shown to the person."))
        return given
