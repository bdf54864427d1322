"""Every message ends in one outcome, with what it created and why."""

from __future__ import annotations

import pytest
from django.utils import timezone
from django.utils.translation import gettext

from backend.accounts.models import Team
from backend.hiring.models import Candidate, Document, Posting, PostingStatus
from notifications import compose, identifiers
from notifications.inbound import sort
from notifications.inbound.receive import Receipt, receive
from notifications.models import Direction, IncomingMail, Message, Outcome, Status
from tests import factories
from tests.notifications.inbound import mails
from tests.notifications.inbound.test_forward import INLINE
from workflow.models import Application, Note
from workflow.states import Via

CV = ("CV Camille Martin.pdf", mails.PDF, "application/pdf")


def taken(raw: bytes, outcome: str) -> Receipt:
    """Receive a message and see that it ended in this outcome, recorded with its reason and its bytes."""
    before = IncomingMail.objects.count()
    receipt = receive(raw)
    assert receipt.outcome == outcome, receipt.reason
    assert len(receipt.reason) > 5
    if outcome != Outcome.REFUSED and IncomingMail.objects.count() > before:
        row = IncomingMail.objects.latest("created_at")
        assert (row.outcome, row.reason, row.application) == (outcome, receipt.reason, receipt.application)
        assert bytes(row.raw) == raw
    return receipt


def candidate_of(receipt: Receipt) -> Candidate:
    assert receipt.application is not None
    return receipt.application.candidate


def test_plain_mail_with_cv_becomes_an_application(posting: Posting) -> None:
    text = (
        f"{mails.LETTER}\n06 12 34 56 78\nhttps://www.linkedin.com/in/camille-m\ngithub.com/camille-m\ncamille.example"
    )
    receipt = taken(mails.mail(text=text, files=[CV]), Outcome.APPLICATION)
    application, person = receipt.application, candidate_of(receipt)
    assert application is not None
    assert (application.posting, application.via, application.state) == (posting, Via.EMAIL, "received")
    assert application.message == mails.LETTER
    assert (person.name, person.email, person.language) == ("Camille Martin", "camille.martin@courrier.example", "fr")
    assert (person.phone, person.linkedin, person.github) == (
        "06 12 34 56 78",
        "https://www.linkedin.com/in/camille-m",
        "https://github.com/camille-m",
    )
    assert [(file.name, file.kind) for file in application.documents.all()] == [("CV Camille Martin.pdf", "cv")]
    assert receipt.documents == ("CV Camille Martin.pdf",)


def test_application_stands_on_the_timeline_and_our_answer_threads_to_it(posting: Posting) -> None:
    application = taken(mails.mail(message_id="<first@courrier.example>"), Outcome.APPLICATION).application
    assert application is not None
    incoming, outgoing = application.messages.order_by("created_at")
    assert (incoming.direction, incoming.status, incoming.kind) == (Direction.IN, Status.RECEIVED, "incoming")
    assert (incoming.message_id, incoming.subject) == ("<first@courrier.example>", "Candidature")
    assert outgoing.direction == Direction.OUT
    assert compose.wire(outgoing).extra_headers["In-Reply-To"] == "<first@courrier.example>"


def test_english_letter_makes_an_english_candidate(posting: Posting) -> None:
    text = "Hello,\n\nPlease find attached my CV: I would like to work with you on this.\n\nBest regards,\nCamille"
    assert candidate_of(taken(mails.mail(text=text), Outcome.APPLICATION)).language == "en"


