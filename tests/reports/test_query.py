"""Every report, asked in the small: what it counts, whom it answers, what it refuses."""

import datetime as dt
from urllib.parse import parse_qsl

import pytest
from django.utils import timezone

from backend.accounts import actors, zones
from backend.common import clock
from backend.common.errors import Invalid, NotVisible
from backend.hiring.models import Posting
from backend.reports import query, question
from backend.reports.registry import REPORTS, report
from backend.reports.shape import Kind
from tests import factories
from workflow import services
from workflow.models import Application
from workflow.states import State, Via

pytestmark = pytest.mark.django_db


def figures(key, actor, **given):
    """Give a report as `{line: {figure: value}}`."""
    made = query.table(report(key), question.ask(actor, given))
    names = [column.key for column in made.columns]
    return {line.key: dict(zip(names[1:], line.cells[1:], strict=True)) for line in made.lines}


@pytest.mark.parametrize("key", REPORTS)
def test_report_answers_over_nothing_and_over_something(key):
    nobody = actors.of_user(factories.user())
    empty = query.table(report(key), question.ask(nobody, {}))
    assert all(cell in (0, None) for line in empty.lines for cell in line.cells[1:])
    posting = factories.posting()
    for state in State:
        factories.application(posting, state=state)
    made = query.table(report(key), question.ask(factories.coach(posting.team), {"compare": "1"}))
    assert {len(line.cells) for line in made.lines} == {len(made.columns)} == {2 * len(report(key).figures) + 1}
    assert any(cell for line in made.lines for cell in line.cells[1:])


def test_months_are_not_compared_with_those_of_another_period():
    application = factories.application()
    made = query.table(report("received"), question.ask(factories.coach(application.team), {"compare": "1"}))
    *months, total = (line.cells for line in made.lines)
    assert {cell for month in months for cell in month[2::2]} == {None}
    assert total[1:3] == (1, 0)


def test_nobody_who_waits_for_an_answer_drops_out_of_sight():
    with clock.at(clock.now() - dt.timedelta(days=200)):
        left = factories.application()
    asked = question.ask(factories.coach(left.team), {"compare": "1"})
    made = query.table(report("answers"), asked)
    told = dict(zip((column.key for column in made.columns), made.lines[-1].cells, strict=True))
    assert (told["received"], told["overdue"], told["kept"]) == (0, 1, None)
    assert told["overdue_before"] is None, "it tells of now, whatever the period"
    assert query.behind(report("answers"), asked, line="", figure="overdue", limit=9)[0][0] == left.pk


@pytest.mark.parametrize("key", REPORTS)
def test_report_says_nothing_of_other_teams(key):
    posting = factories.posting()
    for state in State:
        factories.application(posting, state=state)
    mine = figures(key, factories.coach(posting.team))
    assert any(value for line in mine.values() for value in line.values()), "there is something to leak"
    theirs = figures(key, factories.coach(factories.team()))
    assert not any(value for line in theirs.values() for value in line.values())


def test_reached_counts_a_step_once_and_a_move_taken_back_nowhere():
    posting = factories.posting()
    member = factories.member(posting.team)
    applications = [factories.application(posting) for _ in range(4)]
    for application in applications[1:]:
        factories.carry(application, State.INTERVIEWED)
    services.undo(pk=applications[1].pk, actor=member)
    for action, reason in (("reject", "skills"), ("reopen", "")):
        services.move(pk=applications[2].pk, action=action, actor=member, reason=reason)
    services.move(pk=applications[3].pk, action="withdraw", actor=member)
    made = figures("reached", member)
    assert [line["reached"] for line in made.values()] == [4, 2, 0, 0]
    assert [line["of_received"] for line in made.values()] == [100, 50, 0, 0]
    assert [line["of_previous"] for line in made.values()] == [100, 50, 0, None]
    assert [line["there"] for line in made.values()] == [2, 1, 0, 0]
    assert [line["rejected"] for line in made.values()] == [0, 0, 0, 0]
    assert [line["withdrawn"] for line in made.values()] == [0, 1, 0, 0]


def test_first_answer_is_judged_by_the_day_promised_at_reception():
    team = factories.team(answer_days=5)
    posting, member = factories.posting(team), factories.member(team)
    start = timezone.now() - dt.timedelta(days=40)
    for answered in (2, 9, None):
        with clock.at(start):
            application = factories.application(posting)
        if answered is not None:
            with clock.at(start + dt.timedelta(days=answered)):
                services.move(pk=application.pk, action="reject", actor=member, reason="skills")
    with clock.at(start + dt.timedelta(days=39)):
        factories.application(posting)
    made = figures("answers", member)[team.slug]
    told = ("received", "answered", "in_time", "too_late", "overdue", "waiting", "withdrew")
    assert [made[name] for name in told] == [4, 2, 1, 1, 1, 1, 0]
    assert str(made["median"]) == "5.5"
    assert str(made["kept"]) == "33.3"


