"""What people do with mail that nobody could place: to a posting, to an application, or aside; and take it back.

The mail is kept as it came either way.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.common.errors import Invalid, NotAllowed, NotVisible
from backend.hiring.models import Document, Posting, PostingStatus
from notifications.inbound import as_application, as_reply, author, parse, recognise, rules
from notifications.models import IncomingMail, Message, Outcome
from workflow import anonymous
from workflow.models import Application, Note


def visible_to(actor: Actor) -> QuerySet[IncomingMail]:
    """Give all mail that came in: of the actor's teams and, for an administrator, of no team."""
    mine = Q(team_id__in=actor.team_ids)
    if actor.user is not None and actor.user.is_admin and actor.team_id is None:
        mine |= Q(team__isnull=True)
    rows = IncomingMail.objects.filter(mine).select_related("application__posting", "application__candidate")
    return anonymous.read(rows, _veil)


def _veil(mail: IncomingMail) -> None:
    """Veil a mail of an application that is read without names; one that nobody has placed yet is read as it came."""
    if mail.application is None or not anonymous.is_hidden(mail.application):
        return
    hide = anonymous.redactor(mail.application)
    anonymous.veil(mail.application)
    mail.sender, mail.sender_name = "", str(mail.application.candidate)
    for name in {"subject", "text", "reason"} - mail.get_deferred_fields():
        setattr(mail, name, hide(getattr(mail, name)))


def to_sort(actor: Actor) -> QuerySet[IncomingMail]:
    """Give the mail to be sorted that the actor sees."""
    return visible_to(actor).filter(outcome=Outcome.TRIAGE)


def may_act(actor: Actor, mail: IncomingMail) -> bool:
    """Say whether the actor may sort this mail, which they see, or read it as it came."""
    return mail.team_id is None or actor.is_member(mail.team_id)


def choices(actor: Actor, mail: IncomingMail) -> QuerySet[Posting]:
    """Give the postings this mail may go to: open ones of the teams the actor acts for; for mail of no team, any."""
    own = Posting.objects.filter(status=PostingStatus.OPEN)
    if mail.team_id is not None:
        own = own.filter(team_id=mail.team_id) if actor.is_member(mail.team_id) else own.none()
    return own.select_related("team").order_by("team__name", "title", "id")


def applications(actor: Actor, mail: IncomingMail) -> QuerySet[Application]:
    """Give the applications this mail may go to: of its team or, of no team, of those the actor acts for."""
    teams = [team for team in actor.team_ids if actor.is_member(team) and mail.team_id in (None, team)]
    rows = Application.objects.filter(posting__team_id__in=teams)
    rows = rows.select_related("posting__team", "candidate").order_by("-created_at", "id")
    return anonymous.read(rows, anonymous.veil)


@transaction.atomic
def assign(*, pk: UUID, posting_id: UUID, actor: Actor, remember: str = "") -> Application:
    """Make the application that this mail is; with `remember`, mail to that address is for this posting from now on.

    Raises NotVisible (also when it is sorted already), NotAllowed or Invalid (no such posting, an address that is not
    the team's to speak for, or a file we refuse).
    """
    row = _lock(pk, actor)
    posting = choices(actor, row).filter(pk=posting_id).first()
    if posting is None:
        words = _("Choose one of the open postings.")
        raise Invalid(words, fields={"posting": [words]})
    mail = parse.parse(bytes(row.raw))
    found = recognise.Recognised(posting, _("%(who)s chose the posting.") % {"who": actor.user})
    # Whoever places a forward has read it: the person to credit is who wrote first.
    result = as_application.submit(mail, author.of(mail, trusted=True), found, timezone.now())
    if result.application is None:
        raise Invalid(result.reason, fields={"posting": [result.reason]})
    if remember:
        rules.teach(address=remember, posting=posting, among=row.recipients, actor=actor)
    row.doubt, row.placed = row.reason, {}
    row.outcome, row.application, row.posting = result.outcome, result.application, posting
    row.team, row.reason = posting.team, " ".join([result.reason, *result.notes])
    row.save(update_fields=["outcome", "application", "posting", "team", "reason", "doubt", "placed"])
    return result.application


