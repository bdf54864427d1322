"""Next and previous in the list that one came from; the list is an address, so that a page needs no memory."""

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.http import QueryDict
from django.urls import Resolver404, resolve

from backend.accounts.actors import Actor
from backend.web.forms import filters
from workflow import lists
from workflow.models import Application
from workflow.states import State

LISTS = ("board", "applications")
LONGEST = 2000


@dataclass(frozen=True)
class Neighbours:
    """The list one came from, and who stands before and after this application in it."""

    address: str
    previous: Application | None
    next: Application | None


def taken_apart(address: str) -> SplitResult:
    """Give the parts of an address that a page handed back; empty ones where it is none."""
    try:
        return urlsplit(address)
    except ValueError:  # “//[”, where the address of a machine should follow
        return urlsplit("")


def around(actor: Actor, found: Application, address: str) -> Neighbours | None:
    """Give the neighbours in the list at `address`; None where that is no list of this application's team."""
    given = taken_apart(address[:LONGEST])
    if given.scheme or given.netloc or not given.path.startswith("/") or "\0" in address:
        return None
    try:
        match = resolve(given.path)
    except Resolver404:
        return None
    if match.url_name not in LISTS or match.kwargs.get("slug") != found.team.slug:
        return None
    asked = QueryDict(given.query)
    form = filters.BoardFilters(asked, filters.postings_of(found.team))
    rows = lists.listed(actor, found.team, filters.filters(form))
    state = asked.get("state", "") if match.url_name == "applications" else found.state  # a column of the board
    if state in State.values:
        rows = rows.filter(state=state)
    before, after = lists.beside(rows, found, filters.order(form))
    return Neighbours(f"{given.path}?{given.query}" if given.query else given.path, before, after)
