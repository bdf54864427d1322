"""`messages/`: the mail of applications, sent and received, to be read."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers

from backend.api.reading import Read
from backend.api.v1.postings import LANGUAGES
from backend.api.views import ListAndRead, Resource
from notifications.models import Direction, Message, Status
from workflow import selectors


class MessageSerializer(Read):
    """One mail. The candidate's private link is masked."""

    id = serializers.UUIDField()
    application = serializers.UUIDField(source="application_id")
    transition = serializers.IntegerField(source="transition_id", allow_null=True)
    direction = serializers.ChoiceField(choices=Direction.choices)
    kind = serializers.CharField(help_text="The catalogue's name of the message, or “incoming”.")
    status = serializers.ChoiceField(choices=Status.choices)
    language = serializers.ChoiceField(choices=LANGUAGES)
    sender = serializers.CharField()
    recipient = serializers.CharField()
    subject = serializers.CharField()
    body = serializers.CharField(help_text="Plain text.")
    edited = serializers.BooleanField(help_text="Whether the team changed the words.")
    due_at = serializers.DateTimeField(allow_null=True)
    sent_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.CharField(help_text="What the mail server said.")
    created_at = serializers.DateTimeField()

    @classmethod
    def represent(cls, row: Any) -> dict[str, Any]:
        """Give the JSON of one row, the private link masked."""
        return super().represent(row) | {"body": masked(row["body"])}


class MessageFilter(django_filters.FilterSet):
    """By application, direction, status and kind."""

    application = django_filters.UUIDFilter(field_name="application_id")
    direction = django_filters.ChoiceFilter(choices=Direction.choices)
    status = django_filters.ChoiceFilter(choices=Status.choices)
    kind = django_filters.CharFilter()

    class Meta:
        model = Message
        fields: list[str] = []


class Messages(ListAndRead, Resource):
    """Mails of the applications that the token sees."""

    queryset = Message.objects.none()
    reads = MessageSerializer
    filterset_class = MessageFilter

    def rows(self) -> QuerySet[Message]:
        """Give the mails of visible applications."""
        return Message.objects.filter(application__in=selectors.visible_ids(self.actor))


def masked(body: str) -> str:
    """Give the text as anybody but the candidate may read it."""
    from notifications import compose

    return compose.masked(body)
