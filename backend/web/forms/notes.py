"""A note for the team."""

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.web.forms.base import PlainForm


class NoteForm(PlainForm):
    """A note for the team."""

    text = forms.CharField(
        label=_("Note something for the team"),
        max_length=10_000,
        error_messages={"required": _("Write the note first.")},
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": _("Seen by the team, never by the person")}),
    )
