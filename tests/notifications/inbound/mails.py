"""Makes mails as programs and people make them, well and badly formed. Every address is fictional."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from email.message import EmailMessage

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
JOBS = "recrutement@equipe.example"
CAMILLE = "Camille Martin <camille.martin@courrier.example>"
LETTER = (
    "Bonjour,\n\nVous cherchez une personne pour ce poste et je vous écris pour cela.\n\nCordialement,\nCamille Martin"
)

_count = itertools.count(1)

File = tuple[str, bytes, str]


def mail(
    *,
    sender: str | None = CAMILLE,
    to: str | None = JOBS,
    subject: str | None = "Candidature",
    text: str | None = LETTER,
    html: str | None = None,
    files: Sequence[File] = (),
    headers: Mapping[str, str] | None = None,
    message_id: str | None = "new",
) -> bytes:
    """Give a well-formed mail; None leaves a header or part out."""
    made = EmailMessage()
    named = f"<m{next(_count)}@courrier.example>" if message_id == "new" else message_id
    for name, value in (("From", sender), ("To", to), ("Subject", subject), ("Message-ID", named)):
        if value is not None:
            made[name] = value
    for name, value in (headers or {}).items():
        made[name] = value
    if text is not None:
        made.set_content(text)
    if html is not None:
        if text is None:
            made.set_content(html, subtype="html")
        else:
            made.add_alternative(html, subtype="html")
    for name, content, kind in files:
        main, _slash, sub = kind.partition("/")
        made.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return made.as_bytes()


def raw(head: str, body: bytes | str = "", *, encoding: str = "utf-8") -> bytes:
    """Give a mail from its very text: headers (one a line, indentation removed) and body."""
    lines = [line.strip() for line in head.strip().split("\n")]
    content = body if isinstance(body, bytes) else body.encode(encoding)
    return "\r\n".join(lines).encode(encoding) + b"\r\n\r\n" + content


def forwarded(inner: bytes, **fields: object) -> bytes:
    """Give a mail that carries another as an attachment of type message/rfc822."""
    edge = f"edge{next(_count)}"
    head = raw(
        f"""
        From: {fields.get("sender", "Léa Équipe <lea@equipe.example>")}
        To: {fields.get("to", JOBS)}
        Subject: {fields.get("subject", "Fwd: Candidature")}
        Message-ID: <f{next(_count)}@equipe.example>
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="{edge}"
        """,
        b"",
    )
    cover = str(fields.get("text", "Pour vous.")).encode()
    return (
        head
        + f"--{edge}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n".encode()
        + cover
        + f"\r\n--{edge}\r\nContent-Type: message/rfc822\r\n\r\n".encode()
        + inner
        + f"\r\n--{edge}--\r\n".encode()
    )


def bounce(about: str, *, action: str = "failed", status: str = "5.1.1", to: str = "camille@absent.example") -> bytes:
    """Give a delivery report (RFC 3464) about the message with the Message-ID `about`."""
    return raw(
        f"""
        From: Mail Delivery System <MAILER-DAEMON@relais.example>
        To: jalon@localhost.localdomain
        Subject: Undelivered Mail Returned to Sender
        Message-ID: <b{next(_count)}@relais.example>
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="edge"
        """,
        f"""--edge\r
Content-Type: text/plain\r
\r
The mail could not be delivered.\r
--edge\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; relais.example\r
\r
Final-Recipient: rfc822; {to}\r
Action: {action}\r
Status: {status}\r
Diagnostic-Code: smtp; 550 5.1.1 User unknown\r
\r
--edge\r
Content-Type: text/rfc822-headers\r
\r
From: jalon@localhost.localdomain\r
Message-ID: {about}\r
\r
--edge--\r
""",
    )


def many_parts(count: int) -> bytes:
    """Give a mail of `count` text parts."""
    body = b"".join(b"--edge\r\nContent-Type: text/plain\r\n\r\npart\r\n" for _part in range(count))
    return _mixed(body + b"--edge--\r\n")


def deeply_nested(depth: int) -> bytes:
    """Give a mail whose parts stand in each other."""
    body = b"".join(
        f'--e{level}\r\nContent-Type: multipart/mixed; boundary="e{level + 1}"\r\n\r\n'.encode()
        for level in range(depth)
    )
    return _mixed(body + f"--e{depth}\r\n\r\ndeep\r\n".encode(), boundary="e0")


def _mixed(body: bytes, boundary: str = "edge") -> bytes:
    return raw(
        f"""
        From: {CAMILLE}
        To: {JOBS}
        Subject: Candidature
        Message-ID: <p{next(_count)}@courrier.example>
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="{boundary}"
        """,
        body,
    )
