"""`applications/`: read, received from elsewhere by a member, and the summary as a PDF."""

from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.filters import SinceFilter
from backend.api.idempotency import once
from backend.api.parsing import FilesParser, JsonParser
from backend.api.reading import Read
from backend.api.v1.postings import LANGUAGES
from backend.api.views import ListAndRead, Resource, Write
from backend.common.errors import NotAllowed, NotVisible
from backend.hiring import documents
from backend.hiring import selectors as hiring_selectors
from backend.hiring.candidates import Person
from backend.hiring.models import Document, DocumentKind, QuestionKind
from workflow import anonymous, evaluations, policies, selectors, services
from workflow.models import Answer, Application
from workflow.states import Rejection, State, Via


class PostingRefSerializer(Read):
    """The posting, in short."""

    id = serializers.UUIDField()
    slug = serializers.CharField()
    title = serializers.CharField()


class CandidateRefSerializer(Read):
    """The candidate, in short."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.CharField()


class ApplicationSerializer(Read):
    """One candidate for one posting. Read without names, what says who it is is null until an interview was held."""

    annotations: ClassVar[dict[str, Any]] = {"veiled": anonymous.as_column()}
    hides: ClassVar[tuple[str, ...]] = ("candidate",)

    id = serializers.UUIDField()
    posting = PostingRefSerializer()
    team = serializers.CharField(source="posting.team.slug", help_text="slug")
    number = serializers.IntegerField(help_text="Its place among those for the posting, from 1: “Application 12”.")
    candidate = CandidateRefSerializer(allow_null=True, help_text="null while the application is read without names.")
    via = serializers.ChoiceField(choices=Via.choices, help_text="The door by which it came in.")
    state = serializers.ChoiceField(choices=State.choices)
    state_since = serializers.DateTimeField()
    left_state = serializers.ChoiceField(
        choices=State.choices, allow_null=True, help_text="Where it stood before it was rejected or withdrawn."
    )
    rejection = serializers.ChoiceField(
        choices=Rejection.choices, allow_null=True, help_text="Never told to the candidate."
    )
    answer_by = serializers.DateField(help_text="The day by which an answer is promised.")
    tags = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()


class DocumentSerializer(serializers.Serializer[Any]):
    """A file that the candidate sent."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=DocumentKind.choices)
    content_type = serializers.CharField()
    size = serializers.IntegerField(help_text="bytes")
    digest = serializers.CharField(help_text="SHA-256, hexadecimal")


SENT = Document.objects.filter(applications=OuterRef("pk")).values(
    each=JSONObject(id="id", name="name", kind="kind", content_type="content_type", size="size", digest="digest")
)


class AnswerSerializer(serializers.Serializer[Any]):
    """An answer to a question of the posting, whose words are kept as they were asked."""

    question = serializers.UUIDField(allow_null=True, help_text="null once the posting asks it no more.")
    label = serializers.CharField()  # type: ignore[assignment]
    kind = serializers.ChoiceField(choices=QuestionKind.choices)
    text = serializers.CharField()
    document = serializers.UUIDField(allow_null=True, help_text="One of `documents`.")


ANSWERED = (
    Answer.objects.filter(application=OuterRef("pk"))
    .order_by("position", "id")
    .values(each=JSONObject(question="question_id", label="label", kind="kind", text="text", document="document_id"))
)


class ApplicationDetailSerializer(ApplicationSerializer):
    """One application, with what the candidate wrote and sent."""

    annotations: ClassVar[dict[str, Any]] = {
        **ApplicationSerializer.annotations,
        "sent": ArraySubquery(SENT),
        "answered": ArraySubquery(ANSWERED),
    }
    hides: ClassVar[tuple[str, ...]] = ("candidate", "message", "answers", "documents")

    message = serializers.CharField(allow_null=True, help_text="null while the application is read without names.")
    answers = AnswerSerializer(
        many=True,
        source="answered",
        allow_null=True,
        help_text="To the posting's own questions, in order; null while the application is read without names.",
    )
    documents = DocumentSerializer(
        many=True, source="sent", allow_null=True, help_text="null while the application is read without names."
    )


class ApplicationCreateSerializer(Write):
    """An application received elsewhere. A name or an address is needed."""

    posting = serializers.UUIDField()
    name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
    linkedin = serializers.URLField(max_length=300, required=False, allow_blank=True)
    github = serializers.URLField(max_length=300, required=False, allow_blank=True)
    links = serializers.ListField(child=serializers.URLField(max_length=500), required=False, max_length=10)
    language = serializers.ChoiceField(choices=LANGUAGES, required=False)
    message = serializers.CharField(max_length=20_000, required=False, allow_blank=True)
    notify = serializers.BooleanField(default=True, help_text="Tell the candidate that it was received.")


