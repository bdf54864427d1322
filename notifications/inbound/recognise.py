"""Which posting a mail answers, and why; where two fit equally, none: a person decides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from backend.hiring.models import Posting
from notifications.inbound import clean, words

CUE = re.compile(
    r"(?i)candidat|postul|poste|offre|annonce|mission|posting|position|role|opening|apply|applying|application|recrut"
)


@dataclass(frozen=True)
class Recognised:
    """`posting` (open or closed) and `reason`; without a posting, `among` are those between which it is undecided."""

    posting: Posting | None
    reason: str
    among: Sequence[Posting] = ()


def recognise(
    postings: Sequence[Posting],
    *,
    recipients: Iterable[str],
    subject: str,
    body: str,
    rules: Mapping[str, Sequence[UUID]] | None = None,
) -> Recognised:
    """Give the posting that a mail to `recipients` with this subject and text is for.

    In this order: an address that holds the posting's name, a rule that a person taught (`rules`: postings by
    address), an address that the posting gives, its title or name in the subject, then in the text.
    """
    recipients = list(recipients)
    coded = _by_address_code(postings, recipients)
    if coded:
        return _choose(coded, subject, body, _("The address names the posting."))
    ruled = _by_rule(postings, recipients, rules or {})
    if ruled is not None and ruled.posting is not None and ruled.posting.is_open:
        return ruled
    found = _guess(postings, recipients, subject, body)
    # What a rule says of a posting that is closed by now only counts where nothing else speaks.
    return ruled if ruled is not None and found.posting is None and not found.among else found


def _by_rule(
    postings: Sequence[Posting], recipients: Sequence[str], rules: Mapping[str, Sequence[UUID]]
) -> Recognised | None:
    """Give what a rule says of one of these addresses; between rules that differ, a person decides."""
    by_id = {posting.pk: posting for posting in postings}
    for address in recipients:
        meant = [by_id[pk] for pk in rules.get(address, ()) if pk in by_id]
        if meant:
            reason = _("Sent to %(address)s: a person taught which posting that means.") % {"address": address}
            return Recognised(meant[0], reason) if len(meant) == 1 else Recognised(None, reason, meant)
    return None


def _guess(postings: Sequence[Posting], recipients: Sequence[str], subject: str, body: str) -> Recognised:
    """Give what addresses, links and titles say."""
    for field, reason in (("apply_to", _("Sent to %(address)s.")), ("apply_cc", _("In copy to %(address)s."))):
        addressed, address = _by_address(postings, recipients, field)
        if addressed:
            found = _choose(addressed, subject, body, reason % {"address": address})
            return _unless_another_team(found, addressed, postings, subject)
    named = _by_link(postings, f"{subject}\n{body}")
    if named:
        return _choose(named, subject, body, _("The text gives the posting’s address."))
    return _by_title(postings, subject, body)


def _by_address_code(postings: Sequence[Posting], recipients: Sequence[str]) -> list[Posting]:
    """Give the postings whose slug stands in an address: `slug@our.domain`, `anything+slug@…`."""
    slugs = {posting.slug.lower(): posting for posting in postings}
    ours = settings.INBOUND_DOMAIN.lower()
    found = []
    for address in recipients:
        local, _at, domain = address.partition("@")
        base, plus, tag = local.partition("+")
        for slug in ([tag] if plus else []) + ([local] if ours and domain == ours else []):
            posting = slugs.get(slug)
            # Elsewhere a tag is somebody's own: only one that can hardly be chance counts.
            trusted = (ours and domain == ours) or _known(postings, f"{base}@{domain}") or len(slug) >= 8
            if posting is not None and trusted:
                found.append(posting)
    return list(dict.fromkeys(found))


def _known(postings: Sequence[Posting], address: str) -> bool:
    return any(address in (given.lower() for given in posting.apply_to) for posting in postings)


def _by_address(postings: Sequence[Posting], recipients: Sequence[str], field: str) -> tuple[list[Posting], str]:
    """Give the postings that ask to write to one of `recipients` (a plus-tag aside), and that address."""
    forms = {form: address for address in recipients for form in (address, re.sub(r"\+[^@]*@", "@", address))}
    found, address = [], ""
    for posting in postings:
        match = next((forms[given.lower()] for given in getattr(posting, field) if given.lower() in forms), None)
        if match is not None:
            found.append(posting)
            address = address or match
    return found, address


def _by_link(postings: Sequence[Posting], text: str) -> list[Posting]:
    """Give the postings whose page or slug the text names."""
    plain = text.lower()
    found = []
    for posting in postings:
        slug = re.escape(posting.slug.lower())
        linked = re.search(rf"/{slug}(?:[/?#\s.,;)>\"']|$)", plain)
        spelled = "-" in posting.slug and len(posting.slug) >= 8 and re.search(rf"(?<![\w-]){slug}(?![\w-])", plain)
        if linked or spelled:
            found.append(posting)
    return found


def _choose(found: Sequence[Posting], subject: str, body: str, reason: str) -> Recognised:
    """Give the one that is meant among postings that the address, or a link, already fits."""
    if len(found) == 1:
        return Recognised(found[0], reason)
    linked = _by_link(found, f"{subject}\n{body}")
    if len(linked) == 1:
        return Recognised(linked[0], f"{reason} {_('The text gives the posting’s address.')}")
    is_open = [posting for posting in found if posting.is_open]
    for text, where in _places(subject, body):
        # In passing, a text may name a posting that is closed; a subject does so on purpose.
        meant = _meant(found if where == "subject" or not is_open else is_open, text)
        if meant is not None and (where == "subject" or len(is_open) != 1):
            words_for = _("The subject names it.") if where == "subject" else _("The text names it.")
            return Recognised(meant, f"{reason} {words_for}")
    if len(is_open) == 1:
        return Recognised(is_open[0], f"{reason} {_('It is the only open posting there.')}")
    return Recognised(None, f"{reason} {_undecided(is_open or found)}", is_open or found)


def _unless_another_team(
    found: Recognised, addressed: Sequence[Posting], postings: Sequence[Posting], subject: str
) -> Recognised:
    """Give what was found, unless the subject names another team and nothing of this one: an address may be shared."""
    said = words.said(clean.bare_subject(subject))
    ours = [word for posting in addressed for word in words.words_of(f"{posting.title} {posting.team.name}")]
    if found.posting is None or said.of(ours):
        return found
    for posting in postings:
        team = words.words_of(posting.team.name)
        if team and max(map(len, team)) >= 5 and set(team) <= set(said.words):
            doubt = _("But the subject names “%(team)s”.") % {"team": posting.team.name}
            return Recognised(None, f"{found.reason} {doubt}", [found.posting])
    return found


def _by_title(postings: Sequence[Posting], subject: str, body: str) -> Recognised:
    """Give the posting whose whole title stands in the subject, or in a sentence of the text that speaks of it."""
    for text, where in _places(subject, body):
        said = words.said(text)
        full = [posting for posting in postings if _whole_title(posting, said)]
        if not full:
            continue
        meant = full[0] if len(full) == 1 else _meant(full, text)
        if meant is None:
            is_open = [posting for posting in full if posting.is_open]
            meant = is_open[0] if len(is_open) == 1 else None
            full = is_open or full
        if meant is None:
            return Recognised(None, _undecided(full), full)
        found = _("The subject gives the title of the posting.")
        return Recognised(meant, found if where == "subject" else _("The text gives the title of the posting."))
    return Recognised(None, _("No posting is named by the addresses, the subject or the text."))


def _places(subject: str, body: str) -> list[tuple[str, str]]:
    """Give the subject, then the sentences of the text that speak of a posting."""
    sentences = re.split(r"(?<=[.!?:;])\s+|\n\s*\n", body[:20_000])
    speaking = [" ".join(sentence.split()) for sentence in sentences if len(sentence) < 600 and CUE.search(sentence)]
    return [(clean.bare_subject(subject), "subject"), *((sentence, "body") for sentence in speaking[:20])]


def _whole_title(posting: Posting, said: words.Said) -> bool:
    """Say whether the text gives the title: all its words, at least two; or, of one word, nothing else."""
    title, team = words.words_of(posting.title), words.words_of(posting.team.name)
    own = [word for word in title if word not in team] or list(title)
    if not own or not all(said.has(word) for word in own):
        return False
    if len(title) >= 2 or said.of(team):
        return True
    return words.Said([*title, *team]).of(said.words) == set(said.words)


def _meant(found: Sequence[Posting], text: str) -> Posting | None:
    """Give the posting that the text names and no other.

    It does when it has words of one title (or team) that no other has, or the whole of one title only.
    """
    said = words.said(text)
    held = {posting.pk: said.of(words.words_of(f"{posting.title} {posting.team.name}")) for posting in found}
    shared = _shared(found, set().union(*held.values()))
    distinct = [posting for posting in found if held[posting.pk] - shared]
    if distinct:
        return distinct[0] if len(distinct) == 1 else None
    whole = [posting for posting in found if _all_said(posting, said)]
    return whole[0] if len(whole) == 1 else None


def _shared(found: Sequence[Posting], asked: set[str]) -> set[str]:
    """Give those of `asked` that stand, typos aside, in the titles or teams of two postings or more."""
    spread: Counter[str] = Counter()
    for posting in found:
        spread.update(words.Said(words.words_of(f"{posting.title} {posting.team.name}")).of(asked))
    return {word for word, count in spread.items() if count > 1}


def _all_said(posting: Posting, said: words.Said) -> bool:
    title = words.words_of(posting.title)
    return bool(title) and all(said.has(word) for word in title)


def _undecided(postings: Sequence[Posting]) -> str:
    one = _("“%(title)s” (%(team)s)")
    titles = ", ".join(one % {"title": posting.title, "team": posting.team.name} for posting in postings[:5])
    return _("It may be for several postings: %(titles)s.") % {"titles": titles}
