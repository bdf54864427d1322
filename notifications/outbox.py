"""The outbox: what must leave is a row, written in the caller's transaction; until it leaves, it may be changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from backend.accounts.actors import Actor
from backend.accounts.models import User
from backend.common import clock
from backend.common.errors import Conflict, Invalid, NotAllowed, NotVisible
from notifications import catalog, compose, identifiers, tasks
from notifications.models import Direction, Message, Status
from notifications.placeholders import Occasion
from workflow import anonymous, policies, selectors
from workflow.models import ActorKind, Application, Interview, Transition
from workflow.services import MailOptions

LONGEST_HOLD = 30 * 24 * 3600
LEFT = (Status.CLAIMED, Status.HANDED, Status.SENT, Status.UNCERTAIN)
"""What can no longer be called back for certain."""

WITH_ITS_TEAM = ("application__posting__team", "application__candidate", "posting__team", "invitation__team")
"""What to fetch with messages, to show whose they are."""

REOPENED = gettext_noop("The application was reopened before this left: nobody was told.")
SETTLED_ARRIVED = gettext_noop("Someone of the team checked: it arrived.")
SETTLED_LOST = gettext_noop("Someone of the team checked: it did not arrive. It is sent again.")


def put(application: Application, transition: Transition, options: MailOptions) -> list[Message]:
    """Write the mails of one move, due when its time to undo has passed; one INSERT. Raises Invalid for an own text."""
    mails = catalog.for_action(transition.action) if transition.notify else []
    occasion = Occasion(application, transition.at, transition.actor)
    rows = [
        _row(
            compose.render(mail, occasion, options),
            transition.at,
            _hold(mail.hold, transition, options),
            application,
            transition,
        )
        for mail in mails
        if mail.to(application).address
    ]
    return Message.objects.bulk_create(rows)


def _hold(own: int | None, transition: Transition, options: MailOptions) -> timedelta:
    """Give how long a mail of a move waits, `own` being its kind's seconds. What a candidate decided cannot be undone,
    so its mail need not wait."""
    if options.hold is not None:
        return timedelta(seconds=_sane(options.hold))
    if transition.actor_kind == ActorKind.CANDIDATE:
        return timedelta(0)
    return timedelta(seconds=settings.HOLD_SECONDS if own is None else own)


def _sane(seconds: int) -> int:
    if 0 <= seconds <= LONGEST_HOLD:
        return seconds
    words = _("A mail can be held for 0 to %(limit)d seconds.") % {"limit": LONGEST_HOLD}
    raise Invalid(words, fields={"hold": [words]})


def write(
    application: Application,
    key: str,
    *,
    address: str = "",
    language: str = "",
    interview: Interview | None = None,
    by: User | None = None,
    options: MailOptions | None = None,
    ending: Transition | None = None,
    again: bool = False,
) -> Message | None:
    """Write a mail that belongs to no move, due at once or as `options` say, to the candidate or to `address`.

    One about an interview takes the place of what still waits to tell the same person an earlier thing of it; if it
    only takes that back (`again`), and nothing else waited before, nothing is written. One that an `ending` calls for
    waits as long as its own mail.
    None without an address. Raises Invalid for an own text that cannot be used.
    """
    mail, options = catalog.CATALOGUE[key], options or MailOptions()
    now = ending.at if ending else clock.now()
    application = anonymous.veiled(application) if mail.for_team else anonymous.whole(application)
    to = mail.to(application)
    to = catalog.Recipient(address or to.address, language or to.language)
    if not to.address:
        return None
    if interview is not None:
        earlier = Message.objects.filter(interview=interview, recipient=to.address, status=Status.HELD)
        if earlier.update(status=Status.DISCARDED) and again and _knows(interview, to.address):
            return None
    rendered = compose.render(mail, Occasion(application, now, by, interview), options, to)
    hold = timedelta(seconds=(mail.hold or 0) if options.hold is None else _sane(options.hold))
    if ending is not None:
        hold = _hold(None, ending, options)
    row = _row(rendered, now, hold, application)
    row.interview = interview
    row.save(force_insert=True)
    if not hold:
        transaction.on_commit(tasks.nudge, robust=True)
    return row


def _knows(interview: Interview, address: str) -> bool:
    """Say whether the last word about an interview has left to this address; a cancellation that was discarded is none.

    What it took the place of may have been waiting still, a first invitation or another time.
    """
    off = [key for key, mail in catalog.CATALOGUE.items() if mail.calendar == catalog.Calendar.CANCEL]
    told = Message.objects.filter(interview=interview, recipient=address).exclude(status=Status.DISCARDED, kind__in=off)
    return told.order_by("-created_at", "-id").values_list("status", flat=True).first() in LEFT


def _row(
    mail: compose.Rendered,
    at: datetime,
    hold: timedelta,
    application: Application,
    transition: Transition | None = None,
) -> Message:
    row = Message(
        application=application,
        transition=transition,
        direction=Direction.OUT,
        kind=mail.kind,
        status=Status.HELD,
        language=mail.language,
        sender=compose.sender(application.team),
        recipient=mail.recipient,
        subject=mail.subject,
        body=mail.body,
        edited=mail.edited,
        created_at=at,
        due_at=at + hold,
    )
    row.message_id = identifiers.message_id(row.pk)
    return row


def take_back(undone: Transition) -> None:
    """Discard what a move wrote, in the transaction of its undo. Raises Conflict if some of it has left meanwhile."""
    written = Message.objects.filter(transition=undone, direction=Direction.OUT)
    # The UPDATE waits for a row that is being claimed just now, then looks at it again: it is one or the other.
    written.filter(status__in=[Status.HELD, Status.DEAD]).update(status=Status.DISCARDED)
    # Not only what has left: what was being claimed a moment ago may be held again, its server out of reach.
    if written.exclude(status=Status.DISCARDED).exists():
        raise Conflict(too_late(), state=undone.to_state)


def call_back_ending(application: Application) -> Transition | None:
    """Discard the refusal (or noted withdrawal) that still waits when its application is reopened; give that ending:
    the candidate has heard of nothing, and there is nothing to tell them. None when there is none."""
    unheard = compose.unheard_ending(application).select_related("transition__actor").last()
    compose.unheard_ending(application).update(status=Status.DISCARDED, answer=REOPENED)
    return unheard.transition if unheard else None


def give_back_ending(undone: Transition) -> Transition | None:
    """Hold again what a reopening, now undone, had called back; give that ending, None when there is none."""
    before = (
        Transition.objects.select_related("actor")
        .filter(application=undone.application_id, action__in=compose.ENDINGS, number__lt=undone.number)
        .order_by("-number")
        .first()
    )
    called_back = Message.objects.filter(transition=before, status=Status.DISCARDED, answer=REOPENED)
    return before if called_back.update(status=Status.HELD, answer="") else None


def silence(application: Application) -> None:
    """Discard whatever still waits to leave to somebody who has just left, by their own decision, for good."""
    waiting = Message.objects.filter(application=application, direction=Direction.OUT, status=Status.HELD)
    waiting.update(status=Status.DISCARDED)


def has_left(transition: Transition) -> bool:
    """Say whether a mail of this move is no longer held."""
    return Message.objects.filter(transition=transition, direction=Direction.OUT, status__in=LEFT).exists()


def too_late() -> str:
    """Give the sentence for an undo whose mail has left."""
    return _("The candidate has already been written to: this can no longer be undone.")


def visible_to(actor: Actor) -> QuerySet[Message]:
    """Give the messages that exist for `actor`; a candidate sees what has reached them and what they sent.

    What somebody else wrote to the application’s address (a referee, a colleague from home) is the team’s to read.
    """
    rows = Message.objects.select_related(*WITH_ITS_TEAM)
    if actor.kind == "system":
        return rows
    if actor.kind == "candidate":
        own = selectors.visible_to(actor).select_related(None).values("pk")
        address = F("application__candidate__email")
        theirs = Q(sender__iexact=address) | Q(sender__iendswith=Concat(Value("<"), address, Value(">")))
        return (
            rows.filter(application__in=own)
            .exclude(kind__in=catalog.for_team())
            .filter(Q(status=Status.SENT) | (Q(status=Status.RECEIVED) & theirs & ~Q(application__candidate__email="")))
        )
    return anonymous.read(rows.filter(of_teams(actor.team_ids)), _veil)


def _veil(message: Message) -> None:
    if message.application is not None and anonymous.is_hidden(message.application):
        anonymous.mail(message, message.application)


def of_teams(team_ids: Iterable[UUID]) -> Q:
    """Give the condition that a message is of one of these teams."""
    ids = list(team_ids)
    return Q(application__posting__team_id__in=ids) | Q(posting__team_id__in=ids) | Q(invitation__team_id__in=ids)


@transaction.atomic
def hold(*, pk: UUID, actor: Actor, seconds: int) -> Message:
    """Keep a held mail back for `seconds` from now. Raises NotVisible, NotAllowed, Conflict (it has left), Invalid."""
    message = _lock(pk, actor, Status.HELD)
    message.due_at = timezone.now() + timedelta(seconds=_sane(seconds))
    return _saved(message, "due_at")


@transaction.atomic
def edit(*, pk: UUID, actor: Actor, subject: str, body: str) -> Message:
    """Replace subject and text of a held mail. Raises NotVisible, NotAllowed, Conflict (it has left), Invalid."""
    message = _lock(pk, actor, Status.HELD)
    if message.application is None:
        raise Invalid(_("This answer is the same for everybody: let it leave, or keep it back."))
    if not subject.strip() or not body.strip():
        words = _("A mail needs a subject and a text.")
        raise Invalid(words, fields={"subject" if not subject.strip() else "body": [words]})
    occasion = Occasion(message.application, timezone.now(), actor.user)
    compose.text(subject, body, occasion)  # what cannot be used is refused in the language of who writes it
    with translation.override(message.language):
        written = compose.text(subject, body, occasion)
    if written != (message.subject, message.body):
        message.subject, message.body = written
        message.edited = True
    return _saved(message, "subject", "body", "edited")


@transaction.atomic
def discard(*, pk: UUID, actor: Actor) -> Message:
    """Never send a held or refused mail. Raises NotVisible, NotAllowed or Conflict (it has left)."""
    message = _lock(pk, actor, Status.HELD, Status.DEAD)
    message.status = Status.DISCARDED
    return _saved(message, "status")


@transaction.atomic
def send_now(*, pk: UUID, actor: Actor) -> Message:
    """Let a held mail leave at once, or try a refused one again. Raises NotVisible, NotAllowed or Conflict."""
    message = _lock(pk, actor, Status.HELD, Status.DEAD)
    return _due_now(message)


@transaction.atomic
def settle(*, pk: UUID, actor: Actor, arrived: bool) -> Message:
    """Say of an uncertain mail whether it arrived; one that did not is sent again, under the same Message-ID.

    Raises NotVisible, NotAllowed or Conflict (it is not uncertain).
    """
    message = _lock(pk, actor, Status.UNCERTAIN)
    message.answer = SETTLED_ARRIVED if arrived else SETTLED_LOST
    if not arrived:
        return _due_now(message)
    message.status, message.sent_at = Status.SENT, message.sent_at or timezone.now()
    return _saved(message, "status", "sent_at", "answer")


def explain(message: Message) -> str:
    """Give what is known of the delivery, in the active language: the server's own words, or ours."""
    return "\n".join(_(line) for line in message.answer.splitlines())


def _lock(pk: UUID, actor: Actor, *expected: Status) -> Message:
    """Give one outgoing message with its row locked. Raises NotVisible, NotAllowed, or Conflict in another status."""
    rows = visible_to(actor).filter(direction=Direction.OUT)
    message = rows.select_for_update(of=("self",)).filter(pk=pk).first()
    if message is None:
        raise NotVisible(_("There is no such message."))
    application = message.application
    if application is not None:
        policies.require(actor, "write_mail", application)
    elif not actor.is_member(message.team.pk):
        raise NotAllowed(policies.refusal(actor))
    if message.status not in expected:
        words = _("This message is “%(status)s” now. You have changed nothing.")
        state = application.state if application else ""
        raise Conflict(words % {"status": message.get_status_display()}, state=state)
    return message


def _due_now(message: Message) -> Message:
    message.status, message.due_at, message.attempts = Status.HELD, timezone.now(), 0
    transaction.on_commit(tasks.nudge, robust=True)
    return _saved(message, "status", "due_at", "attempts", "answer")


def _saved(message: Message, *fields: str) -> Message:
    message.save(update_fields=fields)
    return message
