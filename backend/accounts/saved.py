"""Saved views: a person gives the address of a list a name, for themselves or for the whole team."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.accounts.models import LONGEST_QUERY, List, Membership, SavedView, Team
from backend.common.errors import Invalid, NotVisible

MOST = 20
"""How many one person keeps in one team: a row of links that is still read."""


def visible_to(actor: Actor, team: Team) -> QuerySet[SavedView]:
    """Give the actor's own views of a team, and those that others share with it, by name."""
    if actor.user is None or team.pk not in actor.team_ids:
        return SavedView.objects.none()
    own = Q(member__user=actor.user) | Q(shared=True)
    return SavedView.objects.filter(own, member__team=team).select_related("member").order_by("name", "id")


@transaction.atomic
def save(
    *, team: Team, actor: Actor, name: str, page: str, query: str, shared: bool, pk: UUID | None = None
) -> SavedView:
    """Keep the address of a list under a name; one that has this name already takes the new address.

    `pk` is that of a view that was deleted and comes back. Raises NotVisible or Invalid.
    """
    member = Membership.objects.select_for_update().filter(user=actor.user, team=team, team__in=actor.team_ids).first()
    if member is None:
        raise NotVisible(_("There is no such team."))
    name = _named(name)
    if page not in List.values or len(query) > LONGEST_QUERY:
        raise Invalid(_("This address cannot be kept."))
    if not member.views.filter(name=name).exists() and member.views.count() >= MOST:
        raise Invalid(_("Delete a view first: one person keeps at most %(n)d.") % {"n": MOST})
    given: dict[str, Any] = {"page": page, "query": query, "shared": shared}
    return SavedView.objects.update_or_create(
        member=member, name=name, defaults=given, create_defaults=given | ({"id": pk} if pk else {})
    )[0]


@transaction.atomic
def rename(*, pk: UUID, actor: Actor, name: str) -> SavedView:
    """Give one of the actor's own views another name. Raises NotVisible or Invalid."""
    found, name = _own(pk, actor), _named(name)
    if found.member.views.exclude(pk=pk).filter(name=name).exists():
        raise Invalid(_("You have a view of this name already."))
    found.name = name
    found.save(update_fields=["name"])
    return found


@transaction.atomic
def delete(*, pk: UUID, actor: Actor) -> SavedView:
    """Delete one of the actor's own views; gives it as it was, to be saved anew. Raises NotVisible."""
    found = _own(pk, actor)
    SavedView.objects.filter(pk=pk).delete()
    return found


def _own(pk: UUID, actor: Actor) -> SavedView:
    rows = SavedView.objects.select_for_update(of=("self",)).select_related("member")
    found = rows.filter(pk=pk, member__user=actor.user, member__team__in=actor.team_ids).first()
    if found is None:
        raise NotVisible(_("There is no such view."))
    return found


def _named(name: str) -> str:
    name = " ".join(name.replace("\0", "").split())
    if not 1 <= len(name) <= 60:
        raise Invalid(_("A view needs a name of at most 60 characters."))
    return name
