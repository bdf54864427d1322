"""Filters that several resources share."""

import datetime as dt
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django_filters.fields import IsoDateTimeField


class MomentField(IsoDateTimeField):
    """A moment with an offset, or else in the instance's time zone; PostgreSQL takes offsets up to 15 hours only."""

    def to_python(self, value: Any) -> dt.datetime | None:
        """Give the moment in UTC. Raises ValidationError."""
        moment = super().to_python(value)
        try:
            return None if moment is None else moment.astimezone(dt.UTC)
        except (OverflowError, ValueError) as error:
            raise ValidationError(_("There is no such moment.")) from error


class SinceFilter(django_filters.IsoDateTimeFilter):
    """At or after a moment."""

    field_class = MomentField

    def __init__(self, field_name: str, label: str) -> None:
        super().__init__(field_name=field_name, lookup_expr="gte", label=label)
