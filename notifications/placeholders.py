"""The marks that a text may hold, and what stands in their place.

One pass over a fixed list: no attribute access, nothing is expanded twice, and what is filled in holds no braces and no
line breaks of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, cast

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.accounts.models import User
from backend.common import typography
from backend.common.errors import Invalid
from backend.hiring import addresses, erasure
from notifications import identifiers
from workflow.models import Application, Contract, Interview

LINK = "{link}"
"""What stands for the private link in a stored text; people may move it about while they edit."""

PLACEHOLDER = re.compile(r"\{(\w+)\}")
NOT_A_NAME = re.compile(r"[:/\\@<>]|\.\S|www", re.IGNORECASE)
UNSAFE = re.compile(r"[^\S \u00a0\u202f]|[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]|  |^\s|\s$|=\?")
"""What `one_line` has to look at letter by letter; most texts hold none of it."""
LONGEST_NAME = 80
TERMS = ("kind", "day_rate", "days_per_week", "start", "months")


@dataclass(frozen=True)
class Occasion:
    """What is written about: the application as the move leaves it, when, which user moved it, and the interview.

    `draft`: shown to somebody who may change it. Where they are not to know the candidate's name, its marks stay.
    """

    application: Application
    at: datetime
    by: User | None = None
    interview: Interview | None = None
    draft: bool = False

    @cached_property
    def contract(self) -> Contract:
        """Give the terms, looked up once; empty ones where there are none."""
        return self.application.contracts.first() or Contract()


def fill(text: str, occasion: Occasion) -> str:
    """Give `text` with every placeholder replaced, once; the link stays a mark. Raises Invalid for an unknown one."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if found[0] == LINK:
            return LINK
        if name not in PLACEHOLDERS:
            raise Invalid(unknown(name), fields={"body": [unknown(name)]})
        return PLACEHOLDERS[name](occasion)

    return PLACEHOLDER.sub(value, text)


def check(text: str, field: str = "body") -> None:
    """Raise Invalid, beside `field`, for a mark that is not known."""
    for name in PLACEHOLDER.findall(text):
        if name not in PLACEHOLDERS and name != "link":
            words = unknown(name)
            raise Invalid(words, fields={field: [words]})


def unknown(name: str) -> str:
    """Say of a mark that it is not known, and which are."""
    known = ", ".join(sorted([*PLACEHOLDERS, "link"]))
    return _("“{%(name)s}” is not known here. These are: %(known)s.") % {"name": name, "known": known}


def one_line(text: str) -> str:
    """Give `text` on one line, without control or direction marks: safe in a header."""
    if UNSAFE.search(text) is None:
        return text
    text = "".join(" " if c.isspace() and c not in "\u00a0\u202f" else c for c in text)
    text = "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cs"} and not _turns(c))
    text = text.replace("=?", "= ?")  # a mail reader would take it for an encoded word, with line breaks in it perhaps
    return re.sub(" {2,}", " ", text).strip()


def _turns(character: str) -> bool:
    """Say whether a character overrides the direction of what follows."""
    return "\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069"


def data(text: str) -> str:
    """Give a value from the database as it may stand in a text: one line, no braces."""
    return one_line(text).replace("{", "(").replace("}", ")")


def _greeting(occasion: Occasion) -> str:
    # Anyone may write anything into the name, with somebody else's address: what is no name is not repeated to them.
    if occasion.draft and occasion.application.candidate.veiled:
        return "{greeting}"
    name = data(occasion.application.candidate.name)
    if not name or len(name) > LONGEST_NAME or NOT_A_NAME.search(name):
        return _("Hello")
    return _("Hello %(name)s") % {"name": name}


def _signature(occasion: Occasion) -> str:
    team = data(occasion.application.team.name)
    name = data(occasion.by.name) if occasion.by else ""
    if not name:
        return _("The %(team)s team") % {"team": team}
    return _("%(name)s, for the %(team)s team") % {"name": name, "team": team}


def _answering(occasion: Occasion) -> str:
    if identifiers.reply_address(occasion.application):
        return _("You can answer this message: the whole team will read it.")
    return _("This message comes from an address that receives no answers.")


def _start(occasion: Occasion) -> str:
    return typography.long_date(occasion.contract.start) or _("to be specified")


def _terms(occasion: Occasion) -> str:
    """Give the agreed terms, one a line; what is missing is said, what does not apply is left out."""
    contract = occasion.contract
    values = {
        "kind": str(contract.get_kind_display()),
        "day_rate": typography.euros(contract.day_rate),
        "days_per_week": typography.number(contract.days_per_week),
        "start": typography.long_date(contract.start),
        "months": typography.number(contract.months),
    }
    missing, lines = contract.missing(), []
    for name in TERMS:
        label = str(cast(Any, contract._meta).get_field(name).verbose_name).capitalize()
        if values[name] or label in missing:
            line = {"label": label, "value": values[name] or _("to be specified")}
            lines.append(_("%(label)s: %(value)s") % line)
    return "\n".join(lines)


def _candidate(occasion: Occasion) -> str:
    candidate = occasion.application.candidate
    return "{candidate}" if occasion.draft and candidate.veiled else data(str(candidate))


def _new_address(occasion: Occasion) -> str:
    change = addresses.pending(occasion.application.candidate)
    return data(change.email) if change else _("another address")


def _when(occasion: Occasion) -> str:
    meeting = occasion.interview
    if meeting is None or meeting.at is None:
        return _("to be specified")
    return _("%(moment)s (%(zone)s time)") % {"moment": typography.moment(meeting.at), "zone": _zone()}


def _zone() -> str:
    zone: str = settings.TIME_ZONE
    return zone.rpartition("/")[2].replace("_", " ")


def _where(occasion: Occasion) -> str:
    return data(occasion.interview.place if occasion.interview else "") or _("to be specified")


def _length(occasion: Occasion) -> str:
    count = occasion.interview.minutes if occasion.interview else 0
    return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}


def _times(occasion: Occasion) -> str:
    """Give the times that are proposed, one a line."""
    slots = list(occasion.interview.slots.all()) if occasion.interview else []
    return "\n".join(f"– {typography.moment(slot.at)}" for slot in slots) or _("to be specified")


def _interview(occasion: Occasion) -> str:
    """Give the interview as the subject of a sentence."""
    meeting = occasion.interview
    if meeting is None or meeting.at is None:
        return _("The interview that we proposed")
    return _("The interview of %(moment)s") % {"moment": typography.moment(meeting.at)}


PLACEHOLDERS: dict[str, Callable[[Occasion], str]] = {
    "greeting": _greeting,
    "posting": lambda occasion: data(occasion.application.posting.title),
    "team": lambda occasion: data(occasion.application.team.name),
    "signature": _signature,
    "today": lambda occasion: typography.long_date(occasion.at),
    "answer_by": lambda occasion: typography.long_date(occasion.application.answer_by),
    "start": _start,
    "terms": _terms,
    "answering": _answering,
    "new_address": _new_address,
    "candidate": _candidate,
    "interview": _interview,
    "when": _when,
    "where": _where,
    "length": _length,
    "times": _times,
    "zone": lambda occasion: _zone(),
    "erased_by": lambda occasion: typography.long_date(erasure.due(occasion.application.candidate.erasure_asked_at)),
}
"""Every placeholder but the link; each is computed only where a text names it."""
