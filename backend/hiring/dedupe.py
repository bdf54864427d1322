"""Likely duplicates, proposed with their evidence; merging two candidates of one team, and taking that back exactly.

A merge moves rows and changes none: the second candidate stays, marked with `merged_into`, and what moved is written
down. Candidates of different teams are never proposed or merged (docs/adr/006): neither team learns of the other's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.common import clock
from backend.common.errors import Invalid, NotVisible
from backend.hiring import corrections, identity, selectors
from backend.hiring.models import Candidate, Distinct, Document, DocumentKind, Merge

MOST = 200
"""Pairs on the list of likely duplicates."""


@dataclass(frozen=True)
class Likeness:
    """Somebody who may be the same person, and why."""

    candidate: Candidate
    evidence: list[str]


@dataclass(frozen=True)
class Pair:
    """Two candidates of one team who may be one person: the one known longer, the other, and why."""

    older: Candidate
    newer: Candidate
    evidence: list[str]


# ── Finding ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def likely(candidate: Candidate) -> list[Likeness]:
    """Give who of the same team may be this person, the best founded first. Two queries."""
    if candidate.merged_into_id or candidate.erased_at:
        return []
    files = list(candidate.documents.all())
    same = Q(match_keys__overlap=sorted(identity.strong(candidate.match_keys)))
    if files:
        same |= Q(pk__in=Document.objects.filter(digest__in={file.digest for file in files}).values("candidate"))
    others = _standing(Candidate.objects.filter(team_id=candidate.team_id)).filter(same).exclude(pk=candidate.pk)
    told_apart = Distinct.objects.filter(
        Q(one=candidate.pk, other=OuterRef("pk")) | Q(other=candidate.pk, one=OuterRef("pk"))
    )
    found = [Likeness(other, evidence(candidate, other)) for other in _with_files(others.filter(~Exists(told_apart)))]
    return sorted(
        (likeness for likeness in found if likeness.evidence),
        key=lambda likeness: (-len(likeness.evidence), likeness.candidate.created_at, likeness.candidate.pk),
    )


def pairs(actor: Actor) -> list[Pair]:
    """Give the likely duplicates among the people of the actor's teams, newest first, each pair once."""
    people = {one.pk: one for one in _with_files(_standing(selectors.candidates_of(actor)).filter(_shares()))}
    apart = set(Distinct.objects.filter(one__in=people, other__in=people).values_list("one", "other"))
    found: dict[tuple[UUID, UUID], Pair] = {}
    for group in _groups(people.values()):
        for one in group:
            for other in group:
                key = (one.pk, other.pk)
                if one.pk < other.pk and key not in found and key not in apart and (why := evidence(one, other)):
                    older, newer = sorted((one, other), key=lambda each: (each.created_at, each.pk))
                    found[key] = Pair(older, newer, why)
    return sorted(found.values(), key=lambda pair: (pair.newer.created_at, pair.newer.pk), reverse=True)[:MOST]


def evidence(one: Candidate, other: Candidate) -> list[str]:
    """Give, in words, what two people share. A name alone is none; with a same file that is no CV, it is."""
    shared = set(one.match_keys) & set(other.match_keys)
    said = []
    for kind, words in (
        ("mail", _("Addresses of the same mailbox: %(what)s")),
        ("phone", _("Same telephone: %(what)s")),
        ("linkedin", _("Same LinkedIn profile: %(what)s")),
        ("github", _("Same GitHub account: %(what)s")),
        ("gitlab", _("Same GitLab account: %(what)s")),
    ):
        said += [words % {"what": key.partition(":")[2]} for key in sorted(shared) if key.startswith(f"{kind}:")]
    same_name = any(key.startswith("name:") for key in shared)
    theirs = {file.digest: file for file in other.documents.all()}
    for file in one.documents.all():
        if file.digest in theirs and (DocumentKind.CV in (file.kind, theirs[file.digest].kind) or same_name):
            said.append(_("Same file, to the byte: %(what)s") % {"what": file.name})
    if said and same_name:
        said.append(_("Same name"))
    return said


def _standing(rows: QuerySet[Candidate]) -> QuerySet[Candidate]:
    return rows.filter(merged_into__isnull=True, erased_at__isnull=True)


def _with_files(rows: QuerySet[Candidate]) -> QuerySet[Candidate]:
    return rows.select_related("team").prefetch_related(
        Prefetch("documents", Document.objects.only("candidate", "name", "kind", "digest", "created_at"))
    )


def _shares() -> Q:
    """Give the condition of sharing a strong key or a file with somebody else of the team: one look at two indexes."""
    twins = _standing(Candidate.objects.filter(team=OuterRef("team"))).exclude(pk=OuterRef("pk"))
    files = Document.objects.filter(candidate__team=OuterRef("candidate__team"), digest=OuterRef("digest")).exclude(
        candidate=OuterRef("candidate")
    )
    return Q(Exists(twins.filter(match_keys__overlap=OuterRef("match_keys")))) | Q(
        pk__in=Document.objects.filter(Exists(files)).values("candidate")
    )


