"""Postings in from Markdown files, and out again byte for byte."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from django.db import transaction

from backend.accounts.models import Team
from backend.common import arguments
from backend.hiring.markdown import facts as fact_reading
from backend.hiring.markdown import fields as field_reading
from backend.hiring.markdown import source
from backend.hiring.markdown.refusal import SourceRefused
from backend.hiring.models import Posting, Remote

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
        parsed = source.parse(content)
        if len(name) > PATH_LENGTH:
            raise SourceRefused(f"The path is longer than {PATH_LENGTH} characters. Shorten it.")
    except SourceRefused as error:
        return Imported(shown, "refused", reason=str(error))
    fields = field_reading.read_fields(parsed.front, body=parsed.body, name=PurePosixPath(name).name)
    facts = fact_reading.read_facts(fields, parsed.body, PurePosixPath(name).name)
    posting, status = _keep(content, name, team or _team(fields), fields, facts, parsed.body)
    said = dataclasses.asdict(fields) | {"team": posting.team.slug}
    return Imported(shown, status, fields=said, facts=facts.values, posting=posting)


def _keep(
    content: bytes, name: str, team: Team, fields: field_reading.Fields, facts: fact_reading.Facts, body: str
) -> tuple[Posting, ImportStatus]:
    """Make or update the posting of this team and path."""
    posting = Posting.objects.select_for_update().filter(team=team, source_path=name).first()
    status: ImportStatus = "updated"
    if posting is None:
        posting, status = Posting(team=team, source_path=name, slug=free_slug(fields.title, team)), "created"
    elif posting.source is not None and bytes(posting.source) == content:
        return posting, "unchanged"
    posting.keep_source(content)
    _fill(posting, fields, facts, body)
    posting.save()
    return posting, status


def _fill(posting: Posting, fields: field_reading.Fields, facts: fact_reading.Facts, body: str) -> None:
    """Write what was read into the posting's columns."""
    values = facts.values
    posting.title = fields.title[:300]
    posting.status = fields.status
    posting.published_on = fields.published
    posting.body = body
    posting.front_matter, posting.facts, posting.fact_sentences = fields.raw, values, facts.sentences
    posting.skills = [skill[:200] for skill in fields.techno]
    posting.domains = [domain[:200] for domain in fields.domains]
    posting.contract_kinds = values["contract"]
    posting.remote = Remote(values["remote"]) if values["remote"] else ""
    posting.apply_to, posting.apply_cc = values["apply_to"], values["apply_cc"]
    posting.apply_url = (values["apply_url"] or "")[:1000]
    for column in ("day_rate_min", "day_rate_max", "days_per_week_min", "days_per_week_max"):
        setattr(posting, column, None if values[column] is None else Decimal(str(values[column])))
    posting.duration_months, posting.renewable = values["duration_months"], values["renewable"]
    posting.start, posting.apply_before = values["start"] or "", values["apply_before"]


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
    if posting.source is not None:
        return bytes(posting.source)
    return source.compose(
        {
            "roles": posting.title,
            "open": posting.is_open,
            "startup": posting.team.slug,
            "date": posting.published_on.isoformat() if posting.published_on else None,
        },
        posting.body,
    )
