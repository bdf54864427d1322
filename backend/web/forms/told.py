"""What somebody wants to be told of, and when."""

from typing import Any

from django import forms

from backend.web.forms.base import PlainForm
from notifications.models import How, Topic


class ChoicesForm(PlainForm):
    """One question a topic. What waits is a daily list by its nature: there is no “at once” for it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for topic in Topic:
            offered = [how for how in How if topic != Topic.WAITING or how != How.NOW]
            self.fields[topic.value] = forms.ChoiceField(
                label=topic.label, choices=[(how.value, how.label) for how in offered], widget=forms.RadioSelect
            )
