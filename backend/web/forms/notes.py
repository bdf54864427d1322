"""A note for the team, and tags."""

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.web.forms.base import PlainForm
from workflow.models import TAG_LENGTH


class TagForm(PlainForm):
    """A tag for an application."""

    tag = forms.CharField(
        label=_("New tag"),
        max_length=TAG_LENGTH,
        error_messages={"required": _("Write the tag first.")},
        widget=forms.TextInput(attrs={"list": "known-tags", "placeholder": _("New tag"), "autocomplete": "off"}),
    )


class NoteForm(PlainForm):
    """A note for the team."""

    text = forms.CharField(
        label=_("Note something for the team"),
        max_length=10_000,
        error_messages={"required": _("Write the note first.")},
        widget=forms.Textarea(
            attrs={"rows": 2, "placeholder": _("Seen by the team, never by the person"), "data-mention": "people"}
        ),
        help_text=_("“@” and a name tells somebody of the team."),
    )