def test_lines_that_nothing_fell_on_are_shown_as_zero():
    posting = factories.posting()
    factories.application(posting, via=Via.EMAIL)
    made = figures("sources", factories.member(posting.team))
    assert {key: line["received"] for key, line in made.items()} == {
        "form": 0,
        "email": 1,
        "api": 0,
        "manual": 0,
        query.TOTAL: 1,
    }
    assert {line["share"] for line in figures("outcomes", factories.member(posting.team)).values()} == {None}
    factories.application(posting, state=State.WITHDRAWN)
    factories.application(posting, state=State.REJECTED)
    ends = figures("outcomes", factories.member(posting.team))
    told = [ends[key]["share"] for key in ("withdrawn", "onboarded", "other_choice", "skills", query.TOTAL)]
    assert told == [50, 0, 50, 0, 100]


def test_terms_stand_once_by_kind_and_first_domain_whatever_its_spelling():
    team = factories.team()
    for kind, domains, rate in (
        ("freelance", ["Données", "Eau"], 500), ("freelance", ["donnees"], 700), ("freelance", ["A+ / C#"], 400),
        ("agency", ["Eau", "Données"], 900), ("freelance", [], 300), ("", ["Eau"], 100),
    ):  # fmt: skip
        made = factories.application(factories.posting(team, domains=domains), state=State.CONTRACTED)
        made.contracts.update(kind=kind, day_rate=rate, start=timezone.localdate())
    coach = factories.coach(team)
    asked = question.ask(coach, {})
    table = query.table(report("domains"), asked)
    told = [(line.key, line.cells[0], line.cells[1], line.cells[4]) for line in table.lines]
    assert told == [
        ("freelance:aplus-c", "Indépendant, A+ / C#", 1, 400),
        ("freelance:donnees", "Indépendant, Données", 2, 600),
        ("freelance:", "Indépendant, domaine non précisé", 1, 300),
        ("agency:eau", "Par une société de services, Eau", 1, 900),
        ("unstated:eau", "Type non précisé, Eau", 1, 100),
        ("", "Ensemble", 6, 450),
    ]
    whole = query.table(report("terms"), asked).lines[-1]
    assert whole.cells[1:] == table.lines[-1].cells[1:]


def test_euros_belong_to_the_day_of_signature_and_work_to_the_day_it_begins(settings):
    posting = factories.posting()
    settings.HOLD_SECONDS = 10**7
    member, noon = factories.member(posting.team), dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)

    def live(*moves, noted=0, **renewal):
        """Note terms and move an application on days of March; day 0 is the last of February."""
        with clock.at(noon - dt.timedelta(days=9)):
            application = factories.carry(factories.application(posting), State.INTERVIEWED)
            start = dt.date(2026, 4, 20)
            factories.contract(application, start=start, created_at=noon + dt.timedelta(days=noted - 1))
            application.onboarding_tasks.update(done_at=noon)
        for day, action in moves:
            with clock.at(noon + dt.timedelta(days=day - 1)):
                services.move(pk=application.pk, action=action, actor=member, reason="skills")
        if renewal:
            factories.contract(application, number=2, **renewal)
        return application.pk

    inside = [
        live((5, "contract"), noted=3),
        live((5, "contract"), noted=-8),  # noted before the period
        live((5, "contract"), (52, "onboard"), noted=3),  # moved on after it
        live((5, "contract"), (6, "undo"), (7, "contract"), (40, "reject"), (41, "reopen"), noted=-2),
    ]
    live((-3, "contract"), noted=-5)  # signed before
    live((-3, "contract"), (9, "reject"), (10, "reopen"), noted=-5)
    live((40, "contract"), noted=3)  # signed after
    live((5, "contract"), (6, "reject"), noted=3)  # no longer stands
    renewed = live((-3, "contract"), noted=-5, created_at=noon + dt.timedelta(days=4), start=dt.date(2026, 3, 20))
    with clock.at(noon + dt.timedelta(days=60)):
        asked = question.ask(member, {"from": "2026-03-01", "to": "2026-03-31"})
        made = query.table(report("terms"), asked).lines[-1].cells[1:]
        assert (made[0], made[1], made[5], made[6]) == (5, 1, 5 * 28600, 1)  # 550 € × 4 days × 3 months × 52 ÷ 12
        opened = query.behind(report("terms"), asked, line="", figure="signed", limit=99)
        assert sorted(pk for pk, *_details in opened) == sorted([*inside, renewed])
        assert [pk for pk, *_details in query.behind(report("terms"), asked, line="", figure="begin", limit=99)] == [
            renewed
        ]
        april = query.table(report("terms"), question.ask(member, {"from": "2026-04-01", "to": "2026-04-30"}))
        assert (april.lines[-1].cells[1], april.lines[-1].cells[7]) == (1, 8)


