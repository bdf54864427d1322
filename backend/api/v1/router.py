"""Every address of version 1: one line a resource."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from backend.api import schema
from backend.api.v1.applications import Applications
from backend.api.v1.candidates import Candidates
from backend.api.v1.contracts import Contracts
from backend.api.v1.interviews import Interviews
from backend.api.v1.messages import Messages
from backend.api.v1.onboarding import OnboardingTasks
from backend.api.v1.postings import Postings
from backend.api.v1.reports import Reports
from backend.api.v1.tokens import Tokens
from backend.api.v1.transitions import ApplicationTransitions, Transitions

router = SimpleRouter(use_regex_path=False)
router.register("postings", Postings, "posting")
router.register("candidates", Candidates, "candidate")
router.register("applications", Applications, "application")
router.register("transitions", Transitions, "transition")
router.register("interviews", Interviews, "interview")
router.register("contracts", Contracts, "contract")
router.register("onboarding-tasks", OnboardingTasks, "onboarding-task")
router.register("messages", Messages, "message")
router.register("tokens", Tokens, "token")

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
    path("schema/", schema.view, name="schema"),
]
