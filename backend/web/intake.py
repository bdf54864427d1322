"""What the pages about incoming mail show: where each may go, what became of the others, which mailbox has troubles."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from backend.accounts.actors import Actor
from backend.hiring.candidates import email_key
from backend.hiring.models import Posting
from backend.web import inbox
from notifications.inbound import rules, sort
from notifications.models import IncomingMail, MailboxPoll
from workflow import anonymous
from workflow.models import Application

MOST_KEYS = 9
"""Places that have a key of their own, 1 to 9."""

to_sort = inbox.to_sort


def everything(actor: Actor) -> QuerySet[IncomingMail]:
    """Give all mail that came in and that this person sees, without its bytes and text."""
    rows = sort.visible_to(actor).select_related("team", "posting__team", "application__candidate")
    return rows.defer("raw", "text").order_by("-created_at", "id")


def counts(actor: Actor) -> dict[str, int]:
    """Give how many mails ended in each outcome."""
    return dict(sort.visible_to(actor).order_by().values_list("outcome").annotate(Count("id")))


def troubles(actor: Actor) -> list[MailboxPoll]:
    """Give the mailboxes that could not be read the last time; for administrators, who can mend it."""
    if actor.user is None or not actor.user.is_admin:
        return []
    return list(MailboxPoll.objects.exclude(trouble="").order_by("name"))


def rows(actor: Actor, mails: list[IncomingMail], *, asked: str, who: str) -> list[dict[str, Any]]:
    """Give each mail with the places it may go to: applications of its sender (or found by `who`), open postings."""
    postings: dict[UUID | None, list[Posting]] = {}
    for mail in mails:
        if mail.team_id not in postings:  # once a team, not once a mail
            postings[mail.team_id] = list(sort.choices(actor, mail))
    known, free = _of_senders(actor, mails), rules.teachable(mails)
    return [
        {
            "mail": mail,
            "may_act": sort.may_act(actor, mail),
            "searched": str(mail.pk) == asked,
            "remember": free.get(mail.pk, ""),
            **_places(
                mail,
                _found(actor, mail, who) if str(mail.pk) == asked and who else known.get(mail.pk, []),
                postings[mail.team_id],
            ),
        }
        for mail in mails
    ]


def _places(mail: IncomingMail, applications: list[Application], postings: list[Posting]) -> dict[str, Any]:
    """Give the places with a key, the likeliest first, and the postings that are left over."""
    likely = sorted(postings, key=lambda posting: posting.pk != mail.posting_id)
    keyed = [
        {"value": f"application:{one.pk}", "label": str(one.candidate), "about": one.posting.title, "known": True}
        for one in applications[: MOST_KEYS - 1]
    ]
    room = MOST_KEYS - len(keyed)
    keyed += [
        {"value": f"posting:{one.pk}", "label": one.title, "about": str(one.team), "known": False}
        for one in likely[:room]
    ]
    return {"places": list(enumerate(keyed, 1)), "others": likely[room:], "has_postings": bool(postings)}


def _of_senders(actor: Actor, mails: list[IncomingMail]) -> dict[UUID, list[Application]]:
    """Give, by mail, the applications of its sender; one query for all."""
    keys = {mail.pk: email_key(mail.sender) for mail in mails if mail.sender}
    teams = [team for team in actor.team_ids if actor.is_member(team)]
    found = list(
        Application.objects.filter(posting__team_id__in=teams, candidate__email_key__in=set(keys.values()))
        .exclude(anonymous.hidden())  # beside the sender's address it would say whose it is
        .select_related("posting", "candidate")
        .order_by("-created_at", "id")[:200]
    )
    return {
        mail.pk: [
            one
            for one in found
            if one.candidate.email_key == keys.get(mail.pk) and mail.team_id in (None, one.posting.team_id)
        ]
        for mail in mails
    }


def _found(actor: Actor, mail: IncomingMail, who: str) -> list[Application]:
    """Give the applications whose person has this in the name or address."""
    named = Q(candidate__name__icontains=who) | Q(candidate__email__icontains=who)
    named &= ~anonymous.hidden()
    return list(sort.applications(actor, mail).filter(named)[: MOST_KEYS - 1])
