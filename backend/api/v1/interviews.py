"""`interviews/`: meetings, planned and held; the first guard asks for a held one."""

import datetime as dt
from typing import Any, ClassVar

import django_filters
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import User
from backend.api.filters import SinceFilter
from backend.api.idempotency import once
from backend.api.reading import Read
from backend.api.schema import RefusalSerializer
from backend.api.views import ListAndRead, Resource, Write
from workflow import arrangements, selectors
from workflow.models import Interview, InterviewStatus


class ParticipantSerializer(serializers.Serializer[Any]):
    """A person of the team."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.CharField()


PARTICIPANTS = User.objects.filter(interviews=OuterRef("pk")).order_by("email")


class InterviewSerializer(Read):
    """A meeting with a candidate."""

    annotations: ClassVar[dict[str, Any]] = {
        "people": ArraySubquery(PARTICIPANTS.values(each=JSONObject(id="id", name="name", email="email"))),
    }

    id = serializers.UUIDField()
    application = serializers.UUIDField(source="application_id")
    at = serializers.DateTimeField(allow_null=True, help_text="None while times are proposed and none is chosen.")
    minutes = serializers.IntegerField()
    place = serializers.CharField(help_text="A place or a video link; may be empty.")
    status = serializers.ChoiceField(choices=InterviewStatus.choices)
    participants = ParticipantSerializer(many=True, source="people")
    invited = serializers.ListField(child=serializers.CharField(), help_text="Addresses of people without account.")
    created_at = serializers.DateTimeField()


class MomentField(serializers.DateTimeField):
    """A moment; the first hours of the calendar have no place in UTC."""

    def enforce_timezone(self, value: dt.datetime) -> dt.datetime:
        """Give the moment with its zone. Raises ValidationError."""
        try:
            return super().enforce_timezone(value)
        except OverflowError:
            self.fail("overflow")


class InterviewChangeSerializer(Write):
    """What may be changed of an interview."""

    at = MomentField(required=False)
    minutes = serializers.IntegerField(min_value=5, max_value=600, required=False)
    place = serializers.CharField(max_length=500, allow_blank=True, required=False)
    status = serializers.ChoiceField(choices=InterviewStatus.choices, required=False)
    participants = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=30, help_text="Ids of people of the team."
    )
    invited = serializers.ListField(
        child=serializers.EmailField(), required=False, max_length=10, help_text="Addresses of people without account."
    )


class InterviewCreateSerializer(InterviewChangeSerializer):
    """A new interview; planned unless `status` says otherwise."""

    application = serializers.UUIDField()
    at = MomentField()
    notify = serializers.BooleanField(
        source="announced",
        default=False,
        help_text="Whether candidate and participants get an invitation, and a word of each change.",
    )


class InterviewFilter(django_filters.FilterSet):
    """By application, status and time."""

    application = django_filters.UUIDFilter(field_name="application_id")
    status = django_filters.ChoiceFilter(choices=InterviewStatus.choices)
    since = SinceFilter("at", "At or after this moment.")

    class Meta:
        model = Interview
        fields: list[str] = []


class Interviews(ListAndRead, Resource):
    """Interviews of the applications that the token sees. One that does not take place is `cancelled`."""

    queryset = Interview.objects.none()
    reads = InterviewSerializer
    filterset_class = InterviewFilter

    def rows(self) -> QuerySet[Interview]:
        """Give the interviews of visible applications."""
        return Interview.objects.filter(application__in=selectors.visible_ids(self.actor))

    @extend_schema(request=InterviewCreateSerializer, responses={201: InterviewSerializer})
    @once
    def create(self, request: Request) -> Response:
        """Note an interview. For members with a write token."""
        self.require_write()
        given = self.read_body(InterviewCreateSerializer)
        made = arrangements.add_interview(application_id=given.pop("application"), actor=self.actor, **given)
        return self.one(made.pk, status=201)

    @extend_schema(request=InterviewChangeSerializer, responses={200: InterviewSerializer, 409: RefusalSerializer})
    @once
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change an interview. For members with a write token."""
        self.require_one(pk)
        arrangements.change_interview(pk=pk, actor=self.actor, **self.read_body(InterviewChangeSerializer))
        return self.one(pk)
