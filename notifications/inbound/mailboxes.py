"""The mailboxes that are read: each one address of `INBOUND_IMAP_URLS`, taken apart; its password is never shown."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

import imap_tools
from django.conf import settings
from django.utils.translation import gettext as _

from backend.common.errors import Invalid

TIMEOUT = 30.0
"""Seconds without a byte after which a server counts as gone."""
PORTS = {"imaps": 993, "imap": 143, "imap+starttls": 143}


@dataclass(frozen=True)
class Mailbox:
    """One folder of one account. `done`: where read mail goes, `` to delete it; `aside`: where what is refused goes."""

    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    done: str = ""
    aside: str = "Refused"

    @property
    def name(self) -> str:
        """Give what logs and pages call it: no password, no way to sign in."""
        return f"{self.scheme}://{self.user}@{self.host}:{self.port}/{self.folder}"

    @property
    def lock(self) -> int:
        """Give the number of its advisory lock: the same for every way to write the same folder."""
        place = f"{self.host.lower()}\0{self.user}\0{self.folder}".encode()
        return int.from_bytes(hashlib.sha256(place).digest()[:8], "big", signed=True)

    def hide(self, words: str) -> str:
        """Give words of a server or a library without the password, should they repeat it."""
        return words.replace(self.password, "…") if self.password else words

    def open(self) -> imap_tools.BaseMailBox:
        """Sign in and select the folder. Raises OSError, imaplib's errors or imap_tools' own."""
        if self.scheme == "imap":
            box: imap_tools.BaseMailBox = imap_tools.MailBoxUnencrypted(self.host, self.port, timeout=TIMEOUT)
        elif self.scheme == "imap+starttls":
            box = imap_tools.MailBoxStartTls(
                self.host, self.port, timeout=TIMEOUT, ssl_context=ssl.create_default_context()
            )
        else:
            box = imap_tools.MailBox(self.host, self.port, timeout=TIMEOUT, ssl_context=ssl.create_default_context())
        try:
            sign_in = box.login if f"{self.user}{self.password}".isascii() else box.login_utf8
            sign_in(self.user, self.password, self.folder)
        except BaseException:
            box.client.shutdown()
            raise
        return box


def read(url: str) -> Mailbox:
    """Give the mailbox of one address: `imaps://user:password@host:993/FOLDER?done=Processed`.

    Reserved characters of name and password are percent-encoded. Raises Invalid, which repeats no password.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        raise Invalid(_("An address in INBOUND_IMAP_URLS cannot be read.")) from None
    if parts.scheme not in PORTS or not parts.hostname or not parts.username or parts.password is None:
        words = _(
            "An address in INBOUND_IMAP_URLS is not of the form imaps://user:password@host/FOLDER (host: %(host)s)."
        )
        raise Invalid(words % {"host": parts.hostname or "?"})
    options = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    unknown = sorted(options.keys() - {"done", "aside"})
    if unknown:
        words = _("INBOUND_IMAP_URLS, %(host)s: “%(option)s” is no option; these are: done, aside.")
        raise Invalid(words % {"host": parts.hostname, "option": unknown[0][:40]})
    return Mailbox(
        scheme=parts.scheme,
        host=parts.hostname,
        port=port,
        user=unquote(parts.username),
        password=unquote(parts.password),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        done=options.get("done", ""),
        aside=options.get("aside", "") or "Refused",
    )


def configured(urls: Sequence[str] | None = None) -> list[Mailbox]:
    """Give the mailboxes of the settings, each once. Raises Invalid."""
    return list(
        dict.fromkeys(read(url) for url in (settings.INBOUND_IMAP_URLS if urls is None else urls) if url.strip())
    )
