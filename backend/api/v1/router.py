"""Every address of version 1: one line a resource."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from backend.api import schema
from backend.api.v1.applications import Applications
from backend.api.v1.candidates import Candidates
from backend.api.v1.contracts import Contracts
from backend.api.v1.evaluations import Evaluations
from backend.api.v1.interviews import Interviews
from backend.api.v1.messages import Messages
from backend.api.v1.onboarding import OnboardingTasks
from backend.api.v1.postings import Postings
from backend.api.v1.reports import Reports
from backend.api.v1.tokens import Tokens
from backend.api.v1.transitions import ApplicationTransitions, Transitions
from backend.api.v1.webhooks import Deliveries, Webhooks

router = SimpleRouter(use_regex_path=False)
router.register("postings", Postings, "posting")
router.register("candidates", Candidates, "candidate")
router.register("applications", Applications, "application")
router.register("transitions", Transitions, "transition")
router.register("interviews", Interviews, "interview")
router.register("evaluations", Evaluations, "evaluation")
router.register("contracts", Contracts, "contract")
router.register("onboarding-tasks", OnboardingTasks, "onboarding-task")
router.register("messages", Messages, "message")
router.register("tokens", Tokens, "token")
router.register("webhooks", Webhooks, "webhook")

log = ApplicationTransitions.as_view({"get": "log", "post": "move"})
reports = Reports.as_view({"get": "all"})
report = Reports.as_view({"get": "ask"})
summary = Applications.as_view({"get": "summary"})

urlpatterns = [
    *router.urls,
    path("applications/<uuid:pk>/transitions/", log, name="application-transitions"),
    path("applications/<uuid:pk>/summary.pdf", summary, name="application-summary"),
    path("reports/", reports, name="reports"),
    path("reports/<slug:key>/", report, name="report"),
    path("webhooks/<uuid:pk>/rotate/", Webhooks.as_view({"post": "rotate"}), name="webhook-rotate"),
    path("webhooks/<uuid:pk>/test/", Webhooks.as_view({"post": "test"}), name="webhook-test"),
    path("webhooks/<uuid:pk>/deliveries/", Deliveries.as_view({"get": "list"}), name="webhook-deliveries"),
    path(
        "webhooks/<uuid:pk>/deliveries/<uuid:delivery>/replay/",
        Deliveries.as_view({"post": "replay"}),
        name="webhook-replay",
    ),
    path("schema/", schema.view, name="schema"),
]
