"""One connection to the mail server, opened when the first mail needs it and kept for a batch."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from typing import Any, Self

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from django.core import mail
from django.core.mail import EmailMessage
from requests.exceptions import ConnectTimeout
from urllib3.exceptions import NewConnectionError

GO_ON = 354
"""What a server says to DATA when the content may follow (RFC 5321, 4.2.3); nothing else is answered so."""


FOR_NOW = (401, 403, 408, 425, 429, 503)
"""What a provider says when it takes nothing just now, or not with our key: which a person
mends, and no mail is lost."""


class Unreachable(Exception):
    """No connection, or nobody lets us in; nothing was said about any mail."""


class Line:
    """Django's mail connection (its backend is a setting), which says when the content of a mail is about to go."""

    def __init__(self) -> None:
        self._backend: Any = mail.get_connection()
        self._answer = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up, whatever the other end does; the next mail dials again."""
        try:
            self._backend.close()
        except (OSError, smtplib.SMTPException):
            pass  # it was gone already
        finally:
            if hasattr(self._backend, "connection"):
                self._backend.connection = None

    def send(self, message: EmailMessage, before_content: Callable[[], None]) -> str:
        """Send one mail; give the server's answer. `before_content` is called once, just before the content goes.

        Raises Unreachable, whatever `before_content` raises, or the backend's own error.
        """
        self._answer = ""
        try:
            self._backend.open()
            smtp = getattr(self._backend, "connection", None)
            if isinstance(smtp, smtplib.SMTP):
                smtp.ehlo_or_helo_if_needed()  # else a server that does not let us in would seem to refuse the mail
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Unreachable(f"{type(error).__name__}: {error}") from error
        if isinstance(smtp, smtplib.SMTP):
            self._watch(smtp, before_content)
        else:  # not SMTP: all of its sending is one step
            before_content()
        try:
            self._backend.send_messages([message])
        except AnymailError as error:
            self.close()
            raise _as_smtp(error) from error
        except BaseException:
            self.close()  # in the middle of a conversation nothing else can be said
            raise
        return self._answer

    @staticmethod
    def provider_id(message: EmailMessage) -> str:
        """Give the name that a provider gave to a mail it took; none for a mail server."""
        status = getattr(message, "anymail_status", None)
        given = status.message_id if status is not None else None
        return given[:200] if isinstance(given, str) else ""

    def _watch(self, smtp: smtplib.SMTP, before_content: Callable[[], None]) -> None:
        """Step in between the server's yes to DATA and the first byte of the mail."""

        def heard() -> tuple[int, bytes]:
            code, words = smtplib.SMTP.getreply(smtp)
            if code == GO_ON:
                before_content()
            return code, words

        def data(content: Any) -> tuple[int, bytes]:
            smtp.getreply = heard  # type: ignore[method-assign]
            code, words = smtplib.SMTP.data(smtp, content)
            self._answer = f"{code} {words.decode('utf-8', 'replace')}"
            return code, words

        smtp.data = data  # type: ignore[method-assign,assignment]


def _as_smtp(error: AnymailError) -> Exception:
    """Give what a provider's refusal would be from a mail server: a clear no, for now or for good; else the error."""
    code: int | None = getattr(error, "status_code", None)
    words = " ".join(str(error).split())[:500]
    if isinstance(error, AnymailRecipientsRefused) or (code is not None and 400 <= code < 500 and code not in FOR_NOW):
        return smtplib.SMTPResponseException(550, f"{code or ''} {words}".strip())
    if code in FOR_NOW or not isinstance(error, AnymailAPIError):  # it said so, or never got the mail
        return smtplib.SMTPResponseException(450, f"{code or ''} {words}".strip())
    cause = error.__cause__
    reason = getattr(cause.args[0], "reason", None) if cause is not None and cause.args else None
    if isinstance(cause, ConnectTimeout) or isinstance(reason, NewConnectionError):
        return Unreachable(words)
    unknown: Exception = error
    return unknown  # it may have the mail: nobody can know
