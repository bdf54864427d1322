"""Django's handle on `backend.hiring`."""

from django.apps import AppConfig


class HiringConfig(AppConfig):
    name = "backend.hiring"
    label = "hiring"
