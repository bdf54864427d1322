"""A team's own words for the mails that tell of a move: kept, shown before they count, and taken away again.

They live on the team (`Team.letters`, by `<key>.<language>`), so that writing a mail costs no further query. The common
end of every mail stays ours. A change also reaches what is held and nobody has edited.
"""

from __future__ import annotations

import unicodedata
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts import teams
from backend.accounts.actors import Actor
from backend.accounts.models import Team
from backend.common import clock
from backend.common.errors import Invalid, NotVisible
from notifications import catalog, compose
from notifications.models import Direction, Message, Status
from notifications.placeholders import LINK, PLACEHOLDER, Occasion, check, one_line
from workflow import anonymous, machine, selectors
from workflow.models import Application
from workflow.states import Action, State

LONGEST_SUBJECT, LONGEST_BODY = 120, 6_000
MOST_MARKS = 30
"""So that what is filled in cannot make a mail longer than a mail may be."""


def editable() -> list[type[catalog.Mail]]:
    """Give the mails that a team may say in its own words: those of a move. The others are about safety and the law."""
    return [mail for mail in catalog.CATALOGUE.values() if mail.on is not None]


def mail_of(key: str, language: str) -> type[catalog.Mail]:
    """Give one of these mails. Raises NotVisible."""
    found = next((mail for mail in editable() if mail.key == key), None)
    if found is None or language not in ("fr", "en"):
        raise NotVisible(_("There is no such e-mail."))
    return found


def checked(key: str, language: str, subject: str, body: str) -> tuple[str, str]:
    """Give a text as it would be kept. Raises Invalid: empty, too long, an unknown mark, or without its link."""
    mail_of(key, language)
    subject, body = one_line(subject), body.replace("\r\n", "\n").replace("\r", "\n").strip()
    wrong = {"subject": _wrong(subject, LONGEST_SUBJECT), "body": _wrong(body, LONGEST_BODY)}
    if not wrong["subject"] and len(PLACEHOLDER.findall(subject)) > 2:
        wrong["subject"] = _("A subject holds two marks at most.")
    if not wrong["body"] and LINK not in body and LINK in compose.texts(key, language)[1]:
        wrong["body"] = _("Keep {link}: without it the person cannot open their page.")
    for field, words in wrong.items():
        if words:
            raise Invalid(words, fields={field: [words]})
    for field, text in (("subject", subject), ("body", body)):
        check(text, field)
    return subject, body


def _wrong(text: str, limit: int) -> str:
    if not text:
        return _("A mail needs a subject and a text.")
    if len(text) > limit:
        return _("At most %(limit)d characters.") % {"limit": limit}
    if len(PLACEHOLDER.findall(text)) > MOST_MARKS:
        return _("At most %(limit)d marks.") % {"limit": MOST_MARKS}
    odd = any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t" for c in text)
    return _("Plain text only.") if odd else ""


@transaction.atomic
def keep(*, team_id: UUID, actor: Actor, key: str, language: str, subject: str, body: str) -> Team:
    """Keep a team's own words; the same as ours is ours. Raises NotVisible, NotAllowed, Invalid."""
    team = teams.lock(team_id, actor)
    written = checked(key, language, subject, body)
    ours = compose.texts(key, language)
    if written == (ours[0], ours[1].strip()):
        team.letters.pop(f"{key}.{language}", None)
    else:
        team.letters[f"{key}.{language}"] = {"subject": written[0], "body": written[1]}
    return _saved(team, key, language)


@transaction.atomic
def reset(*, team_id: UUID, actor: Actor, key: str, language: str) -> Team:
    """Go back to our words. Raises NotVisible, NotAllowed."""
    mail_of(key, language)
    team = teams.lock(team_id, actor)
    team.letters.pop(f"{key}.{language}", None)
    return _saved(team, key, language)


def _saved(team: Team, key: str, language: str) -> Team:
    team.save(update_fields=["letters"])
    _write_again(team, key, language)
    return team


def _write_again(team: Team, key: str, language: str) -> None:
    """Give what is held, and nobody has edited, the words as they stand now."""
    held = Message.objects.filter(
        application__posting__team=team, direction=Direction.OUT, kind=key, language=language, status=Status.HELD
    ).filter(edited=False, attempts=0)
    rows = held.select_for_update(of=("self",)).select_related(
        "application__posting__team", "application__candidate", "transition__actor"
    )
    for message in rows.order_by("pk"):
        assert message.application is not None  # the filter asks for one
        log = message.transition
        occasion = Occasion(message.application, log.at if log else message.created_at, log.actor if log else None)
        written = compose.render(catalog.CATALOGUE[key], occasion, language=language)
        message.subject, message.body = written.subject, written.body
        message.save(update_fields=["subject", "body"])


def example(actor: Actor, team: Team, mail: type[catalog.Mail]) -> Application | None:
    """Give the team's latest application that this mail could be about, as it would then stand; else the latest."""
    rows = selectors.visible_to(actor).filter(posting__team=team).order_by("-created_at", "id")
    rows = rows.exclude(anonymous.hidden())
    assert mail.on is not None  # as in `editable`
    found = None
    if mail.on != Action.SUBMIT:
        found = rows.filter(state__in=[state for state in State if machine.targets(mail.on, state)]).first()
    found = found or rows.first()
    return (compose.considered(found, mail.on) or found) if found else None


def preview(actor: Actor, team: Team, key: str, language: str, subject: str, body: str) -> compose.Rendered | None:
    """Give the mail as these words would make it for `example`; None without an application. Raises Invalid."""
    mail = mail_of(key, language)
    about = example(actor, team, mail)
    if about is None:
        return None
    words = checked(key, language, subject, body)
    return compose.render(mail, Occasion(about, clock.now(), actor.user), language=language, words=words)
