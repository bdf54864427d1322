"""The same figures, computed slowly and plainly in Python from the rows of the log, apart from the queries.

Nothing here is shared with `backend.reports`: what an application lived through is replayed from its transitions.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from backend.common import clock
from backend.hiring.models import Posting
from workflow.models import Application, Contract, Interview

PATH = ("received", "interviewed", "contracted", "onboarded")
REASONS = (
    "other_choice", "skills", "experience", "terms", "availability", "position_closed", "no_answer",
    "not_an_application",
)  # fmt: skip
PARIS = ZoneInfo("Europe/Paris")


@dataclass
class Life:
    """What one application went through, without what was taken back."""

    row: Application
    moves: list = field(default_factory=list)

    @property
    def received(self):
        return self.moves[0].at

    @property
    def last(self):
        return self.moves[-1]

    def reached(self, state):
        return any(move.to_state == state for move in self.moves)

    def left_from(self, state, outcome):
        return self.last.to_state == outcome and self.last.from_state == state


def lives(teams):
    """Give every application of the teams with its moves, in order."""
    found = []
    for row in Application.objects.filter(posting__team__in=teams).select_related("posting__team"):
        log = list(row.transitions.order_by("number"))
        gone = {move.undoes_id for move in log if move.undoes_id}
        kept = [move for move in log if move.action != "undo" and move.pk not in gone]
        found.append(Life(row, kept))
    return found


def figures(key, teams, start, end, zone, by, today):
    """Give a report as `{line: [figures]}`, the total under an empty name where the report has one."""
    since = dt.datetime.combine(start, dt.time(), zone)
    until = dt.datetime.combine(end + dt.timedelta(days=1), dt.time(), zone)
    everything = lives(teams)
    cohort = [life for life in everything if since <= life.received < until]
    answer = globals()[f"_{key}"]
    return answer(
        every=everything, cohort=cohort, teams=teams, since=since, until=until, zone=zone, by=by, today=today,
        start=start, end=end,
    )  # fmt: skip


# ── Small sums ────────────────────────────────────────────────────────────────────────────────────
def rounded(value, places=1):
    if value is None:
        return None
    exact = Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else Decimal(value)
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def percent(part, whole):
    return rounded(Fraction(100 * part, whole)) if whole else None


def days(later, earlier):
    """Give the days between two moments, to a tenth; the even one where two are as near."""
    exact = Fraction((later - earlier) // dt.timedelta(microseconds=1), 86_400_000_000)
    return max(Fraction(round(10 * exact), 10), Fraction(0))


def point(values, at, places=1):
    """Give the value at a part of the sorted row, between two neighbours where it falls between."""
    if not values:
        return None
    ordered = sorted(Fraction(value) for value in values)
    place = Fraction(at) * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return rounded(ordered[low] + (ordered[high] - ordered[low]) * (place - low), places)


def grouped(keys, rows, key_of, answer, total=True):
    """Give `answer` for the rows of each key, and for all of them."""
    by_key = defaultdict(list)
    for row in rows:
        by_key[key_of(row)].append(row)
    made = {key: answer(by_key[key]) for key in keys}
    return made | ({"": answer(rows)} if total else {})


# ── The reports ───────────────────────────────────────────────────────────────────────────────────
def _received(cohort, start, end, zone, by, **_):
    def first(day):
        return day.replace(day=1) if by == "month" else day - dt.timedelta(days=day.weekday())

    keys, day = [], start
    while day <= end:
        if first(day).isoformat() not in keys:
            keys.append(first(day).isoformat())
        day += dt.timedelta(days=1)

    def answer(rows):
        now = [life.last.to_state for life in rows]
        open_ = sum(state in PATH[:3] for state in now)
        return [len(rows), open_, now.count("onboarded"), now.count("rejected"), now.count("withdrawn")]

    return grouped(keys, cohort, lambda life: first(life.received.astimezone(zone).date()).isoformat(), answer)


def _reached(cohort, **_):
    made, before = {}, len(cohort)
    for state in PATH:
        n = sum(life.reached(state) for life in cohort)
        made[state] = [
            n,
            percent(n, len(cohort)),
            percent(n, before),
            sum(life.last.to_state == state for life in cohort),
            sum(life.left_from(state, "rejected") for life in cohort),
            sum(life.left_from(state, "withdrawn") for life in cohort),
        ]
        before = n
    return made


def _stays(every, since, until, **_):
    done, still = defaultdict(list), defaultdict(int)
    for life in every:
        for move, following in zip(life.moves, [*life.moves[1:], None], strict=True):
            if following is None or following.at >= until:
                still[move.to_state] += move.at < until
            elif following.at >= since:
                done[move.to_state].append(days(following.at, move.at))
    return {
        state: [
            len(done[state]),
            *(point(done[state], Fraction(n, 100)) for n in (25, 50, 75, 90)),
            still[state],
        ]
        for state in PATH[:3]
    }


def _answers(every, teams, since, until, today, **_):
    def answer(rows):
        answered, in_time, too_late, overdue, waiting, withdrew, owed = [], 0, 0, 0, 0, 0, 0
        for life in rows:
            promised = life.row.created_at.astimezone(PARIS).date() + dt.timedelta(days=life.row.team.answer_days)
            if len(life.moves) == 1:
                overdue, waiting = overdue + (promised < today), waiting + (promised >= today)
                owed += promised < today and life.received >= since
            elif life.moves[1].action == "withdraw":
                withdrew += 1
            else:
                answered.append(days(life.moves[1].at, life.received))
                good = life.moves[1].at.astimezone(PARIS).date() <= promised
                in_time, too_late = in_time + good, too_late + (not good)
        return [
            sum(life.received >= since for life in rows), len(answered), point(answered, Fraction(1, 2)),
            point(answered, Fraction(9, 10)), in_time, too_late, overdue, waiting, withdrew,
            percent(in_time, in_time + too_late + owed),
        ]  # fmt: skip

    rows = [life for life in every if life.received < until and (life.received >= since or len(life.moves) == 1)]
    return grouped([team.slug for team in teams], rows, lambda life: life.row.team.slug, answer)


def _milestones(every, since, until, **_):
    made = {}
    for state, action in (("contracted", "contract"), ("onboarded", "onboard")):
        took = [
            days(move.at, life.received)
            for life in every
            for move in life.moves
            if move.action == action and since <= move.at < until
        ]
        made[state] = [len(took), *(point(took, Fraction(n, 100)) for n in (25, 50, 75, 90))]
    return made


def _outcomes(every, since, until, **_):
    ended = [
        life.last.reason if life.last.to_state == "rejected" else life.last.to_state
        for life in every
        if life.last.to_state in ("onboarded", "rejected", "withdrawn") and since <= life.last.at < until
    ]
    made = {
        key: [ended.count(key), percent(ended.count(key), len(ended))] for key in ("onboarded", "withdrawn", *REASONS)
    }
    return made | {"": [len(ended), percent(len(ended), len(ended))]}


def _sources(cohort, **_):
    def answer(rows):
        got = [sum(life.reached(state) for life in rows) for state in PATH[1:]]
        return [len(rows), *got, percent(got[1], len(rows))]

    return grouped(("form", "email", "api", "manual"), cohort, lambda life: life.row.via, answer)


def _postings(every, teams, since, until, **_):
    quiet = clock.now() - dt.timedelta(days=30)

    def answer(rows):
        counts = [0] * 5
        for row in rows:
            changes = list(row.status_changes.all())
            own = [life for life in every if life.row.posting_id == row.pk]
            within = {change.status for change in changes if since <= change.created_at < until}
            moved = [row.created_at, *(change.created_at for change in changes if change.status == "open")]
            moved += [life.last.at for life in own]
            filled = any(move.action == "contract" and since <= move.at < until for life in own for move in life.moves)
            is_open = row.status == "open"
            found = ("open" in within, "closed" in within, is_open, filled, is_open and max(moved) < quiet)
            counts = [sum(pair) for pair in zip(counts, found, strict=True)]
        return counts

    rows = list(Posting.objects.filter(team__in=teams).exclude(status="draft").select_related("team"))
    return grouped([team.slug for team in teams], rows, lambda row: row.team.slug, answer)


def _terms(every, start, end, since, until, today, by_domain=False, **_):
    came = {
        life.row.pk: next(move.at for move in life.moves if move.action == "contract")
        for life in every
        if life.last.to_state in ("contracted", "onboarded")
    }
    contracts = list(Contract.objects.filter(application__in=came))

    def signed(row):
        return row.created_at if row.number > 1 else max(row.created_at, came[row.application_id])

    def answer(rows):
        now = [row for row in rows if since <= signed(row) < until]
        rates = [row.day_rate for row in now if row.day_rate is not None]
        worth = [row.day_rate * row.days_per_week * row.months for row in now if row.day_rate and row.months]
        return [
            len(now),
            sum(row.number > 1 for row in now),
            *(point(rates, Fraction(n, 4), 2) for n in (1, 2, 3)),
            rounded(Fraction(sum(worth)) * 52 / 12, 2) if worth else None,
            sum(start <= row.start <= end for row in rows if row.start),
            sum(_due(row, contracts, today) for row in rows),
        ]

    if by_domain:
        return grouped(sorted({_place(row) for row in contracts}), contracts, _place, answer)
    kinds = ("freelance", "agency", "fixed_term", "permanent", "internship", "apprenticeship", "secondment")
    return grouped(kinds, contracts, lambda row: row.kind, answer)


def _domains(**asked):
    return _terms(**asked, by_domain=True)


def _place(contract):
    """Give a contract's kind and the first domain of its posting, as a slug."""
    domain = next(iter(contract.application.posting.domains), "")
    plain = unicodedata.normalize("NFKD", domain).encode("ascii", "ignore").decode().lower()
    return f"{contract.kind}:{'-'.join(re.findall('[a-z0-9]+', plain))}"


def _due(row, contracts, today):
    later = any(other.application_id == row.application_id and other.number > row.number for other in contracts)
    month = row.start.month - 1 + row.months
    year, month = row.start.year + month // 12, month % 12 + 1
    last = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)).day
    over = dt.date(year, month, min(row.start.day, last)) - dt.timedelta(days=row.start.day <= last)
    return not later and row.kind != "permanent" and today <= over <= today + dt.timedelta(days=60)


def _workload(every, since, until, **_):
    held = []
    for interview in Interview.objects.filter(application__in=[life.row.pk for life in every], status="held"):
        people = list(interview.participants.all()) or [None]
        if since <= interview.at < until:
            held += [(interview, person) for person in people]

    def key_of(pair):
        return f"{pair[1].pk if pair[1] else ''}:{pair[0].application.posting.team.slug}"

    def answer(rows):
        minutes = sum(interview.minutes for interview, _person in rows)
        return [
            len(rows),
            len({interview.application_id for interview, _person in rows}),
            rounded(Fraction(minutes, 60)) if rows else None,
        ]

    return grouped(sorted({key_of(pair) for pair in held}), held, key_of, answer)
