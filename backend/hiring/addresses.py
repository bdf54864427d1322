"""A candidate's new address: asked for on their page, confirmed by the link that is sent to the new address itself."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.common import clock, tokens
from backend.common.errors import Invalid, NotVisible
from backend.hiring.candidates import email_key
from backend.hiring.models import AddressChange, Candidate

SALT = "hiring.address-change"
LIFETIME = timedelta(days=3)
MOST_A_DAY = 5
"""So that nobody's page can be used to write to strangers."""


def digest_of(token: str) -> str:
    """Give what is stored of a token."""
    return tokens.digest(SALT, token)


def token_of(change: AddressChange) -> str:
    """Give the secret of a change, 160 bits, derived: it is stored nowhere."""
    return tokens.derive(SALT, change.pk, change.key)


def link_of(change: AddressChange) -> str:
    """Give the address that confirms a change. For the eyes of whoever reads the new address only."""
    return f"{settings.SITE_URL}/c/address/{token_of(change)}/"


def pending(candidate: Candidate) -> AddressChange | None:
    """Give the change that waits to be confirmed."""
    since = clock.now() - LIFETIME
    return candidate.address_changes.filter(settled_at__isnull=True, created_at__gt=since).first()


def ask(candidate: Candidate, email: str) -> AddressChange:
    """Note a new address; an earlier one that waits is dropped. Raises Invalid: no address, or too many a day."""
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError as error:
        words = _("“%(email)s” is not an e-mail address.") % {"email": email[:100]}
        raise Invalid(words, fields={"email": [words]}) from error
    since = clock.now() - timedelta(days=1)
    if candidate.address_changes.filter(created_at__gt=since).count() >= MOST_A_DAY:
        words = _("You have asked for several addresses today. Try again tomorrow, or write to the team.")
        raise Invalid(words, fields={"email": [words]})
    drop(candidate)
    change = AddressChange(candidate=candidate, email=email, key=secrets.token_hex(16))
    change.digest = digest_of(token_of(change))
    change.save(force_insert=True)
    return change


def drop(candidate: Candidate) -> None:
    """Forget the change that waits."""
    candidate.address_changes.filter(settled_at__isnull=True).update(settled_at=clock.now())


def find(token: str) -> AddressChange:
    """Give the change that a link confirms. Raises NotVisible: unknown, used, dropped or too old."""
    since = clock.now() - LIFETIME
    waiting = AddressChange.objects.select_related("candidate__team").filter(
        settled_at__isnull=True, created_at__gt=since, candidate__erased_at__isnull=True
    )
    found = waiting.filter(digest=digest_of(token)).first()
    if found is None:
        raise NotVisible(_("This link has been used already, or is older than three days."))
    return found


@transaction.atomic
def confirm(change: AddressChange) -> tuple[str, bool]:
    """Let a change take effect; give the address before, and False where another of the team's candidates has the new.

    Raises NotVisible when it was used meanwhile.
    """
    if not AddressChange.objects.filter(pk=change.pk, settled_at__isnull=True).update(settled_at=clock.now()):
        raise NotVisible(_("This link has been used already, or is older than three days."))
    candidate = Candidate.objects.select_for_update().get(pk=change.candidate_id)
    before = candidate.email
    candidate.email, candidate.email_key = change.email, email_key(change.email)
    try:
        with transaction.atomic():
            candidate.save(update_fields=["email", "email_key"])
    except IntegrityError:
        return before, False
    return before, True
