"""A folder of hostile and odd messages of our own making: each has a name and the outcome it must end in.

The world they arrive in: one team, whose one open posting (`developpeuse-backend`) asks to write to `mails.JOBS`, and
whose closed posting (`graphiste-fermee`) asked to write to `CLOSED`; Léa is of the team.
"""

# ruff: noqa: E501 (a message is best read on its line)
from __future__ import annotations

import base64
from email.header import Header

from tests.notifications.inbound import mails
from tests.notifications.inbound.mails import CAMILLE, JOBS, PDF, PNG, mail, raw

CLOSED = "graphisme@equipe.example"
APPLICATION, BOUNCE, AUTOMATIC, TRIAGE, REFUSED = "application", "bounce", "automatic", "triage", "refused"
CV = ("cv.pdf", PDF, "application/pdf")

FOLDER: dict[str, tuple[bytes, str]] = {}


def add(outcome: str, **named: bytes) -> None:
    """Put messages into the folder."""
    for name, content in named.items():
        assert name not in FOLDER, name
        FOLDER[name] = (content, outcome)


def typed(kind: str, body: bytes | str, more: str = "", encoding: str = "utf-8") -> bytes:
    """Give a letter to the posting with this Content-Type and this very body."""
    head = f"From: {CAMILLE}\nTo: {JOBS}\nSubject: Candidature\nMIME-Version: 1.0\nContent-Type: {kind}\n{more}"
    return raw(head, body, encoding=encoding)


# ── Charsets, claimed and true ────────────────────────────────────────────────────────────────────────────────────────
SAID = "Été à Nîmes : ma candidature, cœur léger. Œuvre."
for _charset in ("utf-8", "cp1252", "iso-8859-15", "utf-16", "utf-16-le", "utf-32", "utf-7", "mac-roman"):
    add(
        APPLICATION,
        **{f"charset {_charset}": typed(f"text/plain; charset={_charset}", SAID.encode(_charset, "replace"))},
    )
for _name, _text in {
    "iso-2022-jp": "応募します",
    "euc-kr": "지원합니다",
    "gb18030": "申请",
    "big5": "申請",
    "koi8-r": "Отклик",
    "windows-1256": "طلب",
    "shift_jis": "応募",
    "windows-1255": "מועמדות",
}.items():
    add(APPLICATION, **{f"charset {_name}": typed(f"text/plain; charset={_name}", _text.encode(_name))})
for _claimed in (
    "nope",
    "",
    "x-unknown",
    "idna",
    "punycode",
    "unicode_escape",
    "undefined",
    "base64",
    "rot13",
    "zlib",
    "utf-8;utf-8",
    "x" * 500,
):
    add(
        APPLICATION, **{f"charset claimed {_claimed[:20] or 'empty'}": typed(f'text/plain; charset="{_claimed}"', SAID)}
    )
add(
    APPLICATION,
    **{
        "charset claims ascii, is utf-8": typed("text/plain; charset=us-ascii", SAID),
        "charset claims utf-8, is latin-1": typed("text/plain; charset=utf-8", SAID.encode("cp1252")),
        "charset none, is latin-1": typed("text/plain", SAID.encode("cp1252")),
        "byte order mark before the headers": b"\xef\xbb\xbf" + mail(),
        "empty lines before the headers": b"\r\n\r\n" + mail(),
        "NUL in text": typed("text/plain", b"Bon\0jour"),
        "only control characters": typed("text/plain", bytes(range(1, 32))),
        "all bytes": typed("application/octet-stream", bytes(range(256))),
        "lone surrogates": typed("text/plain; charset=utf-8", b"\xed\xa0\x80 bonjour \xed\xbf\xbf"),
        "right-to-left marks in the name": mail(sender="Cam\u202eellim <c@courrier.example>"),
        "zero-width letters": mail(text="Bon\u200bjour\u2060 \ufeffmadame"),
        "emoji and flags": mail(subject="Candidature 👩‍💻🏳️‍🌈", text="👋" * 500),
        "combining marks without end": mail(text="e" + "\u0301" * 5000),
    },
)

# ── Transfer encodings ────────────────────────────────────────────────────────────────────────────────────────────────
for _encoding, _body in {
    "base64": base64.b64encode(SAID.encode()),
    "BASE64 ": base64.b64encode(SAID.encode()),
    "quoted-printable": b"=C3=89t=C3=A9 =\r\n=E0",
    "8bit": SAID.encode(),
    "binary": SAID.encode(),
    "7bit": SAID.encode(),
    "x-uuencode": b"begin 644 a.txt\n#0V%T\n`\nend\n",
    "x-unknown": SAID.encode(),
    "base64, 7bit": b"QUJD",
    "": b"Bonjour",
}.items():
    add(
        APPLICATION,
        **{
            f"encoded {_encoding or 'empty'}": typed(
                "text/plain; charset=utf-8", _body, f"Content-Transfer-Encoding: {_encoding}"
            )
        },
    )
