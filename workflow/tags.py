"""Tags: short words that a team puts on applications, to find them again."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import F, Func
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.accounts.models import Team
from backend.common.errors import Invalid, NotVisible
from workflow import policies, selectors
from workflow.models import TAG_LENGTH, Application

MOST = 20


def of_team(actor: Actor, team: Team) -> list[str]:
    """Give the tags that stand on a team's applications, in order; one query."""
    rows = selectors.visible_to(actor).filter(posting__team=team).exclude(tags=[]).order_by()
    each = rows.annotate(tag=Func(F("tags"), function="unnest")).values_list("tag", flat=True)
    return sorted(set(each), key=str.casefold)


@transaction.atomic
def add(*, pk: UUID, actor: Actor, tag: str) -> str:
    """Put a tag on an application; give it as it is written. One that the team has, in other letters, is that one.

    Raises NotVisible, NotAllowed, Invalid (empty, too long, too many).
    """
    application = _lock(pk, actor)
    tag = " ".join(tag.replace("\0", "").split()).strip("#,; ")
    if not tag or len(tag) > TAG_LENGTH:
        words = _("Write a tag of 1 to %(limit)d characters.") % {"limit": TAG_LENGTH}
        raise Invalid(words, fields={"tag": [words]})
    known = {one.casefold(): one for one in of_team(actor, application.team)}
    tag = known.get(tag.casefold(), tag)
    if tag in application.tags:
        return tag
    if len(application.tags) >= MOST:
        words = _("An application has %(most)d tags at most.") % {"most": MOST}
        raise Invalid(words, fields={"tag": [words]})
    worn = sorted({*application.tags, tag}, key=str.casefold)
    application.tags = worn
    application.save(update_fields=["tags"])
    return tag


@transaction.atomic
def remove(*, pk: UUID, actor: Actor, tag: str) -> None:
    """Take a tag off an application, if it is there. Raises NotVisible, NotAllowed."""
    application = _lock(pk, actor)
    application.tags = [one for one in application.tags if one != tag]
    application.save(update_fields=["tags"])


def _lock(pk: UUID, actor: Actor) -> Application:
    application = selectors.visible_to(actor).select_for_update(of=("self",)).filter(pk=pk).first()
    if application is None:
        raise NotVisible(_("There is no such application."))
    policies.require(actor, "comment", application)
    return application