# What arrives at the address of the one open posting and becomes an application: (mail, name, e-mail, documents).
APPLICATIONS = {
    "html only": (mails.mail(text=None, html="<p>Bonjour, voici ma candidature.</p>"), "Camille Martin", 0),
    "no subject": (mails.mail(subject=None), "Camille Martin", 0),
    "no text": (mails.mail(text="", files=[CV]), "Camille Martin", 1),
    "no Message-ID": (mails.mail(message_id=None), "Camille Martin", 0),
    "no name, signed": (mails.mail(sender="c@courrier.example"), "Camille Martin", 0),
    "no name, address tells": (
        mails.mail(sender="camille.martin@courrier.example", text="Bonjour"),
        "Camille Martin",
        0,
    ),
    "no name at all": (mails.mail(sender="cm@courrier.example", text="Bonjour"), "", 0),
    "accents": (mails.mail(sender="Noëlle Brûlé-Çelik <noelle@courrier.example>"), "Noëlle Brûlé-Çelik", 0),
    "another alphabet": (mails.mail(sender="عمر خالد <omar@courrier.example>"), "عمر خالد", 0),
    "very long name": (mails.mail(sender="A" * 150 + " B <a@courrier.example>"), "A" * 150 + " B", 0),
    "8-bit headers": (
        mails.raw(
            f"From: Noëlle Brûlé <n@courrier.example>\nTo: {mails.JOBS}\nSubject: Été", "Bonjour", encoding="latin-1"
        ),
        "Noëlle Brûlé",
        0,
    ),
    "wrong charset": (
        mails.raw(f"From: {mails.CAMILLE}\nTo: {mails.JOBS}\nContent-Type: text/plain; charset=nope", "Été"),
        "Camille Martin",
        0,
    ),
    "NUL in the text": (
        mails.raw(f"From: {mails.CAMILLE}\nTo: {mails.JOBS}\nSubject: x", b"Bon\0jour"),
        "Camille Martin",
        0,
    ),
    "NUL in the name": (
        mails.raw(f"From: Ca\0mille Martin <c@courrier.example>\nTo: {mails.JOBS}", b"x"),
        "Camille Martin",
        0,
    ),
    "posting in copy": (mails.mail(to="x@autre.example", headers={"Cc": mails.JOBS}), "Camille Martin", 0),
    "posting in blind copy": (mails.mail(to=None, headers={"Delivered-To": mails.JOBS}), "Camille Martin", 0),
    "through a list": (
        mails.mail(headers={"Precedence": "list", "List-Id": "<recrutement.equipe.example>"}),
        "Camille Martin",
        0,
    ),
    "through an old list": (
        mails.mail(headers={"Precedence": "bulk", "List-Id": "<recrutement.equipe.example>"}),
        "Camille Martin",
        0,
    ),
    "redirected": (mails.mail(to="x@autre.example", headers={"Resent-To": mails.JOBS}), "Camille Martin", 0),
    "by a site": (
        mails.mail(sender="Site <no-reply@site.example>", headers={"Reply-To": mails.CAMILLE}),
        "Camille Martin",
        0,
    ),
    "two files": (mails.mail(files=[CV, ("lettre.txt", b"Bonjour", "text/plain")]), "Camille Martin", 2),
    "the same file twice": (mails.mail(files=[CV, CV]), "Camille Martin", 1),
    "a file without a name": (mails.mail(files=[("", mails.PDF, "application/pdf")]), "Camille Martin", 1),
    "500 parts": (mails.many_parts(500), "Camille Martin", 0),
    "3,000 parts in each other": (mails.deeply_nested(3000), "Camille Martin", 0),
    "by plus-address": (mails.mail(to="jobs+developpeuse-backend@any.example"), "Camille Martin", 0),
    "by its title": (mails.mail(to="x@any.example", subject="Développeur backend senior"), "Camille Martin", 0),
    "an invitation as well": (
        mails.mail(files=[CV, ("invite.ics", b"BEGIN:VCALENDAR\nMETHOD:REQUEST", "text/calendar")]),
        "Camille Martin",
        1,
    ),
}


@pytest.mark.parametrize("kind", APPLICATIONS)
def test_mail_of_every_kind_becomes_an_application(posting: Posting, kind: str) -> None:
    raw, name, documents = APPLICATIONS[kind]
    receipt = taken(raw, Outcome.APPLICATION)
    assert (candidate_of(receipt).name, len(receipt.documents)) == (name, documents)
    assert receipt.posting == posting


