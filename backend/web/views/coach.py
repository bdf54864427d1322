"""Reports: the teams that somebody follows, each report, and the rows behind a figure."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backend.accounts.actors import Actor
from backend.common import typography
from backend.common.errors import Invalid, NotVisible
from backend.exports import recruitment
from backend.exports import schedules as scheduling
from backend.hiring import selectors as hiring
from backend.reports import charts, listing, periods, query, question, summary, wording
from backend.reports.question import Question
from backend.reports.registry import REPORTS, report
from backend.reports.shape import Figure, Kind, Report, Table
from backend.reports.ways import registry as ways
from backend.web import doors, reporting
from backend.web.forms.coach import ReportFilters
from backend.web.forms.schedules import ScheduleForm
from backend.web.views import schedules
from workflow import selectors

PER_PAGE = 50
HEALTH = (("answers", "waiting"), ("answers", "overdue"), ("postings", "still"), ("postings", "filled"))

P = ParamSpec("P")
Asking = Callable[Concatenate[HttpRequest, Actor, Question, P], HttpResponseBase]


def asking(view: Asking[P]) -> doors.TeamView[P]:
    """Hand the question that an address asks to its view; one that cannot be read is said on the page it is of."""

    @wraps(view)
    def read(request: HttpRequest, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            asked = question.ask(actor, request.GET.dict())
        except Invalid as error:
            return _wrong(request, actor, error, str(kwargs.get("key", "")))
        return view(request, actor, asked, *args, **kwargs)

    return read


@require_safe
@doors.signed_in
@asking
def overview(request: HttpRequest, actor: Actor, asked: Question) -> HttpResponse:
    """Show what the figures say, the teams with a line of health each, the funnel, the time at each step, the trend."""
    return _overview(request, actor, asked, ScheduleForm(actor))


@doors.form_only
@doors.signed_in
def schedule(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Schedule a report with the filters of the page it is asked from; show that page again with what is wrong."""
    asked = {name: request.POST.get(name, "") for name in recruitment.ASKED}
    back = f"{reverse('coach')}?{urlencode({name: value for name, value in asked.items() if value})}#schedules"
    if request.method != "POST":
        return redirect(back)
    form = ScheduleForm(actor, request.POST)
    if form.is_valid():
        try:
            made = scheduling.add(actor=actor, asked=asked, **form.cleaned_data)
        except Invalid as error:
            form.refuse(error)
        else:
            words = _("Scheduled: the first report comes on %(day)s.")
            messages.success(request, words % {"day": typography.long_date(made.next_at)}, schedules.MARK)
            return redirect(back)
    return _overview(request, actor, question.ask(actor, asked), form, status=422)


def _overview(
    request: HttpRequest, actor: Actor, asked: Question, schedule_form: ScheduleForm, status: int = 200
) -> HttpResponse:
    shown = ("reached", "answers", "received", "postings", "terms", "stays")  # those that take longest last
    tables = query.tables({key: REPORTS[key] for key in shown}, asked)
    context = _frame(asked) | {
        "panels": [(charts.of(tables[key]), reporting.show(tables[key])) for key in ("reached", "received", "stays")],
        "figures": _figures(tables),
        "sentences": summary.sentences(tables),
        "teams": _health(tables),
        "of_a_team": bool(actor.roles),
        "schedule_form": schedule_form,
    }
    return render(request, "coach.html", context | schedules.frame(request, actor), status=status)


@require_safe
@doors.signed_in
@asking
def one(request: HttpRequest, actor: Actor, asked: Question, key: str) -> HttpResponse:
    """Show one report: its chart, its table, what each figure means, and the ways to take it away."""
    chosen = report(key)
    table = query.table(chosen, asked)
    context = _frame(asked) | {"report": chosen, "shown": reporting.show(table), "drawn": charts.of(table)}
    return render(request, "coach_report.html", context)


@require_safe
@doors.signed_in
@asking
def rows(request: HttpRequest, actor: Actor, asked: Question, key: str) -> HttpResponse:
    """List exactly what one figure counts, newest first or as it orders them."""
    chosen = report(key)
    line, figure = request.GET.get("line", ""), chosen.figure(request.GET.get("figure") or chosen.figures[0].key)
    if figure is None:
        raise NotVisible(_("There is no such figure."))
    page = request.GET.get("page", "1")
    number = max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 7 else 1
    found = query.behind(
        chosen, asked, line=line, figure=figure.key, limit=PER_PAGE + 1, offset=(number - 1) * PER_PAGE
    )
    # Only what the query found is named: a line that somebody made up names nobody.
    names = chosen.lines(asked, [line] if line and found else [])
    context = _frame(asked) | {
        "report": chosen,
        "figure": figure,
        "line": names.get(line, "") if line else _("All together"),
        "details": [(detail.label, detail.kind) for detail in chosen.details_of(figure)],
        "found": _found(actor, chosen, figure, found[:PER_PAGE]),
        "number": number,
        "lists": [(form, form.upper()) for form in ways.LISTS],
        "more": len(found) > PER_PAGE,
    }
    return render(request, "coach_rows.html", context)


