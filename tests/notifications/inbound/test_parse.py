"""Bytes to `Incoming`: what each oddity of real mail becomes."""

import base64
import time

import pytest

from notifications.inbound import parse
from notifications.inbound.headers import Address
from notifications.inbound.parse import NotAMail
from tests.notifications.inbound import mails


def head(**extra: str) -> str:
    lines = {"From": "a@b.example", "Subject": "x", "Message-ID": "<1@b.example>"} | {
        name.replace("_", "-"): value for name, value in extra.items()
    }
    return "\n".join(f"{name}: {value}" for name, value in lines.items())


@pytest.mark.parametrize(
    ("written", "name", "email"),
    [
        ("=?utf-8?q?No=C3=ABlle_Br=C3=BBl=C3=A9?= <n@b.example>", "Noëlle Brûlé", "n@b.example"),
        ("=?iso-8859-1?Q?No=EBlle?= =?iso-8859-1?Q?_Br=FBl=E9?= <n@b.example>", "Noëlle Brûlé", "n@b.example"),
        ("=?utf-8?b?Tm/Dq2xsZQ==?= <n@b.example>", "Noëlle", "n@b.example"),
        ("=?UTF-8?Q?No=C3?==?UTF-8?Q?=ABlle?= <n@b.example>", "Noëlle", "n@b.example"),
        ('"Brûlé, Noëlle" <n@b.example>', "Brûlé, Noëlle", "n@b.example"),
        ("Noëlle Brûlé <n@b.example>", "Noëlle Brûlé", "n@b.example"),
        ("=?x-unknown?q?No=C3=ABlle?= <n@b.example>", "Noëlle", "n@b.example"),
        ("=?utf-8?b?!!!?= <n@b.example>", None, "n@b.example"),
        ("=?utf-8?q?No=C3=ABlle_=3Cn=40b=2Eexample=3E?=", None, "n@b.example"),
        ("n@b.example (Noëlle)", "Noëlle", "n@b.example"),
        ("<n@b.example>", "", "n@b.example"),
        ("n@b.example", "", "n@b.example"),
        ("\tNoëlle\n  <n@b.example>".replace("\n", ""), "Noëlle", "n@b.example"),
    ],
)
def test_sender_is_read_from_every_spelling(written: str, name: str | None, email: str) -> None:
    sender = parse.parse(mails.raw(head(From=written), "x")).sender
    assert sender is not None
    assert sender.email == email
    if name is not None:
        assert sender.name == name


def test_sender_in_latin_1_bytes_is_read() -> None:
    mail = parse.parse(mails.raw(head(From="Noëlle Brûlé <n@b.example>", Subject="Été"), "x", encoding="latin-1"))
    assert (mail.sender, mail.subject) == (Address("Noëlle Brûlé", "n@b.example"), "Été")


@pytest.mark.parametrize("written", ["", "nobody", "undisclosed-recipients:;", "<>", "((((", "@", "a@", "@b.example"])
def test_sender_that_is_no_address_is_none(written: str) -> None:
    assert parse.parse(mails.raw(head(From=written), "x")).sender is None


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/plain; charset=utf-8", "Été à l’œuvre".encode()),
        ("text/plain; charset=windows-1252", "Été à l’œuvre".encode("cp1252")),
        ("text/plain; charset=iso-8859-1", "Été à l’œuvre".encode("cp1252")),
        ("text/plain; charset=us-ascii", "Été à l’œuvre".encode()),
        ("text/plain; charset=iso-8859-1", "Été à l’œuvre".encode()),
        ("text/plain; charset=no-such-charset", "Été à l’œuvre".encode()),
        ("text/plain; charset=utf-8", "Été à l’œuvre".encode("cp1252")),
        ("text/plain", "Été à l’œuvre".encode()),
        ("text/plain; charset=utf-16", "Été à l’œuvre".encode("utf-16")),
        ("text/plain; charset=punycode", "Été à l’œuvre".encode()),
        ("text/plain; charset=base64", "Été à l’œuvre".encode()),
        ("text/plain; charset*=x'y'z", "Été à l’œuvre".encode()),
        ("this is no type", "Été à l’œuvre".encode()),
    ],
)
def test_text_survives_its_charset(content_type: str, body: bytes) -> None:
    assert parse.parse(mails.raw(head(Content_Type=content_type), body)).text == "Été à l’œuvre"


