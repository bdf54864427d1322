"""Postings, the people who answer them, and the files they send."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Team
from backend.common import clock
from backend.common.models import Row


class PostingStatus(models.TextChoices):
    """Whether people may see a posting, and apply."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class ContractKind(models.TextChoices):
    """The kinds of contract that postings of this field name."""

    FREELANCE = "freelance", _("Freelance")
    AGENCY = "agency", _("Through an agency")
    FIXED_TERM = "fixed_term", _("Fixed-term contract")
    PERMANENT = "permanent", _("Permanent contract")
    INTERNSHIP = "internship", _("Internship")
    APPRENTICESHIP = "apprenticeship", _("Apprenticeship")
    SECONDMENT = "secondment", _("Secondment")


class Remote(models.TextChoices):
    """How much of the work is done from elsewhere."""

    FULL = "full", _("Remote")
    PARTIAL = "partial", _("Partly remote")
    NONE = "none", _("On site")


class Posting(Row):
    """A job posting of one team, as written: the source is kept byte for byte.

    `front_matter` holds every key of the source, known or not; `facts` what was read from the text and
    `fact_sentences` the sentence of each. The columns below them are those facts that pages filter by and guards
    compare with; a person may correct them.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="postings")
    slug = models.SlugField(max_length=140, unique=True)
    title = models.CharField(_("title"), max_length=300)
    status = models.CharField(_("status"), max_length=6, choices=PostingStatus, default=PostingStatus.DRAFT)
    language = models.CharField(
        _("language"), max_length=2, choices=[("fr", "français"), ("en", "English")], default="fr"
    )
    published_on = models.DateField(_("published on"), null=True, blank=True)
    body = models.TextField(_("text, in Markdown"), blank=True)

    source_path = models.CharField(max_length=500, blank=True)
    source = models.BinaryField(null=True, blank=True)
    source_digest = models.CharField(max_length=64, blank=True, editable=False)
    front_matter = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    facts = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    fact_sentences = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)

    skills = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    domains = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    contract_kinds = ArrayField(models.CharField(max_length=14, choices=ContractKind), default=list, blank=True)
    remote = models.CharField(max_length=7, choices=Remote, blank=True)
    apply_to = ArrayField(models.EmailField(max_length=254), default=list, blank=True)
    apply_cc = ArrayField(models.EmailField(max_length=254), default=list, blank=True)
    apply_url = models.URLField(max_length=1000, blank=True)
    day_rate_min = models.DecimalField(_("lowest day rate"), max_digits=8, decimal_places=2, null=True, blank=True)
    day_rate_max = models.DecimalField(_("highest day rate"), max_digits=8, decimal_places=2, null=True, blank=True)
    days_per_week_min = models.DecimalField(max_digits=2, decimal_places=1, null=True, blank=True)
    days_per_week_max = models.DecimalField(max_digits=2, decimal_places=1, null=True, blank=True)
    duration_months = models.PositiveSmallIntegerField(null=True, blank=True)
    renewable = models.BooleanField(default=False)
    start = models.CharField(max_length=10, blank=True, help_text="YYYY-MM-DD, YYYY-MM or asap")
    apply_before = models.DateField(null=True, blank=True)
    changed_at = models.DateTimeField(default=clock.now, editable=False)
    anonymous = models.BooleanField(default=False, help_text="read without names until an interview was held")

    class Meta:
        ordering = ["-published_on", "title", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "source_path"],
                condition=~models.Q(source_path=""),
                name="posting_source_once",
            ),
            models.CheckConstraint(
                condition=models.Q(day_rate_min__isnull=True)
                | models.Q(day_rate_max__isnull=True)
                | models.Q(day_rate_min__lte=models.F("day_rate_max")),
                name="posting_rates_in_order",
            ),
            models.CheckConstraint(condition=models.Q(status__in=PostingStatus.values), name="posting_status_known"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Say whether people may apply."""
        return self.status == PostingStatus.OPEN

    def keep_source(self, content: bytes) -> None:
        """Keep the source byte for byte, with its digest."""
        self.source = content
        self.source_digest = hashlib.sha256(content).hexdigest()


class StatusChange(Row):
    """That a posting came to a status: a row for each change, `created_at` its moment. The database refuses UPDATE.

    The first is that of its making: of one that came already published, at noon of the day it says. When one that came
    already closed was closed, nobody knows, so that it has no row of that.
    """

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="status_changes")
    status = models.CharField(max_length=6, choices=PostingStatus)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=PostingStatus.values), name="status_change_known"),
        ]

    def __str__(self) -> str:
        return f"{self.posting}: {self.status}"


