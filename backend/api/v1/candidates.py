"""`candidates/`: the people who applied to the team; a member corrects what they left wrong."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.idempotency import once
from backend.api.reading import Read
from backend.api.v1.postings import LANGUAGES
from backend.api.views import ListAndRead, Resource, Write
from backend.hiring import corrections, selectors
from backend.hiring.models import Candidate
from workflow import anonymous
from workflow.models import Application


class CandidateSerializer(Read):
    """A person as one team knows them. What they did not say is empty."""

    id = serializers.UUIDField()
    team = serializers.CharField(source="team.slug", help_text="slug")
    name = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()
    linkedin = serializers.CharField()
    github = serializers.CharField()
    links = serializers.ListField(child=serializers.CharField())
    language = serializers.ChoiceField(choices=LANGUAGES)
    created_at = serializers.DateTimeField()


class CandidateChangeSerializer(Write):
    """The corrections that a member may make; what is not given stays."""

    name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
    linkedin = serializers.URLField(max_length=300, required=False, allow_blank=True)
    github = serializers.URLField(max_length=300, required=False, allow_blank=True)
    links = serializers.ListField(child=serializers.URLField(max_length=500), required=False, max_length=10)
    language = serializers.ChoiceField(choices=LANGUAGES, required=False)


class CandidateFilter(django_filters.FilterSet):
    """By team, posting, address and words."""

    team = django_filters.CharFilter(field_name="team__slug", label="slug")
    posting = django_filters.UUIDFilter(method="of_posting")
    email = django_filters.CharFilter(lookup_expr="iexact")
    q = django_filters.CharFilter(method="search", label="Words of the name or the address.")

    class Meta:
        model = Candidate
        fields: list[str] = []

    def of_posting(self, rows: QuerySet[Candidate], name: str, value: UUID) -> QuerySet[Candidate]:
        """Give who applied for one posting, without those whose application is read without names."""
        shown = Application.objects.filter(posting=value).exclude(anonymous.hidden())
        return rows.filter(pk__in=shown.values("candidate"))

    def search(self, rows: QuerySet[Candidate], name: str, value: str) -> QuerySet[Candidate]:
        """Give the people whose name or address holds the words."""
        return rows.filter(Q(name__icontains=value) | Q(email__icontains=value))


class Candidates(ListAndRead, Resource):
    """People who applied to a posting of the teams that the token sees."""

    queryset = Candidate.objects.none()
    reads = CandidateSerializer
    filterset_class = CandidateFilter

    def rows(self) -> QuerySet[Candidate]:
        """Give the people who applied to the actor's teams."""
        return anonymous.known_people(self.actor, selectors.candidates_of(self.actor))

    @extend_schema(request=CandidateChangeSerializer, responses=CandidateSerializer)
    @once
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Correct what a candidate left wrong. For members of a team they applied to, with a write token."""
        corrections.require_right(pk, self.actor)
        corrections.correct(pk=pk, actor=self.actor, **self.read_body(CandidateChangeSerializer))
        return self.one(pk)
