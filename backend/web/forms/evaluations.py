"""The form on which one of the team says what they think, and the one that says what a posting asks."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.common import typography
from backend.web.forms.base import PlainForm
from workflow.models import Interview, Level, Recommendation

PREFIX = "criterion_"


class EvaluationForm(PlainForm):
    """One level a criterion, or none; a recommendation; and words."""

    recommendation = forms.ChoiceField(
        label=_("What you recommend"), choices=Recommendation.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("In your words"),
        help_text=_("What you saw and heard, rather than what you felt. The person may ask to read it."),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(
        self, *args: Any, criteria: Sequence[str] = (), meetings: Sequence[Interview] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = list(criteria)
        levels = [*((str(value), label) for value, label in reversed(Level.choices)), ("", _("I cannot say"))]
        for number, words in enumerate(self.criteria):
            self.fields[f"{PREFIX}{number}"] = forms.ChoiceField(
                label=words, choices=levels, required=False, initial="", widget=forms.RadioSelect
            )
        if meetings:
            self.fields["interview"] = forms.ChoiceField(
                label=_("About which interview"),
                required=False,
                choices=[("", _("The application as a whole")), *((row.pk, _moment(row)) for row in meetings)],
                widget=forms.Select(attrs={"class": "input"}),
            )
        asked = [f"{PREFIX}{number}" for number in range(len(self.criteria))]
        self.order_fields(["interview", *asked, "recommendation", "text"])

    def given(self) -> dict[str, Any]:
        """Give what the use case takes."""
        data = self.cleaned_data
        levels = [data.get(f"{PREFIX}{number}") for number in range(len(self.criteria))]
        return {
            "ratings": {name: int(level) if level else None for name, level in zip(self.criteria, levels, strict=True)},
            "recommendation": data["recommendation"],
            "text": data["text"],
            "interview": data.get("interview") or None,
        }


def _moment(meeting: Interview) -> str:
    return typography.moment(meeting.at) if meeting.at else str(meeting)


class CriteriaForm(PlainForm):
    """What a posting asks to be judged, one a line."""

    criteria = forms.CharField(
        label=_("Criteria, one a line"),
        help_text=_("Each is judged on four levels. Leave it empty for the usual ones."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