def _groups(people: Iterable[Candidate]) -> Iterable[list[Candidate]]:
    """Give those of one team who share a key or a file."""
    groups: dict[tuple[UUID, str], list[Candidate]] = {}
    for one in people:
        marks = identity.strong(one.match_keys) | {f"file:{file.digest}" for file in one.documents.all()}
        for mark in marks:
            groups.setdefault((one.team_id, mark), []).append(one)
    return [group for group in groups.values() if len(group) > 1]


# ── Merging ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def merge(*, kept: UUID, absorbed: UUID, actor: Actor) -> Merge:
    """Make one person of two of the same team; applications and files go to `kept`.

    Where both applied for the same posting, each keeps their own application: nothing is lost, and the team decides on
    each. Raises NotVisible, NotAllowed, Invalid (two teams, the same one twice, merged already, erased).
    """
    for pk in (kept, absorbed):
        corrections.require_right(pk, actor)
    locked = {
        row.pk: row for row in Candidate.objects.select_for_update().filter(pk__in=[kept, absorbed]).order_by("pk")
    }
    first, second = locked[kept], locked[absorbed]
    _require_mergeable(first, second)
    there = set(first.applications.values_list("posting_id", flat=True))
    moving = second.applications.exclude(posting_id__in=there)
    application_ids = list(moving.order_by("created_at", "id").values_list("pk", flat=True))
    staying = second.applications.exclude(pk__in=application_ids)
    document_ids = list(
        second.documents.exclude(applications__in=staying).order_by("created_at", "id").values_list("pk", flat=True)
    )
    made = Merge.objects.create(
        kept=first, absorbed=second, by=actor.user, applications=application_ids, documents=document_ids
    )
    second.applications.filter(pk__in=application_ids).update(candidate=first)
    second.documents.filter(pk__in=document_ids).update(candidate=first)
    Candidate.objects.filter(pk=second.pk).update(merged_into=first)
    return made


@transaction.atomic
def separate(*, pk: UUID, actor: Actor) -> Merge:
    """Take a merge back: what it moved is where it was. What came since stays with the person who was kept.

    Raises NotVisible, NotAllowed, Invalid (taken back already, erased, or the kept one was merged further since).
    """
    found = Merge.objects.filter(pk=pk, kept__team_id__in=actor.team_ids).first()
    if found is None:
        raise NotVisible(_("There is no such merge."))
    corrections.require_right(found.kept_id, actor)
    pks = [found.kept_id, found.absorbed_id]
    locked = {row.pk: row for row in Candidate.objects.select_for_update().filter(pk__in=pks).order_by("pk")}
    found.refresh_from_db()
    kept, absorbed = locked[found.kept_id], locked[found.absorbed_id]
    if found.undone_at:
        raise Invalid(_("This merge is taken back already."))
    if kept.erased_at or absorbed.erased_at:
        raise Invalid(_("This person is erased: there is nothing left to separate."))
    if kept.merged_into_id:
        raise Invalid(_("Take the later merge back first: this person has been merged further since."))
    kept.applications.filter(pk__in=found.applications).update(candidate=absorbed)
    kept.documents.filter(pk__in=found.documents).update(candidate=absorbed)
    Candidate.objects.filter(pk=absorbed.pk).update(merged_into=None)
    found.undone_at, found.undone_by = clock.now(), actor.user
    found.save(update_fields=["undone_at", "undone_by"])
    return found


@transaction.atomic
def tell_apart(*, one: UUID, other: UUID, actor: Actor) -> None:
    """Say that two candidates are two people. Raises NotVisible, NotAllowed, Invalid."""
    for pk in (one, other):
        corrections.require_right(pk, actor)
    if one == other:
        raise Invalid(_("This is one and the same candidate."))
    first, second = sorted((one, other))
    Distinct.objects.get_or_create(one_id=first, other_id=second, defaults={"by": actor.user})


def merges_of(candidate: Candidate) -> QuerySet[Merge]:
    """Give the merges into this candidate that stand, oldest first."""
    return candidate.merges.filter(undone_at__isnull=True).select_related("absorbed", "by")


def _require_mergeable(kept: Candidate, absorbed: Candidate) -> None:
    """Raise Invalid unless the two are two standing candidates of one team."""
    if kept.pk == absorbed.pk:
        raise Invalid(_("This is one and the same candidate."))
    if kept.team_id != absorbed.team_id:
        raise Invalid(_("They applied to two teams: what each team knows stays its own, so they are not merged."))
    if kept.merged_into_id or absorbed.merged_into_id:
        raise Invalid(_("One of the two has been merged already. Reload the page."))
    if kept.erased_at or absorbed.erased_at:
        raise Invalid(_("One of the two is erased."))


def standing(actor: Actor) -> QuerySet[Merge]:
    """Give the merges that stand among the people of the actor's teams, the newest first."""
    rows = Merge.objects.filter(undone_at__isnull=True, kept__team_id__in=actor.team_ids, kept__erased_at__isnull=True)
    return rows.select_related("kept__team", "absorbed", "by").order_by("-created_at", "id")
