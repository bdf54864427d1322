"""What the people of a team are told themselves: by their own choice, at once or once a day, and in trouble always.

No candidate is named: such a mail lies in inboxes that an erasure cannot reach. It says what happened, for which
posting, and leads to the page, where whoever may see it sees the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from backend.accounts.models import Membership, Role, Team, User
from backend.common import clock
from notifications import catalog, compose, identifiers, tasks
from notifications.models import Choice, Direction, How, Message, Status, Topic
from notifications.placeholders import LINK, data, one_line
from workflow.models import Application, Note, Transition
from workflow.states import Action, State

AT_ONCE, DIGEST, TROUBLE = "team_now", "team_digest", "team_trouble"
USUAL = {Role.MEMBER: How.DIGEST, Role.COACH: How.NOT}
"""When somebody who chose nothing is told, by their role: nothing at once, and coaches nothing."""
USUAL_OF = {Topic.NAMED: How.NOW, Topic.RENEWAL: How.DIGEST}
"""When they are told of one topic, whatever their role: who is called upon hears of it, and coaches look ahead too."""


def wanted(member: Membership, topic: str) -> str:
    """Give when one person wants to be told of a topic in this team."""
    chosen = {choice.topic: choice.how for choice in member.user.choices.all()}
    return chosen.get(topic, USUAL_OF.get(Topic(topic), USUAL[Role(member.role)]))


def chosen_by(user: User) -> dict[str, str]:
    """Give what a person chose, or what is usual for a member, by topic."""
    chosen = dict(Choice.objects.filter(user=user).values_list("topic", "how"))
    return {topic.value: chosen.get(topic.value, USUAL_OF.get(topic, USUAL[Role.MEMBER])) for topic in Topic}


@transaction.atomic
def choose(user: User, choices: dict[str, str]) -> None:
    """Keep what a person chose."""
    Choice.objects.bulk_create(
        [Choice(user=user, topic=topic, how=how) for topic, how in choices.items()],
        update_conflicts=True,
        update_fields=["how"],
        unique_fields=["user", "topic"],
    )


def tell_move(application: Application, transition: Transition) -> None:
    """Write to those who want to know of a move at once; not to whoever made it."""
    topic = Topic.ARRIVED if transition.action == Action.SUBMIT else Topic.MOVED
    for member in at_once(application, topic):
        if member.user_id != transition.actor_id:
            with override(member.user.language):
                write(member, AT_ONCE, _moved(application, transition), address_of(application), transition.at)


def tell_answer(application: Application) -> None:
    """Write to those who want to know at once that a candidate has answered."""
    for member in at_once(application, Topic.ANSWERED):
        with override(member.user.language):
            words = _("An answer from a candidate, for “%(title)s”") % {"title": title(application)}
            write(member, AT_ONCE, words, address_of(application), clock.now())


def tell_mail_trouble(message: Message) -> None:
    """Write to those who want to know at once that a mail to a candidate was refused, perhaps sent, or came back."""
    application = message.application
    if application is None or message.kind in catalog.for_team():
        return
    for member in at_once(application, Topic.TROUBLE):
        with override(member.user.language):
            words = {"title": title(application)}
            if message.status == Status.UNCERTAIN:
                said = _("Nobody can tell whether an e-mail has arrived, for “%(title)s”") % words
            elif message.status == Status.DEAD:
                said = _("An e-mail was refused for good, for “%(title)s”") % words
            else:
                said = _("An e-mail came back, for “%(title)s”") % words
            write(member, AT_ONCE, said, address_of(application), clock.now())


def tell_mention(note: Note, people: Iterable[User]) -> None:
    """Write to those whom a note mentions and who want to know at once. Nothing of the note is repeated."""
    application = note.application
    members = Membership.objects.filter(team=application.posting.team_id, user__in=list(people), user__is_active=True)
    for member in members.select_related("user", "team").order_by("id"):
        if wanted(member, Topic.NAMED) == How.NOW:
            with override(member.user.language):
                words = {"who": data(str(note.author)), "title": title(application)}
                said = _("%(who)s mentions you in a note, for “%(title)s”") % words
                write(member, AT_ONCE, said, address_of(application), note.created_at)


def tell_trouble(team: Team, user: User | None, key: str, words: dict[str, str]) -> None:
    """Write to a person of the team, or, when they have left, to its members."""
    members = Membership.objects.filter(team=team, user__is_active=True).select_related("user", "team")
    for member in members.filter(user=user) or members.filter(role=Role.MEMBER):
        with override(member.user.language):
            subject, body = TROUBLES[key](words)
            write(member, TROUBLE, subject, body, clock.now())


def _webhook_off(words: dict[str, str]) -> tuple[str, str]:
    subject = _("The webhook to %(host)s was switched off") % {"host": data(words["host"])}
    rest = _("What waits is kept, and leaves as soon as somebody switches it on again:")
    return subject, f"{_(words['why'])}\n\n{rest}\n{settings.SITE_URL}{words['page']}"


TROUBLES = {"webhook_off": _webhook_off}


def at_once(application: Application, topic: str) -> list[Membership]:
    """Give who wants to be told at once; one query, and mostly nobody."""
    return list(
        Membership.objects.filter(
            team=application.posting.team_id,
            user__is_active=True,
            user__choices__topic=topic,
            user__choices__how=How.NOW,
        )
        .select_related("user", "team")
        .order_by("id")
    )


def _moved(application: Application, transition: Transition) -> str:
    words = {"title": title(application), "state": State(transition.to_state).label}
    if transition.action == Action.SUBMIT:
        return _("New application for “%(title)s”") % words
    return _("An application for “%(title)s” is now “%(state)s”") % words


def title(application: Application) -> str:
    """Give the posting's title, as it may stand in a subject."""
    return data(application.posting.title)[:200]


def address_of(application: Application) -> str:
    """Give where an application is looked at."""
    return f"{settings.SITE_URL}/a/{application.pk}/"


def write(
    member: Membership, kind: str, subject: str, text: str, at: datetime, *, see: str = "", end: str = ""
) -> Message:
    """Write one mail to a member, in the active language, due at once.

    `see` says what its link opens, if that is not the team's board (`catalog.LINKS`), which its subject then does not
    name; `end` where to stop it, if elsewhere.
    """
    body = "\n\n".join([text, f"{see or _('See the applications')}\n{LINK}", f"-- \n{end or _end()}"])
    about = subject if see else f"{member.team}{_(':')} {subject}"
    row = Message(
        member=member,
        direction=Direction.OUT,
        kind=kind,
        status=Status.HELD,
        language=member.user.language,
        sender=compose.sender(member.team),
        recipient=member.user.email,
        subject=one_line(about)[: compose.LONGEST_SUBJECT],
        body=body,
        created_at=at,
        due_at=at,
    )
    row.message_id = identifiers.message_id(row.pk)
    row.save(force_insert=True)
    transaction.on_commit(tasks.nudge, robust=True)
    return row


def _end() -> str:
    words = _("You choose what you are told of, and when, in your account:")
    return f"{words}\n{settings.SITE_URL}/account/notifications/"
