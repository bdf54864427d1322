"""Who really wrote a mail, and what: the original sender of what a colleague forwards, else the sender."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from notifications.inbound import clean, directory, forward
from notifications.inbound.clean import Written
from notifications.inbound.directory import Colleague
from notifications.inbound.headers import Address
from notifications.inbound.parse import Incoming
from notifications.inbound.parts import Attachment

APPLIES = re.compile(
    r"(?i)\bje (?:candidate|postule|vous (?:transmets|envoie|adresse|soumets))|\bma candidature|\bmon cv|"
    r"\bmy (?:application|cv|resume|résumé)\b|\bi(?:'m| am)? (?:applying|would like to apply|apply)|\bci-joint mon"
)


@dataclass(frozen=True)
class Author:
    """The person to credit and their words. `sender` may be None, or lack an address; `unsure` says what to look at.

    `colleague` is set when the mail was written by somebody of a team themselves.
    """

    sender: Address | None
    subject: str
    recipients: tuple[str, ...]
    written: Written
    links: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    thread: tuple[str, ...]
    forwarded_by: Address | None = None
    colleague: Colleague | None = None
    unsure: str = ""


def of(mail: Incoming, *, trusted: bool = False) -> Author:
    """Give the author of a mail; `trusted`: a person has read it, so a forward is one whoever sent it on."""
    sender = forward.sender_of(mail)
    found = forward.original(mail)
    colleague = directory.colleague(sender.email) if sender else None
    if found is not None and sender is not None:
        found = _innermost(found)
        if colleague is not None:
            return _forwarded(mail, sender, found)
        if found.sender is not None and found.sender.key == sender.key:
            return _forwarded(mail, sender, found)  # one's own earlier mail, sent again
        if not APPLIES.search(found.cover):
            if trusted or _passes_on(sender, found):
                return _forwarded(mail, sender, found)
            doubt = _("%(sender)s, who is of no team, forwards a message from %(original)s.")
            words = doubt % {"sender": sender, "original": found.sender or _("somebody unnamed")}
            return _written(mail, sender, None, unsure=words)
    return _written(mail, sender, colleague)


def _innermost(found: forward.Original) -> forward.Original:
    """Give what was forwarded first, where colleagues passed it on to each other."""
    for _step in range(5):
        known = found.sender is not None and directory.colleague(found.sender.email) is not None
        inner = forward.deeper(found) if known else None
        if inner is None:
            return found
        found = inner
    return found


def _passes_on(sender: Address, found: forward.Original) -> bool:
    """Say whether somebody who is entered nowhere passes on what was meant for a team.

    The message inside was written to a team's address, or the forwarder has the domain of one and its writer has not.
    """
    if found.sender is None:
        return False
    addresses = directory.team_addresses()
    if addresses.intersection(found.recipients):
        return True
    return directory.same_organisation(sender.email, addresses) and not directory.same_organisation(
        found.sender.email, addresses
    )


def _forwarded(mail: Incoming, sender: Address, found: forward.Original) -> Author:
    written = clean.split(found.text)
    person = found.sender
    if person is not None and not person.email:
        person = _address_from_text(person, found.text)
    unsure = ""
    if person is None:
        unsure = _("%(sender)s forwards a message that does not say whose it is.") % {"sender": sender}
    elif not person.email:
        unsure = _("%(sender)s forwards a message from %(name)s that gives no e-mail address.") % {
            "sender": sender,
            "name": person.name,
        }
    return Author(
        sender=person,
        subject=found.subject or clean.bare_subject(mail.subject),
        recipients=tuple(dict.fromkeys(mail.recipients + found.recipients)),
        written=written,
        links=found.links,
        attachments=found.attachments,
        thread=tuple(dict.fromkeys(found.thread + mail.thread)),
        forwarded_by=sender,
        unsure=unsure,
    )


def _address_from_text(person: Address, text: str) -> Address:
    """Give the person with the one address in their text that holds a word of their name; else without."""
    words = [word.lower() for word in re.findall(r"[A-Za-z]{3,}", person.name)]
    found = {match.lower() for match in re.findall(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+", text[:50_000])}
    fitting = [address for address in found if any(word in address.partition("@")[0] for word in words)]
    return Address(person.name, fitting[0]) if len(fitting) == 1 else person


def _written(mail: Incoming, sender: Address | None, colleague: Colleague | None, *, unsure: str = "") -> Author:
    return Author(
        sender=sender,
        subject=mail.subject,
        recipients=mail.recipients,
        written=clean.split(mail.text),
        links=mail.links,
        attachments=mail.attachments + tuple(file for inner in mail.embedded for file in inner.attachments),
        thread=mail.thread,
        colleague=colleague,
        unsure=unsure,
    )
