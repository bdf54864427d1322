"""What is read of a body: JSON, and only what the database can keep."""

import hashlib
import json
import math
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import BaseParser, MultiPartParser

from backend.api.errors import TooLarge

DEEPEST = 20


class JsonParser(BaseParser):
    """JSON in UTF-8, of at most `DATA_UPLOAD_MAX_MEMORY_SIZE` bytes.

    Refused: what is no JSON (400); NUL characters, lone surrogates, infinite numbers and nesting beyond `DEEPEST`,
    which PostgreSQL could not keep (422).
    """

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Give the Python value. Raises ParseError, TooLarge or ValidationError."""
        content = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(content) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge(_("At most %(limit)d MB.") % {"limit": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20})
        try:
            value = json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            words = _("This is not JSON: %(error)s") % {"error": str(error)[:200]}
            raise ParseError(words) from error
        require_keepable(value)
        return value


class FilesParser(MultiPartParser):
    """`multipart/form-data`, for what comes with files. A list's values are given by repeating its name."""


def require_keepable(value: Any, depth: int = 0) -> None:
    """Raise ValidationError for what PostgreSQL could not keep, at any depth."""
    if depth > DEEPEST:
        raise ValidationError(_("Nested more than %(limit)d deep.") % {"limit": DEEPEST})
    if isinstance(value, str):
        if "\0" in value or not _is_utf8(value):
            raise ValidationError(_("Text must hold neither NUL characters nor lone surrogates."))
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise ValidationError(_("A number is too large."))
    elif isinstance(value, dict):
        for key, inner in value.items():
            require_keepable(key, depth)
            require_keepable(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            require_keepable(inner, depth + 1)


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def canonical(data: Any) -> bytes:
    """Give one spelling of a parsed body, whatever its key order or multipart boundary; files by their content."""
    return json.dumps(_plain(data), sort_keys=True, separators=(",", ":")).encode()


def _plain(data: Any) -> Any:
    if hasattr(data, "lists"):  # a QueryDict
        return {name: [_plain(each) for each in values] for name, values in data.lists()}
    if hasattr(data, "chunks"):  # an uploaded file
        digest = hashlib.file_digest(data.file, "sha256").hexdigest()
        data.seek(0)
        return [data.name, digest]
    return data
