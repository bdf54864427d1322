"""`transitions/`, the event feed, and `applications/{id}/transitions/`, where an application is moved."""

import json
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api import feed
from backend.api.errors import MoveError
from backend.api.filters import SinceFilter
from backend.api.idempotency import once
from backend.api.pagination import LARGEST, LogPages
from backend.api.reading import Read
from backend.api.schema import RefusalSerializer
from backend.api.views import ListAndRead, Resource, Write
from backend.common.errors import Refused
from workflow import anonymous, policies, selectors, services
from workflow.models import ActorKind, Application, Transition
from workflow.policies import MOVES
from workflow.states import Action, State

DATA_LIMIT = 16_384
MOVE_CHOICES = [(action.value, action.label) for action in MOVES]


class TransitionSerializer(Read):
    """One row of the log: it never changes and is never deleted.

    `reason` and `data` are null while the application is read without names.
    """

    annotations: ClassVar[dict[str, Any]] = {"veiled": anonymous.as_column("application__")}
    hides: ClassVar[tuple[str, ...]] = ("reason", "data")

    id = serializers.IntegerField(help_text="Grows with time: the place in the feed.")
    application = serializers.UUIDField(source="application_id")
    number = serializers.IntegerField(help_text="Counts the moves of one application from 1.")
    action = serializers.ChoiceField(choices=Action.choices)
    from_ = serializers.ChoiceField(choices=State.choices, source="from_state", allow_null=True)
    to = serializers.ChoiceField(choices=State.choices, source="to_state")
    actor_kind = serializers.ChoiceField(choices=ActorKind.choices)
    actor = serializers.UUIDField(source="actor_id", allow_null=True, help_text="The user; null for anybody else.")
    at = serializers.DateTimeField()
    reason = serializers.CharField(allow_null=True)
    data_ = serializers.DictField(allow_null=True)
    notify = serializers.BooleanField(help_text="Whether the candidate was to be told.")
    undoes = serializers.IntegerField(source="undoes_id", allow_null=True, help_text="The transition it takes back.")


class MoveMailSerializer(Write):
    """How the status mail of a move is to be treated."""

    hold = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=7 * 24 * 3600,
        help_text="Seconds before it leaves; 0: at once, and no undo. The usual time if not given.",
    )
    subject = serializers.CharField(max_length=500, required=False, allow_blank=True, help_text="In place of ours.")
    body = serializers.CharField(max_length=20_000, required=False, allow_blank=True, help_text="In place of ours.")


class MoveSerializer(Write):
    """One move."""

    action = serializers.ChoiceField(choices=MOVE_CHOICES)
    from_ = serializers.ChoiceField(
        choices=State.choices,
        required=False,
        help_text="The state you looked at: if it is another by now, the move is refused as a conflict.",
    )
    reason = serializers.CharField(
        max_length=2000,
        required=False,
        allow_blank=True,
        help_text="To reject: other_choice, skills, experience, terms, availability, position_closed, no_answer or "
        "not_an_application. Else free words.",
    )
    data_ = serializers.DictField(required=False, help_text="Kept in the log as it is: at most 16 KB of JSON.")
    notify = serializers.BooleanField(required=False, default=True, help_text="Tell the candidate.")
    mail = MoveMailSerializer(required=False)

    def validate_data(self, value: dict[str, Any]) -> dict[str, Any]:
        """Bound the size."""
        if len(json.dumps(value)) > DATA_LIMIT:
            raise serializers.ValidationError(_("At most 16 KB of JSON."))
        return value


class ChoiceSerializer(serializers.Serializer[Any]):
    """One action that exists from the present state for this token."""

    action = serializers.ChoiceField(choices=MOVE_CHOICES)
    to = serializers.ChoiceField(choices=State.choices, allow_null=True)
    allowed = serializers.BooleanField(help_text="Whether it would succeed now.")
    reasons = serializers.ListField(child=serializers.CharField(), help_text="If not, why.")


class TransitionFilter(django_filters.FilterSet):
    """What the feed is narrowed by, and from where it goes on."""

    after = django_filters.NumberFilter(
        field_name="id", lookup_expr="gt", min_value=0, max_value=2**63 - 1, label="The last id that you have."
    )
    since = SinceFilter("at", "At or after this moment.")
    application = django_filters.UUIDFilter(field_name="application_id")
    posting = django_filters.UUIDFilter(field_name="application__posting_id")
    team = django_filters.CharFilter(field_name="application__posting__team__slug", label="slug")
    action = django_filters.ChoiceFilter(choices=Action.choices)
    to = django_filters.ChoiceFilter(choices=State.choices, field_name="to_state")

    class Meta:
        model = Transition
        fields: list[str] = []


