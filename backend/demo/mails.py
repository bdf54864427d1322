"""Messages as people send them: an application with its CV, one that a colleague forwards, one that fits nothing."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from backend.demo.people import Applicant
from backend.hiring.markdown.fields import slug


def application(
    who: Applicant, *, to: list[str], subject: str, at: datetime, cc: list[str] | None = None, cv: bool = True
) -> EmailMessage:
    """Give an application by mail, with a CV in PDF unless `cv` is false."""
    message = _message(sender=formataddr((who.name, who.email)), to=to, subject=subject, at=at, key=who.email)
    if cc:
        message["Cc"] = ", ".join(cc)
    lines = ["Bonjour,", "", who.words, "", *([who.link, ""] if who.link else []), "Belle journée,", who.name]
    message.set_content("\n".join(lines) + "\n", cte="quoted-printable")
    if cv:
        name = f"CV {who.name}.pdf"
        message.add_attachment(curriculum(who), maintype="application", subtype="pdf", filename=name)
    return message


def forward(original: EmailMessage, *, by: tuple[str, str], to: list[str], at: datetime) -> EmailMessage:
    """Give a colleague's forward of a message, as mail programs write it, with the attachments."""
    message = _message(
        sender=formataddr(by),
        to=to,
        subject=f"Fwd: {original['Subject']}",
        at=at,
        key=f"forward.{original['Message-ID']}",
    )
    body = original.get_body(("plain",))
    text = body.get_content() if body else ""
    message.set_content(
        "Reçu dans ma boîte, c’est pour nous !\n\n"
        "---------- Forwarded message ---------\n"
        f"De : {original['From']}\nDate: {original['Date']}\nSubject: {original['Subject']}\nTo: {by[1]}\n\n{text}"
    )
    for part in original.iter_attachments():
        message.add_attachment(
            part.get_content(), maintype="application", subtype="pdf", filename=part.get_filename() or "document.pdf"
        )
    return message


def _message(*, sender: str, to: list[str], subject: str, at: datetime, key: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, ", ".join(to), subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{slug(f'{key} {subject} {at:%Y%m%d%H%M%S}')[:150]}@courrier.example>"
    return message


def curriculum(who: Applicant) -> bytes:
    """Give a one-page CV: a PDF written by hand, so that receiving needs no PDF library."""
    lines = [who.name, "Curriculum vitae (fictif)", "", who.email, who.link]
    shown = b"".join(b"(" + _escaped(line) + b") Tj T* " for line in lines)
    stream = b"BT /F1 16 Tf 72 760 Td 24 TL " + shown + b"ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica"
        b" /Encoding /WinAnsiEncoding >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    content, offsets = b"%PDF-1.4\n", []
    for number, part in enumerate(objects, start=1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size, start = len(objects) + 1, len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    return content + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)


def _escaped(line: str) -> bytes:
    """Give a line as a PDF string in Windows-1252; a letter outside it becomes a question mark."""
    return line.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
