"""`onboarding-tasks/`: the checklist between contract and arrival; the third guard asks for its required lines."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.idempotency import once
from backend.api.reading import Read
from backend.api.schema import RefusalSerializer
from backend.api.views import ListAndRead, Resource, Write
from workflow import arrangements, selectors
from workflow.models import OnboardingTask, TaskOwner


class OnboardingTaskSerializer(Read):
    """One line of the checklist."""

    id = serializers.UUIDField()
    application = serializers.UUIDField(source="application_id")
    title = serializers.CharField()
    owner = serializers.ChoiceField(choices=TaskOwner.choices)
    required_ = serializers.BooleanField()
    due = serializers.DateField(allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)
    position = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class OnboardingTaskChangeSerializer(Write):
    """What may be changed of a line."""

    title = serializers.CharField(max_length=200, required=False)
    owner = serializers.ChoiceField(choices=TaskOwner.choices, required=False)
    required_ = serializers.BooleanField(required=False)
    due = serializers.DateField(allow_null=True, required=False)
    position = serializers.IntegerField(min_value=0, max_value=32767, required=False)
    done = serializers.BooleanField(required=False, help_text="Ticks or unticks it.")


class OnboardingTaskCreateSerializer(OnboardingTaskChangeSerializer):
    """A new line, at the end unless `position` says otherwise."""

    application = serializers.UUIDField()
    title = serializers.CharField(max_length=200)


class OnboardingTaskFilter(django_filters.FilterSet):
    """By application, and what is still to do."""

    application = django_filters.UUIDFilter(field_name="application_id")
    open = django_filters.BooleanFilter(field_name="done_at", lookup_expr="isnull", label="Still to do.")

    class Meta:
        model = OnboardingTask
        fields: list[str] = []


class OnboardingTasks(ListAndRead, Resource):
    """Checklists of the applications that the token sees."""

    queryset = OnboardingTask.objects.none()
    reads = OnboardingTaskSerializer
    filterset_class = OnboardingTaskFilter

    def rows(self) -> QuerySet[OnboardingTask]:
        """Give the tasks of visible applications."""
        return OnboardingTask.objects.filter(application__in=selectors.visible_ids(self.actor))

    @extend_schema(request=OnboardingTaskCreateSerializer, responses={201: OnboardingTaskSerializer})
    @once
    def create(self, request: Request) -> Response:
        """Add a line. For members with a write token."""
        self.require_write()
        given = self.read_body(OnboardingTaskCreateSerializer)
        made = arrangements.add_task(application_id=given.pop("application"), actor=self.actor, **given)
        return self.one(made.pk, status=201)

    @extend_schema(
        request=OnboardingTaskChangeSerializer, responses={200: OnboardingTaskSerializer, 409: RefusalSerializer}
    )
    @once
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a line, tick it, untick it. For members with a write token."""
        self.require_one(pk)
        arrangements.change_task(pk=pk, actor=self.actor, **self.read_body(OnboardingTaskChangeSerializer))
        return self.one(pk)

    @extend_schema(request=None, responses={204: None})
    @once
    def destroy(self, request: Request, pk: Any) -> Response:
        """Take a line off. For members with a write token."""
        arrangements.remove_task(pk=pk, actor=self.actor)
        return Response(status=204)