class Transitions(ListAndRead, Resource):
    """The event feed: every move of every application that the token sees, oldest first.

    Read on with `?after=` and the last id you have. No row can appear later before one that was given: rows whose
    predecessors are still being written are held back until those are there.
    """

    queryset = Transition.objects.none()
    reads = TransitionSerializer
    pagination_class = LogPages
    filterset_class = TransitionFilter
    lookup_value_converter = "int"

    def rows(self) -> QuerySet[Transition]:
        """Give the log of the actor's teams."""
        return selectors.transitions_visible_to(self.actor).select_related(None)

    def list(self, request: Request) -> Response:
        """Give one page of what is settled."""
        rows = self.filter_queryset(self.rows())
        return self.page(rows.filter(id__lte=feed.settled_up_to()))


class ApplicationTransitions(Resource):
    """The log of one application, and the door to move it."""

    queryset = Transition.objects.none()
    reads = TransitionSerializer
    pagination_class = LogPages
    filter_backends = []

    @extend_schema(
        operation_id="applications_transitions_list",
        parameters=[
            OpenApiParameter("cursor", description="The place to go on from, out of `next` or `previous`."),
            OpenApiParameter("page_size", {"type": "integer", "minimum": 1, "maximum": LARGEST}),
        ],
        responses=inline_serializer(
            "ApplicationLog",
            {
                "next": serializers.URLField(allow_null=True),
                "previous": serializers.URLField(allow_null=True),
                "state": serializers.ChoiceField(choices=State.choices),
                "allowed": ChoiceSerializer(many=True),
                "results": TransitionSerializer(many=True),
            },
        ),
    )
    def log(self, request: Request, pk: Any) -> Response:
        """Give the log, oldest first, and under `allowed` each action with its reasons if blocked."""
        application = selectors.application(pk, self.actor)
        offered = [
            {"action": c.action, "to": c.to, "allowed": c.allowed, "reasons": c.reasons}
            for c in selectors.choices(self.actor, application)
        ]
        rows = Transition.objects.filter(application=application)
        return self.page(rows, state=application.state, allowed=offered)

    @extend_schema(
        operation_id="applications_transitions_create",
        request=MoveSerializer,
        responses={201: TransitionSerializer, 409: RefusalSerializer},
        examples=[
            OpenApiExample("Record an interview", {"action": "interview", "from": "received"}, request_only=True),
            OpenApiExample(
                "Reject without telling the candidate",
                {"action": "reject", "reason": "skills", "notify": False},
                request_only=True,
            ),
            OpenApiExample(
                "Something is missing",
                {
                    "code": "guard",
                    "detail": "Not yet: something is missing.",
                    "state": "received",
                    "allowed": ["reject", "withdraw"],
                    "reasons": ["No interview has been held yet."],
                },
                response_only=True,
                status_codes=["409"],
            ),
        ],
    )
    @once
    def move(self, request: Request, pk: Any) -> Response:
        """Carry the application through one action of the lifecycle."""
        try:
            asked = self.read_body(MoveSerializer)
        except serializers.ValidationError:
            # What is not visible is 404, and what is not theirs to do 403, whatever the body says.
            policies.require(self.actor, Action.INTERVIEW, selectors.application(pk, self.actor))
            raise
        try:
            made = services.move(
                pk=pk,
                action=asked["action"],
                actor=self.actor,
                seen=asked.get("from"),
                reason=asked.get("reason", ""),
                data=asked.get("data"),
                notify=asked["notify"],
                mail=services.MailOptions(**asked.get("mail", {})),
            )
        except Refused as refusal:
            raise MoveError(refusal, self._possible(pk)) from refusal
        return Response(_as_read(made), status=201)

    def _possible(self, pk: Any) -> list[str]:
        found: Application = selectors.application(pk, self.actor)
        return [choice.action for choice in selectors.choices(self.actor, found) if choice.allowed]


def _as_read(made: Transition) -> dict[str, Any]:
    """Give a transition that was just made as the feed will give it, without asking the database."""
    made.veiled = False  # type: ignore[attr-defined]  # they have just written it
    row = {path: getattr(made, path) for path in TransitionSerializer.paths()}
    return TransitionSerializer.represent(row)
