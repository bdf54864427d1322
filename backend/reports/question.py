"""What is asked of a report: by whom, which period, whose applications. It has an address, so it can be sent on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backend.accounts import zones
from backend.accounts.actors import Actor
from backend.accounts.models import Incubator, Team
from backend.common import clock
from backend.common.errors import Invalid
from backend.hiring import selectors as hiring
from backend.hiring.models import ContractKind, Posting
from workflow import selectors
from workflow.models import Application

USUAL_DAYS = 90
LONGEST_DAYS = 20 * 366
STEPS = ("month", "week")
NAMES = ("team", "incubator", "domain", "posting", "contract")


@dataclass(frozen=True)
class Question:
    """One question. `start` and `end` are days in `zone`, both included; an empty filter narrows nothing."""

    actor: Actor
    start: dt.date
    end: dt.date
    zone: ZoneInfo
    by: str = "month"
    compare: bool = False
    team: str = ""
    incubator: str = ""
    domain: str = ""
    spellings: tuple[str, ...] = ()
    posting: str = ""
    contract: str = ""

    @property
    def since(self) -> dt.datetime:
        """Give the moment at which the period begins."""
        return dt.datetime.combine(self.start, dt.time(), self.zone)

    @property
    def until(self) -> dt.datetime:
        """Give the moment at which the period is over."""
        return dt.datetime.combine(self.end + dt.timedelta(days=1), dt.time(), self.zone)

    def before(self) -> Question:
        """Give the same question about as many days, just before."""
        length = self.end - self.start + dt.timedelta(days=1)
        return replace(self, start=self.start - length, end=self.start - dt.timedelta(days=1), compare=False)

    def address(self, **changes: str) -> str:
        """Give the query string that asks this again, whoever opens it: the zone is said, even the asker's own."""
        asked = {"from": self.start.isoformat(), "to": self.end.isoformat(), "zone": self.zone.key, "by": self.by}
        asked |= {name: getattr(self, name) for name in NAMES}
        if self.compare:
            asked["compare"] = "1"
        return urlencode({name: value for name, value in (asked | changes).items() if value})

    def applications(self) -> QuerySet[Application, Any]:
        """Give the applications that the asker may see and that the filters leave, whatever their time."""
        rows = selectors.visible_to(self.actor).select_related(None).order_by()
        return rows.filter(**{f"posting__{path}": value for path, value in self._narrowed().items()})

    def postings(self) -> QuerySet[Posting, Any]:
        """Give the postings of the asker's teams that the filters leave."""
        rows = Posting.objects.all() if self.actor.kind == "system" else hiring.postings_of(self.actor)
        return rows.select_related(None).order_by().filter(**self._narrowed())

    def _narrowed(self) -> dict[str, Any]:
        paths = {
            "team__slug": self.team,
            "team__incubator__slug": self.incubator,
            "slug": self.posting,
            "contract_kinds__contains": [self.contract] if self.contract else None,
            "domains__overlap": list(self.spellings),
        }
        return {path: value for path, value in paths.items() if value}

    def teams(self) -> QuerySet[Team]:
        """Give the teams that the filters leave, those without an application too."""
        rows = teams_of(self.actor)
        if self.team:
            rows = rows.filter(slug=self.team)
        if self.incubator:
            rows = rows.filter(incubator__slug=self.incubator)
        if self.posting:
            rows = rows.filter(postings__slug=self.posting)
        return rows


def teams_of(actor: Actor) -> QuerySet[Team]:
    """Give the teams that exist for `actor`, by name."""
    rows = Team.objects.order_by("name", "pk")
    return rows if actor.kind == "system" else rows.filter(pk__in=actor.team_ids)


def incubators_of(actor: Actor) -> QuerySet[Incubator]:
    """Give the incubators of the actor's teams, by name."""
    return Incubator.objects.filter(teams__in=teams_of(actor)).distinct().order_by("name", "pk")


def ask(actor: Actor, given: Mapping[str, str]) -> Question:
    """Read a question. Raises Invalid, with what is wrong by name; what is not visible is as if it did not exist."""
    wrong: dict[str, list[str]] = {}
    zone = _zone(actor, given.get("zone", ""), wrong)
    today = clock.today(zone)
    end = _day(given.get("to", ""), "to", wrong) or today
    start = _day(given.get("from", ""), "from", wrong) or end - dt.timedelta(days=USUAL_DAYS - 1)
    if start > end:
        wrong["from"] = [_("The period ends before it begins.")]
    elif (end - start).days > LONGEST_DAYS:
        wrong["from"] = [_("Choose a period of at most twenty years.")]
    by = given.get("by") or "month"
    if by not in STEPS:
        wrong["by"] = [_("Choose month or week.")]
    # PostgreSQL takes no NUL: a name with one means nothing either.
    asked = {name: given.get(name, "").replace("\0", "\ufffd").strip() for name in NAMES}
    spellings = _narrow(actor, asked, wrong)
    if wrong:
        raise Invalid(_("This report cannot be made as asked."), fields=wrong)
    return Question(
        actor=actor,
        start=start,
        end=end,
        zone=zone,
        by=by,
        compare=given.get("compare", "") not in ("", "0", "false"),
        spellings=spellings,
        **asked,
    )


def _zone(actor: Actor, name: str, wrong: dict[str, list[str]]) -> ZoneInfo:
    if name in zones.known():
        return ZoneInfo(name)
    if name:
        wrong["zone"] = [_("There is no such time zone. One is written like “Europe/Paris”.")]
    return zones.of(actor.user)


def _day(text: str, name: str, wrong: dict[str, list[str]]) -> dt.date | None:
    if not text:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = dt.date.min
    if not 1990 <= day.year <= 2200:
        wrong[name] = [_("Write the day as year-month-day, for example 2026-09-01.")]
        return None
    return day


def _narrow(actor: Actor, asked: Mapping[str, str], wrong: dict[str, list[str]]) -> tuple[str, ...]:
    """Check that each name means something to this actor; give the spellings of the domain."""
    if asked["team"] and not teams_of(actor).filter(slug=asked["team"]).exists():
        wrong["team"] = [_("There is no such team.")]
    if asked["incubator"] and not incubators_of(actor).filter(slug=asked["incubator"]).exists():
        wrong["incubator"] = [_("There is no such incubator.")]
    if asked["contract"] and asked["contract"] not in ContractKind.values:
        wrong["contract"] = [_("There is no such kind of contract.")]
    postings = hiring.postings_of(actor)
    if asked["posting"]:
        teams = set(postings.filter(slug=asked["posting"]).values_list("team__slug", flat=True))
        if not teams:
            wrong["posting"] = [_("There is no such posting.")]
        elif asked["team"] and asked["team"] not in teams and "team" not in wrong:
            wrong["posting"] = [_("This posting is of another team: leave one of the two out.")]
    if not asked["domain"]:
        return ()
    known = hiring.domains(postings)
    if asked["domain"] not in known:
        wrong["domain"] = [_("There is no such domain.")]
    return tuple(known.get(asked["domain"], ()))