add(
    APPLICATION,
    **{
        "base64 that is none": typed("text/plain", "Ceci n’est pas du base64 !!", "Content-Transfer-Encoding: base64"),
        "base64 cut short": typed("text/plain", b"Qm9uam91", "Content-Transfer-Encoding: base64"),
        "base64 of one letter": typed("text/plain", b"Q", "Content-Transfer-Encoding: base64"),
        "quoted-printable cut short": typed("text/plain", b"Bonjour =", "Content-Transfer-Encoding: quoted-printable"),
        "uuencode without end": typed("text/plain", b"begin 644 a\n#0V%T", "Content-Transfer-Encoding: x-uuencode"),
    },
)

# ── Headers ───────────────────────────────────────────────────────────────────────────────────────────────────────────
add(
    APPLICATION,
    **{
        "no subject": mail(subject=None),
        "empty subject": mail(subject=""),
        "no Message-ID": mail(message_id=None),
        "empty Message-ID": raw(f"From: {CAMILLE}\nTo: {JOBS}\nMessage-ID:", "Bonjour"),
        "Message-ID without brackets": raw(f"From: {CAMILLE}\nTo: {JOBS}\nMessage-ID: nothing@at.all", "Bonjour"),
        "Message-ID of 3,000 letters": raw(
            f"From: {CAMILLE}\nTo: {JOBS}\nMessage-ID: <{'a' * 3000}@x.example>", "Bonjour"
        ),
        "two Message-IDs": raw(f"From: {CAMILLE}\nTo: {JOBS}\nMessage-ID: <a@x>\nMessage-ID: <b@x>", "Bonjour"),
        "two From": raw(f"From: {CAMILLE}\nFrom: Autre <autre@x.example>\nTo: {JOBS}", "Bonjour"),
        "two authors in From": raw(f"From: {CAMILLE}, Autre <autre@x.example>\nTo: {JOBS}", "Bonjour"),
        "two subjects": raw(f"From: {CAMILLE}\nTo: {JOBS}\nSubject: Un\nSubject: Deux", "Bonjour"),
        "8-bit headers, utf-8": raw(f"From: Noëlle Brûlé <n@courrier.example>\nTo: {JOBS}\nSubject: Été", "Bonjour"),
        "8-bit headers, latin-1": raw(
            f"From: Noëlle <n@courrier.example>\nTo: {JOBS}\nSubject: Été", "x", encoding="latin-1"
        ),
        "encoded word cut": raw(f"From: =?utf-8?q?Camil <c@courrier.example>\nTo: {JOBS}", "Bonjour"),
        "encoded word of no charset": raw(f"From: =?nope?b?w6k=?= <c@courrier.example>\nTo: {JOBS}", "Bonjour"),
        "encoded word with bad base64": raw(f"From: =?utf-8?b?w6?= <c@courrier.example>\nTo: {JOBS}", "Bonjour"),
        "encoded word hides a line end": raw(f"From: =?utf-8?q?A=0D=0ABcc=3A?= <c@courrier.example>\nTo: {JOBS}", "x"),
        "encoded words in a row": raw(
            f"From: {Header('é' * 90, 'utf-8').encode().replace(chr(10), '')} <c@courrier.example>\nTo: {JOBS}", "x"
        ),
        "name with quotes": raw(f'From: "Martin, \\"Cam\\" " <c@courrier.example>\nTo: {JOBS}', "Bonjour"),
        "name with comments": raw(f"From: Camille (la (vraie)) <c@courrier.example>\nTo: {JOBS}", "Bonjour"),
        "no name": mail(sender="c@courrier.example"),
        "name is the address": mail(sender='"c@courrier.example" <c@courrier.example>'),
        "name of 150 letters": mail(sender="A" * 150 + " <a@courrier.example>"),
        "name with a link": mail(sender="Gagnez sur http://x.example <a@courrier.example>"),
        "group in To": raw(f"From: {CAMILLE}\nTo: équipe: {JOBS}, x@y.example;", "Bonjour"),
        "300 recipients": raw(f"From: {CAMILLE}\nTo: {JOBS}, " + ", ".join(f"p{n}@x.example" for n in range(300)), "x"),
        "folded To": raw(f"From: {CAMILLE}\nSubject: x", "Bonjour").replace(
            b"Subject", f"To:\r\n\t{JOBS}\r\nSubject".encode()
        ),
        "upper-case address": mail(to=JOBS.upper()),
        "in copy": mail(to="x@autre.example", headers={"Cc": JOBS}),
        "in blind copy": mail(to=None, headers={"Delivered-To": JOBS}),
        "undisclosed recipients": raw(f"From: {CAMILLE}\nTo: undisclosed-recipients:;\nX-Original-To: {JOBS}", "x"),
        "redirected": mail(to="x@autre.example", headers={"Resent-To": JOBS}),
        "plus address": mail(to=JOBS.replace("@", "+site@")),
        "500 Received": raw("Received: by x\n" * 500 + f"From: {CAMILLE}\nTo: {JOBS}", "Bonjour"),
        "a header of 100 KB": raw(f"From: {CAMILLE}\nTo: {JOBS}\nX-Long: {'a' * 100_000}", "Bonjour"),
        "header lines without colon": raw(f"From: {CAMILLE}\nTo: {JOBS}\nSubject: x", "Bonjour").replace(
            b"\r\n\r\n", b"\r\nnonsense\r\n\r\n"
        ),
        "date of no calendar": mail(headers={"Date": "Foo, 99 Bar 0000 99:99:99 +9999"}),
        "lone line feeds": mail().replace(b"\r\n", b"\n"),
        "lone carriage returns in text": typed("text/plain", b"Bonjour\rmadame\rmonsieur"),
        "mbox line before": b"From camille@x Mon Jan  1 00:00:00 2026\r\n" + mail(),
        "through a list": mail(headers={"Precedence": "list", "List-Id": "<recrutement.equipe.example>"}),
        "by a site, answer to the person": mail(sender="Site <no-reply@site.example>", headers={"Reply-To": CAMILLE}),
        "by its title": mail(to="x@any.example", subject="Développeur backend senior"),
        "by the posting's name in the address": mail(to="jobs+developpeuse-backend@any.example"),
        "Auto-Submitted: no": mail(headers={"Auto-Submitted": "no"}),
        "urgent, with a receipt asked": mail(headers={"X-Priority": "1", "Disposition-Notification-To": CAMILLE}),
    },
)

