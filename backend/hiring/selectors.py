"""What each actor may see of postings and candidates."""

from django.db.models import Count, F, Func, Q, QuerySet

from backend.accounts.actors import Actor
from backend.hiring.markdown import fields
from backend.hiring.models import Candidate, Posting, PostingStatus


def postings_of(actor: Actor) -> QuerySet[Posting]:
    """Give the postings of the actor's teams, drafts included."""
    return Posting.objects.filter(team_id__in=actor.team_ids).select_related("team")


def public_postings() -> QuerySet[Posting]:
    """Give what anyone may read: open and closed postings, newest first."""
    newest_first = F("published_on").desc(nulls_last=True)  # a posting without a date is not the newest
    return Posting.objects.exclude(status=PostingStatus.DRAFT).select_related("team").order_by(newest_first, "id")


def readable_postings(actor: Actor | None) -> QuerySet[Posting]:
    """Give the public postings and, for a team, its own drafts."""
    own = Q(team_id__in=actor.team_ids) if actor else Q(pk__in=[])
    return Posting.objects.filter(~Q(status=PostingStatus.DRAFT) | own).select_related("team")


def domains(rows: QuerySet[Posting]) -> dict[str, list[str]]:
    """Give the domains that postings name, by slug in order, each with its spellings, the most usual first."""
    each = Func(F("domains"), function="unnest")
    named = rows.order_by().annotate(domain=each).values("domain").annotate(n=Count("pk")).order_by("-n", "domain")
    found: dict[str, list[str]] = {}
    for spelling in named.values_list("domain", flat=True):
        if slug := fields.slug(spelling):
            found.setdefault(slug, []).append(spelling)
    return dict(sorted(found.items()))


def candidates_of(actor: Actor) -> QuerySet[Candidate]:
    """Give the people who applied to a posting of the actor's teams."""
    return Candidate.objects.filter(team_id__in=actor.team_ids)
