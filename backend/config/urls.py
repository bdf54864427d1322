"""Every address of Jalon, by part."""

from django.urls import include, path

from backend.web.hook_urls import providers

urlpatterns = [
    path("api/", include("backend.api.urls")),
    path("accounts/", include("allauth.urls")),
    path("hooks/", include("backend.web.hook_urls")),
    path("hooks/anymail/", include((providers, "anymail"))),
    path("", include("backend.web.urls")),
]

handler400 = "backend.config.handlers.bad_request"
handler403 = "backend.config.handlers.forbidden"
handler404 = "backend.config.handlers.not_found"
handler500 = "backend.config.handlers.server_error"
