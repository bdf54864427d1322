"""What is known of all applications together: published figures, as open data too, and finer ones for the teams."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backend.accounts.actors import Actor
from backend.common.errors import NotVisible
from backend.hiring import selectors
from backend.opendata import dataset, release
from backend.opendata.models import DIMENSIONS, K_INTERNAL, AnyCell, K, Release, Releases
from backend.web import doors
from backend.web.views.feeds import kept_a_while
from workflow.states import PATH, State


@dataclass(frozen=True)
class Line:
    """One line of a table and of its chart: what, how many, and the share of the quarter's published total."""

    label: str
    applications: int
    percent: float


@require_safe
@doors.anyone
def statistics(request: HttpRequest) -> HttpResponse:
    """Show one published quarter, the newest if none is asked for by `?quarter=`."""
    context = frame(request, Release.objects.public()) | {"k": K}
    if context["release"] is not None:
        context |= figures(list(context["release"].cells.all()))
    return render(request, "statistics.html", context)


@require_safe
@doors.signed_in
def together(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show people of any team one quarter of all teams, in the finest cells that are theirs to see."""
    _of_a_team(actor)
    context = frame(request, Release.objects.all()) | {"section": "coach", "k": K_INTERNAL, "public_k": K}
    if context["release"] is not None:
        cells, context["k"] = context["release"].inside()
        context |= figures(cells)
    return render(request, "coach_together.html", context)


@require_safe
@doors.signed_in
def together_csv(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Give people of any team the same as CSV, every quarter."""
    _of_a_team(actor)
    answer = HttpResponse(dataset.internal_csv(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="jalon-all-teams.csv"'
    return answer


def _of_a_team(actor: Actor) -> None:
    """Raise NotVisible for somebody without a team."""
    if not actor.roles:
        raise NotVisible(_("There is no such page."))


def frame(request: HttpRequest, releases: Releases) -> dict[str, Any]:
    """Give the quarters to choose from and the one asked for, the newest if none is; without any, when one is due.

    Raises NotVisible.
    """
    quarters = list(releases.values_list("quarter", flat=True))
    asked = request.GET.get("quarter", "") or (quarters[0] if quarters else "")
    if asked and asked not in quarters:
        raise NotVisible(_("There are no figures for this quarter."))
    if not quarters:
        due, day = release.next_due()
        return {"release": None, "next_quarter": due, "next_day": day}
    return {"quarters": quarters, "release": releases.filter(quarter=asked).first()}


def figures(found: Sequence[AnyCell]) -> dict[str, Any]:
    """Give what a page shows of one release; every figure is a sum of whole cells."""
    total = sum(cell.applications for cell in found)
    domains = selectors.domains(selectors.public_postings())
    return {
        "total": total,
        "withheld": {word: by(found, word)[""] for word in DIMENSIONS},
        "reached": lines(reach(found), total, {state.value: str(state.label) for state in PATH}, in_order=True),
        "states": lines(by(found, "state"), total, {state.value: str(state.label) for state in State}),
        "domains": lines(by(found, "domain"), total, {slug: names[0] for slug, names in domains.items()}),
    }


def by(cells: Sequence[AnyCell], word: str) -> Counter[str]:
    """Give the number of applications under each word of one dimension; what is withheld under the empty one."""
    counted: Counter[str] = Counter()
    for cell in cells:
        counted[getattr(cell, word)] += cell.applications
    return counted


def reach(cells: Sequence[AnyCell]) -> Counter[str]:
    """Give how many came at least as far as each state of the path."""
    counted, furthest = by(cells, "reached"), Counter[str]()
    for number, state in enumerate(PATH):
        furthest[state.value] = sum(counted[later.value] for later in PATH[number:])
    furthest[""] = counted[""]
    return furthest


def lines(counted: Counter[str], total: int, words: dict[str, str], *, in_order: bool = False) -> list[Line]:
    """Give the lines of a table, the largest first or in the order of `words`; what is withheld comes last."""
    known = [key for key in (words if in_order else dict(counted.most_common())) if key and counted[key]]
    given = [Line(words.get(key, key), counted[key], 100 * counted[key] / total) for key in known]
    if counted[""]:
        given.append(Line("", counted[""], 100 * counted[""] / total))
    return given


@require_safe
@doors.anyone
def as_csv(request: HttpRequest) -> HttpResponse:
    """Give the data set as CSV."""
    return file(dataset.as_csv(), "text/csv; charset=utf-8", "applications.csv")


@require_safe
@doors.anyone
def as_parquet(request: HttpRequest) -> HttpResponse:
    """Give the data set as Parquet."""
    return file(dataset.as_parquet(), "application/vnd.apache.parquet", "applications.parquet")


@require_safe
@doors.anyone
def package(request: HttpRequest) -> HttpResponse:
    """Give the data dictionary: a Frictionless data package with a Table Schema."""
    return kept_a_while(JsonResponse(dataset.package(), json_dumps_params={"ensure_ascii": False, "indent": 2}))


def file(content: bytes, kind: str, name: str) -> HttpResponse:
    """Give a file to keep, which programs of other sites may read too."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Access-Control-Allow-Origin"] = "*"
    return kept_a_while(response)
