"""Settings, all from environment variables.

Two ways to run: *embedded* (`JALON_EMBEDDED=1`, set by the launcher: local host names, mail in the in-app
mailbox) and *hosted* (every variable in `HOSTED_NEEDS` must be given and safe, or nothing starts).
"""

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from backend.config import logging as logging_config

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()

EMBEDDED = env.bool("JALON_EMBEDDED", default=False)
HOSTED_NEEDS = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "ALLOWED_HOSTS")
SECRET_KEY_LENGTH = 40


def refuse(name: str, why: str) -> None:
    """Stop the start with the name of the setting and what to do about it."""
    raise ImproperlyConfigured(f"{name}: {why}")


if not EMBEDDED:
    for name in HOSTED_NEEDS:
        if not env.str(name, default=""):
            refuse(name, "is not set. A hosted Jalon needs " + ", ".join(HOSTED_NEEDS) + ".")

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

if DEBUG and not EMBEDDED:
    refuse("DEBUG", "must be off on a host: it shows settings and data to anyone. Remove it.")
if len(SECRET_KEY) < SECRET_KEY_LENGTH or len(set(SECRET_KEY)) < 10 or SECRET_KEY.startswith("django-insecure"):
    refuse("SECRET_KEY", f"must be at least {SECRET_KEY_LENGTH} random characters.")
if not EMBEDDED and any(host in {"*", ""} for host in ALLOWED_HOSTS):
    refuse("ALLOWED_HOSTS", "must name each host; '*' accepts forged Host headers.")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_fsm",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "backend.common",
    "backend.accounts",
    "backend.hiring",
    "workflow",
    "backend.documents",
    "backend.reports",
    "backend.search",
    "backend.opendata",
    "notifications",
    "backend.integrations",
    "backend.exports",
    "backend.api",
    "backend.web",
    "backend.demo",
]

MIDDLEWARE = [
    "backend.common.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "backend.common.middleware.HeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "backend.web.limits.BodyLimitMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "backend.config.urls"
WSGI_APPLICATION = "backend.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates" / "web", BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "backend.web.context.navigation",
            ],
        },
    },
]

# ── Database ──────────────────────────────────────────────────────────────────────────────────────
DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"].update(
    ENGINE="django.db.backends.postgresql",
    CONN_MAX_AGE=env.int("CONN_MAX_AGE", default=60),
    CONN_HEALTH_CHECKS=True,
    ATOMIC_REQUESTS=False,
)
DATABASES["default"].setdefault("OPTIONS", {})
# A lost statement must end in an error that a person sees, never in a request that hangs. Reports sort in memory.
DATABASES["default"]["OPTIONS"].setdefault(
    "options",
    "-c lock_timeout=10000 -c statement_timeout=60000 -c idle_in_transaction_session_timeout=60000"
    " -c jit=off -c work_mem=32MB",
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ── People and sign-in ────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "backend.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "postings"

# ── Language and time ─────────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = sorted((BASE_DIR / "locale").glob("*/"))  # one catalogue a part: locale/workflow/fr/…
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Paris")
USE_I18N = USE_TZ = True

# ── Files ─────────────────────────────────────────────────────────────────────────────────────────
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
THEME = env.str("THEME", default="")  # a folder of static/themes, laid over the tokens; none: Jalon's own look
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(VAR_DIR / "media"))
if THEME and not (THEME.isidentifier() and (BASE_DIR / "static/themes" / THEME / "theme.css").is_file()):
    refuse("THEME", f"there is no theme {THEME!r}: give the name of a folder of static/themes, or none.")
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = EMBEDDED  # a laptop collects no static files
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if EMBEDDED
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # bodies without files, bytes
DOCUMENT_MAX_BYTES = 10 * 1024 * 1024
DOCUMENTS_MAX_COUNT = 10
CLAMD_URL = env.str("CLAMD_URL", default="")  # tcp://host:port or unix:/path: files are kept back until scanned
BODY_MAX_BYTES = DOCUMENTS_MAX_COUNT * DOCUMENT_MAX_BYTES + 4 * 1024 * 1024  # a whole request; more is not read
KEPT_FILES_MAX_COUNT = 2 * DOCUMENTS_MAX_COUNT  # of one refused form, for an hour
KEPT_FILES_MAX_BYTES = env.int("KEPT_FILES_MAX_BYTES", default=2 * 1024**3)  # of all refused forms together

