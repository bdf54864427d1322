"""What was published: one release a quarter, in cells of at least `K` applications. Never changed afterwards."""

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from backend.common.models import Row
from workflow.states import PATH, State

K = 11
"""The fewest applications that a published cell may hold (the usual threshold of public statistics in France)."""


class Release(Row):
    """The figures of one quarter as they stood on the day of publication."""

    quarter = models.CharField(max_length=7, unique=True, help_text="such as 2026-Q3")
    published_on = models.DateField()

    class Meta:
        ordering = ["-quarter"]

    def __str__(self) -> str:
        return self.quarter


class Cell(models.Model):
    """A number of applications that share what the cell says; an empty word says nothing (it is withheld)."""

    DIMENSIONS = ("domain", "reached", "state")

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="cells")
    domain = models.CharField(pgettext_lazy("of work", "domain"), max_length=200, blank=True)
    reached = models.CharField(max_length=11, blank=True, choices=[(state.value, state.label) for state in PATH])
    state = models.CharField(max_length=11, blank=True, choices=State)
    applications = models.PositiveIntegerField()

    class Meta:
        ordering = ["release", "domain", "reached", "state"]
        constraints = [
            models.UniqueConstraint(fields=["release", "domain", "reached", "state"], name="cell_once"),
            models.CheckConstraint(condition=Q(applications__gte=K), name="cell_of_many"),
        ]

    def __str__(self) -> str:
        return f"{self.domain} {self.reached} {self.state}: {self.applications}"
