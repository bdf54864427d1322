"""Applications, their log, and what the guards look at: interviews, contracts, onboarding tasks.

Django finds the models of an app here; each stands in the module of its idea.
"""

from workflow.models.application import LINK_SALT, TAG_LENGTH, Application, link_digest, new_link_key
from workflow.models.contracts import RENEWAL_DAYS, Contract
from workflow.models.evaluations import Evaluation, EvaluationForm, Level, Recommendation
from workflow.models.interviews import Interview, InterviewQuerySet, InterviewSlot, InterviewStatus
from workflow.models.log import ActorKind, Transition
from workflow.models.notes import Answer, Note, NoteSource
from workflow.models.onboarding import OnboardingTask, OnboardingTaskQuerySet, TaskOwner
from workflow.models.views import DocumentView

__all__ = [
    "LINK_SALT",
    "RENEWAL_DAYS",
    "TAG_LENGTH",
    "ActorKind",
    "Answer",
    "Application",
    "Contract",
    "DocumentView",
    "Evaluation",
    "EvaluationForm",
    "Interview",
    "InterviewQuerySet",
    "InterviewSlot",
    "InterviewStatus",
    "Level",
    "Note",
    "NoteSource",
    "OnboardingTask",
    "OnboardingTaskQuerySet",
    "Recommendation",
    "TaskOwner",
    "Transition",
    "link_digest",
    "new_link_key",
]
