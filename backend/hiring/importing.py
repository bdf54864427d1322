"""Postings in from Markdown files, and out again byte for byte."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from django.db import transaction
from django.utils import timezone

from backend.accounts.models import Team, User
from backend.common import arguments, clock
from backend.hiring import questions
from backend.hiring.markdown import facts as fact_reading
from backend.hiring.markdown import fields as field_reading
from backend.hiring.markdown import source, stated
from backend.hiring.markdown.refusal import SourceRefused
from backend.hiring.models import Posting, PostingStatus, Remote, StatusChange

ImportStatus = Literal["created", "updated", "unchanged", "refused"]

NO_TEAM = ("a-rattacher", "À rattacher à une équipe")
"""Where a posting goes that names no team, when none is given."""

PATH_LENGTH = 500


@dataclass(frozen=True)
class Imported:
    """What became of one file: `reason` says why it was refused; `fields` and `facts` are what was read."""

    path: str
    status: ImportStatus
    reason: str = ""
    fields: dict[str, Any] = dataclasses.field(default_factory=dict)
    facts: dict[str, Any] = dataclasses.field(default_factory=dict)
    posting: Posting | None = None

    def as_json(self) -> dict[str, Any]:
        """Give the object of `import_postings --json`."""
        return {name: getattr(self, name) for name in ("path", "status", "reason", "fields", "facts")}


def files(paths: list[Path]) -> Iterator[tuple[Path, str]]:
    """Give each file under `paths` with the name by which it is known: its path below the folder that was given.

    Hidden files and folders are passed over; a link is followed only when it was named itself.
    """
    for path in paths:
        if not path.is_dir():
            yield path, path.name
            continue
        for found in sorted(path.rglob("*")):
            inside = found.relative_to(path)
            if found.is_file() and not found.is_symlink() and not any(part.startswith(".") for part in inside.parts):
                yield found, inside.as_posix()


@transaction.atomic
def import_file(path: Path, name: str, team: Team | None = None) -> Imported:
    """Read one posting and keep it; a file that is known and has not changed stays untouched."""
    shown = arguments.shown(str(path))
    try:
        if not arguments.is_text(name):
            raise SourceRefused("The name of the file is not text in UTF-8. Rename it.")
        content = source.read_bytes(path)
        if len(name) > PATH_LENGTH:
            raise SourceRefused(f"The path is longer than {PATH_LENGTH} characters. Shorten it.")
        read = understand(content, PurePosixPath(name).name)
    except SourceRefused as error:
        return Imported(shown, "refused", reason=str(error))
    posting, status = _keep(content, name, team or _team(read.fields), read)
    said = dataclasses.asdict(read.fields) | {"team": posting.team.slug}
    return Imported(shown, status, fields=said, facts=read.facts.values, posting=posting)


@dataclass(frozen=True)
class Read:
    """All that a source says: `facts` as read from it, `corrected` those that a person stated in its front matter."""

    fields: field_reading.Fields
    facts: fact_reading.Facts
    corrected: dict[str, Any]
    questions: list[questions.Spec]
    body: str

    @property
    def values(self) -> dict[str, Any]:
        """Give the facts that count: those corrected, else those read."""
        return self.facts.values | self.corrected


def understand(content: bytes, name: str) -> Read:
    """Read a source. Raises SourceRefused with a reason that a person can act on."""
    parsed = source.parse(content)
    fields = field_reading.read_fields(parsed.front, body=parsed.body, name=name)
    facts = fact_reading.read_facts(fields, parsed.body, name)
    read = Read(fields, facts, stated.read(parsed.front), questions.read(parsed.front), parsed.body)
    for low, high in (("day_rate_min", "day_rate_max"), ("days_per_week_min", "days_per_week_max")):
        if read.corrected and (read.values[low] or 0) > (read.values[high] or float("inf")):
            raise SourceRefused(f"The front matter says a {low} above the {high}: correct both under “facts:”.")
    return read


def _keep(content: bytes, name: str, team: Team, read: Read) -> tuple[Posting, ImportStatus]:
    """Make or update the posting of this team and path.

    `source_digest` is that of the last file imported: a file that has not changed since takes back nothing that was
    written in the browser meanwhile.
    """
    posting = Posting.objects.select_for_update().filter(team=team, source_path=name).first()
    status: ImportStatus = "updated"
    if posting is None:
        posting, status = Posting(team=team, source_path=name, slug=free_slug(read.fields.title, team)), "created"
    elif posting.source is not None and (bytes(posting.source) == content or is_last_import(posting, content)):
        return posting, "unchanged"
    was = None if status == "created" else posting.status
    posting.keep_source(content)
    fill(posting, read)
    posting.changed_at = clock.now()
    posting.save()
    log_status(posting, was)
    questions.keep(posting, read.questions)
    return posting, status


def log_status(posting: Posting, was: str | None, by: User | None = None) -> None:
    """Keep that a posting, saved, came from status `was` to its own; of a new one `was` is None."""
    new, day = was is None, posting.published_on
    if new and posting.status != PostingStatus.DRAFT and day is not None and day < clock.today():
        noon = timezone.make_aware(dt.datetime.combine(day, dt.time(12)), timezone.get_default_timezone())
        StatusChange.objects.create(posting=posting, status=PostingStatus.OPEN, created_at=noon)
    elif was != posting.status and not (new and posting.status == PostingStatus.CLOSED):
        StatusChange.objects.create(posting=posting, status=posting.status, by=by)


def is_last_import(posting: Posting, content: bytes) -> bool:
    """Say whether this is the file that was imported last."""
    return posting.source_digest == hashlib.sha256(content).hexdigest()


def fill(posting: Posting, read: Read) -> None:
    """Write what was read into the posting's columns."""
    fields, values = read.fields, read.values
    posting.title = fields.title[:300]
    posting.status = fields.status
    posting.published_on = dt.date.fromisoformat(fields.published) if fields.published else None
    posting.body = read.body
    posting.language = {"en": "en"}.get(str(fields.raw.get("lang") or "")[:2].lower(), "fr")
    posting.front_matter, posting.facts = fields.raw, read.facts.values
    posting.fact_sentences = read.facts.sentences
    posting.skills = [skill[:200] for skill in fields.techno]
    posting.domains = [domain[:200] for domain in fields.domains]
    posting.contract_kinds = values["contract"]
    posting.remote = Remote(values["remote"]) if values["remote"] else ""
    posting.apply_to, posting.apply_cc = values["apply_to"], values["apply_cc"]
    posting.apply_url = (values["apply_url"] or "")[:1000]
    for column in ("day_rate_min", "day_rate_max", "days_per_week_min", "days_per_week_max"):
        setattr(posting, column, None if values[column] is None else Decimal(str(values[column])))
    posting.duration_months, posting.renewable = values["duration_months"], values["renewable"]
    posting.start = values["start"] or ""
    posting.apply_before = dt.date.fromisoformat(values["apply_before"]) if values["apply_before"] else None