REFUSED_FILES = {
    "a program": ("cv.exe", b"MZ\x90\0", "application/pdf"),
    "a page": ("cv.html", b"<html></html>", "text/html"),
    "an empty file": ("cv.pdf", b"", "application/pdf"),
    "Outlook's envelope": ("winmail.dat", b"\x78\x9f\x3e\x22", "application/ms-tnef"),
    "a file of 11 MB": ("cv.pdf", mails.PDF + b"x" * 11_000_000, "application/pdf"),
    "a name that is a path": ("../../etc/passwd", b"\x7fELF\0", "application/octet-stream"),
}


@pytest.mark.parametrize("kind", REFUSED_FILES)
def test_refused_file_is_said_and_loses_nothing_else(posting: Posting, kind: str) -> None:
    receipt = taken(mails.mail(files=[REFUSED_FILES[kind], CV]), Outcome.APPLICATION)
    assert receipt.documents == ("CV Camille Martin.pdf",)
    assert receipt.application is not None
    name = REFUSED_FILES[kind][0].rpartition("/")[2]
    for text in (receipt.reason, receipt.application.message, receipt.application.messages.earliest("created_at").body):
        assert name in text


def test_files_beyond_the_limit_are_said(posting: Posting) -> None:
    files = [(f"{n}.pdf", mails.PDF + bytes([n]), "application/pdf") for n in range(12)]
    receipt = taken(mails.mail(files=files), Outcome.APPLICATION)
    assert len(receipt.documents) == 10
    assert "10.pdf" in receipt.reason
    assert "11.pdf" in receipt.reason


# What goes to triage, with a word that the reason must hold.
TRIAGE = {
    "no posting": (mails.mail(to="x@autre.example", subject="Bonjour"), ""),
    "no sender": (mails.mail(sender=None), ""),
    "a sender that is none": (mails.raw(f"From: Camille\nTo: {mails.JOBS}\nSubject: Candidature", "Bonjour"), ""),
    "an invoice": (mails.mail(to="x@autre.example", subject="Facture 12", text="À régler sous 30 jours."), ""),
    "a newsletter": (mails.mail(headers={"List-Unsubscribe": "<mailto:stop@lettre.example>"}), ""),
    "a colleague who forwards nobody": (
        mails.mail(sender="lea@equipe.example", text="Où en est-on ?"),
        "lea@equipe.example",
    ),
    "a forward by a stranger": (
        mails.mail(
            sender="ami@courriel.example",
            subject=INLINE["Gmail, French"][0],
            text=INLINE["Gmail, French"][1].replace(mails.JOBS, "ami@courriel.example"),
        ),
        "ami@courriel.example",
    ),
    "a forward that names nobody": (
        mails.mail(
            sender="lea@equipe.example",
            subject="TR: Candidature",
            text="De : Noé Garnier\nEnvoyé : jeudi\nÀ : Léa\nObjet : Candidature\n\nBonjour",
        ),
        "Noé Garnier",
    ),
    "an answer to an invitation": (
        mails.raw(
            f"From: {mails.CAMILLE}\nTo: {mails.JOBS}\nSubject: Accepted\nContent-Type: text/calendar; method=REPLY",
            "BEGIN:VCALENDAR",
        ),
        "REPLY",
    ),
}


@pytest.mark.parametrize("kind", TRIAGE)
def test_what_is_unsure_waits_for_a_person(posting: Posting, kind: str) -> None:
    raw, word = TRIAGE[kind]
    receipt = taken(raw, Outcome.TRIAGE)
    assert word in receipt.reason
    assert not Application.objects.exists()
    assert not Candidate.objects.exists()