def test_flowed_text_is_joined() -> None:
    body = "Une phrase qui \r\ncontinue ici.\r\nUne autre.\r\n"
    mail = parse.parse(mails.raw(head(Content_Type="text/plain; charset=utf-8; format=flowed"), body))
    assert mail.text == "Une phrase qui continue ici.\nUne autre."


def test_html_only_mail_gives_lines_links_and_marked_quotes() -> None:
    page = (
        "<html><head><style>p{}</style></head><body><p>Bonjour&nbsp;Léa,</p><div>Voici<br>mon "
        "<a href='https://www.linkedin.com/in/camille'>profil</a>.</div><script>x()</script>"
        "<blockquote><p>Votre annonce</p></blockquote></body></html>"
    )
    mail = parse.parse(mails.mail(text=None, html=page))
    assert mail.text == "Bonjour Léa,\n\nVoici\nmon profil.\n\n> Votre annonce"
    assert mail.links == ("https://www.linkedin.com/in/camille",)


def test_plain_alternative_is_preferred_and_a_stub_is_not() -> None:
    assert parse.parse(mails.mail(text="Bonjour", html="<p>Hello</p>")).text == "Bonjour"
    stub = "Your mail program does not show HTML messages."
    assert parse.parse(mails.mail(text=stub, html="<p>Hello</p>")).text == "Hello"


def test_list_footer_does_not_hide_an_html_body() -> None:
    body = (
        b"--edge\r\nContent-Type: text/html\r\n\r\n<p>The letter</p>\r\n"
        b"--edge\r\nContent-Type: text/plain\r\n\r\nList footer\r\n--edge--"
    )
    mail = parse.parse(mails.raw(head(Content_Type='multipart/mixed; boundary="edge"'), body))
    assert mail.text == "The letter\n\nList footer"


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="cv.pdf"', "cv.pdf"),
        ("attachment; filename*=utf-8''r%C3%A9sum%C3%A9.pdf", "résumé.pdf"),
        ('attachment; filename="=?utf-8?q?r=C3=A9sum=C3=A9.pdf?="', "résumé.pdf"),
        ('attachment; filename="résumé.pdf"', "résumé.pdf"),
        ("attachment; filename*0=cv-; filename*1=2026.pdf", "cv-2026.pdf"),
        ("attachment; filename*=no-such''cv%E9.pdf", None),
        ("inline", None),
        ("attachment", None),
    ],
)
def test_attachment_keeps_its_name(disposition: str, name: str | None) -> None:
    body = (
        b"--edge\r\nContent-Type: text/plain\r\n\r\nBonjour\r\n--edge\r\nContent-Type: application/pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\nContent-Disposition: "
        + disposition.encode()
        + b"\r\n\r\n"
        + base64.b64encode(mails.PDF)
        + b"\r\n--edge--"
    )
    (file,) = parse.parse(mails.raw(head(Content_Type='multipart/mixed; boundary="edge"'), body)).attachments
    assert file.content == mails.PDF
    assert file.name.endswith(".pdf")
    if name is not None:
        assert file.name == name


def test_damaged_base64_still_gives_a_file() -> None:
    body = (
        b"--edge\r\nContent-Type: application/pdf; name=cv.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        b"JVBERi0*xLjcK===J\r\n--edge--"
    )
    (file,) = parse.parse(mails.raw(head(Content_Type='multipart/mixed; boundary="edge"'), body)).attachments
    assert file.name == "cv.pdf"


def test_pictures_of_a_signature_are_no_files() -> None:
    body = (
        b"--edge\r\nContent-Type: text/html\r\n\r\n<p>Hello<img src='cid:logo'></p>\r\n--edge\r\n"
        b"Content-Type: image/png; name=logo.png\r\nContent-ID: <logo>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.b64encode(mails.PNG)
        + b"\r\n--edge--"
    )
    assert parse.parse(mails.raw(head(Content_Type='multipart/related; boundary="edge"'), body)).attachments == ()
    kept = parse.parse(mails.mail(files=[("cv.png", mails.PNG, "image/png")]))
    assert [file.name for file in kept.attachments] == ["cv.png"]


