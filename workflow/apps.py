"""Django's handle on `workflow`."""

from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "workflow"