@require_safe
@doors.signed_in
@asking
def take_rows(request: HttpRequest, actor: Actor, asked: Question, key: str, form: str) -> StreamingHttpResponse:
    """Give the rows behind one figure as a file, as many as there are."""
    chosen, form_of_list = report(key), ways.list_way(form)
    figure = chosen.figure(request.GET.get("figure") or chosen.figures[0].key)
    if figure is None:
        raise NotVisible(_("There is no such figure."))
    found = listing.rows(chosen, asked, line=request.GET.get("line", ""), figure=figure.key)
    pieces = form_of_list.stream(listing.columns(chosen, figure), found, listing.about(chosen, figure, asked))
    answer = StreamingHttpResponse(pieces, content_type=form_of_list.content_type)
    of = "-".join(filter(None, (key, figure.key, slugify(request.GET.get("line", "")))))
    name = wording.file_name(f"jalon-{of}-{asked.start}-{asked.end}", asked, form, by="-")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return answer


@require_safe
@doors.signed_in
@asking
def download(request: HttpRequest, actor: Actor, asked: Question, key: str, form: str) -> StreamingHttpResponse:
    """Give one report as a file."""
    chosen = report(key)
    ways.way(form)
    written = ways.written(query.table(chosen, asked), form)
    answer = StreamingHttpResponse(written.pieces, content_type=written.content_type)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=written.name) or ""
    return answer


def _wrong(request: HttpRequest, actor: Actor, error: Invalid, key: str) -> HttpResponse:
    """Show the page without figures: its form as it was filled in, with what is wrong at its field.

    Rows and files are asked for from the page of their report, and so again. Raises NotVisible.
    """
    chosen = report(key) if key else None
    given = request.GET.dict()
    left = question.ask(actor, {name: value for name, value in given.items() if name not in error.fields})
    context = {
        "section": "coach",
        "report": chosen,
        "title": chosen.title if chosen else _("Reports"),
        "error": error,
        "form": ReportFilters(left, given, error),
        "periods": periods.ready(left, shown=False),
        "here": reverse("coach_report", args=[key]) if key else reverse("coach"),
        "zone": left.zone.key,
    }
    return render(request, "coach_wrong.html", context, status=error.status)


def _frame(asked: Question) -> dict[str, Any]:
    return {
        "section": "coach",
        "form": ReportFilters(asked),
        "periods": periods.ready(asked),
        "period": wording.period(asked),
        "before": wording.period(asked.before()) if asked.compare else "",
        "asked": asked.address(),
        "asks": parse_qsl(asked.address()),
        "zone": asked.zone.key,
        "reports": list(REPORTS.values()),
        "ways": [(form, form.upper()) for form in ways.WAYS if form != "json"],
    }


def _figures(tables: dict[str, Table]) -> list[tuple[str, reporting.Shown, str]]:
    """Give the tiles on top: what it is, the figure, and its unit."""
    tiles = (
        ("received", "received", str(REPORTS["received"].title), ""),
        ("answers", "median", _("First answer, median"), _("days")),
        ("answers", "overdue", _("Without an answer in time"), ""),
    )
    made = []
    for key, figure, words, unit in tiles:
        shown = reporting.figure_of(tables[key], query.TOTAL, figure)
        none = shown.text == wording.NOTHING
        made.append((words, reporting.Shown(_("nothing yet")) if none else shown, "" if none else unit))
    return made


def _health(tables: dict[str, Table]) -> list[dict[str, Any]]:
    """Give each team with what it has received, and whether somebody waits, is late, or nothing moves."""
    teams = [line for line in tables["answers"].lines if line.key != query.TOTAL]
    return [
        {
            "slug": line.key,
            "name": line.cells[0],
            "received": reporting.figure_of(tables["answers"], line.key, "received"),
            "marks": {figure: reporting.figure_of(tables[key], line.key, figure) for key, figure in HEALTH},
        }
        for line in teams
    ]


def _found(
    actor: Actor, chosen: Report, figure: Figure, found: list[tuple[Any, ...]]
) -> list[tuple[Any, list[tuple[str, Kind]]]]:
    """Give the rows behind a figure with their details, in their order; one that counts twice stands there twice."""
    ids = [pk for pk, *_details in found]
    if chosen.opens == "postings":
        known: dict[Any, Any] = {row.pk: row for row in hiring.postings_of(actor).filter(pk__in=ids)}
    else:
        known = {row.pk: row for row in selectors.visible_to(actor).filter(pk__in=ids)}
    return [(known[pk], reporting.details(chosen, figure, told)) for pk, *told in found if pk in known]
