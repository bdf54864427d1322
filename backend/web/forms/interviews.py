"""A meeting, planned or held."""

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.web.forms.base import WRONG_NUMBER, MomentInput, PlainForm
from workflow.models import InterviewStatus


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
