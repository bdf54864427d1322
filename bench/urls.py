"""Addresses of the floor."""

from django.urls import path

from bench import floor

urlpatterns = [
    path("floor/applications/", floor.List.as_view()),
    path("floor/applications/<uuid:pk>/transitions/", floor.Move.as_view()),
]