def test_week_is_the_readers():
    posting = factories.posting()
    with clock.at(dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC)):  # Monday in Paris, Sunday in Reykjavik
        factories.application(posting)
    member, period = factories.member(posting.team), {"from": "2026-11-16", "to": "2026-11-29", "by": "week"}
    in_paris = figures("received", member, zone="Europe/Paris", **period)
    in_reykjavik = figures("received", member, zone="Atlantic/Reykjavik", **period)
    assert [line["received"] for line in in_paris.values()] == [0, 1, 1]
    assert [line["received"] for line in in_reykjavik.values()] == [1, 0, 1]
    assert figures("received", member, **period) == in_paris
    zones.choose(member.user, "Atlantic/Reykjavik")
    assert figures("received", member, **period) == in_reykjavik
    # Sent on, it asks the same of somebody elsewhere; and one who is elsewhere sends theirs.
    mine, colleague = question.ask(member, period), factories.coach(posting.team)
    zones.choose(colleague.user, "Pacific/Auckland")
    for put in (mine, question.ask(colleague, period), question.ask(colleague, period | {"zone": "Europe/Paris"})):
        for reader in (member, colleague, factories.member(posting.team)):
            again = question.ask(reader, dict(parse_qsl(put.address())))
            assert (again.since, again.until, again.zone) == (put.since, put.until, put.zone)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("from", "yesterday"),
        ("from", "2026-13-01"),
        ("from", "0001-01-01"),
        ("to", "9999-12-31"),
        ("from", "2199-01-01"),
        ("by", "minute"),
        ("zone", "Mars/Olympus"),
        ("zone", "../etc/passwd"),
        ("team", "nobody"),
        ("incubator", "nobody"),
        ("posting", "nobody"),
        ("contract", "marriage"),
        ("domain", "alchemy"),
        ("team", "a\0b"),
    ],
)
def test_question_that_means_nothing_is_refused_by_name(name, value):
    with pytest.raises(Invalid) as refused:
        question.ask(factories.member(factories.team()), {name: value})
    assert list(refused.value.fields) == [name]


def test_filters_narrow_and_other_teams_rows_do_not_exist():
    mine, theirs = factories.team(), factories.team()
    wanted = factories.posting(mine, domains=["Eau"], contract_kinds=["freelance"])
    for posting in (wanted, wanted, factories.posting(mine), factories.posting(theirs)):
        factories.application(posting)
    coach = factories.coach(mine)

    def received(**given):
        return figures("received", coach, **given)[query.TOTAL]["received"]

    assert (received(), received(posting=wanted.slug), received(domain="eau"), received(contract="freelance")) == (
        3,
        2,
        2,
        2,
    )
    with pytest.raises(Invalid):
        received(team=theirs.slug)
    assert Posting.objects.filter(applications__isnull=False, team=theirs).exists()


@pytest.mark.parametrize("key", REPORTS)
def test_every_figure_opens_exactly_what_it_counts(key):
    """Every counted figure of every line, the total too, on lives that were moved, taken back and reopened."""
    posting = factories.posting(published_on=timezone.localdate())
    member = factories.member(posting.team)
    for state in State:
        factories.application(posting, state=state)
    services.undo(pk=factories.application(posting, state=State.INTERVIEWED).pk, actor=member)
    services.move(pk=factories.application(posting, state=State.REJECTED).pk, action="reopen", actor=member)
    asked = question.ask(member, {})
    made, opened = query.table(report(key), asked), 0
    names = [column.key for column in made.columns]
    for line in made.lines:
        for name, cell in zip(names[1:], line.cells[1:], strict=True):
            figure = report(key).figure(name)
            if figure.counts is None:
                continue
            assert figure.kind == Kind.COUNT
            found = [row[0] for row in query.behind(report(key), asked, line=line.key, figure=name, limit=1000)]
            assert len(found) == cell, (line.key, name)
            opened += len(found)
            known = Posting if report(key).opens == "postings" else Application
            assert known.objects.filter(pk__in=found).count() == len(set(found))
    assert opened > 0
    with pytest.raises(NotVisible):
        query.behind(report(key), asked, line="", figure="nothing", limit=1)
    if not report(key).total:
        counted = next(figure.key for figure in report(key).figures if figure.counts)
        with pytest.raises(NotVisible):
            query.behind(report(key), asked, line="", figure=counted, limit=1)


@pytest.mark.parametrize(("days", "expected"), [(-1, 0), (0, 1), (60, 1), (61, 0)])
def test_renewal_is_due_by_the_last_day_of_the_contract(days, expected):
    contract = factories.application(state=State.CONTRACTED).contracts.get()
    coach = factories.coach(contract.application.posting.team)
    with clock.at(dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)):
        after = clock.today() + dt.timedelta(days=days + 1)
        contract.start, contract.months = after.replace(year=after.year - 1), 12
        contract.save()
        assert figures("terms", coach)[""]["due"] == expected
        contract.kind = "permanent"  # which has no end
        contract.save()
        assert figures("terms", coach)[""]["due"] == 0
