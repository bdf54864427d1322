"""`reports/`: every figure with its definition, over the teams that the token sees, in five formats."""

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.reading import Read
from backend.api.v1.postings import LANGUAGES
from backend.api.views import Resource
from backend.hiring.models import ContractKind
from backend.reports import query, question
from backend.reports.registry import REPORTS, report
from backend.reports.shape import Kind
from backend.reports.ways import registry as ways
from workflow.models import Application


class FigureSerializer(serializers.Serializer[Any]):
    """One column of a report."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    kind = serializers.ChoiceField(choices=[kind.value for kind in Kind])
    definition = serializers.CharField()


class ReportSerializer(Read):
    """A report that can be asked for."""

    key = serializers.CharField()
    title = serializers.CharField()
    definition = serializers.CharField()
    figures = FigureSerializer(many=True)


FILLED = inline_serializer(
    "FilledReport",
    {
        "report": serializers.CharField(),
        "title": serializers.CharField(),
        "definition": serializers.CharField(),
        "from": serializers.DateField(),
        "to": serializers.DateField(),
        "zone": serializers.CharField(),
        "by": serializers.ChoiceField(choices=question.STEPS),
        "filters": serializers.DictField(child=serializers.CharField(allow_null=True)),
        "made_at": serializers.DateTimeField(),
        "columns": FigureSerializer(many=True),
        "rows": serializers.ListField(
            child=serializers.DictField(),
            help_text="By column key; `key` names the row, and is empty for the total. None of nothing is null.",
        ),
    },
)
ASKED = [
    OpenApiParameter("from", OpenApiTypes.DATE, description="First day; else 90 days before the last."),
    OpenApiParameter("to", OpenApiTypes.DATE, description="Last day; else today."),
    OpenApiParameter(
        "zone",
        description="IANA name of the time zone in which days begin, such as Europe/Paris; else the account's.",
    ),
    OpenApiParameter("by", enum=question.STEPS, description="How long the rows of a report over time are."),
    OpenApiParameter(
        "compare", enum=["0", "1"], description="1: each figure is followed by that of the period before."
    ),
    OpenApiParameter("team", description="slug"),
    OpenApiParameter("incubator", description="slug"),
    OpenApiParameter("domain", description="slug of a domain that postings name"),
    OpenApiParameter("posting", description="slug"),
    OpenApiParameter("contract", enum=ContractKind.values, description="A kind of contract that the posting names."),
    OpenApiParameter("format", enum=list(ways.WAYS), description="json, unless another is asked for."),
    OpenApiParameter("language", enum=list(dict(LANGUAGES)), description="Else that of `Accept-Language`."),
]


class Reports(Resource):
    """Figures over the applications that the token sees."""

    queryset = Application.objects.none()
    reads = ReportSerializer
    filter_backends = []
    pagination_class = None  # type: ignore[assignment] # a list that never grows

    @extend_schema(operation_id="reports_list", responses=ReportSerializer(many=True))
    def all(self, request: Request) -> Response:
        """Give every report: its key, its title, and what its figures mean."""
        return Response(
            [
                {
                    "key": each.key,
                    "title": str(each.title),
                    "definition": str(each.definition),
                    "figures": [
                        {"key": f.key, "label": str(f.label), "kind": f.kind, "definition": str(f.means)}
                        for f in each.figures
                    ],
                }
                for each in REPORTS.values()
            ]
        )

    @extend_schema(
        operation_id="reports_read",
        parameters=ASKED,
        responses={(200, "application/json"): FILLED}
        | {
            (200, way.content_type.partition(";")[0]): OpenApiTypes.BINARY
            for form, way in ways.WAYS.items()
            if form != "json"
        },
    )
    def ask(self, request: Request, key: str) -> HttpResponse | StreamingHttpResponse:
        """Give one report as asked. A name that means nothing here, or that is not yours to see, is refused (422)."""
        given = request.query_params
        language = given.get("language") or get_language() or "fr"
        if language not in dict(LANGUAGES):
            raise serializers.ValidationError({"language": [_("Choose fr or en.")]})
        with translation.override(language):
            form = given.get("format") or "json"
            chosen = report(key)
            ways.way(form)
            table = query.table(chosen, question.ask(self.actor, given.dict()))
            written = ways.written(table, form)
        if form == "json":
            return HttpResponse(b"".join(written.pieces), content_type=written.content_type)
        answer = StreamingHttpResponse(written.pieces, content_type=written.content_type)
        answer["Content-Disposition"] = f'attachment; filename="{written.name}"'
        return answer
