"""A meeting, planned or held, or proposed at several times."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.models import User
from backend.common.errors import Invalid
from backend.web.forms.base import WRONG_NUMBER, MomentInput, PlainForm
from workflow.models import InterviewStatus

TIMES = ("time_1", "time_2", "time_3", "time_4", "time_5")
AT_LEAST_TWO = gettext_lazy("Give two times at least; with a single one, record it as planned.")
MOST_INVITED = 10


class MeetingForm(PlainForm):
    """What every kind of meeting has: length, place, and who takes part."""

    minutes = forms.IntegerField(
        label=gettext_lazy("Length in minutes"),
        min_value=5,
        max_value=480,
        initial=45,
        error_messages=dict.fromkeys(WRONG_NUMBER, gettext_lazy("Give whole minutes, from 5 to 480.")),
    )
    place = forms.CharField(label=gettext_lazy("Place or video link"), max_length=500, required=False)
    participants = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Who takes part"), widget=forms.CheckboxSelectMultiple, coerce=UUID, required=False
    )
    invited = forms.CharField(
        label=gettext_lazy("Others, by their e-mail address"),
        help_text=gettext_lazy("Separate several with commas. They need no account."),
        max_length=2000,
        required=False,
    )

    def __init__(self, *args: Any, members: Sequence[User] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["participants"].choices = [(user.pk, str(user)) for user in members]  # type: ignore[attr-defined]
        if not members:
            del self.fields["participants"]

    def clean_invited(self) -> list[str]:
        """Give the addresses, each once. Raises ValidationError naming the one that is none."""
        found = dict.fromkeys(re.split(r"[\s,;]+", self.cleaned_data["invited"].strip().lower()))
        for address in filter(None, found):
            try:
                validate_email(address)
            except ValidationError as error:
                words = _("“%(address)s” is no e-mail address.") % {"address": address[:100]}
                raise ValidationError(words) from error
        if len(found) > MOST_INVITED:
            raise ValidationError(_("Invite %(most)d people at most.") % {"most": MOST_INVITED})
        return [address for address in found if address]


class InterviewForm(MeetingForm):
    """A meeting, planned or held."""

    at = forms.DateTimeField(label=gettext_lazy("Day and time"), widget=MomentInput())
    status = forms.ChoiceField(
        label=gettext_lazy("The interview"),
        choices=[
            (InterviewStatus.HELD, gettext_lazy("was held")),
            (InterviewStatus.PLANNED, gettext_lazy("is planned: those who take part are invited")),
        ],
        initial=InterviewStatus.HELD,
        widget=forms.RadioSelect,
    )
    field_order = ("at", "status")


class ProposalForm(MeetingForm):
    """Several times, of which the candidate chooses one."""

    time_1 = forms.DateTimeField(label=gettext_lazy("First time"), widget=MomentInput(), help_text=AT_LEAST_TWO)
    time_2 = forms.DateTimeField(
        label=gettext_lazy("Second time"), widget=MomentInput(), error_messages={"required": AT_LEAST_TWO}
    )
    time_3 = forms.DateTimeField(label=gettext_lazy("Third time"), widget=MomentInput(), required=False)
    time_4 = forms.DateTimeField(label=gettext_lazy("Fourth time"), widget=MomentInput(), required=False)
    time_5 = forms.DateTimeField(label=gettext_lazy("Fifth time"), widget=MomentInput(), required=False)
    field_order = TIMES

    def terms(self) -> dict[str, Any]:
        """Give what the use case takes: the times as one list."""
        given = dict(self.cleaned_data)
        times = [given.pop(name) for name in TIMES]
        return given | {"times": [at for at in times if at]}

    def refuse(self, error: Invalid) -> None:
        """Put what is wrong with the times beside the first of them."""
        fields = {TIMES[0] if name == "times" else name: words for name, words in error.fields.items()}
        super().refuse(Invalid(error.detail, fields=fields))


class RescheduleForm(PlainForm):
    """Another time, length or place: the same event."""

    at = forms.DateTimeField(label=gettext_lazy("Day and time"), widget=MomentInput())
    minutes = forms.IntegerField(
        label=gettext_lazy("Length in minutes"),
        min_value=5,
        max_value=480,
        error_messages=dict.fromkeys(WRONG_NUMBER, gettext_lazy("Give whole minutes, from 5 to 480.")),
    )
    place = forms.CharField(label=gettext_lazy("Place or video link"), max_length=500, required=False)