def test_recipients_are_gathered_from_every_header() -> None:
    mail = parse.parse(
        mails.raw(
            head(
                To="A <One@x.example>, two@x.example",
                Cc="three@x.example",
                Delivered_To="four@x.example",
                X_Original_To="five@x.example",
                Resent_To="six@x.example",
                List_Post="<mailto:seven@x.example>",
                List_Id="Jobs <eight.x.example>",
            )
        )
    )
    assert [address.partition("@")[0] for address in mail.recipients] == (
        ["one", "two", "three", "four", "five", "six", "seven", "eight"]
    )


def test_message_id_is_derived_where_there_is_none() -> None:
    first, again = (parse.parse(mails.mail(message_id=None)) for _time in range(2))
    other = parse.parse(mails.mail(message_id=None, text="Autre"))
    assert first.message_id == again.message_id != other.message_id
    assert len(parse.parse(mails.raw(head(Message_ID=f"<{'x' * 900}@b.example>"))).message_id) < 500
    assert parse.parse(mails.raw(head(Message_ID="<>"))).message_id.startswith("<sha256-")


@pytest.mark.parametrize(
    "content",
    [b"", b"  \r\n\n", b"hello", b"<html><body>From: x</body></html>", b"\0" * 1000, mails.PDF, b"Key: value\n\nbody"],
)
def test_what_is_no_mail_is_refused_with_words(content: bytes) -> None:
    with pytest.raises(NotAMail) as refusal:
        parse.parse(content)
    assert len(refusal.value.detail) > 10


def test_too_large_a_mail_is_refused(settings: object) -> None:
    settings.INBOUND_MAX_BYTES = 2000  # type: ignore[attr-defined]
    with pytest.raises(NotAMail):
        parse.parse(mails.mail(text="x" * 3000))


def test_parts_beyond_the_limit_are_left_out_and_said() -> None:
    mail = parse.parse(mails.many_parts(500))
    assert mail.text.count("part") == 199
    assert len(mail.left_out) == 1


@pytest.mark.parametrize("depth", [50, 300, 3000])
def test_deep_nesting_ends(depth: int) -> None:
    mail = parse.parse(mails.deeply_nested(depth))
    assert mail.sender is not None
    assert mail.left_out


HOSTILE = {
    "30 MB in one part": lambda: mails.mail(files=[("cv.pdf", mails.PDF + b"x" * 22_000_000, "application/pdf")]),
    "one line of 10 MB": lambda: mails.raw(head(), b"x" * 10_000_000),
    "10 MB of quotes": lambda: mails.raw(head(), b"> " * 5_000_000),
    "a header of 5 MB": lambda: mails.raw(head(Subject="x" * 5_000_000)),
    "comments in comments": lambda: mails.raw(head(From="(" * 200_000)),
    "quotes in the sender": lambda: mails.raw(head(From='"' * 200_001 + "<a@b.example>")),
    "200,000 recipients": lambda: mails.raw(head(To=", ".join(["a@b.example"] * 200_000))),
    "encoded words": lambda: mails.raw(head(Subject="=?utf-8?q?a?= " * 100_000)),
    "half an encoded word": lambda: mails.raw(head(Subject="=?utf-8?q?" * 100_000)),
    "100,000 headers": lambda: mails.raw(head() + "\nX-A: b" * 100_000),
    "references": lambda: mails.raw(head(References="<a@b>" * 200_000)),
    "boundaries": lambda: mails.raw(head(Content_Type='multipart/mixed; boundary="e"'), b"--e\r\n" * 100_000),
    "html tags": lambda: mails.raw(head(Content_Type="text/html"), b"<div>" * 500_000 + b"text"),
    "html bangs": lambda: mails.raw(head(Content_Type="text/html"), b"<!" * 500_000),
    "html attributes": lambda: mails.raw(head(Content_Type="text/html"), b"<a " + b"b c" * 500_000),
    "parameters": lambda: mails.raw(head(Content_Type="text/plain" + "; a=b" * 50_000)),
    "attributions": lambda: mails.raw(head(), b"Le 1 a " * 1_000_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_is_read_in_bounded_time(name: str) -> None:
    content = HOSTILE[name]()
    start = time.process_time()
    parse.parse(content)
    assert time.process_time() - start < 8
