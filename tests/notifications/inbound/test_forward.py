"""Who wrote what somebody forwards, in the marks of each mail program."""

import base64
import time

import pytest

from notifications.inbound import forward, parse
from notifications.inbound.headers import Address
from tests.notifications.inbound import mails

NOE = Address("Noé Garnier", "noe@courrier.example")
BODY = "Bonjour,\n\nJe candidate.\n\nNoé"

INLINE = {
    "Gmail, English": (
        "Fwd: Candidature",
        "FYI\n\n---------- Forwarded message ---------\nFrom: Noé Garnier <noe@courrier.example>\n"
        f"Date: jeu. 12 nov. 2026 à 10:02\nSubject: Candidature\nTo: <recrutement@equipe.example>\n\n\n{BODY}",
    ),
    "Gmail, French": (
        "Fwd: Candidature",
        "---------- Forwarded message ---------\nDe : Noé Garnier <noe@courrier.example>\n"
        f"Date: jeu. 12 nov. 2026 à 10:02\nSubject: Candidature\nTo: <recrutement@equipe.example>\n\n{BODY}",
    ),
    "Outlook, French": (
        "TR: Candidature",
        "Pour toi\n\nLéa\n\nDe : Noé Garnier <noe@courrier.example>\nEnvoyé : jeudi 12 novembre 2026 10:02\n"
        f"À : recrutement@equipe.example\nObjet : Candidature\n\n{BODY}",
    ),
    "Outlook, French, with no-break spaces and stars": (
        "Tr : Candidature",
        "*De\u00a0:* Noé Garnier <noe@courrier.example> \n*Envoyé\u00a0:* jeudi 12 novembre 2026 10:02\n"
        f"*À\u00a0:* recrutement@equipe.example\n*Objet\u00a0:* Candidature\n\n{BODY}",
    ),
    "Outlook, older": (
        "FW: Candidature",
        "-----Message d'origine-----\nDe : Noé Garnier [mailto:noe@courrier.example]\nEnvoyé : jeudi\n"
        f"À : recrutement@equipe.example\nObjet : Candidature\n\n{BODY}",
    ),
    "Outlook, English": (
        "FW: Application",
        "From: Noé Garnier <noe@courrier.example>\nSent: Thursday, 12 November 2026 10:02\n"
        f"To: recrutement@equipe.example; lea@equipe.example\nSubject: Candidature\n\n{BODY}",
    ),
    "Outlook, German": (
        "WG: Bewerbung",
        "Von: Noé Garnier <noe@courrier.example>\nGesendet: Donnerstag\nAn: recrutement@equipe.example\n"
        f"Betreff: Candidature\n\n{BODY}",
    ),
    "Apple Mail, French": (
        "Fwd: Candidature",
        "\n\n> Début du message réexpédié :\n> \n> De: Noé Garnier <noe@courrier.example>\n> Objet: Candidature\n"
        "> Date: 12 novembre 2026 à 10:02\n> À: recrutement@equipe.example\n> \n" + BODY.replace("\n", "\n> "),
    ),
    "Apple Mail, English": (
        "Fwd: Candidature",
        "Begin forwarded message:\n\nFrom: Noé Garnier <noe@courrier.example>\nSubject: Candidature\n"
        f"Date: 12 November 2026\nTo: recrutement@equipe.example\n\n{BODY}",
    ),
    "Thunderbird, French": (
        "Fwd: Candidature",
        "-------- Message transféré --------\nSujet : \tCandidature\nDate : \tThu, 12 Nov 2026\n"
        f"De : \tNoé Garnier <noe@courrier.example>\nPour : \trecrutement@equipe.example\n\n\n{BODY}",
    ),
    "Zimbra": (
        "Fwd: Candidature",
        '----- Mail transféré -----\nDe: "Noé Garnier" <noe@courrier.example>\nÀ: "recrutement" '
        f"<recrutement@equipe.example>\nEnvoyé: Jeudi 12 Novembre 2026\nObjet: Candidature\n\n{BODY}",
    ),
    "an empty line between headers": (
        "TR: Candidature",
        "De : Noé Garnier <noe@courrier.example>\n\nEnvoyé : jeudi\n\nÀ : recrutement@equipe.example\n\n"
        f"Objet : Candidature\n\n\n{BODY}",
    ),
}


