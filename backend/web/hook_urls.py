"""Addresses of the hooks for mail; the providers' own only where their secret is set."""

from anymail.urls import urlpatterns as of_anymail
from django.conf import settings
from django.urls import URLPattern, path

from backend.web.views import hooks


def of_providers() -> list[URLPattern]:
    """Give django-anymail's addresses for incoming mail and for tracking, each behind our own door."""
    found = [each for each in of_anymail if isinstance(each, URLPattern)]
    return [URLPattern(each.pattern, hooks.roomy(each.callback), each.default_args, each.name) for each in found]


urlpatterns = [path("mail/raw/", hooks.raw, name="hook_mail_raw")]
providers = of_providers() if settings.ANYMAIL.get("WEBHOOK_SECRET") else []
