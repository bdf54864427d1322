"""Pages of lists: by cursor, so that rows that arrive meanwhile are neither skipped nor shown twice."""

import base64
import binascii
import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

LARGEST = 200
USUAL = 50


class CursorPages(BasePagination):
    """50 rows a page by default, at most 200; newest first; `next` and `previous` are addresses or null.

    A cursor holds the place of one row (its time and id) and the direction, never a count: a page costs the same
    however far it is, and no total is counted.
    """

    key: ClassVar[tuple[str, ...]] = ("created_at", "id")
    newest_first: ClassVar[bool] = True

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """Give the rows of the page that `?cursor=` and `?page_size=` ask for. Raises ValidationError."""
        self.url = request.build_absolute_uri()
        size = _size(request.query_params.get("page_size"))
        backwards, place = self._read(request.query_params.get("cursor"))
        down = self.newest_first != backwards
        if place is not None:
            queryset = queryset.filter(self._beyond(place, down))
        order = [f"-{name}" if down else name for name in self.key]
        rows = list(queryset.order_by(*order)[: size + 1])
        more, rows = len(rows) > size, rows[:size]
        if backwards:
            rows.reverse()
        self.before = bool(rows) and (more if backwards else place is not None)
        self.after = bool(rows) and (backwards or more)
        self.rows = rows
        return rows

    def get_paginated_response(self, data: Any, **more: Any) -> Response:
        """Give the page."""
        return Response({"next": self.next(), "previous": self.previous(), **more, "results": data})

    def next(self) -> str | None:
        """Give the address of the page after this one."""
        return self._address(self.rows[-1], backwards=False) if self.after else None

    def previous(self) -> str | None:
        """Give the address of the page before this one."""
        return self._address(self.rows[0], backwards=True) if self.before else None

    def _beyond(self, place: list[Any], down: bool) -> Q:
        """Give the rows after `place`; the first half lets the index of the first column do the work."""
        step = "lt" if down else "gt"
        if len(self.key) == 1:
            return Q(**{f"{self.key[0]}__{step}": place[0]})
        first, second = self.key
        return Q(**{f"{first}__{step}e": place[0]}) & (
            Q(**{f"{first}__{step}": place[0]}) | Q(**{f"{second}__{step}": place[1]})
        )

    def _address(self, row: Mapping[str, Any], *, backwards: bool) -> str:
        place = [_spell(row[name]) for name in self.key]
        word = json.dumps([int(backwards), *place], separators=(",", ":")).encode()
        cursor = base64.urlsafe_b64encode(word).decode().rstrip("=")
        return replace_query_param(remove_query_param(self.url, "cursor"), "cursor", cursor)

    def _read(self, cursor: str | None) -> tuple[bool, list[Any] | None]:
        if cursor is None:
            return False, None
        try:
            word = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            backwards, *place = json.loads(word)
            if backwards not in (0, 1) or len(place) != len(self.key):
                raise ValueError
            return bool(backwards), [self._value(name, said) for name, said in zip(self.key, place, strict=True)]
        except (ValueError, TypeError, RecursionError, OverflowError, binascii.Error) as error:
            words = _("This cursor is none of ours: take it from “next” or “previous”.")
            raise ValidationError({"cursor": [words]}) from error

    def _value(self, name: str, said: Any) -> Any:
        if name == "created_at":
            return _aware(dt.datetime.fromisoformat(said))
        return UUID(said)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe the page."""
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": address, "previous": address, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the two parameters."""
        return [
            {
                "name": "cursor",
                "in": "query",
                "description": "The place to go on from, out of `next` or `previous`.",
                "schema": {"type": "string"},
            },
            {
                "name": "page_size",
                "in": "query",
                "description": f"Rows a page: {USUAL} if not given.",
                "schema": {"type": "integer", "minimum": 1, "maximum": LARGEST},
            },
        ]


class LogPages(CursorPages):
    """Pages of the log: oldest first, by its number."""

    key = ("id",)
    newest_first = False

    def _value(self, name: str, said: Any) -> Any:
        if type(said) is not int or not 0 <= said < 2**63:
            raise ValueError
        return said


def _size(said: str | None) -> int:
    if said is None:
        return USUAL
    if not (said.isascii() and said.isdigit() and len(said) < 5 and 1 <= int(said) <= LARGEST):
        raise ValidationError({"page_size": [_("A number from 1 to %(limit)d.") % {"limit": LARGEST}]})
    return int(said)


def _spell(value: Any) -> Any:
    return value if isinstance(value, int) else value.isoformat() if isinstance(value, dt.datetime) else str(value)


def _aware(value: dt.datetime) -> dt.datetime:
    if value.tzinfo is None:
        raise ValueError
    return value.astimezone(dt.UTC)