@pytest.mark.parametrize("program", INLINE)
def test_inline_forward_gives_the_original(program: str) -> None:
    subject, text = INLINE[program]
    found = forward.original(parse.parse(mails.mail(sender="lea@equipe.example", subject=subject, text=text)))
    assert found is not None
    assert (found.sender, found.subject, found.text) == (NOE, "Candidature", BODY)
    assert "recrutement@equipe.example" in found.recipients


def test_html_forward_of_outlook_gives_the_original() -> None:
    page = (
        "<p>Pour toi</p><div style='border-top:solid #E1E1E1 1.0pt'><p><b>De&nbsp;:</b> Noé Garnier "
        "&lt;noe@courrier.example&gt;<br><b>Envoyé&nbsp;:</b> jeudi<br><b>À&nbsp;:</b> recrutement@equipe.example<br>"
        "<b>Objet&nbsp;:</b> Candidature</p></div><p>Bonjour,</p><p>Je candidate.</p><p>Noé</p>"
    )
    found = forward.original(parse.parse(mails.mail(subject="TR: Candidature", text=None, html=page)))
    assert found is not None
    assert (found.sender, found.text) == (NOE, BODY)


@pytest.mark.parametrize("encoding", ["7bit", "base64"])
def test_attached_message_gives_the_original_with_its_files(encoding: str) -> None:
    inner = mails.mail(sender=str(NOE), text=BODY, files=[("cv.pdf", mails.PDF, "application/pdf")])
    outer = mails.forwarded(inner)
    if encoding == "base64":
        outer = outer.replace(
            b"message/rfc822\r\n\r\n" + inner,
            b"message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(inner),
        )
    found = forward.original(parse.parse(outer))
    assert found is not None
    assert (found.sender, found.text, found.cover) == (NOE, BODY, "Pour vous.")
    assert [file.name for file in found.attachments] == ["cv.pdf"]


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Candidature", mails.LETTER),
        (
            "Re: Entretien",
            "Jeudi.\n\nDe : Léa <lea@equipe.example>\nEnvoyé : jeudi\nÀ : Noé\nObjet : Entretien\n\nQuand ?",
        ),
        ("Fwd: Candidature", "Voici mon CV."),
        ("Fwd: Candidature", "De : mon expérience\nObjet : rien"),
    ],
)
def test_what_is_no_forward_gives_none(subject: str, text: str) -> None:
    assert forward.original(parse.parse(mails.mail(subject=subject, text=text))) is None


@pytest.mark.parametrize(
    ("headers", "sender", "expected"),
    [
        ({"Reply-To": "Noé Garnier <noe@courrier.example>"}, "No reply <no-reply@site.example>", NOE),
        (
            {"Reply-To": "Noé Garnier <noe@courrier.example>", "List-Id": "<jobs.equipe.example>"},
            "'Noé Garnier' via Recrutement <recrutement@equipe.example>",
            NOE,
        ),
        (
            {"Reply-To": "noe@courrier.example", "List-Id": "<jobs.equipe.example>"},
            "'Noé Garnier' via Recrutement <recrutement@equipe.example>",
            NOE,
        ),
        (
            {"X-Original-From": "Noé Garnier <noe@courrier.example>", "List-Id": "<jobs.equipe.example>"},
            "'Noé Garnier' via Recrutement <recrutement@equipe.example>",
            NOE,
        ),
        ({"Reply-To": "autre@courrier.example"}, str(NOE), NOE),
    ],
)
def test_sender_behind_a_list_or_a_site_is_found(headers: dict[str, str], sender: str, expected: Address) -> None:
    assert forward.sender_of(parse.parse(mails.mail(sender=sender, headers=headers))) == expected


@pytest.mark.parametrize("line", ["> a", ">", "From:", "De : a", "From: a@courrier.example", "> From: a"])
def test_text_of_nothing_but_marks_is_read_in_time(line: str) -> None:
    """At every line something might begin; such a mail once took longer than a transaction may."""
    raw = mails.mail(subject="Fwd: Candidature", text=f"{line}\n" * (100_000 // len(f"{line}\n")))
    began = time.monotonic()
    forward.original(parse.parse(raw))
    assert time.monotonic() - began < 5
