"""`evaluations/`: what each of the team thinks; closed to who has not handed in their own."""

from typing import Any, ClassVar

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
from workflow import anonymous, evaluations
from workflow.models import Evaluation, Level, Recommendation


class RatingSerializer(serializers.Serializer[Any]):
    """One criterion and its level."""

    criterion = serializers.CharField()
    level = serializers.ChoiceField(choices=Level.choices, allow_null=True, help_text="None: it could not be judged.")


class EvaluationSerializer(Read):
    """One person's evaluation of an application."""

    annotations: ClassVar[dict[str, Any]] = {"veiled": anonymous.as_column("application__")}
    hides: ClassVar[tuple[str, ...]] = ("text",)

    id = serializers.UUIDField()
    application = serializers.UUIDField(source="application_id")
    interview = serializers.UUIDField(source="interview_id", allow_null=True)
    author = serializers.UUIDField(source="author_id")
    recommendation = serializers.ChoiceField(choices=Recommendation.choices)
    ratings = serializers.ListField(child=RatingSerializer())
    text = serializers.CharField(allow_null=True, help_text="null while the application is read without names.")
    created_at = serializers.DateTimeField()


class EvaluationCreateSerializer(Write):
    """One's own evaluation. `ratings` names criteria of the posting; one that is left out could not be judged."""

    application = serializers.UUIDField()
    interview = serializers.UUIDField(required=False)
    recommendation = serializers.ChoiceField(choices=Recommendation.choices)
    ratings = serializers.DictField(
        child=serializers.IntegerField(min_value=1, max_value=4, allow_null=True), required=False
    )
    text = serializers.CharField(max_length=10_000, allow_blank=True, required=False)


class EvaluationFilter(django_filters.FilterSet):
    """By application."""

    application = django_filters.UUIDFilter(field_name="application_id")

    class Meta:
        model = Evaluation
        fields: list[str] = []


class Evaluations(ListAndRead, Resource):
    """Evaluations of the applications on which the token's person has handed in their own."""

    queryset = Evaluation.objects.none()
    reads = EvaluationSerializer
    filterset_class = EvaluationFilter

    def rows(self) -> QuerySet[Evaluation]:
        """Give the evaluations that are open to the actor."""
        return evaluations.visible_to(self.actor)

    @extend_schema(request=EvaluationCreateSerializer, responses={201: EvaluationSerializer, 409: RefusalSerializer})
    @once
    def create(self, request: Request) -> Response:
        """Hand in one's own evaluation, for good. For members and coaches with a write token."""
        self.require_write()
        given = self.read_body(EvaluationCreateSerializer)
        made = evaluations.hand_in(application_id=given.pop("application"), actor=self.actor, **given)
        return self.one(made.pk, status=201)
