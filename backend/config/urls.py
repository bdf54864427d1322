"""Every address of Jalon, by part."""

from django.urls import include, path

urlpatterns = [
    path("api/", include("backend.api.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("backend.web.urls")),
]
