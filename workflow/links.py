"""The candidate's private link: sent once more to who lost it, or replaced by a new one that closes the old."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.common import clock
from backend.common.errors import Invalid, NotVisible
from backend.hiring.candidates import email_key
from workflow import policies, selectors
from workflow.models import Application, Note, link_digest, new_link_key
from workflow.signals import letter_wanted

KEY = "link_candidate"
MOST = 10
"""Links that one request sends, of the newest applications."""
PAUSE = timedelta(minutes=15)
"""How long an address waits for the next mail of this kind, however often it is asked for."""


@transaction.atomic
def send_again(address: str) -> int:
    """Send their links to whoever reads this address; give how many. Nothing is told to who asks."""
    key = email_key(address)
    if key is None:
        return 0
    rows = Application.objects.select_related("posting__team", "candidate").filter(
        candidate__email_key=key, candidate__erased_at__isnull=True
    )
    # Locked, so that of two requests at once the second sees the first one's mails.
    found = list(rows.select_for_update(of=("candidate",)).order_by("-created_at", "id")[:MOST])
    since = clock.now() - PAUSE
    sent = 0
    for application in found:
        # The table of messages stands above this package, and is reached by its relation.
        if application.messages.filter(kind=KEY, created_at__gt=since).exists():
            continue
        _renew_digest(application)
        _write(application)
        sent += 1
    return sent


@transaction.atomic
def replace(*, pk: UUID, actor: Actor) -> bool:
    """Close a candidate's link and send them a new one; give whether there was an address to send it to.

    Raises NotVisible, NotAllowed, Invalid (the person is erased).
    """
    application = selectors.visible_to(actor).select_for_update(of=("self",)).filter(pk=pk).first()
    if application is None:
        raise NotVisible(_("There is no such application."))
    policies.require(actor, "write_mail", application)
    if application.candidate.erased_at:
        raise Invalid(_("This person is erased: there is no page any more."))
    application.link_key = new_link_key()
    _renew_digest(application)
    Note.objects.create(
        application=application, author=actor.user, text=_("The private link was replaced; the earlier one is closed.")
    )
    if not application.candidate.email:
        return False
    _write(application)
    return True


def _renew_digest(application: Application) -> None:
    """Make the link as it is derived now the one that opens the page: the secret key may have changed since."""
    application.link_digest = link_digest(application.link_token)
    application.save(update_fields=["link_key", "link_digest"])


def _write(application: Application) -> None:
    letter_wanted.send(sender=Application, application=application, key=KEY, address="")
