"""The applications of an export: how many there may be, and each with what its reader may see of it."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.accounts.actors import Actor
from backend.common.errors import Invalid
from workflow import evaluations, selectors
from workflow.models import Application, Evaluation


class Readable(NamedTuple):
    """An application, and those of its evaluations that are open to the reader."""

    application: Application
    evaluations: list[Evaluation]


def bounded(rows: list[UUID], most: int) -> list[UUID]:
    """Give the rows back. Raises Invalid if there are none, or more than `most`."""
    if not rows:
        raise Invalid(_("There is no application to export."))
    if len(rows) > most:
        words = ngettext(
            "At most %(n)d application can be exported at once.",
            "At most %(n)d applications can be exported at once.",
            most,
        )
        raise Invalid(f"{words % {'n': most}} {_('Narrow the list, by posting or by state.')}")
    return rows


def readable(pk: UUID, actor: Actor) -> Readable | None:
    """Give one application as `actor` may read it now, behind the same wall as on its page; None if it is gone."""
    found = selectors.visible_to(actor).filter(pk=pk).first()
    if found is None:
        return None
    return Readable(found, list(evaluations.visible_to(actor).filter(application=found)))
