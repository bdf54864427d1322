"""What was given out of each quarter, once: to anybody in cells of at least `K` applications, to people of the teams in
cells of at least `K_INTERNAL`. Never changed afterwards."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from backend.common.models import Row
from workflow.states import PATH, State

K = 11
"""The fewest applications that a published cell may hold (the usual threshold of public statistics in France)."""
K_INTERNAL = 5
"""The fewest that a cell may hold which only people of the teams see."""


class Releases(models.QuerySet["Release"]):
    """The quarters that are out."""

    def public(self) -> Releases:
        """Give those of which anything is public."""
        return self.filter(models.Exists(Cell.objects.filter(release=models.OuterRef("pk"))))


class Release(Row):
    """The figures of one quarter as they stood on the day of publication.

    Its public cells are made of its internal ones; one that went out before there were any has public ones alone.
    """

    quarter = models.CharField(max_length=7, unique=True, help_text="such as 2026-Q3")
    published_on = models.DateField()

    objects = Releases.as_manager()

    class Meta:
        ordering = ["-quarter"]

    def __str__(self) -> str:
        return self.quarter

    def inside(self) -> tuple[list[Any], int]:
        """Give what people of the teams see (the public cells if none is finer), and the fewest a cell may hold."""
        internal = list(self.internal_cells.all())
        return (internal, K_INTERNAL) if internal else (list(self.cells.all()), K)


DIMENSIONS = ("domain", "reached", "state")
"""What a cell may say, from what is withheld first to what is withheld last; see `cells.KEEPS`."""


class AnyCell(models.Model):
    """A number of applications that share what the cell says; an empty word says nothing (it is withheld)."""

    domain = models.CharField(pgettext_lazy("of work", "domain"), max_length=200, blank=True)
    reached = models.CharField(max_length=11, blank=True, choices=[(state.value, state.label) for state in PATH])
    state = models.CharField(max_length=11, blank=True, choices=State)
    applications = models.PositiveIntegerField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.domain} {self.reached} {self.state}: {self.applications}"


class Cell(AnyCell):
    """A public one."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="cells")

    class Meta:
        ordering = ["release", "domain", "reached", "state"]
        constraints = [
            models.UniqueConstraint(fields=["release", "domain", "reached", "state"], name="cell_once"),
            models.CheckConstraint(condition=Q(applications__gte=K), name="cell_of_many"),
        ]


class InternalCell(AnyCell):
    """One that only people of the teams see: in a table of its own, so that nothing public can show it by mistake."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="internal_cells")

    class Meta:
        ordering = ["release", "domain", "reached", "state"]
        constraints = [
            models.UniqueConstraint(fields=["release", "domain", "reached", "state"], name="internal_cell_once"),
            models.CheckConstraint(condition=Q(applications__gte=K_INTERNAL), name="internal_cell_of_some"),
        ]
