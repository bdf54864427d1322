"""The whole main job on one set of postings: received by mail, carried, refused, withdrawn, undone, told, printed.

Each step says what must come of it and what came; one that differs makes the demo fail.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from email import message_from_bytes
from email import policy as mail_policy
from email.message import EmailMessage
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from backend.accounts import actors
from backend.accounts.models import ApiToken, Membership, Role, Scope, Team, User
from backend.common.errors import JalonError
from backend.demo import mails
from backend.demo.people import APPLICANTS, STRANGER, Applicant
from backend.documents import summary, terms
from backend.hiring import importing
from backend.hiring.models import ContractKind, Posting, PostingStatus
from notifications.models import MailboxItem, Message, Status
from workflow import services
from workflow.models import Application, Contract, Interview, InterviewStatus, OnboardingTask
from workflow.states import Action, State

HOST = "localhost"
LINK = re.compile(r"/c/[0-9a-z]{20,}/")


@dataclass(frozen=True)
class Row:
    """One line of the table: what was done, what had to come of it, what came."""

    what: str
    expected: str
    got: str

    @property
    def good(self) -> bool:
        """Say whether what had to happen happened."""
        return self.expected == self.got


@dataclass
class Journey:
    """One run of the demo. `out`, if given, keeps the mails and the PDFs."""

    folder: Path
    out: Path | None = None
    rows: list[Row] = field(default_factory=list)
    sent: list[EmailMessage] = field(default_factory=list)
    numbers: int = 0

    def run(self) -> list[Row]:
        """Do everything, in order; give the rows of the table."""
        self.import_postings()
        self.receive_late_ones()
        self.receive_applications()
        self.receive_oddities()
        self.carry()
        self.try_illegal_moves()
        self.send()
        self.withdraw_by_link()
        self.print_documents()
        self.ask_the_api()
        self.verify()
        return self.rows

    def note(self, what: str, expected: object, got: object) -> None:
        """Write one row of the table."""
        self.rows.append(Row(what, str(expected), str(got)))

    # ── postings ─────────────────────────────────────────────────────────────────────────────────
    def import_postings(self) -> None:
        """Import every posting, twice: the second time nothing changes."""
        paths = list(importing.files([self.folder]))
        first = Counter(importing.import_file(path, name).status for path, name in paths)
        again = Counter(importing.import_file(path, name).status for path, name in paths)
        read = len(paths) - first["refused"]
        self.note("postings imported", read, first["created"])
        self.note("imported again, unchanged", read, again["unchanged"])
        self.postings = list(Posting.objects.select_related("team").order_by("source_path"))
        if not self.postings:
            raise JalonError(f"{self.folder} holds no posting. Name a folder of Markdown files with front matter.")
        self.user = User.objects.create_user("equipe.demo@jalon.example", name="Lou Ferrandier")
        Membership.objects.bulk_create(
            Membership(user=self.user, team=team, role=Role.MEMBER) for team in Team.objects.all()
        )
        self.actor = actors.of_user(self.user)

    # ── mail in ──────────────────────────────────────────────────────────────────────────────────
    def receive_late_ones(self) -> None:
        """A closed posting takes nothing: the mail waits for a person. Then the posting opens, for the demo."""
        closed = [posting for posting in self.postings if not posting.is_open]
        outcomes = [self.receive(self.mail(posting, APPLICANTS[0], late=True))["outcome"] for posting in closed]
        self.note("mails to closed postings", f"{len(closed)} triage", f"{outcomes.count('triage')} triage")
        for posting in closed:
            posting.status = PostingStatus.OPEN  # the source stays, to be compared with its file later
            posting.save(update_fields=["status"])
            importing.log_status(posting, PostingStatus.CLOSED, self.user)

    def receive_applications(self) -> None:
        """Each posting gets applications by mail, at the addresses that its text names, with a CV."""
        each = max(2, -(-6 // len(self.postings)))
        people = iter(APPLICANTS * (1 + each * len(self.postings) // len(APPLICANTS)))
        self.applications: list[Application] = []
        good, expected = 0, 0
        for posting in self.postings:
            for who in islice(people, each):
                expected += 1
                said = self.receive(self.mail(posting, who))
                fits = said["outcome"] == "application" and said["candidate"] == {"name": who.name, "email": who.email}
                if fits and said["documents"] == [f"CV {who.name}.pdf"] and said["posting"]:
                    good += 1
                    self.applications.append(Application.objects.get(pk=said["application"]))
        self.note("applications received by mail", expected, good)
        self.note("on the right posting", expected, self.on_the_right_posting())

    def on_the_right_posting(self) -> int:
        """Count the applications whose posting is the one that the subject names."""
        mailed = {message["Message-ID"]: message["Subject"] for message in self.sent}
        rows = Message.objects.filter(direction="in", application__in=self.applications)
        titles = rows.values_list("message_id", "application__posting__title")
        return sum(mailed.get(message_id, "").endswith(title) for message_id, title in titles)

    def receive_oddities(self) -> None:
        """A forward credits who wrote first; the same message again changes nothing; a stranger's waits in triage."""
        posting = self.postings[0]
        who = APPLICANTS[-1]
        original = self.mail(posting, who)
        colleague = (self.user.name, self.user.email)
        said = self.receive(mails.forward(original, by=colleague, to=self.address(posting), at=self.moment()))
        self.note(
            "a forward credits the candidate",
            f"application {who.email}",
            f"{said['outcome']} {said['candidate']['email']}",
        )
        said = self.receive(self.sent[-2])
        self.note("the same message again", "duplicate", said["outcome"])
        stray = mails.application(
            STRANGER, to=["contact@ailleurs.example"], subject="Bonjour", at=self.moment(), cv=False
        )
        self.note("a message that fits no posting", "triage", self.receive(stray)["outcome"])

    def mail(self, posting: Posting, who: Applicant, *, late: bool = False) -> EmailMessage:
        """Give the mail that `who` writes for `posting`."""
        subject = ("Candidature tardive : " if late else "Candidature : ") + posting.title
        return mails.application(
            who, to=self.address(posting), cc=list(posting.apply_cc), subject=subject, at=self.moment()
        )

    def address(self, posting: Posting) -> list[str]:
        """Give where the posting's text sends applications; its own address if it names a form or nothing."""
        return list(posting.apply_to) or [f"{posting.slug}@jalon.example"]

    def moment(self) -> datetime:
        """Give a time, one second after the one before, so that no two messages are the same."""
        self.numbers += 1
        return timezone.localtime() - timedelta(hours=1) + timedelta(seconds=self.numbers)

    def receive(self, message: EmailMessage) -> dict[str, Any]:
        """Let one message in by the command, and give what it said."""
        self.sent.append(message)
        self.keep("received", f"{len(self.sent):02d}.eml", bytes(message))
        with tempfile.NamedTemporaryFile(suffix=".eml") as file:
            file.write(bytes(message))
            file.flush()
            out = StringIO()
            call_command("receive_mail", file.name, json=True, stdout=out)
        answer: dict[str, Any] = json.loads(out.getvalue())
        return answer

    # ── moves ────────────────────────────────────────────────────────────────────────────────────
    def carry(self) -> None:
        """One goes all the way, one is refused, one move is taken back; the others meet the team."""
        hired, refused, undone, *_ = self.applications
        for action in (Action.INTERVIEW, Action.CONTRACT, Action.ONBOARD):
            self.prepare(hired, action)
            self.move(hired, action)
        self.note("carried to the last stake", State.ONBOARDED, self.state(hired))
        self.move(refused, Action.REJECT, reason="other_choice")
        self.note("refused", State.REJECTED, self.state(refused))
        self.prepare(undone, Action.INTERVIEW)
        self.move(undone, Action.INTERVIEW)
        told = Message.objects.filter(application=undone, transition__action=Action.INTERVIEW, status=Status.HELD)
        held = told.count()
        self.move(undone, Action.UNDO)
        after = told.count()
        self.note("a move taken back, its mail discarded", "1 → 0, received", f"{held} → {after}, {self.state(undone)}")

    def prepare(self, application: Application, action: str) -> None:
        """Record what the guards of an action ask for."""
        if action == Action.INTERVIEW:
            at = timezone.now() - timedelta(days=1)
            Interview.objects.create(application=application, at=at, status=InterviewStatus.HELD)
        elif action == Action.CONTRACT:
            posting = application.posting
            Contract.objects.create(
                application=application,
                kind=ContractKind.FREELANCE,
                day_rate=posting.day_rate_max or Decimal(550),
                days_per_week=posting.days_per_week_min or Decimal(4),
                start=timezone.localdate(),
                months=posting.duration_months or 3,
            )
            OnboardingTask.objects.create(application=application, title="Créer les comptes")
        elif action == Action.ONBOARD:
            application.onboarding_tasks.update(done_at=timezone.now())

    def move(self, application: Application, action: str, reason: str = "") -> None:
        """Move by the service, as every door does."""
        services.move(pk=application.pk, action=action, actor=self.actor, reason=reason)

    def state(self, application: Application) -> str:
        """Give the state as the database has it."""
        return Application.objects.values_list("state", flat=True).get(pk=application.pk)

    def try_illegal_moves(self) -> None:
        """Skip a stake, leave without the interview, and write past the service: three refusals."""
        hired, _refused, waiting, *_ = self.applications
        Interview.objects.filter(application=waiting).delete()
        self.note("from received to contracted", "not_allowed", self.refusal(waiting.pk, Action.CONTRACT))
        self.note("interviewed without an interview", "guard", self.refusal(waiting.pk, Action.INTERVIEW))
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("UPDATE workflow_application SET state = 'received' WHERE id = %s", [hired.pk])
            said = "written"
        except DatabaseError:
            said = "refused"
        self.note("raw SQL past the service", "refused", said)

    def refusal(self, pk: UUID, action: str) -> str:
        """Give the code with which a move is refused."""
        try:
            services.move(pk=pk, action=action, actor=self.actor)
        except JalonError as error:
            return error.code
        return "moved"

    # ── mail out ─────────────────────────────────────────────────────────────────────────────────
    def send(self) -> None:
        """Let everything that is held leave now, by the relay, as if the hold had passed."""
        Message.objects.filter(status=Status.HELD).update(due_at=timezone.now() - timedelta(minutes=5))
        call_command("relay", once=True, stdout=StringIO())

    def withdraw_by_link(self) -> None:
        """One candidate opens the link of the mail they got, and withdraws there."""
        leaving = self.applications[3]
        address = leaving.candidate.email
        item = next(
            item for item in MailboxItem.objects.all() if item.recipients == [address] and LINK.search(self.text(item))
        )
        found = LINK.search(self.text(item))
        assert found is not None
        client = Client(SERVER_NAME=HOST)
        seen = client.get(found[0])
        client.post(f"{found[0]}withdraw/")
        self.note("withdrawn by the candidate's link", "200, withdrawn", f"{seen.status_code}, {self.state(leaving)}")
        self.send()
        messages = Message.objects.filter(direction="out").exclude(status=Status.DISCARDED)
        waiting = messages.exclude(status=Status.SENT).count()
        self.note("mails still waiting", 0, waiting)
        self.note(
            "mails in the mailbox, each once",
            messages.count(),
            MailboxItem.objects.values("message_id").distinct().count(),
        )
        self.note("mails in the mailbox, in all", messages.count(), MailboxItem.objects.count())
        moved = Counter(messages.values_list("kind", flat=True))
        self.told = ", ".join(f"{number} {kind}" for kind, number in sorted(moved.items()))
        for number, item in enumerate(MailboxItem.objects.order_by("created_at", "id"), start=1):
            self.keep("sent", f"{number:02d}.eml", bytes(item.raw))

    def text(self, item: MailboxItem) -> str:
        """Give the plain text of a mail in the mailbox."""
        message = message_from_bytes(bytes(item.raw), policy=mail_policy.default)
        body = message.get_body(("plain",))
        return body.get_content() if body else ""

    # ── documents, API, log ──────────────────────────────────────────────────────────────────────
    def print_documents(self) -> None:
        """Make the summary of each of the first four applications and the terms of the one who came."""
        makers: list[tuple[str, Callable[[], bytes]]] = [
            (f"{number:02d}-{a.state}.pdf", lambda a=a: summary.render(a, "fr"))  # type: ignore[misc]
            for number, a in enumerate(
                Application.objects.filter(pk__in=[a.pk for a in self.applications[:4]]), start=1
            )
        ]
        hired = Application.objects.get(pk=self.applications[0].pk)
        makers.append(("terms.pdf", lambda: terms.render(hired, "fr")))
        good = 0
        for name, make in makers:
            content = make()
            good += content.startswith(b"%PDF-")
            self.keep("pdf", name, content)
        self.note("PDFs made", len(makers), good)

    def ask_the_api(self) -> None:
        """The API gives the same applications to a token of the team."""
        _, token = ApiToken.issue(user=self.user, scope=Scope.READ)
        client, seen, address = (
            Client(SERVER_NAME=HOST, headers={"authorization": f"Bearer {token}"}),
            0,
            "/api/v1/applications/",
        )
        while address:
            page = client.get(address).json()
            seen += len(page["results"])
            address = page["next"]
        self.note("applications in the API", Application.objects.count(), seen)

    def verify(self) -> None:
        """Every application stands where its log says."""
        out = StringIO()
        call_command("verify_log", stdout=out)
        count = Application.objects.count()
        self.note("the log", f"{count} applications agree with their log.", out.getvalue().strip())

    def keep(self, folder: str, name: str, content: bytes) -> None:
        """Write a file below `out`, if there is one."""
        if self.out is not None:
            path = self.out / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