@transaction.atomic
def attach(*, pk: UUID, application_id: UUID, actor: Actor) -> Application:
    """Put this mail, with its files, on an application that exists. Raises NotVisible, NotAllowed or Invalid."""
    row = _lock(pk, actor)
    application = applications(actor, row).filter(pk=application_id).first()
    if application is None:
        words = _("Choose one of the applications.")
        raise Invalid(words, fields={"posting": [words]})
    application = anonymous.whole(application)
    mail = parse.parse(bytes(row.raw))
    before = _parts(application)
    reason = _("%(who)s chose the application.") % {"who": actor.user}
    result = as_reply.answer(application, mail, author.of(mail, trusted=True), timezone.now(), reason)
    if result.application is None:
        raise Invalid(result.reason, fields={"posting": [result.reason]})
    made = {name: sorted(ids - before[name]) for name, ids in _parts(application).items()}
    row.doubt, row.placed = row.reason, {"team": str(row.team_id or ""), "posting": str(row.posting_id or ""), **made}
    row.outcome, row.application, row.posting = result.outcome, application, application.posting
    row.team, row.reason = application.posting.team, " ".join([result.reason, *result.notes])
    row.save(update_fields=["outcome", "application", "posting", "team", "reason", "doubt", "placed"])
    return application


def _parts(application: Application) -> dict[str, set[str]]:
    """Give the ids of what an answer may add to an application."""
    rows: dict[str, Any] = {
        "messages": application.messages,
        "documents": application.documents,
        "notes": Note.objects.filter(application=application),
    }
    return {name: {str(pk) for pk in found.values_list("pk", flat=True)} for name, found in rows.items()}


@transaction.atomic
def dismiss(*, pk: UUID, actor: Actor) -> None:
    """Say that a mail is no application; it stays as it came. Raises NotVisible or NotAllowed."""
    row = _lock(pk, actor)
    row.doubt, row.placed = row.reason, {"team": str(row.team_id or ""), "posting": str(row.posting_id or "")}
    row.outcome = Outcome.REFUSED
    row.reason = _("%(who)s put it aside: not an application.") % {"who": actor.user}
    row.save(update_fields=["outcome", "reason", "doubt", "placed"])


@transaction.atomic
def undo(*, pk: UUID, actor: Actor) -> None:
    """Put a mail back among those to be sorted, and take off the application what it brought there.

    Raises NotVisible, NotAllowed, or Invalid for one that became an application: that one was told of it.
    """
    row = visible_to(actor).select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        raise NotVisible(_("There is no such message."))
    if not may_act(actor, row):
        raise NotAllowed(_("Only members of the team may do this."))
    if not row.placed or row.outcome == Outcome.TRIAGE:
        raise Invalid(_("This cannot be taken back: the person has been told of their application."))
    if row.application is not None:
        _take_off(row.application, row.placed)
    row.outcome, row.reason, row.doubt = Outcome.TRIAGE, row.doubt, ""
    row.application_id, row.team_id = None, row.placed["team"] or None
    row.posting_id = row.placed["posting"] or None
    row.placed = {}
    row.save(update_fields=["outcome", "reason", "doubt", "placed", "application", "team", "posting"])


def _take_off(application: Application, placed: dict[str, list[str]]) -> None:
    """Remove from an application what a mail brought, and nothing else."""
    Message.objects.filter(pk__in=placed.get("messages", []), application=application).delete()
    Note.objects.filter(pk__in=placed.get("notes", []), application=application).delete()
    brought = Document.objects.filter(pk__in=placed.get("documents", []))
    application.documents.remove(*brought)
    brought.filter(applications__isnull=True).delete()


def _lock(pk: UUID, actor: Actor) -> IncomingMail:
    """Give a mail that is still to be sorted, its row locked. Raises NotVisible or NotAllowed."""
    # Whoever waits here for another's decision looks again after it: the row is then no longer to be sorted.
    row = to_sort(actor).select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        raise NotVisible(_("There is no such message, or somebody has sorted it already."))
    if not may_act(actor, row):
        raise NotAllowed(_("Only members of the team may do this."))
    return row
