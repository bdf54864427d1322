"""A team's settings: what it promises, whom it invites, what it calls its reasons; and joining a team."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.accounts import teams
from backend.accounts.models import Role, Team
from backend.web.forms.base import PlainForm
from workflow import refusals
from workflow.states import Rejection


class TeamForm(PlainForm):
    """What a team is called and what it promises."""

    name = forms.CharField(
        label=_("Name of the team"), max_length=150, error_messages={"required": _("A team needs a name.")}
    )
    reply_to = forms.EmailField(
        label=_("Reply address"),
        help_text=_("Candidates’ answers go there, and mail sent to it finds this team."),
        required=False,
        max_length=254,
        error_messages={"invalid": _("This is not an e-mail address. For example: team@site.example")},
    )
    answer_days = forms.IntegerField(
        label=_("Days promised for an answer"),
        help_text=_("For the applications that arrive from now on; those that are here keep their date."),
        min_value=1,
        max_value=teams.MOST_DAYS,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("Promise an answer within 1 to 90 days.")
        ),
    )
    language = forms.ChoiceField(
        label=_("Language of the team"),
        help_text=_("For new postings and invitations. Each person and each candidate keeps their own."),
        choices=[("fr", "français"), ("en", "English")],
    )

    @classmethod
    def of(cls, team: Team) -> "TeamForm":
        """Give the form as things stand."""
        return cls(initial={name: getattr(team, name) for name in cls.base_fields})


class InviteForm(PlainForm):
    """An address and what they will be."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={
            "required": _("Whom do you invite? Give their address."),
            "invalid": _("This is not an e-mail address. For example: team@site.example"),
        },
    )
    role = forms.ChoiceField(
        label=_("What they do here"),
        choices=[
            (Role.MEMBER, _("Member: reads everything and acts")),
            (Role.COACH, _("Coach: reads, comments and evaluates")),
        ],
        initial=Role.MEMBER,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="invite_%s", **kwargs)


class ReasonsForm(PlainForm):
    """Each reason of a refusal: the team's words, and whether it is offered."""

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        initial: dict[str, Any] = {}
        for reason in Rejection:
            initial[reason] = team.refusals.get(reason, {}).get("words", "")
            initial[f"{reason}_on"] = refusals.is_offered(team, reason)
        super().__init__(*args, auto_id="reason_%s", initial=initial, **kwargs)
        for reason in Rejection:
            words = forms.CharField(label=reason.label, max_length=refusals.LONGEST, required=False)
            words.widget.attrs |= {"class": "input", "placeholder": reason.label}
            self.fields[reason] = words
            self.fields[f"{reason}_on"] = forms.BooleanField(label=_("Offered"), required=False)

    @property
    def rows(self) -> list[tuple[str, Any, Any]]:
        """Give each reason as we say it, with its two fields."""
        return [(str(reason.label), self[reason], self[f"{reason}_on"]) for reason in Rejection]

    @property
    def wording(self) -> dict[str, str]:
        """Give the team's words by reason."""
        return {reason: self.cleaned_data.get(reason, "") for reason in Rejection}

    @property
    def offer(self) -> list[str]:
        """Give the reasons that are offered."""
        return [reason for reason in Rejection if self.cleaned_data.get(f"{reason}_on")]


class JoinForm(PlainForm):
    """How somebody new signs."""

    name = forms.CharField(
        label=_("Your name"),
        help_text=_("The team sees it, and so do candidates at the end of your e-mails."),
        max_length=150,
        error_messages={"required": _("Give your name: candidates like to know who writes to them.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