# ── The public form ───────────────────────────────────────────────────────────────────────────────
FORM_MIN_SECONDS = 3  # nobody fills it in faster
FORM_MAX_HOURS = 24
FORM_PER_HOUR = {"connection": 40, "address": 10}
COUNTRY = env.str("COUNTRY", default="FR")  # where the postings' work is, ISO 3166, for search engines

# ── Security ──────────────────────────────────────────────────────────────────────────────────────
HTTPS = env.bool("HTTPS", default=not EMBEDDED)
SECURE_SSL_REDIRECT = HTTPS and env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=not EMBEDDED) else None
)
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
PROXIES = env.int("PROXIES", default=1 if SECURE_PROXY_SSL_HEADER else 0)  # of ours, that write X-Forwarded-For
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES  # else its limits count everybody behind the proxy as one
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "backend.web.views.system.csrf_failure"
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")  # without one, a hosted Jalon shows no /metrics

# ── Mail ──────────────────────────────────────────────────────────────────────────────────────────
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Jalon <jalon@localhost.localdomain>")
INBOUND_DOMAIN = env.str("INBOUND_DOMAIN", default="")  # domain whose addresses Jalon reads, for reply addresses
INBOUND_MAX_BYTES = 50 * 1024 * 1024  # a larger mail is left where it is
INBOUND_MAX_PARTS = 200  # parts of a mail that are looked at
INBOUND_MAX_TEXT = 100_000  # characters of its text that are kept apart from the raw message
INBOUND_IMAP_URLS = env.list("INBOUND_IMAP_URLS", default=[])  # imaps://user:password@host/INBOX?done=Processed
INBOUND_HOOK_SECRET = env.str("INBOUND_HOOK_SECRET", default="")  # without one, /hooks/mail/raw/ does not exist
ANYMAIL: dict[str, Any] = {
    name.removeprefix("ANYMAIL_"): value for name, value in os.environ.items() if name.startswith("ANYMAIL_")
}
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
EMAIL_TIMEOUT = 20
MAILBOX_ENABLED = False
EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL.startswith("anymail://"):  # a provider's own API, by django-anymail
    EMAIL_PROVIDER = EMAIL_URL.removeprefix("anymail://").strip("/").replace("-", "_")
    EMAIL_BACKEND = f"anymail.backends.{EMAIL_PROVIDER}.EmailBackend"
    if not EMAIL_PROVIDER.isidentifier() or find_spec(EMAIL_BACKEND.rpartition(".")[0]) is None:
        refuse("EMAIL_URL", "names no provider that django-anymail knows, such as anymail://brevo.")
    # Nobody is watched reading; and what a provider cannot do (our own Message-ID, say) does not stop a mail.
    ANYMAIL |= {"SEND_DEFAULTS": {"track_opens": False, "track_clicks": False}, "IGNORE_UNSUPPORTED_FEATURES": True}
    ANYMAIL.setdefault("REQUESTS_TIMEOUT", (10, EMAIL_TIMEOUT))
elif EMAIL_URL:
    EMAIL_CONFIG = env.email("EMAIL_URL")
    vars().update(EMAIL_CONFIG)
else:  # embedded: mail lands in the in-app mailbox
    MAILBOX_ENABLED = True
    EMAIL_BACKEND = "notifications.mailbox.MailboxBackend"
HOLD_SECONDS = env.int("HOLD_SECONDS", default=300)  # how long a status mail waits, and an undo is possible
LEASE_SECONDS = env.int("LEASE_SECONDS", default=45)  # how long a message belongs to the process that claimed it
RELAY_GRACE_SECONDS = env.int("RELAY_GRACE_SECONDS", default=10)  # head start of Celery over the relay
MAIL_PER_MINUTE = env.int("MAIL_PER_MINUTE", default=0)  # what the mail server takes; 0: no limit
MAIL_PER_DOMAIN_PER_MINUTE = env.int("MAIL_PER_DOMAIN_PER_MINUTE", default=0)  # to one provider; 0: no limit