class ReadingChange(Row):
    """That somebody switched the anonymous reading of a posting on or off."""

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="reading_changes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    anonymous = models.BooleanField()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.posting}: {self.anonymous}"


class Candidate(Row):
    """A person as one team knows them; has no account. Recognised, in that team, by the normalised address.

    Whoever applies to two teams is two rows: what they tell one, and what it corrects, is not the other's to see.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="candidates")
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"), max_length=254, blank=True)
    email_key = models.CharField(max_length=254, null=True, blank=True, db_index=True, editable=False)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    linkedin = models.URLField(_("LinkedIn"), max_length=300, blank=True)
    github = models.URLField(_("GitHub"), max_length=300, blank=True)
    links = ArrayField(models.URLField(max_length=500), default=list, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=[("fr", "français"), ("en", "English")], default="fr"
    )

    match_keys = ArrayField(models.CharField(max_length=320), default=list, blank=True, editable=False)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    erasure_asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    PERSONAL = ("name", "email", "phone", "linkedin", "github")
    """What is text about the person, and empty once they are erased."""

    veiled: int | None = None
    """Where an application is read without names (`workflow.anonymous`): its number, in the place of the name."""
    behind: Candidate | None = None
    """Whom the likeness stands for."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "email_key"], name="candidate_once"),
            models.CheckConstraint(
                condition=~models.Q(name="") | ~models.Q(email="") | models.Q(erased_at__isnull=False),
                name="candidate_name_or_email",
            ),
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True)
                | models.Q(
                    name="", email="", email_key=None, phone="", linkedin="", github="", links=[], match_keys=[]
                ),
                name="candidate_erased_is_empty",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | ~models.Q(merged_into=models.F("id")),
                name="candidate_not_into_itself",
            ),
        ]
        indexes = [GinIndex(fields=["match_keys"], name="candidate_match_keys")]

    def __str__(self) -> str:
        if self.veiled:
            return self.numbered(self.veiled)
        return str(self.name or self.email or _("Erased person"))

    @staticmethod
    def numbered(number: int) -> str:
        """Give what an application that is read without names is called."""
        return gettext("Application %(number)d") % {"number": number}

    @property
    def is_reachable(self) -> bool:
        """Say whether there is an address to write to, also where nobody is shown which."""
        return bool((self.behind or self).email)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the keys under which the same person is found again."""
        from backend.hiring import identity  # imported late: it reads this module

        if self.veiled:
            raise TypeError("A veiled candidate is to be read, not saved.")

        self.match_keys = [] if self.erased_at else identity.keys(self)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "match_keys"}
        super().save(*args, **kwargs)


def document_path(document: Document, filename: str) -> str:
    """Give the stored name: never the sender's, so nothing in it can be a path or a script."""
    return f"documents/{document.id.hex[:2]}/{document.id}"


class DocumentKind(models.TextChoices):
    """What a file is to the reader."""

    CV = "cv", _("CV")
    OTHER = "other", _("File")


class Scan(models.TextChoices):
    """What the virus scanner says. Only `NOT_NEEDED` and `CLEAN` are given to anybody."""

    NOT_NEEDED = "not_needed", _("not scanned: there is no virus scanner")
    WAITING = "waiting", _("waits to be scanned for viruses")
    CLEAN = "clean", _("scanned: no virus found")
    INFECTED = "infected", _("a virus was found in it: it is kept from everybody")
    FAILED = "failed", _("the virus scanner could not judge it: it is kept back and tried again")


class TextStatus(models.TextChoices):
    """Whether the words of a file are known."""

    NONE = "none", _("a picture: it has no text")
    WAITING = "waiting", _("waits to be read")
    DONE = "done", _("read")
    EMPTY = "empty", _("no text in it: a scan of paper, perhaps")
    FAILED = "failed", _("it could not be read")


class DocumentManager(models.Manager["Document"]):
    """Leaves the text where it is until somebody asks for it: it is long, and lists do not show it."""

    def get_queryset(self) -> models.QuerySet[Document]:
        """Give every document, its text deferred."""
        return super().get_queryset().defer("text")


