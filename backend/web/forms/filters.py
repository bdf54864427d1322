"""What a list is narrowed by: GET, so that a filtered list has an address."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django import forms
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Team
from backend.hiring.models import ContractKind, Posting, Remote
from backend.web.forms.base import PlainForm
from workflow.lists import Filters, Order
from workflow.models import TAG_LENGTH, Application


class PostingFilters(PlainForm):
    """Words, team, domain, contract, remote; `closed` shows those that are over instead."""

    q = forms.CharField(
        label=_("Words"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Trade, product, skill…")}),
    )
    team = forms.ChoiceField(label=_("Team"), required=False)
    domain = forms.ChoiceField(label=_("Domain"), required=False)
    contract = forms.ChoiceField(
        label=_("Contract"), required=False, choices=[("", _("Any contract")), *ContractKind.choices]
    )
    remote = forms.ChoiceField(label=_("Place"), required=False, choices=[("", _("Any place")), *Remote.choices])
    closed = forms.BooleanField(label=_("Closed postings"), required=False)

    def __init__(self, data: Any, teams: list[Team], domains: Mapping[str, list[str]]) -> None:
        super().__init__(data)
        choices = [("", _("All teams")), *((team.slug, team.name) for team in teams)]
        self.fields["team"].choices = choices  # type: ignore[attr-defined]
        named = [("", _("All domains")), *((slug, spellings[0]) for slug, spellings in domains.items())]
        self.fields["domain"].choices = named  # type: ignore[attr-defined]


class Offered(NamedTuple):
    """A posting as a filter offers it."""

    slug: str
    title: str


class BoardFilters(PlainForm):
    """Words, posting, whether the promised answer is late; and what comes first."""

    q = forms.CharField(
        label=_("Name, address or words of the file"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Name, address, word…")}),
    )
    posting = forms.ChoiceField(label=_("Posting"), required=False)
    late = forms.BooleanField(label=_("Late"), required=False)
    tag = forms.CharField(label=_("Tag"), required=False, max_length=TAG_LENGTH, widget=forms.HiddenInput)
    sort = forms.ChoiceField(label=_("Order"), required=False, choices=Order.choices)

    def __init__(self, data: Any, postings: list[Offered]) -> None:
        super().__init__(data)
        choices = [("", _("All postings")), *((posting.slug, posting.title) for posting in postings)]
        self.fields["posting"].choices = choices  # type: ignore[attr-defined]


def postings_of(team: Team) -> list[Offered]:
    """Give the postings of a team that somebody has applied to."""
    asked_for = Exists(Application.objects.filter(posting=OuterRef("pk")))
    rows = Posting.objects.filter(asked_for, team=team).order_by("title", "id")
    return [Offered(*row) for row in rows.values_list("slug", "title")]


def filters(form: BoardFilters) -> Filters:
    """Give what a filter form narrows a list by."""
    asked = understood(form)
    return Filters(
        words=asked.get("q", ""),
        posting=asked.get("posting", ""),
        late=asked.get("late", False),
        tag=asked.get("tag", ""),
    )


def order(form: BoardFilters) -> Order:
    """Give what a list begins with."""
    return Order(understood(form).get("sort") or Order.WAITING)


def understood(form: forms.Form) -> dict[str, Any]:
    """Give what a filter form understood; a value that means nothing filters nothing."""
    form.is_valid()
    return form.cleaned_data
