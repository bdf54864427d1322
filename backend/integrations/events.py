"""What an event says. No name, no address, no free text of a person: who needs more asks the API."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from backend.accounts.models import Team
from backend.integrations.models import Event, Kind
from workflow.models import Application, Transition
from workflow.states import Action, State

OF_ACTION = {
    Action.SUBMIT: Event.RECEIVED,
    Action.INTERVIEW: Event.INTERVIEWED,
    Action.CONTRACT: Event.CONTRACTED,
    Action.ONBOARD: Event.ONBOARDED,
    Action.REJECT: Event.REJECTED,
    Action.WITHDRAW: Event.WITHDRAWN,
    Action.REOPEN: Event.REOPENED,
    Action.UNDO: Event.UNDONE,
}
TEST = "test"


def body(kind: str, pk: UUID, application: Application, transition: Transition) -> str:
    """Give what is sent of one move to an endpoint of this kind."""
    if kind == Kind.CHAT:
        with override(application.team.language):
            return _json({"text": _sentence(application, transition)})
    return _json(
        {
            "id": str(pk),
            "type": OF_ACTION[Action(transition.action)],
            "timestamp": _moment(transition.at),
            "data": _data(application, transition),
        }
    )


def test_body(kind: str, pk: UUID, team: Team, at: datetime) -> str:
    """Give what a test sends."""
    if kind == Kind.CHAT:
        with override(team.language):
            return _json(
                {"text": _("A test of Jalon: messages of %(team)s arrive here.") % {"team": _plain(team.name)}}
            )
    return _json({"id": str(pk), "type": TEST, "timestamp": _moment(at), "data": {"team": team.slug}})


def _data(application: Application, transition: Transition) -> dict[str, Any]:
    posting = application.posting
    return {
        "transition": transition.pk,
        "application": str(application.pk),
        "number": transition.number,
        "action": transition.action,
        "from": transition.from_state or None,
        "to": transition.to_state,
        "at": _moment(transition.at),
        "actor_kind": transition.actor_kind,
        "rejection": application.rejection or None if transition.action == Action.REJECT else None,
        "undoes": transition.undoes_id,
        "posting": {"id": str(posting.pk), "slug": posting.slug, "title": posting.title},
        "team": posting.team.slug,
        "url": f"{settings.SITE_URL}/a/{application.pk}/",
    }


def _sentence(application: Application, transition: Transition) -> str:
    words = {
        "title": _plain(application.posting.title),
        "state": State(transition.to_state).label,
        "address": f"{settings.SITE_URL}/a/{application.pk}/",
    }
    if transition.action == Action.SUBMIT:
        return _("New application for “%(title)s”: %(address)s") % words
    if transition.action == Action.UNDO:
        return _("A move was taken back, for “%(title)s”; the application is again “%(state)s”: %(address)s") % words
    return _("An application for “%(title)s” is now “%(state)s”: %(address)s") % words


def _plain(text: str) -> str:
    """Give a text that no chat takes for markup, a link or a call to everybody."""
    taken_out = str.maketrans(dict.fromkeys("<>[]*_`~|\\#@!&", " ") | {"\n": " ", "\r": " "})
    return " ".join(text.translate(taken_out).replace("://", " ").split())[:200]


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
