"""What the outbox is narrowed by: GET, so that what is shown has an address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import Team
from backend.web import inbox
from backend.web.forms.base import PlainForm
from notifications import catalog, invitation
from notifications.inbound import late

KINDS = {
    "received_candidate": _("Application received"),
    "interviewed_candidate": _("After the interview"),
    "contracted_candidate": _("Contract terms"),
    "onboarded_candidate": pgettext_lazy("mail", "Welcome"),
    "rejected_candidate": _("Refusal"),
    "withdrawn_candidate": _("Withdrawal confirmed"),
    "reopened_candidate": _("Reopening"),
    "link_candidate": _("Private link"),
    "address_new": _("New address to confirm"),
    "address_old": _("Address about to change"),
    "erasure_candidate": _("Erasure asked for"),
    "interview_proposed_candidate": _("Times for an interview"),
    "interview_planned_candidate": _("Interview arranged"),
    "interview_moved_candidate": _("Interview moved"),
    "interview_cancelled_candidate": _("Interview cancelled"),
    "interview_closed_candidate": _("Interview cancelled with the application"),
    "interview_reminder_candidate": _("Interview tomorrow"),
    "interview_planned_participant": _("Interview arranged, to participants"),
    "interview_moved_participant": _("Interview moved, to participants"),
    "interview_reminder_participant": _("Interview tomorrow, to participants"),
    "interview_cancelled_participant": _("Interview cancelled, to participants"),
    "reply_candidate": _("Written by the team"),
    late.CLOSED: _("Automatic answer"),
    invitation.KEY: _("Invitation"),
}
"""What each kind of mail is called."""


class OutboxFilters(PlainForm):
    """Team, kind, and what became of it."""

    team = forms.ChoiceField(label=_("Team"), required=False)
    kind = forms.ChoiceField(label=_("Kind of e-mail"), required=False)
    status = forms.ChoiceField(required=False, choices=inbox.SHOWN)

    def __init__(self, data: Any, teams: list[Team]) -> None:
        super().__init__(data)
        choices = [("", _("All teams")), *((team.slug, team.name) for team in teams)]
        self.fields["team"].choices = choices  # type: ignore[attr-defined]
        kinds = [*catalog.CATALOGUE, late.CLOSED, invitation.KEY]
        self.fields["kind"].choices = [("", _("All kinds")), *((key, KINDS[key]) for key in kinds)]  # type: ignore[attr-defined]
