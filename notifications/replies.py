"""A mail that a member writes to a candidate by hand: held in the outbox as any other, in the same thread."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.common.errors import Invalid
from notifications import catalog, compose, outbox
from notifications.models import Direction, Message
from notifications.placeholders import Occasion
from workflow import policies, selectors
from workflow.models import Application
from workflow.services import MailOptions

ANSWER = "Re: "


def draft(application: Application, actor: Actor) -> compose.Rendered:
    """Give what a member begins with: our frame, and the subject of the last thing the person wrote."""
    begun = compose.render(
        catalog.Reply, Occasion(application, timezone.now(), actor.user, draft=True), to=compose.shown_to(application)
    )
    wrote = [mail for mail in application.messages.all() if mail.direction == Direction.IN and mail.subject]
    if not wrote:
        return begun
    last = max(wrote, key=lambda mail: mail.created_at).subject
    if _("[hidden]") in last:  # what is not shown cannot be sent back
        return begun
    subject = last if last.lower().startswith(ANSWER.lower().strip()) else f"{ANSWER}{last}"
    marks = str.maketrans("{}", "()")  # their subject is no text of ours: it holds no placeholder
    return compose.Rendered(
        begun.kind, begun.recipient, begun.language, subject.translate(marks)[: compose.LONGEST_SUBJECT], begun.body
    )


@transaction.atomic
def send(*, pk: UUID, actor: Actor, subject: str, body: str, at_once: bool = False) -> Message:
    """Write a mail to the candidate; it waits as long as any other, unless `at_once`.

    Raises NotVisible, NotAllowed, Invalid (nothing written, a text that cannot be used, or nobody to write to).
    """
    application = selectors.application(pk, actor)
    policies.require(actor, "write_mail", application)
    for name, given in (("subject", subject), ("body", body)):
        if not given.strip():
            words = _("A mail needs a subject and a text.")
            raise Invalid(words, fields={name: [words]})
    options = MailOptions(hold=0 if at_once else settings.HOLD_SECONDS, subject=subject, body=body)
    written = outbox.write(application, catalog.Reply.key, by=actor.user, options=options)
    if written is None:
        raise Invalid(_("There is no address to write to: add one first."))
    return written