def test_closed_posting_goes_to_triage_of_its_team(posting: Posting) -> None:
    Posting.objects.filter(pk=posting.pk).update(status=PostingStatus.CLOSED)
    receipt = taken(mails.mail(), Outcome.TRIAGE)
    assert posting.title in receipt.reason
    row = IncomingMail.objects.get()
    assert (row.posting, row.team, row.application) == (posting, posting.team, None)


def test_two_postings_that_fit_go_to_triage_of_their_team(posting: Posting) -> None:
    other = factories.posting(posting.team, title="Designer", apply_to=[mails.JOBS])
    receipt = taken(mails.mail(), Outcome.TRIAGE)
    assert posting.title in receipt.reason
    assert other.title in receipt.reason
    row = IncomingMail.objects.get()
    assert (row.posting, row.team) == (None, posting.team)


def test_two_teams_that_fit_go_to_triage_of_neither(posting: Posting) -> None:
    factories.posting(title="Designer", apply_to=[mails.JOBS])
    taken(mails.mail(), Outcome.TRIAGE)
    assert IncomingMail.objects.get().team is None


# ── Twice ─────────────────────────────────────────────────────────────────────────────────────────
def test_same_message_twice_is_one_application(posting: Posting) -> None:
    raw = mails.mail(files=[CV])
    first = taken(raw, Outcome.APPLICATION)
    again = taken(b"Received: from relais.example\r\n" + raw, Outcome.DUPLICATE)
    assert again.application == first.application
    counts = (Application, Candidate, Document, IncomingMail)
    assert [model.objects.count() for model in counts] == [1, 1, 1, 1]
    assert not Note.objects.exists()


def test_mail_without_message_id_twice_is_one_application(posting: Posting) -> None:
    raw = mails.mail(message_id=None)
    taken(raw, Outcome.APPLICATION)
    taken(raw, Outcome.DUPLICATE)
    assert Application.objects.count() == 1


def test_one_message_id_on_two_peoples_mails_loses_neither(posting: Posting) -> None:
    taken(mails.mail(message_id="<always@courrier.example>"), Outcome.APPLICATION)
    other = mails.mail(message_id="<always@courrier.example>", sender="Noé <noe@courrier.example>")
    taken(other, Outcome.APPLICATION)
    taken(other, Outcome.DUPLICATE)
    assert Application.objects.count() == IncomingMail.objects.count() == 2


def test_applying_again_is_a_note_on_the_first(posting: Posting) -> None:
    first = taken(mails.mail(), Outcome.APPLICATION)
    again = taken(mails.mail(text="Ma candidature, avec un CV.", files=[CV]), Outcome.DUPLICATE)
    assert again.application == first.application
    assert again.application is not None
    assert [note.text for note in again.application.notes.all()] == ["Ma candidature, avec un CV."]
    assert again.documents == ("CV Camille Martin.pdf",)
    assert again.application.documents.count() == 1


def test_another_word_of_the_same_person_is_a_reply(posting: Posting) -> None:
    first = taken(mails.mail(), Outcome.APPLICATION)
    more = taken(mails.mail(subject="Mes disponibilités", text="Je suis libre jeudi."), Outcome.REPLY)
    assert more.application == first.application


def test_same_person_on_another_posting_is_another_application(posting: Posting) -> None:
    factories.posting(posting.team, title="Designer", apply_to=["design@autre.example"])
    taken(mails.mail(), Outcome.APPLICATION)
    taken(mails.mail(to="design@autre.example"), Outcome.APPLICATION)
    assert (Application.objects.count(), Candidate.objects.count()) == (2, 1)


# ── Replies ───────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def application(posting: Posting) -> Application:
    return factories.application(posting, name="Camille Martin", email="camille.martin@courrier.example")


@pytest.fixture
def sent(application: Application) -> Message:
    """The mail that told the candidate, as if it had left."""
    message = application.messages.get()
    Message.objects.filter(pk=message.pk).update(status=Status.SENT, sent_at=timezone.now())
    return message