# ── What is sent to other servers (webhooks, chat) ────────────────────────────────────────────────
WEBHOOK_ALLOWED_HOSTS = env.list("WEBHOOK_ALLOWED_HOSTS", default=[])  # host or host:port: may be private, and http
WEBHOOK_PORTS = [443, 8443]

# ── Jobs ──────────────────────────────────────────────────────────────────────────────────────────
REDIS_URL = env.str("REDIS_URL", default="")
CELERY_BROKER_URL = REDIS_URL or "redis://127.0.0.1:1/0"  # port 1 refuses at once: the relay delivers alone
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TASK_SOFT_TIME_LIMIT, CELERY_TASK_TIME_LIMIT = 300, 330
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_timeout": 5,
    "socket_connect_timeout": 0.5,
}
CELERY_BEAT_SCHEDULE = {
    "publish-open-data": {"task": "backend.opendata.tasks.publish_due", "schedule": crontab(hour=4, minute=10)},
    "look-after-documents": {
        "task": "backend.documents.tasks.look_after_documents",
        "schedule": 5.0,
        "options": {"expires": 20},
    },
    "deliver-due": {"task": "notifications.tasks.deliver_due", "schedule": 2.0, "options": {"expires": 10}},
    "sweep-search": {"task": "backend.search.tasks.sweep", "schedule": 2.0, "options": {"expires": 10}},
    "deliver-webhooks": {
        "task": "backend.integrations.tasks.deliver_due",
        "schedule": 2.0,
        "options": {"expires": 10},
    },
    "make-exports": {"task": "backend.exports.tasks.make_due", "schedule": 2.0, "options": {"expires": 10}},
    "write-digests": {"task": "notifications.tasks.write_digests", "schedule": 300.0, "options": {"expires": 250}},
    "remind": {"task": "notifications.tasks.remind", "schedule": 300.0, "options": {"expires": 250}},
    "poll-mailboxes": {"task": "notifications.tasks.poll_mailboxes", "schedule": 60.0, "options": {"expires": 50}},
    "sweep-kept-files": {"task": "backend.web.tasks.sweep_kept_files", "schedule": 600.0, "options": {"expires": 500}},
}

# ── API ───────────────────────────────────────────────────────────────────────────────────────────
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["backend.api.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "backend.api.pagination.CursorPages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "backend.api.errors.handle",
    "PAGE_SIZE": 50,
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Jalon API",
    "DESCRIPTION": "Postings, candidates, applications and the log of their moves.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "PREPROCESSING_HOOKS": [],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "backend.api.schema.close_requests",
        "backend.api.schema.tidy_ids",
    ],
    "ENUM_NAME_OVERRIDES": {
        "StateEnum": "workflow.states.State",
        "ActionEnum": "workflow.states.Action",
        "MoveEnum": "backend.api.v1.transitions.MOVE_CHOICES",
        "RejectionEnum": "workflow.states.Rejection",
        "PostingStatusEnum": "backend.hiring.models.PostingStatus",
        "ContractKindEnum": "backend.hiring.models.ContractKind",
        "InterviewStatusEnum": "workflow.models.InterviewStatus",
        "MessageStatusEnum": "notifications.models.Status",
        "LanguageEnum": "backend.api.v1.postings.LANGUAGES",
        "QuestionKindEnum": "backend.hiring.models.QuestionKind",
        "DocumentKindEnum": "backend.hiring.models.DocumentKind",
        "ActorKindEnum": "workflow.models.ActorKind",
        "WebhookKindEnum": "backend.integrations.models.Kind",
        "WebhookEventEnum": "backend.integrations.models.Event",
        "DeliveryStatusEnum": "backend.integrations.models.Status",
    },
}

# ── Logs ──────────────────────────────────────────────────────────────────────────────────────────
LOGGING_CONFIG = None
logging_config.configure(json=not EMBEDDED and not sys.stderr.isatty(), level=env.str("LOG_LEVEL", default="INFO"))
