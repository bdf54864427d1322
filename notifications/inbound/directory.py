"""What the database knows of the addresses and Message-IDs in a mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from backend.accounts.models import Membership, Team, User
from backend.hiring.candidates import email_key
from backend.hiring.models import Posting, PostingStatus
from notifications import identifiers
from notifications.inbound.word_lists import word_set
from notifications.models import Direction, IncomingMail, IntakeRule, Message
from workflow.models import Application


def postings() -> list[Posting]:
    """Give the postings that people know of, open and closed, with what recognising them needs."""
    return list(
        Posting.objects.exclude(status=PostingStatus.DRAFT)
        .select_related("team")
        .only("slug", "title", "status", "language", "apply_to", "apply_cc", "team__name", "team__language")
        .order_by("-published_on", "slug")
    )


def rules(recipients: Iterable[str]) -> dict[str, list[UUID]]:
    """Give the postings that people taught for these addresses.

    A team speaks for its own mail only: what another team's posting asks to write to is not its to take.
    """
    found: dict[str, list[UUID]] = {}
    taught = list(
        IntakeRule.objects.filter(address__in=list(recipients))
        .order_by("created_at", "id")
        .values_list("address", "posting_id", "team_id")
    )
    owned = owners() if taught else {}
    for address, posting, team in taught:
        if is_free(address, team, owned):
            found.setdefault(address, []).append(posting)
    return found


def owners() -> dict[str, set[UUID]]:
    """Give the teams whose postings, or who themselves, ask to write to each address; lower case."""
    found: dict[str, set[UUID]] = {}
    for posting in postings():
        for address in addresses_of(posting):
            found.setdefault(address, set()).add(posting.team_id)
    for address, team in Team.objects.exclude(reply_to="").values_list("reply_to", "pk"):
        found.setdefault(address.lower(), set()).add(team)
    return found


def is_free(address: str, team_id: UUID | None, owned: Mapping[str, set[UUID]]) -> bool:
    """Say whether a team may say what an address means: no other team has it, and it is neither ours nor a reply's."""
    address = address.lower()
    if not address or address == own_address() or identifiers.TOKEN.fullmatch(_tag(address)):
        return False
    return owned.get(address, set()) <= ({team_id} if team_id else set())


def may_teach(team_id: UUID, address: str) -> bool:
    """Say whether a team may say what an address means (see `is_free`)."""
    return is_free(address, team_id, owners())


def _tag(address: str) -> str:
    return address.partition("@")[0].rpartition("+")[2]


@dataclass(frozen=True)
class Colleague:
    """Somebody of a hiring team; `user` if they sign in."""

    user: User | None


def colleague(address: str) -> Colleague | None:
    """Give the colleague behind an address: a member or coach of a team, or an address that a posting or team names.

    None for anybody else.
    """
    key = email_key(address)
    if key is None:
        return None
    user = User.objects.filter(email__iexact=key, is_active=True, memberships__isnull=False).first()
    if user is not None:
        return Colleague(user)
    if Team.objects.filter(reply_to__iexact=key).exists() or key == own_address():
        return Colleague(None)
    named = any(key in addresses_of(posting) for posting in postings())
    return Colleague(None) if named else None


def addresses_of(posting: Posting) -> set[str]:
    """Give the addresses that a posting asks to write to, copies included, in lower case."""
    return {address.lower() for address in [*posting.apply_to, *posting.apply_cc]}


def team_addresses() -> set[str]:
    """Give every address of a team: its postings', its own, its members'; lower case."""
    found = set().union(*(addresses_of(posting) for posting in postings()))
    found.update(address.lower() for address in Team.objects.exclude(reply_to="").values_list("reply_to", flat=True))
    people = User.objects.filter(is_active=True, memberships__isnull=False).values_list("email", flat=True)
    return found.union(address.lower() for address in people)


def same_organisation(address: str, team: Iterable[str]) -> bool:
    """Say whether an address has the domain of one of `team`, or one above or below, where not anybody has one."""
    domain = address.lower().rpartition("@")[2]
    if domain in PUBLIC_DOMAINS or "." not in domain:
        return False
    others = {other.lower().rpartition("@")[2] for other in team} - PUBLIC_DOMAINS
    return any(
        domain == other or domain.endswith(f".{other}") or other.endswith(f".{domain}") for other in others if other
    )


PUBLIC_DOMAINS = word_set(
    """
    gmail.com googlemail.com outlook.com outlook.fr hotmail.com hotmail.fr live.com live.fr msn.com yahoo.com yahoo.fr
    icloud.com me.com mac.com protonmail.com proton.me pm.me free.fr orange.fr wanadoo.fr sfr.fr laposte.net bbox.fr
    neuf.fr aol.com gmx.fr gmx.com posteo.net mailo.com zaclys.net
    """
)


def is_member(user: User | None, team_id: UUID) -> bool:
    """Say whether somebody has a role in this team."""
    return user is not None and Membership.objects.filter(user=user, team_id=team_id).exists()


def own_address() -> str:
    """Give the address that our mail leaves from, in lower case."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower()


def is_ours(message_id: str) -> bool:
    """Say whether this very message is one that we sent."""
    return Message.objects.filter(message_id__in=spellings([message_id]), direction=Direction.OUT).exists()


def spellings(message_ids: Iterable[str]) -> list[str]:
    """Give Message-IDs with and without their brackets."""
    return [form for one in message_ids for form in (f"<{one.strip('<> ')}>", one.strip("<> "))]


def application_by_token(recipients: Iterable[str]) -> Application | None:
    """Give the application whose reply address is among `recipients`."""
    for address in recipients:
        local = address.partition("@")[0]
        application = identifiers.application_for_reply_token(local.rpartition("+")[2])
        if application is not None:
            return application
    return None


def message_about(message_ids: Sequence[str]) -> Message | None:
    """Give the first of our messages with one of these Message-IDs."""
    return (
        Message.objects.select_related("application__posting__team", "application__candidate", "posting__team")
        .filter(message_id__in=spellings(message_ids), direction=Direction.OUT)
        .first()
        if message_ids
        else None
    )


def application_in_thread(message_ids: Sequence[str]) -> Application | None:
    """Give the application on whose timeline one of these Message-IDs stands."""
    if not message_ids:
        return None
    forms = spellings(message_ids)
    rows = Application.objects.select_related("posting__team", "candidate")
    known = rows.filter(
        Q(messages__message_id__in=forms)
        | Q(pk__in=IncomingMail.objects.filter(message_id__in=forms, application__isnull=False).values("application"))
    )
    return known.distinct().first() if known.values("pk").distinct().count() == 1 else None


def applications_from(address: str) -> list[Application]:
    """Give the applications of the person with this address, newest first."""
    key = email_key(address)
    if key is None:
        return []
    rows = Application.objects.select_related("posting__team", "candidate").filter(candidate__email_key=key)
    return list(rows.order_by("-created_at")[:50])