class Document(Row):
    """A stored file that a candidate sent. Visible through the applications it was sent with.

    `next_look_at` is when a worker is to look at it next, for a virus or for its text; empty when all is done.
    """

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="documents")
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(max_length=5, choices=DocumentKind, default=DocumentKind.OTHER)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(help_text="bytes")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the content, hexadecimal")
    file = models.FileField(upload_to=document_path, max_length=200)

    scan = models.CharField(max_length=10, choices=Scan, default=Scan.NOT_NEEDED)
    scan_note = models.CharField(max_length=200, blank=True, help_text="what the scanner found or said")
    scanned_at = models.DateTimeField(null=True, blank=True)
    text = models.TextField(blank=True, help_text="its words, for search; at most 200,000 characters")
    text_status = models.CharField(max_length=7, choices=TextStatus, default=TextStatus.NONE)
    text_note = models.CharField(max_length=10, blank=True, help_text="why it could not be read")
    looks = models.PositiveSmallIntegerField(default=0)
    next_look_at = models.DateTimeField(null=True, blank=True)

    objects = DocumentManager()

    class Meta:
        ordering = ["created_at", "name", "id"]
        indexes = [
            models.Index(fields=["next_look_at"], name="document_due", condition=models.Q(next_look_at__isnull=False))
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(scan__in=Scan.values), name="document_scan_known"),
            models.CheckConstraint(condition=models.Q(text_status__in=TextStatus.values), name="document_text_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_available(self) -> bool:
        """Say whether anybody may have it: no scanner, or one that found nothing."""
        return self.scan in (Scan.NOT_NEEDED, Scan.CLEAN)


class QuestionKind(models.TextChoices):
    """How a question of a posting is answered."""

    SHORT = "short", _("One line")
    LONG = "long", _("Several lines")
    CHOICE = "choice", _("One of a list")
    FILE = "file", _("A file")


class Question(Row):
    """A question that a posting asks those who apply; `choices` only where one of a list is taken."""

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=6, choices=QuestionKind, default=QuestionKind.SHORT)
    label = models.CharField(max_length=300)
    hint = models.CharField(max_length=500, blank=True)
    choices = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    required = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.label


def kept_path(kept: KeptFile, filename: str) -> str:
    """Give the stored name of a file that waits: never the sender's."""
    return f"kept/{kept.id.hex[:2]}/{kept.id}"


class KeptFile(Row):
    """A file of a form that was refused: kept for an hour, so that it need not be chosen again.

    `form` is the digest of the form's own secret: who does not have the page finds nothing.
    """

    form = models.CharField(max_length=64, db_index=True, editable=False)
    field = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    size = models.PositiveIntegerField(help_text="bytes")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the content, hexadecimal")
    file = models.FileField(upload_to=kept_path, max_length=200)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["form", "field", "digest"], name="kept_once")]

    def __str__(self) -> str:
        return self.name


class Sending(Row):
    """That a public form was sent: by which connection, for which address, with which content.

    Each only as a keyed digest that says nothing by itself, and for an hour: for the rate, and for double clicks.
    """

    kind = models.CharField(max_length=10)
    key = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=models.Q(kind="content"), name="sending_content_once")
        ]
        indexes = [models.Index(fields=["kind", "key", "created_at"], name="sending_pace")]

    def __str__(self) -> str:
        return self.kind


class AddressChange(Row):
    """A new address that a candidate asked for; it takes effect when the link sent there is followed.

    As with the candidate's own link, only the digest of the secret is kept.
    """

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="address_changes")
    email = models.EmailField(max_length=254)
    key = models.CharField(max_length=32, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    settled_at = models.DateTimeField(null=True, blank=True, help_text="when it was confirmed or dropped")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["candidate"], condition=models.Q(settled_at__isnull=True), name="address_change_one_pending"
            )
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} → {self.email}"


class Merge(Row):
    """Two candidates of one team who are one person: what moved from the second to the first, so that it can go back.

    Holds ids only, nothing about the person.
    """

    kept = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="merges")
    absorbed = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="absorptions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    applications = ArrayField(models.UUIDField(), default=list, blank=True)
    documents = ArrayField(models.UUIDField(), default=list, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["absorbed"], condition=models.Q(undone_at__isnull=True), name="merge_absorbed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed_id} → {self.kept_id}"


class Distinct(Row):
    """Two candidates of whom somebody said that they are two people: they are proposed no more."""

    one = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="distinct_once"),
            models.CheckConstraint(condition=models.Q(one__lt=models.F("other")), name="distinct_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} ≠ {self.other_id}"
