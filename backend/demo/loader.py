"""The data of a first start: four teams, five postings and seven weeks of applications, made by the real services."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import cycle
from pathlib import Path

from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation

from backend.accounts import actors
from backend.accounts.models import Incubator, Team, User
from backend.common import clock
from backend.demo import accounts, mails
from backend.demo.people import APPLICANTS, STRANGER, Applicant
from backend.hiring import documents, importing
from backend.hiring.candidates import Person
from backend.hiring.models import ContractKind, Posting, PostingStatus, StatusChange
from notifications.models import MailboxItem, Message, Status
from workflow import services
from workflow.models import Application, Contract, Interview, InterviewStatus, Note, OnboardingTask
from workflow.states import Action, Via

POSTINGS = Path(__file__).parent / "postings"

TEAMS = {
    "ruisseaux": "Ruisseaux",
    "haies-vives": "Haies vives",
    "peniches-exemple": "Péniches",
    "moulins": "Moulins",
}

# Which posting (by a word of its path), how many days ago it came in, and what happened since. Who was met, and whose
# terms are agreed, can be moved on at once: a first look begins with what goes well.
STORIES: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    ("back-end", 39, ("interview", "contract", "onboard")),
    ("back-end", 20, ()),
    ("back-end", 15, ("plan",)),
    ("back-end", 12, ("interview", "agree")),
    ("back-end", 9, ("interview", "terms")),
    ("back-end", 6, ("meet",)),
    ("back-end", 3, ()),
    ("back-end", 1, ()),
    ("back-end", 25, ("interview", "reject")),
    ("back-end", 18, ("withdraw",)),
    ("design", 17, ("interview", "contract")),
    ("design", 14, ("interview",)),
    ("design", 8, ("plan",)),
    ("design", 5, ()),
    ("design", 16, ("reject",)),
    ("full-stack", 10, ("interview",)),
    ("full-stack", 4, ()),
    ("full-stack", 2, ()),
)


CLOSED_AFTER = 40
"""Days after which the postings were closed that are closed: their files say that they are, not since when."""


def is_loaded() -> bool:
    """Say whether the demo data is there."""
    return Team.objects.filter(slug="ruisseaux").exists()


@transaction.atomic
def load() -> int:
    """Load the demo data; give the number of applications. Loading again changes nothing."""
    if is_loaded():
        return 0
    incubator = Incubator.objects.create(name="Incubateur des territoires (démo)", slug="incubateur-demo")
    for slug, name in TEAMS.items():
        Team.objects.create(slug=slug, name=name, incubator=incubator, reply_to=f"equipe@{slug}.example")
    for path, name in importing.files([POSTINGS]):
        importing.import_file(path, name)
    for posting in Posting.objects.filter(status=PostingStatus.CLOSED):
        opened = posting.status_changes.latest("created_at").created_at
        closed = min(opened + timedelta(days=CLOSED_AFTER), clock.now())
        StatusChange.objects.create(posting=posting, status=posting.status, created_at=closed)
    lou, coach, admin = accounts.make()
    people: Iterator[Applicant] = cycle(APPLICANTS)
    with translation.override("fr"):
        for word, days, moves in STORIES:
            _story(Posting.objects.get(source_path__contains=word), next(people), days, moves, lou, admin)
        Note.objects.create(
            application=Application.objects.latest("created_at"),
            author=coach,
            text="J’ai déjà travaillé avec cette personne : très claire, très fiable.",
        )
    return len(STORIES)


def _story(posting: Posting, who: Applicant, days: int, moves: tuple[str, ...], lou: User, admin: User) -> None:
    """Live one application through, each move some days after the one before."""
    user = lou if posting.team.slug in ("ruisseaux", "haies-vives") else admin
    actor = actors.of_user(user)
    moment = _morning(days)
    with clock.at(moment):
        application = services.submit(
            posting_id=posting.pk,
            person=Person(name=who.name, email=who.email, links=[who.link] if who.link else []),
            via=Via.EMAIL if days % 2 else Via.FORM,
            actor=actors.SYSTEM,
            message=f"Bonjour,\n\n{who.words}\n\nBelle journée,\n{who.name}",
            uploads=[documents.Upload(f"CV {who.name}.pdf", mails.curriculum(who))],
        ).application
    step = timedelta(days=max(1, days // (len(moves) + 1)))
    for move in moves:
        moment = min(moment + step, timezone.now() - timedelta(hours=2))
        with clock.at(moment):
            _live(application, move, actor, user, moment)


def _live(application: Application, move: str, actor: actors.Actor, user: User, moment: datetime) -> None:
    """Do one thing of a story, with what its guards ask for."""
    if move == "plan":
        planned = _morning(-3) + timedelta(hours=4, minutes=30)
        _interview(application, user, planned, InterviewStatus.PLANNED)
        return
    if move == "terms":
        # A draft of the terms, not complete: the board shows what is missing.
        Contract.objects.create(application=application, kind=ContractKind.FREELANCE, days_per_week=4)
        return
    if move == "meet":
        _interview(application, user, moment, InterviewStatus.HELD)
        return
    if move == "agree":
        _agree(application, moment)
        return
    if move == Action.INTERVIEW:
        _interview(application, user, moment - timedelta(hours=19), InterviewStatus.HELD)
    elif move == Action.CONTRACT:
        start = _agree(application, moment)
        for position, title in enumerate(
            ["Créer les comptes", "Préparer l’accueil du premier jour", "Présenter l’équipe"]
        ):
            OnboardingTask.objects.create(application=application, title=title, position=position, due=start)
    elif move == Action.ONBOARD:
        Contract.objects.filter(application=application).update(start=timezone.localdate(moment))
        application.onboarding_tasks.update(done_at=moment)
    who = actors.of_candidate(application.pk) if move == Action.WITHDRAW else actor
    reason = "other_choice" if move == Action.REJECT else ""
    services.move(pk=application.pk, action=move, actor=who, reason=reason)


def _agree(application: Application, moment: datetime) -> date:
    """Fill in whole terms; give the day of the start."""
    start = timezone.localdate(moment) + timedelta(days=10)
    Contract.objects.create(
        application=application,
        kind=ContractKind.FREELANCE,
        day_rate=Decimal(580),
        days_per_week=Decimal(4),
        start=start,
        months=3,
    )
    return start


def _interview(application: Application, user: User, at: datetime, status: str) -> None:
    interview = Interview.objects.create(
        application=application, at=at, status=status, place="https://visio.example/" + application.posting.team.slug
    )
    interview.participants.add(user)


def _morning(days: int) -> datetime:
    """Give half past nine, that many days ago (ahead, if negative)."""
    day = timezone.localdate() - timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(9, 30)))


def date_mails() -> None:
    """Date what has just left on the day of its story: a demo is looked at as if it had run all along."""
    for message in Message.objects.filter(status=Status.SENT, sent_at__gt=F("due_at") + timedelta(hours=1)):
        MailboxItem.objects.filter(message_id=message.message_id).update(created_at=message.due_at)
        Message.objects.filter(pk=message.pk).update(sent_at=message.due_at)


def unsorted_mails() -> list[bytes]:
    """Give two messages that fit no posting: they wait in triage."""
    moment = _morning(1)
    lost = mails.application(
        APPLICANTS[-1], to=["contact@ruisseaux.example"], subject="Candidature spontanée", at=moment, cv=True
    )
    sale = mails.application(STRANGER, to=["contact@ruisseaux.example"], subject="Vos imprimantes", at=moment, cv=False)
    return [bytes(lost), bytes(sale)]
