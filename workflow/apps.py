"""Django's handle on `workflow`: the receivers are connected when the apps are ready."""

from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "workflow"

    def ready(self) -> None:
        from workflow import checklists, erasure, signals  # imported late: models must be loaded

        erasure.connect()
        signals.application_moved.connect(checklists.begin, dispatch_uid="workflow.begin_checklist")
