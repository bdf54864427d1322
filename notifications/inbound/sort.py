"""What people do with mail that nobody could place: to a posting, or aside. It is kept as it came either way."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.common.errors import Invalid, NotAllowed, NotVisible
from backend.hiring.models import Posting, PostingStatus
from notifications.inbound import as_application, author, parse, recognise
from notifications.models import IncomingMail, Outcome
from workflow.models import Application


def to_sort(actor: Actor) -> QuerySet[IncomingMail]:
    """Give the mail to be sorted: of the actor's teams and, for an administrator, of no team."""
    mine = Q(team_id__in=actor.team_ids)
    if actor.user is not None and actor.user.is_admin and actor.team_id is None:
        mine |= Q(team__isnull=True)
    return IncomingMail.objects.filter(mine, outcome=Outcome.TRIAGE)


def choices(actor: Actor, mail: IncomingMail) -> QuerySet[Posting]:
    """Give the postings this mail may go to: open ones of the teams the actor acts for; for mail of no team, any."""
    own = Posting.objects.filter(status=PostingStatus.OPEN)
    if mail.team_id is not None:
        own = own.filter(team_id=mail.team_id) if actor.is_member(mail.team_id) else own.none()
    return own.select_related("team").order_by("team__name", "title", "id")


@transaction.atomic
def assign(*, pk: UUID, posting_id: UUID, actor: Actor) -> Application:
    """Make the application that this mail is.

    Raises NotVisible (also when it is sorted already), NotAllowed or Invalid (no such posting, or a file we refuse).
    """
    row = _lock(pk, actor)
    posting = choices(actor, row).filter(pk=posting_id).first()
    if posting is None:
        words = _("Choose one of the open postings.")
        raise Invalid(words, fields={"posting": [words]})
    mail = parse.parse(bytes(row.raw))
    found = recognise.Recognised(posting, _("%(who)s chose the posting.") % {"who": actor.user})
    result = as_application.submit(mail, author.of(mail), found, timezone.now())
    if result.application is None:
        raise Invalid(result.reason, fields={"posting": [result.reason]})
    row.outcome, row.application, row.posting = result.outcome, result.application, posting
    row.team, row.reason = posting.team, " ".join([result.reason, *result.notes])
    row.save(update_fields=["outcome", "application", "posting", "team", "reason"])
    return result.application


@transaction.atomic
def dismiss(*, pk: UUID, actor: Actor) -> None:
    """Say that a mail is no application; it stays as it came. Raises NotVisible or NotAllowed."""
    row = _lock(pk, actor)
    row.outcome = Outcome.REFUSED
    row.reason = _("%(who)s put it aside: not an application.") % {"who": actor.user}
    row.save(update_fields=["outcome", "reason"])


def _lock(pk: UUID, actor: Actor) -> IncomingMail:
    """Give a mail that is still to be sorted, its row locked. Raises NotVisible or NotAllowed."""
    # Whoever waits here for another's decision looks again after it: the row is then no longer to be sorted.
    row = to_sort(actor).select_for_update().filter(pk=pk).first()
    if row is None:
        raise NotVisible(_("There is no such message, or somebody has sorted it already."))
    if row.team_id is not None and not actor.is_member(row.team_id):
        raise NotAllowed(_("Only members of the team may do this."))
    return row