def _team(fields: field_reading.Fields) -> Team:
    """Give the team that a posting names, made if nobody knows it yet."""
    slug, name = (fields.team[:100], fields.team_name or fields.team) if fields.team else NO_TEAM
    return Team.objects.get_or_create(slug=slug, defaults={"name": name[:150]})[0]


def free_slug(title: str, team: Team) -> str:
    """Give an address for a posting that no other has: team and title, with a number if need be."""
    base = field_reading.slug(f"{team.slug} {title}")[:120].strip("-") or "poste"
    taken = set(Posting.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return base if base not in taken else next(slug for slug in numbered if slug not in taken)


def export_name(posting: Posting, taken: set[str]) -> str:
    """Give the path under which a posting is written: its own, below its team's folder if that is taken."""
    name = posting.source_path or f"{posting.slug}.md"
    return name if name not in taken else f"{posting.team.slug}/{name}"


def export_bytes(posting: Posting) -> bytes:
    """Give the posting as Markdown with front matter: its source, byte for byte, if it came from one."""
    return bytes(posting.source) if posting.source is not None else compose(posting)


def compose(posting: Posting) -> bytes:
    """Give the source of a posting that has none: importing it gives the same posting."""
    front: dict[str, Any] = {
        "roles": posting.title,
        **({"draft": True} if posting.status == PostingStatus.DRAFT else {"open": posting.is_open}),
        "startup": posting.team.slug,
        "date": posting.published_on.isoformat() if posting.published_on else None,
        "lang": "en" if posting.language == "en" else None,
        "techno": posting.skills,
        "domaines": posting.domains,
    }
    read = understand(source.compose(front, posting.body), "")
    columns = {name: fact_of(posting, name) for name in stated.COLUMNS}
    corrected = {name: value for name, value in columns.items() if value != read.values[name]}
    asked = [spec.as_front() for spec in questions.of(posting)] if posting.pk else []
    return source.compose(front | {stated.KEY: corrected or None, questions.KEY: asked}, posting.body)


def fact_of(posting: Posting, name: str) -> Any:
    """Give the fact that a posting's column holds, as facts are written."""
    value = getattr(posting, stated.COLUMNS[name])
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return value.copy() if isinstance(value, list) else value if isinstance(value, bool) else value or None
