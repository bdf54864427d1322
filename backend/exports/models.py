"""Files that take too long for a page: asked for, made in the background, kept for who asked."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from backend.common import clock
from backend.common.models import Row
from notifications.models import Message


class Kind(models.TextChoices):
    """What is made."""

    REPORT = "report", _("recruitment report")
    POSTING = "posting", _("file of a posting")
    SUMMARIES = "summaries", _("summaries of applications")
    SHEETS = "sheets", _("recruitment figures")


FORMATS: dict[str, str] = {Kind.REPORT: "PDF", Kind.POSTING: "PDF", Kind.SUMMARIES: "ZIP", Kind.SHEETS: "XLSX"}


class Status(models.TextChoices):
    """What is known of an export."""

    WAITING = "waiting", pgettext_lazy("export", "waiting")
    RUNNING = "running", pgettext_lazy("export", "being made")
    DONE = "done", pgettext_lazy("export", "ready")
    FAILED = "failed", pgettext_lazy("export", "could not be made")


class Every(models.TextChoices):
    """How often a scheduled report is made: on Mondays, or on the first of the month; of the period before."""

    WEEK = "week", _("every Monday, of the week before")
    MONTH = "month", _("on the first of the month, of the month before")


class What(models.TextChoices):
    """Which of the kinds a scheduled report is."""

    REPORT = Kind.REPORT.value, _("the report, to read (PDF)")
    SHEETS = Kind.SHEETS.value, _("the figures, as sheets (XLSX)")


class Form(models.TextChoices):
    """How a scheduled report comes."""

    ATTACHED = "attached", _("attached to the e-mail")
    LINKED = "linked", _("as a link, after signing in")


class Schedule(Row):
    """A report that somebody has made again and again, for people who each see in it what they may see.

    `asked`: its filters, without a period. `next_at`: when it is made next; in `zone`, at seven in the morning.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="schedules")
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="scheduled", blank=True)
    every = models.CharField(max_length=5, choices=Every)
    kind = models.CharField(max_length=9, choices=What, default=What.REPORT)
    form = models.CharField(max_length=8, choices=Form, default=Form.ATTACHED)
    asked = models.JSONField(default=dict, blank=True)
    zone = models.CharField(max_length=60)
    next_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(every__in=Every.values), name="schedule_every_known"),
            models.CheckConstraint(condition=Q(form__in=Form.values), name="schedule_form_known"),
            models.CheckConstraint(condition=Q(kind__in=What.values), name="schedule_kind_known"),
        ]
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(paused_at__isnull=True, removed_at__isnull=True), name="schedule_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.owner}: {self.every}"


def place(row: Export | Part, _name: str) -> str:
    """Give where a file is kept: under ids of ours, which say nothing about anybody."""
    if isinstance(row, Part):
        return f"exports/{row.export_id}/part-{row.number}-{row.holder}"
    return f"exports/{row.pk}/whole-{row.holder}"


class Export(Row):
    """One file on its way. `teams`: whose rows are in it; it is readable while they all exist for who asked.
    `rows`: the applications in it, in their order, so that whoever goes on with it makes the same.

    `holder` is the process that makes it, until `lease_until`; another takes it up then, and nothing that the first
    still does counts. `tries`: how often it was taken up since it last came forward.
    """

    kind = models.CharField(max_length=9, choices=Kind)
    asked = models.JSONField(default=dict, help_text="what of: filters by name, as an address holds them")
    title = models.CharField(max_length=300)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exports")
    language = models.CharField(max_length=2, default="fr")
    teams = ArrayField(models.UUIDField(), default=list)
    rows = ArrayField(models.UUIDField(), default=list, blank=True)

    schedule = models.ForeignKey(Schedule, on_delete=models.SET_NULL, null=True, blank=True, related_name="exports")
    day = models.DateField(null=True, blank=True, help_text="on which day the schedule asked for it")
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    status = models.CharField(max_length=7, choices=Status, default=Status.WAITING)
    due_at = models.DateTimeField(default=clock.now)
    holder = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=500, blank=True, help_text="why it could not be made, for who asked")

    words = models.TextField(blank=True, help_text="what it says in short")
    file = models.FileField(upload_to=place, max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True, help_text="what the file is called when it is taken away")
    media_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "asked_by", "day"], name="export_once_a_day"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="export_kind_known"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="export_status_known"),
            models.CheckConstraint(
                condition=Q(status=Status.RUNNING, holder__isnull=False, lease_until__isnull=False)
                | (~Q(status=Status.RUNNING) & Q(holder__isnull=True, lease_until__isnull=True)),
                name="export_held_while_running",
            ),
            models.CheckConstraint(condition=~Q(status=Status.DONE) | ~Q(file=""), name="export_done_has_file"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(status=Status.WAITING), name="export_due"),
            models.Index(fields=["lease_until"], condition=Q(status=Status.RUNNING), name="export_leased"),
            models.Index(fields=["asked_by", "-created_at"], name="export_of_person"),
            models.Index(fields=["expires_at"], name="export_expires"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.status})"

    @property
    def is_open(self) -> bool:
        """Say whether it is still to come."""
        return self.status in (Status.WAITING, Status.RUNNING)

    @property
    def format(self) -> str:
        """Give the format of its file, as people call it."""
        return FORMATS[self.kind]

    @property
    def how_far(self) -> str:
        """Give in words what is made of one that is being made; `` before anything is."""
        of_reports = self.kind in (Kind.REPORT, Kind.SHEETS)
        parts = self.total if self.kind == Kind.SUMMARIES else self.total - 1  # the last step puts the rest together
        if not self.done:
            return ""
        if self.done >= parts:
            return gettext("everything is there, the file is being put together")
        told = {"n": self.done, "total": parts}
        if of_reports:
            return (
                ngettext("%(n)d table of %(total)d is ready", "%(n)d tables of %(total)d are ready", self.done) % told
            )
        words = ngettext(
            "%(n)d application of %(total)d is ready", "%(n)d applications of %(total)d are ready", self.done
        )
        return words % told


class Part(Row):
    """A piece that is made: whoever takes the export up again need not make it once more."""

    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    holder = models.UUIDField()
    file = models.FileField(upload_to=place, max_length=200)

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints = [models.UniqueConstraint(fields=["export", "number"], name="part_once")]

    def __str__(self) -> str:
        return self.name
