"""A mail to the candidate, by hand."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.web.forms.moves import MailForm
from notifications.compose import Rendered

SENDING = [("hold", _("In a few minutes: until then it can be changed or kept back")), ("now", _("At once"))]


class ReplyForm(MailForm):
    """A subject, a text, and when it leaves."""

    send = forms.ChoiceField(
        label=_("When it leaves"), choices=SENDING, required=False, initial="hold", widget=forms.RadioSelect
    )

    def __init__(self, data: Any = None, *, draft: Rendered | None = None) -> None:
        initial = {"send": "hold"}
        if draft is not None:
            initial |= {"subject": draft.subject, "body": draft.body}
        super().__init__(data, initial=initial, auto_id="reply_%s")
        if draft is not None:
            for name in ("subject", "body"):
                self.fields[name].widget.attrs["lang"] = draft.language
