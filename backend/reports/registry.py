"""Every report, in the order in which they are shown. A new one is a module, and a line here."""

from django.utils.translation import gettext as _

from backend.common.errors import NotVisible
from backend.reports import (
    answers,
    domains,
    milestones,
    outcomes,
    postings,
    reached,
    received,
    sources,
    stays,
    terms,
    workload,
)
from backend.reports.shape import Report

REPORTS: dict[str, Report] = {
    module.report.key: module.report
    for module in (received, reached, stays, answers, milestones, outcomes, sources, postings, terms, domains, workload)
}


def report(key: str) -> Report:
    """Give one report. Raises NotVisible."""
    if key not in REPORTS:
        raise NotVisible(_("There is no such report."))
    return REPORTS[key]
