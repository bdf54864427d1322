"""What every resource shares: who acts, what they see, one page, one row, one write."""

from functools import cache
from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation, DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from backend.accounts.actors import Actor
from backend.api.pagination import CursorPages
from backend.api.parsing import JsonParser
from backend.api.reading import Read, Words
from backend.api.schema import Schema
from backend.common.errors import NotAllowed, NotVisible
from workflow import policies


class Write(Words):
    """A body as it is written. A name that is no field is refused: a slip must not pass for consent."""

    def to_internal_value(self, data: Any) -> Any:
        """Give the checked values."""
        if hasattr(data, "keys"):
            unknown = {name: [_("There is no such field.")] for name in data.keys() - self.fields.keys()}
            if unknown:
                raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)


@cache
def _checker(kind: type[Write]) -> Write:
    """Give the one instance that checks: it holds no state, and making one copies all its fields."""
    return kind()


class JsonAlways(BaseContentNegotiation):
    """Answers in the one form an address has, whatever `Accept` says."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """Give the parser of the body's type."""
        return DefaultContentNegotiation().select_parser(request, parsers)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        """Give the first renderer."""
        return renderers[0], renderers[0].media_type


class Filters(DjangoFilterBackend):
    """django-filter, where there is something to filter by."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Give the filtered rows. Raises ValidationError for a value that is none."""
        if request.query_params.keys() <= {"cursor", "page_size"}:
            return queryset
        return cast(QuerySet[Any], super().filter_queryset(request, queryset, view))


class Resource(GenericViewSet[Any]):
    """One resource: `rows()` says what the actor sees, `reads` what is shown of it, `reads_one` of one alone."""

    schema = Schema()
    content_negotiation_class = JsonAlways
    parser_classes = [JsonParser]
    filter_backends = [Filters]
    pagination_class = CursorPages
    lookup_value_converter = "uuid"
    reads: ClassVar[type[Read]]
    reads_one: ClassVar[type[Read] | None] = None
    missing: ClassVar[str] = ""

    @property
    def actor(self) -> Actor:
        """Give who acts."""
        return cast(Actor, self.request.auth)

    def rows(self) -> QuerySet[Any]:
        """Give the rows that exist for the actor."""
        raise NotImplementedError

    def get_serializer_class(self) -> Any:
        """Give what the schema shows of this address."""
        return self.reads if self.action == "list" else self.reads_one or self.reads

    def page(self, rows: QuerySet[Any], **more: Any) -> Response:
        """Give one page of `rows`."""
        pages = cast(CursorPages, self.paginator)
        found = pages.paginate_queryset(self._values(rows, self.reads), self.request, self)
        return pages.get_paginated_response([self.reads.represent(row) for row in found], **more)

    def one(self, pk: Any, status: int = 200) -> Response:
        """Give one row. Raises NotVisible."""
        return Response(self.represent(self.rows().filter(pk=pk)), status=status)

    def represent(self, rows: QuerySet[Any]) -> dict[str, Any]:
        """Give the JSON of the one row in `rows`. Raises NotVisible."""
        reads = self.reads_one or self.reads
        row = self._values(rows, reads).first()
        if row is None:
            raise NotVisible(_("There is nothing here."))
        return reads.represent(row)

    @staticmethod
    def _values(rows: QuerySet[Any], reads: type[Read]) -> Any:
        return rows.annotate(**reads.annotations).values(*reads.paths())

    def read_body(self, kind: type[Write]) -> dict[str, Any]:
        """Give the checked body. Raises ValidationError."""
        return cast(dict[str, Any], _checker(kind).run_validation(self.request.data))

    def require_one(self, pk: Any) -> None:
        """Raise NotVisible, or NotAllowed for a read token, before a body is looked at."""
        if not self.rows().filter(pk=pk).exists():
            raise NotVisible(_("There is nothing here."))
        self.require_write()

    def require_write(self) -> None:
        """Raise NotAllowed for a read token."""
        if not self.actor.may_write:
            raise NotAllowed(policies.refusal(self.actor))


class ListAndRead:
    """`GET` of a list and of one."""

    def list(self: Any, request: Request) -> Response:
        """Give one page."""
        return self.page(self.filter_queryset(self.rows()))

    def retrieve(self: Any, request: Request, pk: Any) -> Response:
        """Give one."""
        return self.one(pk)
