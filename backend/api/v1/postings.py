"""`postings/`: the team's postings; a member opens and closes them."""

from typing import Any, ClassVar

import django_filters
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.idempotency import once
from backend.api.reading import Read
from backend.api.views import ListAndRead, Resource, Write
from backend.common.errors import NotAllowed, NotVisible
from backend.hiring import editing, selectors
from backend.hiring.models import ContractKind, Posting, PostingStatus, Question, QuestionKind, Remote
from workflow import policies

LANGUAGES = [("fr", "français"), ("en", "English")]


class PostingSerializer(Read):
    """A posting, with the facts that lists filter by."""

    id = serializers.UUIDField()
    slug = serializers.CharField()
    team = serializers.CharField(source="team.slug", help_text="slug")
    title = serializers.CharField()
    status = serializers.ChoiceField(choices=PostingStatus.choices)
    language = serializers.ChoiceField(choices=LANGUAGES)
    published_on = serializers.DateField(allow_null=True)
    created_at = serializers.DateTimeField()
    skills = serializers.ListField(child=serializers.CharField())
    domains = serializers.ListField(child=serializers.CharField())
    contract_kinds = serializers.ListField(child=serializers.ChoiceField(choices=ContractKind.choices))
    remote = serializers.ChoiceField(choices=Remote.choices, allow_null=True)
    apply_to = serializers.ListField(child=serializers.CharField())
    apply_cc = serializers.ListField(child=serializers.CharField())
    apply_url = serializers.CharField(help_text="Empty if there is none.")
    day_rate_min = serializers.DecimalField(8, 2, allow_null=True, help_text="euros before tax")
    day_rate_max = serializers.DecimalField(8, 2, allow_null=True, help_text="euros before tax")
    days_per_week_min = serializers.DecimalField(2, 1, allow_null=True)
    days_per_week_max = serializers.DecimalField(2, 1, allow_null=True)
    duration_months = serializers.IntegerField(allow_null=True)
    renewable = serializers.BooleanField()
    start = serializers.CharField(help_text="YYYY-MM-DD, YYYY-MM, asap, or empty if not stated.")
    apply_before = serializers.DateField(allow_null=True)
    anonymous = serializers.BooleanField(help_text="Read without names until an interview was held.")


class QuestionSerializer(serializers.Serializer[Any]):
    """A question that the posting asks those who apply by the form."""

    id = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]
    kind = serializers.ChoiceField(choices=QuestionKind.choices)
    hint = serializers.CharField()
    choices = serializers.ListField(child=serializers.CharField())
    required = serializers.BooleanField()  # type: ignore[assignment]


ASKED = (
    Question.objects.filter(posting=OuterRef("pk"))
    .order_by("position", "id")
    .values(each=JSONObject(id="id", label="label", kind="kind", hint="hint", choices="choices", required="required"))
)


class PostingDetailSerializer(PostingSerializer):
    """A posting with its text and what was read from it."""

    annotations: ClassVar[dict[str, Any]] = {"asked": ArraySubquery(ASKED)}

    questions = QuestionSerializer(many=True, source="asked")
    body = serializers.CharField(help_text="Markdown")
    source_path = serializers.CharField(help_text="The file it was imported from; empty if none.")
    front_matter = serializers.JSONField(help_text="Every key of the source, known or not.")
    facts = serializers.JSONField(help_text="What was read from the text.")
    fact_sentences = serializers.JSONField(help_text="The sentence of each fact.")


class PostingChangeSerializer(Write):
    """What may be changed by API."""

    status = serializers.ChoiceField(choices=PostingStatus.choices)


class PostingFilter(django_filters.FilterSet):
    """By state of publication, team and words of the title."""

    team = django_filters.CharFilter(field_name="team__slug", label="slug")
    status = django_filters.ChoiceFilter(choices=PostingStatus.choices)
    q = django_filters.CharFilter(method="search", label="Words of the title or the slug.")

    class Meta:
        model = Posting
        fields: list[str] = []

    def search(self, rows: QuerySet[Posting], name: str, value: str) -> QuerySet[Posting]:
        """Give the postings whose title or slug holds the words."""
        return rows.filter(Q(title__icontains=value) | Q(slug__icontains=value))


class Postings(ListAndRead, Resource):
    """Postings of the teams that the token sees, drafts included."""

    queryset = Posting.objects.none()
    reads, reads_one = PostingSerializer, PostingDetailSerializer
    filterset_class = PostingFilter

    def rows(self) -> QuerySet[Posting]:
        """Give the postings of the actor's teams."""
        return selectors.postings_of(self.actor)

    @extend_schema(request=PostingChangeSerializer, responses=PostingDetailSerializer)
    @once
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Open a posting, close it, or make it a draft again. For members with a write token."""
        posting = self.rows().filter(pk=pk).only("team_id").first()
        if posting is None:
            raise NotVisible(_("There is no such posting."))
        if not self.actor.is_member(posting.team_id):
            raise NotAllowed(policies.refusal(self.actor))
        editing.set_status(pk=pk, actor=self.actor, **self.read_body(PostingChangeSerializer))
        return self.one(pk)
