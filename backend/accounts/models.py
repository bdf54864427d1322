"""Who signs in, the teams, and what a person is in a team."""

import hashlib
import secrets
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.common.models import Row


class UserManager(BaseUserManager["User"]):
    """Makes users from their address alone."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make and save one user; without a password they sign in by code."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password) if password else user.set_unusable_password()
        user.save(using=self._db)
        return user


class User(Row, AbstractBaseUser, PermissionsMixin):
    """A member or coach of teams. The address is the name they sign in with."""

    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=[("fr", "français"), ("en", "English")], default="fr"
    )
    time_zone = models.CharField(max_length=60, blank=True, help_text="of their figures; empty: the instance's")
    is_active = models.BooleanField(default=True)
    is_admin = models.BooleanField(default=False, help_text="May see the instance's own pages; sees no team by this.")

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """Give the name, or the address where there is none."""
        return str(self)


class Incubator(Row):
    """The organisation that hosts several teams."""

    name = models.CharField(max_length=150)
    slug = models.SlugField(max_length=100, unique=True)
    checklist = models.JSONField(default=list, blank=True, help_text="template for its teams that have none")

    def __str__(self) -> str:
        return self.name


class Team(Row):
    """A product team: the unit of access."""

    name = models.CharField(max_length=150)
    slug = models.SlugField(max_length=100, unique=True)
    incubator = models.ForeignKey(Incubator, on_delete=models.SET_NULL, null=True, blank=True, related_name="teams")
    reply_to = models.EmailField(_("reply address"), max_length=254, blank=True)
    answer_days = models.PositiveSmallIntegerField(_("days promised for an answer"), default=14)
    language = models.CharField(max_length=2, choices=[("fr", "français"), ("en", "English")], default="fr")
    refusals = models.JSONField(default=dict, blank=True, help_text="by reason: its own words, whether it is offered")
    letters = models.JSONField(default=dict, blank=True, help_text="own words of mails, by “<key>.<language>”")
    checklist = models.JSONField(default=list, blank=True, help_text="own template of the onboarding checklist")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a person may do in a team."""

    MEMBER = "member", _("member")
    COACH = "coach", _("coach")


class Membership(Row):
    """A user's role in a team: a member acts; a coach reads, comments, evaluates and reports."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "team"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} ({self.role}, {self.team})"


LONGEST_QUERY = 1000


class List(models.TextChoices):
    """The lists of a team that a view may be of, by the name of their address."""

    BOARD = "board", _("Board")
    TABLE = "applications", _("List")


class SavedView(Row):
    """The address of a list (what narrows it, its order) under a name. It goes with its owner when they leave."""

    member = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="views")
    name = models.CharField(max_length=60)
    page = models.CharField(max_length=12, choices=List)
    query = models.CharField(max_length=LONGEST_QUERY, blank=True)
    shared = models.BooleanField(default=False, help_text="shown to everybody of the team")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "name"], name="saved_view_once"),
            models.CheckConstraint(condition=models.Q(page__in=List.values), name="saved_view_page_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Invitation(Row):
    """An address that is asked into a team. Its link is derived from `key`; only a digest of it is kept."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254, help_text="in lower case")
    role = models.CharField(max_length=10, choices=Role)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    key = models.CharField(max_length=32, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "email"],
                condition=models.Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_waits_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} ({self.role}, {self.team})"


class CalendarFeed(Row):
    """That somebody's calendar program may read their interviews. Its address is derived from `key`; only a digest of
    it is kept. `whole_teams`: every interview of their teams, not those alone that they take part in."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="calendar_feed")
    key = models.CharField(max_length=32, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    whole_teams = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.user)


class Scope(models.TextChoices):
    """What a token may do."""

    READ = "read", _("read")
    WRITE = "write", _("read and write")


class ApiToken(Row):
    """A bearer token. Only its SHA-256 is kept; 256 random bits need no slow hash."""

    PREFIX = "jalon_"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="api_tokens")
    scope = models.CharField(max_length=5, choices=Scope, default=Scope.READ)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user}: {self.scope}"

    @staticmethod
    def digest_of(token: str) -> str:
        """Give the SHA-256, in hexadecimal, that stands for `token`."""
        return hashlib.sha256(token.encode()).hexdigest()

    @classmethod
    def issue(cls, *, user: User, team: Team | None = None, scope: str = Scope.READ) -> tuple["ApiToken", str]:
        """Make a token; give its row and the token itself, which is shown once and kept nowhere."""
        token = cls.PREFIX + secrets.token_urlsafe(32)
        return cls.objects.create(user=user, team=team, scope=scope, digest=cls.digest_of(token)), token

    def touch(self) -> None:
        """Note the use, at most once an hour: a read must not become a write each time."""
        now = timezone.now()
        if self.last_used_at is None or (now - self.last_used_at).total_seconds() > 3600:
            ApiToken.objects.filter(pk=self.pk).update(last_used_at=now)
