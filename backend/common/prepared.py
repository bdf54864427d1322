"""A query of the ORM that is compiled once and run many times, for the few that every move runs.

Spelling the SQL of a row with its relations takes Django four times as long as PostgreSQL takes to find it. The query
is built once with stand-ins for its values; each run puts the true values in their place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar, cast

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=Model)


class Prepared(Generic[M]):
    """One compiled query, `select_related` included. Not for annotations, prefetches or deferred columns."""

    def __init__(self, queryset: QuerySet[M]) -> None:
        compiler = queryset.query.get_compiler(connection=connection)
        self.sql, self.params = compiler.as_sql()
        columns, shape = cast(Any, compiler.select), cast(Any, compiler.klass_info)
        first, last = shape["select_fields"][0], shape["select_fields"][-1] + 1
        self.model, self.own = queryset.model, slice(first, last)
        self.names = [column[0].target.attname for column in columns[self.own]]
        # Django 6.1 takes a third argument, as its type stubs already do.
        self.related = get_related_populators(shape, columns, connection.alias)  # type: ignore[call-arg]
        self.converters = list(compiler.get_converters([column[0] for column in columns]).items())

    def first(self, values: Mapping[Any, Any]) -> M | None:
        """Give the first row, with `values` in the place of their stand-ins; None if there is none."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [values.get(param, param) for param in self.params])
            row = cursor.fetchone()
        if row is None:
            return None
        row = list(row)
        for place, (converters, expression) in self.converters:
            for convert in converters:
                row[place] = convert(row[place], expression, connection)
        found = self.model.from_db(connection.alias, self.names, row[self.own])
        for populator in self.related:
            populator.populate(row, found)
        return found
