"""A team's own words for the reasons of a refusal, and which of them it offers.

The keys of `Rejection` stay the truth, in the log, the API and the reports; a team only says them in its own way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts import teams
from backend.accounts.actors import Actor
from backend.accounts.models import Team
from backend.common.errors import Invalid
from workflow.states import Rejection

LONGEST = 120


def words(team: Team, key: str) -> str:
    """Give what the team says for a reason, offered or not."""
    own: str = team.refusals.get(key, {}).get("words", "")
    return own or str(Rejection(key).label)


def is_offered(team: Team, key: str) -> bool:
    """Say whether the team chooses among this reason."""
    return bool(team.refusals.get(key, {}).get("offered", True))


def offered(team: Team) -> list[tuple[str, str]]:
    """Give the reasons to choose from, each with the team's words."""
    return [(key, words(team, key)) for key in Rejection.values if is_offered(team, key)]


@transaction.atomic
def change(*, team_id: UUID, actor: Actor, wording: Mapping[str, str], offer: Collection[str]) -> Team:
    """Keep a team's words (empty: ours) and its choice. Raises NotVisible, NotAllowed, Invalid."""
    team = teams.lock(team_id, actor)
    if not set(offer) & set(Rejection.values):
        raise Invalid(_("Keep at least one reason: no refusal goes without."))
    kept: dict[str, dict[str, object]] = {}
    for reason in Rejection:
        said = " ".join(wording.get(reason, "").split())
        if len(said) > LONGEST:
            long = _("A reason has at most %(limit)d characters.") % {"limit": LONGEST}
            raise Invalid(long, fields={reason: [long]})
        if said and said != str(reason.label):
            kept.setdefault(reason, {})["words"] = said
        if reason not in offer:
            kept.setdefault(reason, {})["offered"] = False
    team.refusals = kept
    team.save(update_fields=["refusals"])
    return team


@transaction.atomic
def put_back(*, team_id: UUID, actor: Actor, refusals: dict[str, dict[str, object]]) -> Team:
    """Keep what a change replaced: an undo. Raises NotVisible, NotAllowed."""
    team = teams.lock(team_id, actor)
    team.refusals = refusals
    team.save(update_fields=["refusals"])
    return team
