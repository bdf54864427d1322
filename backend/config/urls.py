"""Every address of Jalon, by part."""

from django.urls import include, path

urlpatterns = [
    path("api/", include("backend.api.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("backend.web.urls")),
]

handler400 = "backend.config.handlers.bad_request"
handler403 = "backend.config.handlers.forbidden"
handler404 = "backend.config.handlers.not_found"
handler500 = "backend.config.handlers.server_error"
