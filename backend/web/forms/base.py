"""What the forms of the pages share: LOOK's markup comes from `parts/field.html`, the rest from here."""

from typing import Any

from django import forms

from backend.common.errors import Invalid

BARE = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple, forms.HiddenInput)

WRONG_NUMBER = ("invalid", "min_value", "max_value", "max_digits", "max_decimal_places", "max_whole_digits")
"""What Django may say of a number: one sentence with an example serves for all."""


class PlainForm(forms.Form):
    """A form on LOOK's theme. Optional fields say so, required ones do not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field.widget, BARE):
                field.widget.attrs.setdefault("class", "input")

    def refuse(self, error: Invalid) -> None:
        """Put the words of a refusal beside the fields they are about."""
        for name, reasons in error.fields.items():
            for words in reasons:
                self.add_error(name if name in self.fields else None, words)
        if not error.fields:
            self.add_error(None, error.detail)


class DateInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class MomentInput(forms.DateTimeInput):
    """The browser's own field for a day and a time."""

    input_type = "datetime-local"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", **kwargs)
