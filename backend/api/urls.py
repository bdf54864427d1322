"""Addresses under /api/."""

from django.urls import include, path, re_path

from backend.api import errors
from backend.api.v1 import router

app_name = "api"
urlpatterns = [
    path("v1/", include((router.urlpatterns, "v1"))),
    re_path("", errors.nowhere, name="nowhere"),
]
