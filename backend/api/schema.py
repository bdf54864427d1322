"""What drf-spectacular cannot see by itself: refusals, the idempotency header, closed request bodies."""

import inspect
import re
from functools import cache
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from backend.api import errors
from backend.api.reading import Words
from workflow.policies import MOVES
from workflow.states import State


class ErrorSerializer(Words):
    """Why a request was refused: a stable code, and a sentence in the language of `Accept-Language`."""

    code = serializers.CharField(help_text="For programs: does not change with the language.")
    detail = serializers.CharField(help_text="For people.")
    fields_ = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="What is wrong, by field (422).",
    )


class RefusalSerializer(serializers.Serializer[Any]):
    """Why the lifecycle refused a move, or a change to what a move stood on.

    With where the application stands and, for a move, what is possible now.
    """

    code = serializers.ChoiceField(choices=["conflict", "not_allowed", "guard"])
    detail = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    allowed = serializers.ListField(
        child=serializers.ChoiceField(choices=[(a.value, a.label) for a in MOVES]),
        required=False,
        help_text="The actions that would succeed now; for a refused move only.",
    )
    reasons = serializers.ListField(child=serializers.CharField(), help_text="Why not, at least one sentence.")


READS = {401: "No token, or one that opens nothing.", 503: "The database is busy: try again."}
WRITES = READS | {
    400: "The body is not JSON.",
    403: "A read token, or no right to do this.",
    413: "The body is too large.",
    415: "The body is neither JSON nor what this address takes.",
    422: "Something in the request cannot be understood; `fields` says what.",
}
IDEMPOTENCY_KEY = OpenApiParameter(
    name="Idempotency-Key",
    location=OpenApiParameter.HEADER,
    description="Chosen by the client, for example a UUID. The same key with the same body, sent again within 24 "
    "hours, has no second effect and gets the first answer (with `Idempotency-Replayed: true`); with another body it "
    "is refused with 422. Refusals are not kept.",
    type={"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    required=False,
)


CHANGING = {"POST", "PATCH", "DELETE"}


class Schema(AutoSchema):
    """Adds to every operation the refusals it can give, and to every write its header."""

    def get_description(self) -> str:  # type: ignore[override] # drf-spectacular's own signature
        """Give the words of the action, or for what every resource shares those of the resource."""
        words = super().get_description()
        shared = self._action in {"list", "retrieve"} and self._action not in vars(type(self.view))
        return inspect.cleandoc(type(self.view).__doc__ or "") if shared else str(words)

    @property
    def _action(self) -> str:
        return str(getattr(self.view, "action", ""))

    def get_override_parameters(self) -> list[Any]:
        """Give the header of writes."""
        return [IDEMPOTENCY_KEY] if self.method in CHANGING else []

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        for status, words in self._refusals().items():
            if str(status) not in bodies:
                bodies[str(status)] = self._get_response_for_code(ErrorSerializer, str(status))
                bodies[str(status)]["description"] = words
        return dict(sorted(bodies.items()))

    def _refusals(self) -> dict[int, str]:
        found = dict(WRITES if self.method in CHANGING else READS)
        if "{" in self.path or self.method == "POST":
            found[404] = "It does not exist, or not for this token."
        if self._is_list_view() or self._action in {"log", "summary", "ask"}:
            found[422] = WRITES[422]
        return found


def close_requests(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Say of every request body that it takes no other names: the API refuses them, so that no slip goes unseen."""
    for name, component in result.get("components", {}).get("schemas", {}).items():
        if name.endswith("Request") and component.get("type") == "object":
            component["additionalProperties"] = False
    return result


def tidy_ids(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Name the operations `postings_list`, `postings_read`, `postings_change`, …"""
    names = {"retrieve": "read", "partial_update": "change", "destroy": "delete"}
    for path in result["paths"].values():
        for operation in path.values():
            operation["operationId"] = re.sub(
                "_(" + "|".join(names) + ")$",
                lambda found: "_" + names[found[1]],
                operation["operationId"],
            )
    return result


@cache
def document() -> bytes:
    """Give the OpenAPI document, made once a process: making it takes long, and anybody may ask."""
    with translation.override("en"):
        made = SchemaGenerator().get_schema(request=None, public=True)
    return bytes(OpenApiJsonRenderer().render(made, renderer_context={}))


def view(request: HttpRequest) -> HttpResponse:
    """Answer with the OpenAPI document; open to all."""
    if request.method not in {"GET", "HEAD"}:
        return errors.plain(405)
    return HttpResponse(document(), content_type="application/json")
