"""What was agreed, by kind of contract and by the domain of the posting."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.hiring import selectors as hiring
from backend.reports import terms
from backend.reports.question import Question
from backend.reports.shape import Report

MARKS = "[\\u0300-\\u036f\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f]"
SLUG = f"""trim(BOTH '-' FROM regexp_replace(replace(lower(
    regexp_replace(normalize(domain, NFKD), '{MARKS}', '', 'g')
), '+', 'plus'), '[^a-z0-9]+', '-', 'g'))"""
"""The first domain of a posting, in SQL, as `hiring.markdown.fields.slug` writes it."""


def lines(question: Question, found: Sequence[str]) -> dict[str, str]:
    """Name each kind and domain found, kind by kind, the domains of each by name."""
    split = {key: tuple(key.split(":")) for key in found}
    kinds = terms.kinds(question, [kind for kind, _domain in split.values()])
    names = {slug: spellings[0] for slug, spellings in hiring.domains(question.postings()).items()}
    names[""] = _("domain not stated")
    order, placed = list(kinds), {}
    for key, (kind, domain) in split.items():
        name = names.get(domain, domain)
        placed[key] = (order.index(kind), domain == "", name.casefold(), f"{kinds[kind]}, {name}")
    return {key: placed[key][-1] for key in sorted(placed, key=lambda key: placed[key])}


report = Report(
    key="domains",
    title=gettext_lazy("Terms by kind and domain"),
    definition=gettext_lazy(
        "The same contracts and renewals as under the terms, by kind of contract and by the first domain that the "
        "posting names: each stands on one line. Spellings of one domain count together."
    ),
    head=gettext_lazy("Contract and domain"),
    facts=terms.FACTS,
    alike=f"{terms.ALIKE}, domain",
    added="weekly",
    # Each spelling is read once, not once a contract.
    spread=f"""
        SELECT a.*, {terms.KIND} || ':' || d.slug AS line
        FROM alike a
        JOIN (
            SELECT domain, {SLUG} AS slug FROM (SELECT coalesce(domains[1], '') AS domain FROM places) p GROUP BY domain
        ) d USING (domain)
    """,  # noqa: S608 - every part is written in this package
    figures=terms.FIGURES,
    lines=lines,
    opens="contracts",
    details=terms.DETAILS,
)