ANSWER = "Merci, jeudi me va.\n\nLe 12 nov. 2026 à 10:02, Trajet Simple a écrit :\n> Bonjour"


def test_reply_to_the_token_address_stands_on_the_timeline(application: Application, settings: object) -> None:
    settings.INBOUND_DOMAIN = "jalon.example"  # type: ignore[attr-defined]
    to = identifiers.reply_address(application)
    receipt = taken(mails.mail(to=to.upper(), subject="Re: x", text=ANSWER, files=[CV]), Outcome.REPLY)
    assert receipt.application == application
    message = application.messages.get(direction=Direction.IN)
    assert (message.body, message.status) == ("Merci, jeudi me va.", Status.RECEIVED)
    assert [file.name for file in application.documents.all()] == ["CV Camille Martin.pdf"]


def test_token_of_nobody_is_no_reply(application: Application, settings: object) -> None:
    settings.INBOUND_DOMAIN = "jalon.example"  # type: ignore[attr-defined]
    local, _at, domain = identifiers.reply_address(application).partition("@")
    forged = local[:-1] + ("a" if local[-1] != "a" else "b")
    taken(mails.mail(sender="x@courrier.example", to=f"{forged}@{domain}"), Outcome.TRIAGE)


@pytest.mark.parametrize("header", ["In-Reply-To", "References"])
def test_answer_in_our_thread_is_a_reply(sent: Message, header: str) -> None:
    headers = {header: f"<other@x.example> {sent.message_id}" if header == "References" else sent.message_id}
    receipt = taken(mails.mail(to="x@any.example", subject="Bonjour", text=ANSWER, headers=headers), Outcome.REPLY)
    assert receipt.application == sent.application
    assert sent.application.messages.get(direction=Direction.IN).in_reply_to == headers.get("In-Reply-To", "")


def test_answer_in_our_thread_from_a_stranger_waits_for_a_person(sent: Message) -> None:
    raw = mails.mail(sender="Ami <ami@courriel.example>", headers={"In-Reply-To": sent.message_id})
    receipt = taken(raw, Outcome.TRIAGE)
    assert "ami@courriel.example" in receipt.reason
    assert not sent.application.messages.filter(direction=Direction.IN).exists()


def test_answer_to_the_posting_of_a_closed_posting_is_a_reply(application: Application) -> None:
    Posting.objects.update(status=PostingStatus.CLOSED)
    receipt = taken(mails.mail(subject="Re: Candidature", text="Merci."), Outcome.REPLY)
    assert receipt.application == application


def test_answer_of_a_person_with_one_application_is_a_reply(application: Application) -> None:
    receipt = taken(mails.mail(to="lea@any.example", subject="RE: Entretien", text="Merci."), Outcome.REPLY)
    assert receipt.application == application


def test_answer_to_another_teams_address_does_not_reach_this_team(application: Application) -> None:
    other = factories.posting(title="Designer", apply_to=["design@autre.example"])
    receipt = taken(mails.mail(to="design@autre.example", subject="Re: Designer", text="Merci."), Outcome.APPLICATION)
    assert receipt.posting == other
    assert not application.messages.filter(direction=Direction.IN).exists()


def test_colleague_who_answers_leaves_a_note_that_the_candidate_does_not_see(sent: Message, team: Team) -> None:
    user = factories.user(team, email="lea@equipe.example")
    raw = mails.mail(
        sender="lea@equipe.example", text="À voir vite.", headers={"In-Reply-To": sent.message_id}, files=[CV]
    )
    taken(raw, Outcome.REPLY)
    note = sent.application.notes.get()
    # An address can be forged, by a candidate too: the note says how it came.
    came = gettext("By e-mail, as %(sender)s; nobody checked who sent it.") % {"sender": "lea@equipe.example"}
    assert (note.author, note.text) == (user, f"{came}\n\nÀ voir vite.")
    assert not sent.application.messages.filter(direction=Direction.IN).exists()
    assert not sent.application.documents.exists()


