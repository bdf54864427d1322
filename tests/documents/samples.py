"""Applications to set on paper: a full one, a rejected one, and the ones that break a layout. All fictional."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

from backend.accounts import actors
from backend.accounts.models import Incubator, Role
from backend.hiring.documents import Upload
from notifications.models import Direction, Message, Status
from tests import factories
from workflow import services
from workflow.models import Application, Interview, Note
from workflow.states import Action, Via

PARIS = ZoneInfo("Europe/Paris")
NOW = dt.datetime(2026, 11, 21, 14, 35, tzinfo=PARIS)
MARKER = "<img src=http://127.0.0.1:1/x.png>"
LETTER = """Bonjour,

Je construis depuis neuf ans des services publics en ligne, dont cinq à recevoir et rendre publics des relevés de \
terrain. Ce qui me plaît dans Ruisseaux, c’est que la personne qui mesure est aussi celle qui lit.

Je joins mon CV et six pages de réalisations ; les deux premières parlent d’API très lues pendant les pics de \
chaleur. Je suis libre à partir de janvier, quatre jours par semaine.

Bien à vous,
Yasmine Belloui"""


@contextmanager
def at(day: int, month: int, hour: int = 10, minute: int = 0) -> Iterator[dt.datetime]:
    """Do what follows on a day of 2026: the log keeps the time of the move and takes no other."""
    moment = dt.datetime(2026, month, day, hour, minute, tzinfo=PARIS)
    with mock.patch("django.utils.timezone.now", return_value=moment):
        yield moment


def full(**person: Any) -> Application:
    """Make an application that went all the way to a contract, with mails, notes, interviews and a checklist."""
    team = factories.team(
        name="Ruisseaux",
        incubator=Incubator.objects.create(name="La Fabrique des rives", slug=f"rives-{next(factories._count)}"),
        reply_to="equipe@ruisseaux.example",
    )
    lou, idris, jeanne = (
        factories.user(team, name=name) for name in ("Lou Ferrandier", "Idris Mauvoisin", "Jeanne Passerat")
    )
    posting = factories.posting(
        team,
        title="Développeuse ou développeur back-end",
        day_rate_min=Decimal(550),
        day_rate_max=Decimal(650),
        renewable=True,
        duration_months=6,
        start="2027-01",
    )
    given = {
        "name": "Yasmine Belloui",
        "email": f"yasmine-{next(factories._count)}@courrier.example",
        "phone": "01 99 00 45 67",
        "github": "https://depots.example/ybelloui",
    } | person
    with at(2, 10, 18, 47):
        made = services.submit(
            posting_id=posting.pk,
            person=factories.person(**given),
            via=Via.FORM,
            actor=actors.of_candidate(posting.pk),
            message=LETTER,
            uploads=[
                Upload("CV Yasmine Belloui.pdf", b"%PDF-1.7 " + b"x" * 640_000),
                Upload("Réalisations.pdf", b"%PDF-1.7 " + b"y" * 1_200_000),
            ],
        ).application
        mail(made, "Nous avons bien reçu votre candidature")
    with at(3, 10, 9, 15) as moment:
        mail(made, "Trois créneaux pour nous rencontrer")
        Note.objects.create(application=made, author=jeanne, text="Références solides, à voir vite.", created_at=moment)
    with at(5, 10, 8, 30):
        mail(made, "Re: Trois créneaux pour nous rencontrer", direction=Direction.IN)
    with at(14, 10, 14, 30) as moment:
        meeting = Interview.objects.create(
            application=made, at=moment, status="held", place="https://visio.example/ruisseaux"
        )
        meeting.participants.set([lou, idris, jeanne])
    with at(14, 10, 15, 30):
        services.move(pk=made.pk, action=Action.INTERVIEW, actor=actors.of_user(idris))
    with at(9, 11, 11, 20):
        factories.contract(made, day_rate=Decimal(620), days_per_week=Decimal(4), start=dt.date(2027, 1, 4), months=6)
        services.move(pk=made.pk, action=Action.CONTRACT, actor=actors.of_user(lou))
        mail(made, "Vos conditions, noir sur blanc")
    made.onboarding_tasks.all().delete()
    tasks = [
        ("Bon de commande émis", "team", 20, 11, True),
        ("Ordinateur commandé", "team", 27, 11, True),
        ("Pièce d’identité et RIB envoyés", "candidate", 4, 12, False),
        ("Comptes et accès au dépôt", "team", 18, 12, False),
        ("Point d’étape avec l’équipe", "coach", 18, 12, False),
    ]
    for position, (title, owner, day, month, done) in enumerate(tasks):
        factories.task(
            made,
            title=title,
            owner=owner,
            position=position,
            due=dt.date(2026, month, day),
            done_at=NOW if done else None,
            required=position != 4,
        )
    return Application.objects.get(pk=made.pk)


def mail(of: Application, subject: str, *, direction: str = Direction.OUT) -> Message:
    """Make a mail that has left, or arrived, now."""
    from django.utils import timezone

    out = direction == Direction.OUT
    team, candidate = "equipe@ruisseaux.example", of.candidate.email
    return Message.objects.create(
        application=of,
        direction=direction,
        kind="test",
        status=Status.SENT if out else Status.RECEIVED,
        sender=team if out else f"{of.candidate.name} <{candidate}>",
        recipient=candidate if out else team,
        subject=subject,
        body="…",
        message_id=f"<{next(factories._count)}@test.example>",
        sent_at=timezone.now(),
        created_at=timezone.now(),
    )


def rejected() -> Application:
    """Make an application that was turned down after the interview, for an internal reason."""
    made = factories.application(state="interviewed", name="Théo Garnier-Lacombe", message="Bonjour,\n\nMe voici.")
    factories.carry(made, "rejected")
    return Application.objects.get(pk=made.pk)


def withdrawn() -> Application:
    """Make an application that its candidate took back, with a word."""
    made = factories.application(name="Ludivine Haubert")
    services.move(
        pk=made.pk,
        action=Action.WITHDRAW,
        actor=actors.of_candidate(made.pk),
        reason="J’ai trouvé plus près de chez moi.",
    )
    return Application.objects.get(pk=made.pk)


def bare() -> Application:
    """Make an application of which nothing is known but an address."""
    return factories.application(name="", email=f"sans-nom-{next(factories._count)}@courrier.example")


def long_log(lines: int = 200) -> Application:
    """Make an application with so many lines in its log."""
    made = full()
    author = factories.user(made.team, name="Jeanne Passerat")
    for number in range(lines):
        Note.objects.create(
            application=made,
            author=author,
            text=f"Note {number} : rappelée, sans réponse." + " Elle rappellera dans la semaine." * (number % 7),
            created_at=NOW - dt.timedelta(hours=number),
        )
    return made


HOSTILE_NAMES = {
    "markup": '<script>alert(1)</script><img src="http://127.0.0.1:1/x">',
    "css": "</style><style>body{background:url(http://127.0.0.1:1/css)}</style>",
    "attribute": '" style="background:url(file:///etc/passwd)" x="',
    "override": "Ana\u202eevil\u202c \u2066Z\u2069\u200bo\u200eé",
    "unbroken": "W" * 200,
    "hyphens": "Marie-" * 33,
    "emoji": "Zoé 🎉 Ferrand 👩🏽‍💻",
    "piled": "Z" + "\u0301\u0300\u0302" * 60 + "oé",
    "arabic": "محمد بن عبد الله الأندلسي",
    "hebrew": "יעל בן־דוד",
    "mixed": "محمد Amine (Paris) بن علي",
    "cyrillic": "Олександра Шевченко",
    "greek": "Ελένη Παπαδοπούλου",
    "vietnamese": "Nguyễn Thị Hương Giang",
    "polish": "Łukasz Żółć-Świątek",
    "chinese": "王小明",
}


def named(name: str) -> Application:
    """Make a full application of a person with this name, who also signs, writes and is noted with it."""
    made = full(name=name)
    Application.objects.filter(pk=made.pk).update(message=f"{LETTER}\n\n{name}\n\n{name}: {name}")
    Note.objects.create(application=made, text=name)
    made.onboarding_tasks.update(title=name[:200])
    return Application.objects.get(pk=made.pk)


def coach_of(made: Application) -> Any:
    """Make a coach of the application's team."""
    return factories.user(made.team, role=Role.COACH)
