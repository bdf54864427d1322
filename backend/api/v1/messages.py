"""`messages/`: the mail of applications, sent and received; what is to leave can be changed and decided on."""

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

import django_filters
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.idempotency import once
from backend.api.reading import Read
from backend.api.schema import RefusalSerializer
from backend.api.v1.postings import LANGUAGES
from backend.api.views import ListAndRead, Resource, Write
from notifications import outbox
from notifications.models import Arrival, Direction, Message, Status
from workflow import anonymous, selectors

DECISIONS: dict[str, tuple[Any, Callable[..., Message]]] = {
    "send": (gettext_lazy("Send now"), outbox.send_now),
    "discard": (gettext_lazy("Do not send"), outbox.discard),
    "arrived": (gettext_lazy("It arrived"), partial(outbox.settle, arrived=True)),
    "lost": (gettext_lazy("It did not: send it again"), partial(outbox.settle, arrived=False)),
}
"""The buttons of the outbox page, and what each does."""


class MessageSerializer(Read):
    """One mail. The candidate's private link is masked, and all words of one that is read without names are null."""

    annotations: ClassVar[dict[str, Any]] = {"veiled": anonymous.as_column("application__")}
    hides: ClassVar[tuple[str, ...]] = ("sender", "recipient", "subject", "body", "answer")

    id = serializers.UUIDField()
    application = serializers.UUIDField(source="application_id")
    transition = serializers.IntegerField(source="transition_id", allow_null=True)
    direction = serializers.ChoiceField(choices=Direction.choices)
    kind = serializers.CharField(help_text="The catalogue's name of the message, or “incoming”.")
    status = serializers.ChoiceField(choices=Status.choices)
    language = serializers.ChoiceField(choices=LANGUAGES)
    sender = serializers.CharField(allow_null=True)
    recipient = serializers.CharField(allow_null=True)
    subject = serializers.CharField(allow_null=True)
    body = serializers.CharField(allow_null=True, help_text="Plain text.")
    edited = serializers.BooleanField(help_text="Whether the team changed the words.")
    due_at = serializers.DateTimeField(allow_null=True)
    sent_at = serializers.DateTimeField(allow_null=True)
    arrival = serializers.ChoiceField(
        choices=Arrival.choices, allow_blank=True, help_text="What came back after it left; empty for most."
    )
    answer = serializers.CharField(allow_null=True, help_text="What the mail server said.")
    created_at = serializers.DateTimeField()

    @classmethod
    def represent(cls, row: Any) -> dict[str, Any]:
        """Give the JSON of one row, the private link masked."""
        read = super().represent(row)
        return read | {"body": read["body"] and masked(read["body"])}


class MessageChangeSerializer(Write):
    """What may be changed of a held mail."""

    subject = serializers.CharField(max_length=500, required=False)
    body = serializers.CharField(max_length=20_000, required=False, help_text="Plain text; `{link}` is their link.")
    hold = serializers.IntegerField(
        min_value=0, max_value=outbox.LONGEST_HOLD, required=False, help_text="Seconds from now before it leaves."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse half a text: the other half shown is masked, and must not be sent back."""
        missing = {"subject", "body"} - attrs.keys()
        if len(missing) == 1:
            raise serializers.ValidationError({missing.pop(): [_("Give subject and body together.")]})
        return attrs


class DecisionSerializer(Write):
    """What is to become of a mail.

    `send`: leave at once, or try again (held, dead). `discard`: never leave (held, dead). `arrived`, `lost`: what is
    known of an uncertain one; a lost one is sent again under the same Message-ID.
    """

    decision = serializers.ChoiceField(choices=[(key, words) for key, (words, _act) in DECISIONS.items()])


class MessageFilter(django_filters.FilterSet):
    """By team, application, direction, status and kind."""

    team = django_filters.CharFilter(field_name="application__posting__team__slug", label="slug")
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

    @extend_schema(request=MessageChangeSerializer, responses={200: MessageSerializer, 409: RefusalSerializer})
    @once
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change the words of a held mail, or when it leaves. For members with a write token."""
        self.require_one(pk)
        given = self.read_body(MessageChangeSerializer)
        with transaction.atomic():  # both or neither
            if "body" in given:
                outbox.edit(pk=pk, actor=self.actor, subject=given["subject"], body=given["body"])
            if "hold" in given:
                outbox.hold(pk=pk, actor=self.actor, seconds=given["hold"])
        return self.one(pk)

    @extend_schema(
        operation_id="messages_decide",
        request=DecisionSerializer,
        responses={200: MessageSerializer, 409: RefusalSerializer},
    )
    @once
    def decide(self, request: Request, pk: Any) -> Response:
        """Send at once, try again, discard, or say whether it arrived. For members with a write token."""
        self.require_one(pk)
        _words, act = DECISIONS[self.read_body(DecisionSerializer)["decision"]]
        act(pk=pk, actor=self.actor)
        return self.one(pk)


def masked(body: str) -> str:
    """Give the text as anybody but the candidate may read it."""
    from notifications import compose

    return compose.masked(body)