# ── Forwards ──────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("program", INLINE)
def test_forward_credits_the_original_sender(posting: Posting, program: str) -> None:
    subject, text = INLINE[program]
    raw = mails.mail(sender="Léa <lea@equipe.example>", to="jalon@any.example", subject=subject, text=text, files=[CV])
    receipt = taken(raw, Outcome.APPLICATION)
    assert (candidate_of(receipt).name, candidate_of(receipt).email) == ("Noé Garnier", "noe@courrier.example")
    assert "lea@equipe.example" in receipt.reason
    assert receipt.documents == ("CV Camille Martin.pdf",)
    assert receipt.application is not None
    assert receipt.application.message == "Bonjour,\n\nJe candidate.\n\nNoé"
    assert receipt.application.messages.earliest("created_at").sender == "Noé Garnier <noe@courrier.example>"


def test_forward_as_attachment_credits_the_original_sender(posting: Posting) -> None:
    receipt = taken(mails.forwarded(mails.mail(files=[CV])), Outcome.APPLICATION)
    assert candidate_of(receipt).email == "camille.martin@courrier.example"
    assert receipt.documents == ("CV Camille Martin.pdf",)


def test_forward_of_a_forward_credits_the_first_sender(posting: Posting, team: Team) -> None:
    factories.user(team, email="ana@bureau.example")
    inner = mails.forwarded(mails.mail(files=[CV]), sender="ana@bureau.example", to="lea@equipe.example")
    assert candidate_of(taken(mails.forwarded(inner), Outcome.APPLICATION)).email == "camille.martin@courrier.example"


@pytest.mark.parametrize("sender", ["paul@equipe.example", "paul@services.equipe.example", "paul@ailleurs.example"])
def test_forward_by_an_unknown_colleague_credits_the_original_sender(posting: Posting, sender: str) -> None:
    """They share the team's domain, or the message inside was written to the team."""
    subject, text = INLINE["Outlook, French"]
    receipt = taken(mails.mail(sender=sender, subject=subject, text=text), Outcome.APPLICATION)
    assert candidate_of(receipt).email == "noe@courrier.example"


def test_candidate_who_forwards_the_posting_is_the_candidate(posting: Posting) -> None:
    subject, text = INLINE["Gmail, French"]
    text = "Bonjour, une amie m’a transmis votre annonce : voici ma candidature.\n\n" + text
    receipt = taken(mails.mail(subject=subject, text=text), Outcome.APPLICATION)
    assert candidate_of(receipt).email == "camille.martin@courrier.example"
    assert receipt.application is not None
    assert "Je candidate" not in receipt.application.message


def test_own_mail_forwarded_again_is_ones_own(posting: Posting) -> None:
    receipt = taken(mails.forwarded(mails.mail(), sender=mails.CAMILLE), Outcome.APPLICATION)
    assert candidate_of(receipt).email == "camille.martin@courrier.example"


def test_forwarded_message_of_a_known_application_is_a_reply(application: Application) -> None:
    inner = mails.mail(subject="Re: Entretien", text="Jeudi me va.")
    receipt = taken(mails.forwarded(inner, subject="TR: Re: Entretien"), Outcome.REPLY)
    assert receipt.application == application


def test_forward_without_an_address_is_placed_by_a_person(posting: Posting) -> None:
    raw, _word = TRIAGE["a forward that names nobody"]
    taken(raw, Outcome.TRIAGE)
    row = IncomingMail.objects.get()
    assert row.team == posting.team
    placed = sort.assign(pk=row.pk, posting_id=posting.pk, actor=factories.member(posting.team))
    assert (placed.candidate.name, placed.candidate.email) == ("Noé Garnier", "")