# ── Bodies and parts ──────────────────────────────────────────────────────────────────────────────────────────────────
add(
    APPLICATION,
    **{
        "html only": mail(text=None, html="<p>Bonjour, <b>voici</b> ma candidature.</p>"),
        "html with scripts": mail(text=None, html="<script>alert(1)</script><p onclick=x>Bonjour</p><iframe src=//x>"),
        "html never closed": mail(text=None, html="<div>" * 3000 + "Bonjour"),
        "html with an entity bomb": mail(text=None, html="<!DOCTYPE x [<!ENTITY a '&a;&a;'>]><p>&a; Bonjour</p>"),
        "html that is empty": mail(text=None, html=""),
        "html of comments": mail(text=None, html="<!--" + "x" * 50_000 + "-->"),
        "html and text": mail(html="<p>Bonjour</p>"),
        "no text, a CV": mail(text="", files=[CV]),
        "nothing at all": mail(text=""),
        "only a signature": mail(text="-- \nCamille\n06 12 34 56 78"),
        "only a quotation": mail(text="> Bonjour\n> Camille"),
        "one line of 2 MB": mail(text="a " * 1_000_000),
        "200,000 lines": mail(text="\n" * 200_000),
        "50,000 quotation marks": mail(text=">" * 50_000 + " Bonjour"),
        "500 parts": mails.many_parts(500),
        "3,000 parts in each other": mails.deeply_nested(3000),
        "multipart without boundary": typed("multipart/mixed", "Bonjour"),
        "multipart without parts": typed('multipart/mixed; boundary="e"', "Bonjour"),
        "multipart never ended": typed(
            'multipart/mixed; boundary="e"', "--e\r\nContent-Type: text/plain\r\n\r\nBonjour"
        ),
        "multipart with an empty boundary": typed('multipart/mixed; boundary=""', "Bonjour"),
        "boundary of 1,000 letters": typed(
            f'multipart/mixed; boundary="{"b" * 1000}"', f"--{'b' * 1000}\r\n\r\nBonjour"
        ),
        "part in itself": typed(
            'multipart/mixed; boundary="e"',
            '--e\r\nContent-Type: multipart/mixed; boundary="e"\r\n\r\n--e\r\n\r\nx\r\n--e--',
        ),
        "type of no kind": typed("nonsense", "Bonjour"),
        "type with 300 parameters": typed("text/plain" + "".join(f"; p{n}=x" for n in range(300)), "Bonjour"),
        "parameters continued wrongly": typed("text/plain; name*0*=a''b; name*2=c; name*x=d", "Bonjour"),
        "message/partial": typed('message/partial; id="x"; number=1; total=3', "Bonjour"),
        "message/external-body": typed('message/external-body; access-type=URL; URL="file:///etc/passwd"', "x"),
        "flowed text": typed("text/plain; charset=utf-8; format=flowed; delsp=yes", "Bonjour \r\nmadame\r\n"),
        "richtext": typed("text/enriched", "<bold>Bonjour</bold>"),
        "yEnc in text": typed("text/plain", b"=ybegin line=128 size=3 name=a\r\n\x8b\x8c\r\n=yend size=3"),
        "winmail.dat": mail(files=[("winmail.dat", b"\x78\x9f\x3e\x22\0\0", "application/ms-tnef")]),
        "an S/MIME signature": mail(files=[("smime.p7s", b"0\x80\x06\x09", "application/pkcs7-signature")]),
        "a PGP key": mail(files=[("key.asc", b"-----BEGIN PGP PUBLIC KEY BLOCK-----", "application/pgp-keys")]),
        "a business card": mail(files=[("moi.vcf", b"BEGIN:VCARD\nEND:VCARD", "text/vcard")]),
        "an invitation beside the CV": mail(files=[CV, ("i.ics", b"BEGIN:VCALENDAR\nMETHOD:REQUEST", "text/calendar")]),
        "file without a name": mail(files=[("", PDF, "application/pdf")]),
        "file with a path": mail(files=[("../../etc/passwd", b"Bonjour", "text/plain")]),
        "file with a name of 5,000 letters": mail(files=[("a" * 5000 + ".pdf", PDF, "application/pdf")]),
        "file turned about": mail(files=[("cv\u202efdp.exe", PDF, "application/pdf")]),
        "file of another kind than it says": mail(files=[("cv.pdf", b"MZ\x90\0", "application/pdf")]),
        "html file": mail(files=[("cv.html", b"<script>alert(1)</script>", "text/html")]),
        "SVG file": mail(files=[("cv.svg", b"<svg onload=alert(1)>", "image/svg+xml")]),
        "empty file": mail(files=[("cv.pdf", b"", "application/pdf")]),
        "forty files": mail(files=[(f"{n}.png", PNG + bytes([n]), "image/png") for n in range(40)]),
        "the same file ten times": mail(files=[CV] * 10),
        "picture in the text": mail(html="<img src=cid:a>", files=[("logo.png", PNG, "image/png")]),
    },
)

