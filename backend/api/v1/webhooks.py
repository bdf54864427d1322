"""`webhooks/`: where a team's events go; their secrets, their log, and sending once more."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import Team
from backend.api.idempotency import once
from backend.api.pagination import LARGEST
from backend.api.reading import Read
from backend.api.views import ListAndRead, Resource, Write
from backend.common.errors import NotVisible
from backend.integrations import endpoints
from backend.integrations.models import Delivery, Endpoint, Event, Kind, Status


class WebhookSerializer(Read):
    """An endpoint; its secret is shown nowhere again."""

    id = serializers.UUIDField()
    team = serializers.CharField(source="team.slug")
    kind = serializers.ChoiceField(choices=Kind.choices)
    url = serializers.CharField()
    events = serializers.ListField(child=serializers.ChoiceField(choices=Event.choices))
    off_at = serializers.DateTimeField(allow_null=True, help_text="Since when nothing is sent there; null: it is on.")
    off_why = serializers.CharField(help_text="Why Jalon switched it off; empty: a person did.")
    failures = serializers.IntegerField(help_text="Tries in a row that failed.")
    created_at = serializers.DateTimeField()


class NewWebhookSerializer(WebhookSerializer):
    """A new endpoint, or a new secret: the only answers that show it."""

    secret = serializers.CharField(help_text="`whsec_…`: shown this once.")


class WebhookChangeSerializer(Write):
    """What may be changed of an endpoint."""

    url = serializers.CharField(max_length=2000, required=False, help_text="https://…, of a host on the internet.")
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=Event.choices), min_length=1, max_length=len(Event), required=False
    )
    on = serializers.BooleanField(required=False, help_text="Switched on again, everything that waits leaves.")


class WebhookCreateSerializer(Write):
    """A new endpoint."""

    team = serializers.CharField(max_length=100, help_text="slug")
    kind = serializers.ChoiceField(choices=Kind.choices, required=False, default=Kind.SIGNED)
    url = serializers.CharField(max_length=2000, help_text="https://…, of a host on the internet.")
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=Event.choices), min_length=1, max_length=len(Event)
    )


class DeliverySerializer(Read):
    """One event on its way. `id` is what the header `webhook-id` says."""

    id = serializers.UUIDField()
    event = serializers.CharField()
    application = serializers.UUIDField(source="application_id", allow_null=True)
    transition = serializers.IntegerField(source="transition_id", allow_null=True)
    number = serializers.IntegerField(help_text="Counts the moves of one application from 1; 0 for a test.")
    status = serializers.ChoiceField(choices=Status.choices)
    attempts = serializers.IntegerField()
    due_at = serializers.DateTimeField(help_text="When the next try is due, while it waits.")
    tried_at = serializers.DateTimeField(allow_null=True)
    delivered_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.CharField(help_text="What the other side said at the last try.")
    body = serializers.CharField(help_text="What is sent, to the byte.")
    created_at = serializers.DateTimeField()


class Webhooks(ListAndRead, Resource):
    """The endpoints of the teams whose member the token's user is."""

    queryset = Endpoint.objects.none()
    reads = WebhookSerializer
    filter_backends = []

    def rows(self) -> QuerySet[Endpoint]:
        """Give the endpoints that this token may know of."""
        return endpoints.visible_to(self.actor).select_related(None)

    @extend_schema(request=WebhookCreateSerializer, responses={201: NewWebhookSerializer})
    @once
    def create(self, request: Request) -> Response:
        """Add an endpoint. The answer holds its secret, this once. For members with a write token."""
        self.require_write()
        given = self.read_body(WebhookCreateSerializer)
        team = Team.objects.filter(slug=given["team"], pk__in=self.actor.team_ids).first()
        if team is None:
            raise NotVisible(_("There is no such team."))
        made = endpoints.add(team=team, actor=self.actor, url=given["url"], wanted=given["events"], kind=given["kind"])
        return self._showing(made.pk, made.secret, status=201)

    @extend_schema(request=WebhookChangeSerializer, responses={200: WebhookSerializer})
    @once
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change where events go, or which; switch it off or on. For members with a write token."""
        self.require_one(pk)
        given = self.read_body(WebhookChangeSerializer)
        with transaction.atomic():
            endpoints.change(pk=pk, actor=self.actor, url=given.get("url"), wanted=given.get("events"))
            if "on" in given:
                endpoints.switch(pk=pk, actor=self.actor, on=given["on"])
        return self.one(pk)

    @extend_schema(request=None, responses={204: None})
    @once
    def destroy(self, request: Request, pk: Any) -> Response:
        """Take an endpoint away, with its log. For members with a write token."""
        endpoints.remove(pk=pk, actor=self.actor)
        return Response(status=204)

    @extend_schema(request=None, responses={200: NewWebhookSerializer})
    @once
    def rotate(self, request: Request, pk: Any) -> Response:
        """Make a new secret; the one before signs as well for 24 hours. For members with a write token."""
        return self._showing(pk, endpoints.rotate(pk=pk, actor=self.actor))

    @extend_schema(request=None, responses={202: DeliverySerializer})
    @once
    def test(self, request: Request, pk: Any) -> Response:
        """Send an event of the type `test`. For members with a write token."""
        return _delivery(endpoints.test(pk=pk, actor=self.actor).pk)

    def _showing(self, pk: Any, secret: str, status: int = 200) -> Response:
        answer = self.one(pk, status=status)
        answer.data["secret"] = secret
        return answer


class Deliveries(Resource):
    """The log of one endpoint."""

    queryset = Delivery.objects.none()
    reads = DeliverySerializer
    filter_backends = []

    @extend_schema(
        operation_id="webhooks_deliveries_list",
        parameters=[
            OpenApiParameter("cursor", description="The place to go on from, out of `next` or `previous`."),
            OpenApiParameter("page_size", {"type": "integer", "minimum": 1, "maximum": LARGEST}),
        ],
        responses=DeliverySerializer(many=True),
    )
    def list(self, request: Request, pk: Any) -> Response:
        """Give what was sent there and what waits, newest first."""
        return self.page(endpoints.find(pk, self.actor).deliveries.all())

    @extend_schema(operation_id="webhooks_deliveries_replay", request=None, responses={202: DeliverySerializer})
    @once
    def replay(self, request: Request, pk: Any, delivery: Any) -> Response:
        """Send an event once more, with the same id. For members with a write token."""
        return _delivery(endpoints.replay(pk=pk, delivery=delivery, actor=self.actor).pk)


def _delivery(pk: UUID) -> Response:
    row = Delivery.objects.filter(pk=pk).values(*DeliverySerializer.paths()).get()
    return Response(DeliverySerializer.represent(row), status=202)