# ── Machines ──────────────────────────────────────────────────────────────────────────────────────
AUTOMATIC = {
    "RFC 3834": mails.mail(headers={"Auto-Submitted": "auto-replied"}),
    "a notice": mails.mail(headers={"Auto-Submitted": "auto-generated (notice)"}),
    "X-Autoreply": mails.mail(headers={"X-Autoreply": "yes"}),
    "junk": mails.mail(headers={"Precedence": "junk"}),
    "bulk": mails.mail(headers={"Precedence": "bulk"}),
    "vacation, French": mails.mail(subject="Réponse automatique : Candidature"),
    "absence, French": mails.mail(subject="Absence du bureau"),
    "vacation, English": mails.mail(subject="Automatic reply: Application"),
    "office, English": mails.mail(subject="Out of Office"),
    "on a list": mails.mail(subject="Out of office", headers={"Precedence": "list", "List-Id": "<a.b.example>"}),
    "a mail server": mails.mail(sender="MAILER-DAEMON@relais.example", subject="Warning"),
    "delivered": mails.bounce("<x@y.example>", action="delivered", status="2.0.0"),
    "our own address": mails.mail(sender="Jalon <jalon@localhost.localdomain>"),
}


@pytest.mark.parametrize("kind", AUTOMATIC)
def test_machines_never_apply(posting: Posting, kind: str) -> None:
    taken(AUTOMATIC[kind], Outcome.AUTOMATIC)
    assert not Application.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "headers", [{"Auto-Submitted": "no"}, {"Auto-Submitted": "auto-forwarded"}, {"X-Autoreply": "no"}]
)
def test_people_are_not_taken_for_machines(posting: Posting, headers: dict[str, str]) -> None:
    taken(mails.mail(headers=headers), Outcome.APPLICATION)


def test_vacation_answer_knows_its_application(sent: Message) -> None:
    raw = mails.mail(subject="Absence", headers={"Auto-Submitted": "auto-replied", "In-Reply-To": sent.message_id})
    assert taken(raw, Outcome.AUTOMATIC).application == sent.application
    assert not sent.application.messages.filter(direction=Direction.IN).exists()


def test_our_own_mail_that_comes_back_is_automatic(sent: Message) -> None:
    taken(mails.mail(message_id=sent.message_id), Outcome.AUTOMATIC)


def test_bounce_is_noted_on_the_message_it_is_about(sent: Message) -> None:
    receipt = taken(mails.bounce(sent.message_id), Outcome.BOUNCE)
    assert receipt.application == sent.application
    sent.refresh_from_db()
    assert "550 5.1.1" in sent.answer or "5.1.1" in sent.answer
    assert "camille@absent.example" in sent.application.notes.get().text
    assert Application.objects.count() == 1


def test_delay_is_noted_without_alarm(sent: Message) -> None:
    taken(mails.bounce(sent.message_id, action="delayed", status="4.4.1"), Outcome.BOUNCE)
    assert not sent.application.notes.exists()


def test_bounce_about_nothing_of_ours_is_recorded(posting: Posting) -> None:
    assert taken(mails.bounce("<other@x.example>"), Outcome.BOUNCE).application is None


def test_bounce_in_prose_is_matched(sent: Message) -> None:
    text = f"<camille@absent.example>: host said: 550 no such user\n\nMessage-ID: {sent.message_id}\nSubject: x"
    raw = mails.mail(sender="MAILER-DAEMON@relais.example", subject="failure notice", text=text)
    assert taken(raw, Outcome.BOUNCE).application == sent.application


# ── Faults ────────────────────────────────────────────────────────────────────────────────────────
def test_fault_of_ours_leaves_the_message_in_triage(posting: Posting, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_fields: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("notifications.inbound.timeline.put", fail)
    raw = mails.mail(files=[CV])
    receipt = taken(raw, Outcome.TRIAGE)
    assert "ZeroDivisionError" in receipt.reason
    assert not Application.objects.exists()


def test_what_is_no_mail_is_refused_and_not_recorded(posting: Posting) -> None:
    taken(b"hello", Outcome.REFUSED)
    assert not IncomingMail.objects.exists()