# ── Forwarded ─────────────────────────────────────────────────────────────────────────────────────────────────────────
LEA = "Léa Équipe <lea@equipe.example>"
INLINE = {
    "Gmail": "---------- Forwarded message ---------\nDe : {0}\nDate: lun. 3 févr. 2026\nSubject: Candidature\nTo: <x@y.example>\n\n{1}",
    "Outlook": "De : {0}\nEnvoyé : lundi 3 février 2026 10:00\nÀ : x@y.example\nObjet : Candidature\n\n{1}",
    "Apple": "Début du message transféré :\n\n> De: {0}\n> Objet: Candidature\n> Date: 3 février 2026\n>\n> {1}",
    "Thunderbird": "-------- Message transféré --------\nSujet : Candidature\nDate : Mon, 3 Feb 2026\nDe : {0}\nPour : x@y.example\n\n{1}",
}
for _program, _form in INLINE.items():
    add(
        APPLICATION,
        **{
            f"forwarded by a colleague, {_program}": mail(
                sender=LEA, subject="Fwd: Candidature", text=_form.format(CAMILLE, "Je candidate au poste.")
            )
        },
    )
add(
    APPLICATION,
    **{
        "forwarded as a file": mails.forwarded(mail()),
        "forward of a forward": mails.forwarded(mails.forwarded(mail())),
    },
)
add(
    TRIAGE,
    **{
        "forwarded without a sender": mails.forwarded(mail(sender=None)),
        "forwarded by a stranger": mails.forwarded(mail(to="x@y.example"), sender="Inconnu <i@ailleurs.example>"),
        "a colleague writes": mail(sender=LEA, subject="Déjeuner ?", text="On mange ensemble ?"),
    },
)

