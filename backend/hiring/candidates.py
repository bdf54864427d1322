"""One person, once in a team: recognised by the address, never by a guess."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from backend.accounts.models import Team
from backend.common.errors import Invalid
from backend.hiring.models import Candidate


@dataclass(frozen=True)
class Person:
    """What somebody says of themselves when they apply. Everything but a name or an address may be missing."""

    name: str = ""
    email: str = ""
    phone: str = ""
    linkedin: str = ""
    github: str = ""
    links: Sequence[str] = field(default_factory=tuple)
    language: str = "fr"


ADDRESS_LENGTH = 254
DROPPED = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
JOINERS = "\u200c\u200d"  # Persian, Hindi and others write names with them
BLANK_LETTERS = "\u115f\u1160\u3164\uffa0\u2800"  # drawn as nothing, though Unicode counts them as signs


def tidy_name(name: str) -> str:
    """Give a name on one line, without what turns the text after it about; empty if nobody could see it."""
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    kept = [c for c in name if unicodedata.category(c) not in DROPPED | {"Cf"} or c in JOINERS]
    seen = any(unicodedata.category(c)[0] in "LNPS" and c not in BLANK_LETTERS for c in kept)
    return " ".join("".join(kept).split()) if seen else ""


def email_key(address: str) -> str | None:
    """Give the form under which two spellings of an address are one: lower case; None for no address."""
    return address.strip().lower() or None


def is_address(email: str) -> bool:
    """Say whether mail can be sent there; quoted control characters, which RFC 5322 allows, reach nobody."""
    try:
        validate_email(email)
    except ValidationError:
        return False
    return len(email) <= ADDRESS_LENGTH and email.isprintable()


def recognise(person: Person, team: Team) -> Candidate:
    """Give the team's candidate with this address, locked, else a new one. Fills what was empty, overwrites nothing.

    Raises Invalid when there is neither a name nor an address, or the address is none.
    """
    name, email = tidy_name(person.name)[:200], person.email.strip()
    if not name and not email:
        raise Invalid(_("Give a name or an e-mail address."), fields={"name": [_("Give a name or an e-mail address.")]})
    if email and not is_address(email):
        words = _("“%(email)s” is not an e-mail address.") % {"email": tidy_name(email)[:100]}
        raise Invalid(words, fields={"email": [words]})
    given = {
        "name": name,
        "email": email,
        "phone": person.phone.strip()[:40],
        "linkedin": person.linkedin[:300],
        "github": person.github[:300],
        "links": [link[:500] for link in person.links][:10],
    }
    key = email_key(email)
    if key is None:
        return Candidate.objects.create(team=team, **given, language=person.language)
    candidate, made = Candidate.objects.get_or_create(
        team=team, email_key=key, defaults={**given, "language": person.language}
    )
    if made:
        return candidate
    standing = hold(candidate)
    if standing is None:  # erased just now: whoever writes again is somebody new
        return recognise(person, team)
    fill(standing, given)
    return standing


def hold(candidate: Candidate) -> Candidate | None:
    """Give who a candidate is now, themselves or the one that they were merged into, locked; None once erased.

    To be asked in the transaction that adds something to them: merging and erasing wait for its end.
    """
    rows = Candidate.objects.select_for_update(no_key=True)
    found = rows.get(pk=candidate.pk)
    while found.merged_into_id is not None:
        found = rows.get(pk=found.merged_into_id)
    return None if found.erased_at else found


def fill(candidate: Candidate, given: Mapping[str, object]) -> None:
    """Save what was empty before and is given now."""
    news = [name for name, value in given.items() if value and not getattr(candidate, name)]
    for name in news:
        setattr(candidate, name, given[name])
    if news:
        candidate.save(update_fields=news)