class ApplicationUploadSerializer(ApplicationCreateSerializer):
    """The same, with files: PDF, ODT, DOCX, PNG, JPEG or plain text."""

    documents = serializers.ListField(
        child=serializers.FileField(), required=False, max_length=settings.DOCUMENTS_MAX_COUNT
    )


class ApplicationFilter(django_filters.FilterSet):
    """By state, posting, candidate, team, door, time and words."""

    state = django_filters.MultipleChoiceFilter(choices=State.choices, label="May be given several times.")
    posting = django_filters.UUIDFilter(field_name="posting_id")
    candidate = django_filters.UUIDFilter(method="of_candidate")
    team = django_filters.CharFilter(field_name="posting__team__slug", label="slug")
    via = django_filters.ChoiceFilter(choices=Via.choices)
    tag = django_filters.CharFilter(method="of_tag", label="As it is written.")
    since = SinceFilter("created_at", "Received at or after this moment.")
    q = django_filters.CharFilter(method="search", label="Words of the candidate's name or address.")

    class Meta:
        model = Application
        fields: list[str] = []

    def search(self, rows: QuerySet[Application], name: str, value: str) -> QuerySet[Application]:
        """Give the applications whose candidate's name or address holds the words."""
        named = Q(candidate__name__icontains=value) | Q(candidate__email__icontains=value)
        return rows.filter(named).exclude(anonymous.hidden())

    def of_tag(self, rows: QuerySet[Application], name: str, value: str) -> QuerySet[Application]:
        """Give the applications with one tag."""
        return rows.filter(tags__contains=[value])

    def of_candidate(self, rows: QuerySet[Application], name: str, value: UUID) -> QuerySet[Application]:
        """Give the applications of one candidate, without those that are read without names."""
        return rows.filter(candidate_id=value).exclude(anonymous.hidden())


class Applications(ListAndRead, Resource):
    """Applications to the teams that the token sees."""

    queryset = Application.objects.none()
    reads, reads_one = ApplicationSerializer, ApplicationDetailSerializer
    parser_classes = [JsonParser, FilesParser]
    filterset_class = ApplicationFilter

    def rows(self) -> QuerySet[Application]:
        """Give the applications to the actor's teams."""
        return selectors.visible_to(self.actor).select_related(None)

    @extend_schema(
        request={
            "application/json": ApplicationCreateSerializer,
            "multipart/form-data": ApplicationUploadSerializer,
        },
        responses={200: ApplicationDetailSerializer, 201: ApplicationDetailSerializer},
    )
    @once
    def create(self, request: Request) -> Response:
        """Receive an application. The same person on the same posting again adds to the first one: then 200."""
        self.require_write()
        given = self.read_body(ApplicationUploadSerializer)
        posting = hiring_selectors.postings_of(self.actor).filter(pk=given.pop("posting")).only("team_id").first()
        if posting is None:
            raise NotVisible(_("There is no such posting."))
        if not self.actor.is_member(posting.team_id):
            raise NotAllowed(policies.refusal(self.actor))
        most = settings.DOCUMENT_MAX_BYTES + 1  # one more shows that it is too large
        uploads = [documents.Upload(file.name or "", file.read(most)) for file in given.pop("documents", [])]
        submitted = services.submit(
            posting_id=posting.pk,
            message=given.pop("message", ""),
            notify=given.pop("notify"),
            person=Person(**given),
            via=Via.API,
            actor=self.actor,
            uploads=uploads,
        )
        return self.one(submitted.application.pk, status=201 if submitted.created else 200)

    @extend_schema(
        operation_id="applications_summary",
        parameters=[OpenApiParameter("language", enum=["fr", "en"], description="Else that of `Accept-Language`.")],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    def summary(self, request: Request, pk: Any) -> HttpResponse:
        """Give one application on a page or two: who, which posting, path, interviews, terms."""
        from backend.documents import summary  # WeasyPrint is slow to load, and may be missing

        language = request.query_params.get("language") or get_language() or "fr"
        if language not in dict(LANGUAGES):
            raise serializers.ValidationError({"language": [_("Choose fr or en.")]})
        application = selectors.application(pk, self.actor)
        opened = list(evaluations.visible_to(self.actor).filter(application=application))
        response = HttpResponse(
            summary.render(application, language, evaluations=opened), content_type="application/pdf"
        )
        response["Content-Disposition"] = f'inline; filename="jalon-{application.pk}.pdf"'
        return response