# ── For nobody in particular ──────────────────────────────────────────────────────────────────────────────────────────
add(
    TRIAGE,
    **{
        "to nobody we know": mail(to="x@any.example", subject="Bonjour", text="Bonjour"),
        "no sender": mail(sender=None),
        "sender without an address": mail(sender=None, headers={"X-From": "Camille"}),
        "sender of nonsense": raw(f"From: @@@ <>\nTo: {JOBS}\nSubject: x", "Bonjour"),
        "newsletter": mail(headers={"List-Unsubscribe": "<mailto:x@y.example>"}),
        "answer to an invitation": raw(
            f"From: {CAMILLE}\nTo: {JOBS}\nMIME-Version: 1.0\nContent-Type: text/calendar; method=REPLY",
            "BEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR",
        ),
        "for a closed posting": mail(to=CLOSED),
        "for a closed posting, by a robot's address": mail(to=CLOSED, sender="no-reply@site.example"),
        "for a closed posting, through a list": mail(to=CLOSED, headers={"List-Id": "<l.x.example>"}),
        "no headers but a subject": b"Subject: x\r\n\r\nBonjour",
        "headers without a body": b"Subject: x",
        "for an unknown reply address": mail(to="reply+" + "a" * 39 + "@any.example", subject="Re: ?", text="Merci"),
    },
)

# ── Machines ──────────────────────────────────────────────────────────────────────────────────────────────────────────
ABSENT = {
    "Auto-Submitted": "auto-replied",
    "X-Autoreply": "yes",
    "X-Autorespond": "x",
    "Precedence": "auto_reply",
    "X-Auto-Reply-From": "x@y.example",
    "X-Mail-Autoreply": "x",
    "X-Autogenerated": "Reply",
}
for _header, _value in ABSENT.items():
    add(AUTOMATIC, **{f"machine says {_header}": mail(headers={_header: _value})})
for _subject in (
    "Absence du bureau",
    "Réponse automatique : Candidature",
    "Automatic reply: your mail",
    "Out of office",
    "Auto-Reply: x",
    "Je suis actuellement absente",
    "Automatische Antwort: x",
    "Accusé de lecture",
    "Lu : Candidature",
    "Message d’absence",
    "On leave",
):
    add(AUTOMATIC, **{f"subject “{_subject}”": mail(subject=_subject)})
add(
    AUTOMATIC,
    **{
        "mass mailing": mail(headers={"Precedence": "bulk"}),
        "junk": mail(headers={"Precedence": "junk"}),
        "auto-generated with parameters": mail(headers={"Auto-Submitted": "auto-generated; owner=x"}),
        "delivered, says the server": mails.bounce("<nobody@knows.example>", action="delivered", status="2.0.0"),
        "from the mail server": mail(sender="MAILER-DAEMON@relais.example", subject="Information"),
        "from postmaster": mail(sender="postmaster@relais.example", subject="Quota"),
        "from nobody (<>)": raw(f"Return-Path: <>\nFrom:\nTo: {JOBS}\nSubject: Rapport", "x"),
        "our own address": mail(sender="Jalon <jalon@localhost.localdomain>"),
    },
)
add(
    BOUNCE,
    **{
        "bounce": mails.bounce("<nobody@knows.example>"),
        "bounce, delayed": mails.bounce("<nobody@knows.example>", action="delayed", status="4.4.1"),
        "bounce, expired": mails.bounce("<nobody@knows.example>", status="4.4.7"),
        "bounce, mailbox full": mails.bounce("<nobody@knows.example>", status="5.2.2"),
        "bounce about no id": mails.bounce(""),
        "bounce in prose": mail(
            sender="MAILER-DAEMON@x.example",
            subject="failure notice",
            text="<p@x.example>:\n550 no such user\nMessage-ID: <a@b>",
        ),
        "bounce in French": mail(sender="postmaster@x.example", subject="Échec de remise", text="550 boîte inconnue"),
        "bounce of Exchange": mail(
            sender="postmaster@x.example", subject="Undeliverable: x", text="Remote server returned '550 5.1.10'"
        ),
    },
)

# ── No mail ───────────────────────────────────────────────────────────────────────────────────────────────────────────
add(
    REFUSED,
    **{
        "empty": b"", "only line ends": b"\r\n\r\n\n", "only spaces": b"   \t ", "a PDF": PDF, "a picture": PNG,
        "plain words": b"Bonjour, je candidate.", "JSON": b'{"from": "a@b"}', "a web page": b"<!doctype html><p>x",
        "zeros": b"\0" * 10_000, "a ZIP": b"PK\x03\x04" + b"x" * 100, "headers of no mail": b"Foo: bar\r\nBaz: 1\r\n\r\nx",
    },
)  # fmt: skip
