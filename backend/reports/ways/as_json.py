"""A report as JSON: what was asked, what it means, and the cells by name. Numbers are numbers, none is null."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from backend.common import clock
from backend.reports.question import NAMES
from backend.reports.shape import Table

CONTENT_TYPE = "application/json"


def write(table: Table) -> Iterator[bytes]:
    """Give the document."""
    yield json.dumps(document(table), ensure_ascii=False, default=_number).encode()


def document(table: Table) -> dict[str, Any]:
    """Give it as Python holds it."""
    question = table.question
    return {
        "report": table.report.key,
        "title": str(table.report.title),
        "definition": str(table.report.definition),
        "from": question.start.isoformat(),
        "to": question.end.isoformat(),
        "zone": question.zone.key,
        "by": question.by,
        "filters": {name: getattr(question, name) or None for name in NAMES},
        "made_at": clock.now().isoformat(timespec="seconds"),
        "columns": [
            {"key": column.key, "label": column.label, "kind": str(column.kind), "definition": column.means}
            for column in table.columns
        ],
        "rows": [
            {"key": line.key} | dict(zip((column.key for column in table.columns), line.cells, strict=True))
            for line in table.lines
        ],
    }


def _number(value: Any) -> float | int:
    assert isinstance(value, Decimal)
    return int(value) if value == value.to_integral_value() else float(value)
