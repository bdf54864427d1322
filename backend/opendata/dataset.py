"""The data set as files: CSV, Parquet, and their description as a Frictionless data package with a Table Schema."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse

from backend.opendata.models import DIMENSIONS, Cell, K, Release
from workflow.states import PATH, State

COLUMNS = ("quarter", *DIMENSIONS, "applications")
INTERNAL_COLUMNS = (*COLUMNS, "at_least")

DICTIONARY: dict[str, dict[str, Any]] = {
    "quarter": {
        "type": "string",
        "title": "Quarter in which the applications came in",
        "title_fr": "Trimestre de réception des candidatures",
        "constraints": {"required": True, "pattern": r"\d{4}-Q[1-4]"},
    },
    "domain": {
        "type": "string",
        "title": "First domain of the posting, as a slug; empty if withheld or not stated",
        "title_fr": "Premier domaine de l’annonce ; vide s’il est masqué ou non précisé",
    },
    "reached": {
        "type": "string",
        "title": "Furthest state of the path ever reached, undone moves apart; empty if withheld",
        "title_fr": "Étape la plus avancée jamais atteinte, hors passages annulés ; vide si elle est masquée",
        "constraints": {"enum": ["", *(state.value for state in PATH)]},
    },
    "state": {
        "type": "string",
        "title": "State on the day of publication; empty if withheld",
        "title_fr": "État au jour de la publication ; vide s’il est masqué",
        "constraints": {"enum": ["", *State.values]},
    },
    "applications": {
        "type": "integer",
        "title": f"Number of applications, at least {K}",
        "title_fr": f"Nombre de candidatures, {K} au moins",
        "constraints": {"required": True, "minimum": K},
    },
}
"""What each column means, in the words of Table Schema (https://specs.frictionlessdata.io/table-schema/)."""


def rows() -> Iterator[tuple[Any, ...]]:
    """Give every published cell, oldest quarter first, in the order of `COLUMNS`."""
    found = Cell.objects.order_by("release__quarter", *DIMENSIONS)
    yield from found.values_list("release__quarter", *DIMENSIONS, "applications").iterator()


def internal_rows() -> Iterator[tuple[Any, ...]]:
    """Give what people of the teams see, oldest quarter first, in the order of `INTERNAL_COLUMNS`."""
    for release in Release.objects.order_by("quarter").prefetch_related("internal_cells", "cells"):
        inside, k = release.inside()
        for cell in inside:
            yield release.quarter, *(getattr(cell, name) for name in DIMENSIONS), cell.applications, k


def as_csv() -> bytes:
    """Give the data set as CSV: UTF-8, comma, RFC 4180. Slugs, words of a list and numbers only: no formula."""
    return _csv(COLUMNS, rows())


def internal_csv() -> bytes:
    """Give what people of the teams see as CSV; its last column is the fewest that a cell of the quarter may hold."""
    return _csv(INTERNAL_COLUMNS, internal_rows())


def _csv(columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def as_parquet() -> bytes:
    """Give the data set as Parquet."""
    import pyarrow as pa  # imported late: large, and needed by nothing else
    from pyarrow import parquet

    types = [pa.string()] * (len(COLUMNS) - 1) + [pa.int32()]
    schema = pa.schema(list(zip(COLUMNS, types, strict=True)))
    columns = list(zip(*rows(), strict=True)) or [()] * len(COLUMNS)
    table = pa.table([pa.array(column, kind) for column, kind in zip(columns, types, strict=True)], schema=schema)
    buffer = io.BytesIO()
    parquet.write_table(table, buffer)
    return buffer.getvalue()


def package() -> dict[str, Any]:
    """Give the description of both files (https://specs.frictionlessdata.io/data-package/)."""
    schema = {
        "fields": [{"name": name} | DICTIONARY[name] for name in COLUMNS],
        "primaryKey": ["quarter", *DIMENSIONS],
        "missingValues": [],
    }
    return {
        "name": "jalon-applications",
        "title": "Applications to public product teams, anonymised",
        "description": (
            "Each row is a group of at least "
            f"{K} applications; smaller groups lose their domain, then their state, then the rest. The rows of a "
            "quarter do not overlap. A quarter is published once, a month after its end, and never changed."
        ),
        "resources": [
            {"name": name, "path": settings.SITE_URL + reverse(address), "format": kind, "schema": schema}
            for name, address, kind in (
                ("applications", "open_data_csv", "csv"),
                ("applications-parquet", "open_data_parquet", "parquet"),
            )
        ],
    }
