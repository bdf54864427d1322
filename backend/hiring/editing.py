"""Postings written and changed by their team: the Markdown source is what is changed, and read again.

So a posting always says what its file says, and what is exported can be imported. Of an imported source only the
changed keys and the body are touched.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.accounts.models import Team
from backend.common import clock
from backend.common.errors import Conflict, Invalid, NotAllowed, NotVisible
from backend.hiring import importing, questions, selectors
from backend.hiring.markdown import fields, restate, source, stated
from backend.hiring.markdown.refusal import SourceRefused
from backend.hiring.markdown.rewrite import GONE, rewrite
from backend.hiring.models import Posting, PostingStatus, ReadingChange


@dataclass(frozen=True)
class Written:
    """A posting as somebody wrote it: `facts` by their names in the front matter, as facts are written."""

    title: str
    status: str = PostingStatus.DRAFT
    language: str = "fr"
    body: str = ""
    skills: Sequence[str] = ()
    domains: Sequence[str] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    asked: Sequence[questions.Spec] = ()


def version(posting: Posting) -> str:
    """Give a mark of what a posting says now: two that differ were changed in between."""
    said = [importing.export_bytes(posting), posting.status.encode(), str(posting.published_on).encode()]
    return hashlib.sha256(b"\0".join(said)).hexdigest()[:32]


def written(posting: Posting) -> Written:
    """Give a posting as its editor shows it."""
    return Written(
        title=posting.title,
        status=posting.status,
        language=posting.language,
        body=posting.body.lstrip("\n"),
        skills=list(posting.skills),
        domains=list(posting.domains),
        facts={name: importing.fact_of(posting, name) for name in stated.COLUMNS},
        asked=questions.of(posting) if posting.pk and not posting._state.adding else (),
    )


def draft(posting: Posting, wanted: Written) -> tuple[Posting, bytes, importing.Read]:
    """Give the posting as it would be, its source and what is read from it; nothing is saved.

    Raises Invalid where it cannot be written.
    """
    was = written(posting)
    data = importing.export_bytes(posting)
    name = PurePosixPath(posting.source_path).name
    try:
        data = _restate(data, name, was, wanted)
        read = importing.understand(data, name)
    except SourceRefused as error:
        raise Invalid(str(error)) from error
    made = Posting.objects.get(pk=posting.pk) if not posting._state.adding else _copy(posting)
    importing.fill(made, read)
    return made, data, read


def _copy(posting: Posting) -> Posting:
    return Posting(pk=posting.pk, team=posting.team, slug=posting.slug, source_path=posting.source_path)


def _restate(data: bytes, name: str, was: Written, wanted: Written) -> bytes:
    """Give the source that says what is wanted. Raises SourceRefused."""
    parsed = source.parse(data)
    front, lead = parsed.front, parsed.body[: len(parsed.body) - len(parsed.body.lstrip("\n"))]
    body = parsed.body if wanted.body == parsed.body.lstrip("\n") else (lead or "\n") + wanted.body
    read = importing.understand(data, name)
    changes: dict[str, Any] = {}
    if wanted.title != read.fields.title[:300]:
        changes |= restate.title(front, wanted.title)
    changes |= restate.status(front, read.fields, wanted.status)  # type: ignore[arg-type]
    fresh = wanted.status == PostingStatus.OPEN and (read.fields.published is None or was.status == PostingStatus.DRAFT)
    if fresh and read.fields.status != PostingStatus.OPEN:
        changes |= restate.published(front, clock.today().isoformat())
    if wanted.language != was.language:
        changes["lang"] = wanted.language
    if list(wanted.skills) != [skill[:200] for skill in read.fields.techno]:
        changes |= restate.items(front, fields.TECHNO, "techno", list(wanted.skills))
    if list(wanted.domains) != [domain[:200] for domain in read.fields.domains]:
        changes |= restate.items(front, fields.DOMAINS, "domaines", list(wanted.domains))
    if list(wanted.asked) != read.questions:
        changes[questions.KEY] = [spec.as_front() for spec in wanted.asked] or GONE
    return _correct(rewrite(data, changes, body), name, was, wanted)


def _correct(data: bytes, name: str, was: Written, wanted: Written) -> bytes:
    """State in the front matter the facts that a person changed, and none that the text says by itself."""
    parsed = source.parse(data)
    before = stated.read(parsed.front)
    corrected = before | {fact: value for fact, value in wanted.facts.items() if value != was.facts[fact]}
    if corrected == before:
        return data
    read = importing.understand(rewrite(data, {stated.KEY: GONE}), name).facts.values
    others = {key: value for key, value in (parsed.front.get(stated.KEY) or {}).items() if key not in stated.COLUMNS}
    kept = others | {fact: value for fact, value in corrected.items() if value != read[fact]}
    return rewrite(data, {stated.KEY: kept or GONE})


@transaction.atomic
def create(*, team: Team, actor: Actor, wanted: Written) -> Posting:
    """Make a posting. Raises NotVisible, NotAllowed, Invalid."""
    _require_member(actor, team.pk)
    posting = Posting(team=team, title=wanted.title, slug=importing.free_slug(wanted.title, team))
    posting.source_path = f"{posting.slug}.md"
    made, data, read = draft(posting, wanted)
    made.keep_source(data)
    made.changed_at = clock.now()
    made.save(force_insert=True)
    importing.log_status(made, None, actor.user)
    questions.keep(made, read.questions)
    return made


@transaction.atomic
def change(*, pk: UUID, actor: Actor, wanted: Written, seen: str) -> Posting:
    """Make a posting say what is wanted; `seen` is the `version` that its editor was shown.

    Raises NotVisible, NotAllowed, Invalid, Conflict (somebody changed it since).
    """
    posting = _lock(pk, actor)
    if seen != version(posting):
        words = _("Somebody changed this posting while you were writing. You have changed nothing yet.")
        raise Conflict(words, state=posting.status)
    return _save(posting, wanted, actor)


@transaction.atomic
def set_status(*, pk: UUID, actor: Actor, status: str, seen: str | None = None) -> Posting:
    """Open, close, or make a draft again; `seen` is the status that the caller looked at.

    Raises NotVisible, NotAllowed, Invalid, Conflict.
    """
    posting = _lock(pk, actor)
    if status not in PostingStatus.values:
        raise Invalid(_("There is no such status."), fields={"status": [_("There is no such status.")]})
    if seen is not None and seen != posting.status:
        words = _("Somebody has already changed this posting: it is now “%(status)s”. You have changed nothing.")
        raise Conflict(words % {"status": posting.get_status_display()}, state=posting.status)
    if status == posting.status:
        return posting
    was = written(posting)
    return _save(posting, Written(**{**was.__dict__, "status": status}), actor)


@transaction.atomic
def set_anonymous(*, pk: UUID, actor: Actor, anonymous: bool) -> Posting:
    """Have applications read without names until an interview was held, or no longer; who said so is kept.

    For members and coaches. Raises NotVisible, NotAllowed (a token that may only read).
    """
    posting = _found(pk, actor)
    if not actor.may_write:
        raise NotAllowed(_("This token may only read. Make one with the scope “write”."))
    if posting.anonymous != anonymous:
        posting.anonymous = anonymous
        posting.save(update_fields=["anonymous"])
        ReadingChange.objects.create(posting=posting, by=actor.user, anonymous=anonymous)
    return posting


def _save(posting: Posting, wanted: Written, actor: Actor) -> Posting:
    made, data, read = draft(posting, wanted)
    if posting.source is not None and bytes(posting.source) == data:
        if made.status == posting.status:
            return posting
    elif posting.source is None:
        made.keep_source(data)
    made.source = data  # its digest stays that of the file that was imported last
    made.changed_at = clock.now()
    made.save()
    importing.log_status(made, posting.status, actor.user)
    questions.keep(made, read.questions)
    return made


def _lock(pk: UUID, actor: Actor) -> Posting:
    posting = _found(pk, actor)
    _require_member(actor, posting.team_id)
    return posting


def _found(pk: UUID, actor: Actor) -> Posting:
    posting = selectors.postings_of(actor).select_for_update(of=("self",)).filter(pk=pk).first()
    if posting is None:
        raise NotVisible(_("There is no such posting."))
    return posting


def _require_member(actor: Actor, team_id: UUID) -> None:
    if team_id not in actor.roles:
        raise NotVisible(_("There is no such team."))
    if not actor.is_member(team_id):
        words = _("Only members of the team may do this.")
        raise NotAllowed(words if actor.may_write else _("This token may only read. Make one with the scope “write”."))
