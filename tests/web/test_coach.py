"""The coach's pages: a health line each team, every figure a way to its rows, the same by keyboard and on paper."""

import csv
import datetime as dt
import html
import io
import re
import zipfile
from urllib.parse import parse_qsl

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from backend.accounts import actors
from backend.common import clock
from backend.exports import recruitment, schedules
from backend.reports import query, question, summary
from backend.reports.registry import REPORTS
from backend.web.forms import coach as forms
from tests import factories
from workflow import services
from workflow.models import Contract
from workflow.states import State

pytestmark = pytest.mark.django_db
LINK = re.compile(r'<a href="(/coach/[^"]+/rows/[^"]+)" aria-label="([^"]+)">([^<]+)</a>')


@pytest.fixture
def team():
    posting = factories.posting(published_on=timezone.localdate(), domains=["Eau"], contract_kinds=["freelance"])
    member = factories.member(posting.team)
    for state in State:
        factories.application(posting, state=state)
    services.undo(pk=factories.application(posting, state=State.INTERVIEWED).pk, actor=member)
    services.move(pk=factories.application(posting, state=State.REJECTED).pk, action="reopen", actor=member)
    return posting.team


def signed_in(client, user):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize(("teams", "ways"), [(0, ["/account/", "/"]), (1, ["/home/", "/coach/", "/search/", "/"])])
def test_nothing_at_an_address_leads_somebody_signed_in_to_their_own_pages(client, teams, ways):
    user = factories.user(*[factories.team() for _ in range(teams)])
    assert 'href="/coach/"' not in client.get("/nowhere/").content.decode()
    signed_in(client, user)
    for address in ("/coach/nothing/", "/team/nothing/", "/nowhere/"):
        answer = client.get(address)
        page = answer.content.decode()
        assert answer.status_code == 404
        assert re.findall(r'<a class="btn[^"]*" href="([^"]+)"', page) == ways, address
        assert '<nav aria-label="Principale">' in page and 'class="row push soft who"' in page
    letter = client.get("/c/nothing/").content.decode()  # a candidate's link stays a candidate's page
    assert 'class="row push soft who"' not in letter and 'href="/c/"' in letter


def test_every_figure_of_the_funnel_opens_exactly_the_rows_it_counts(client, team):
    coach = signed_in(client, factories.user(team, role="coach"))
    page = coach.get("/coach/").content.decode()
    funnel = re.search(r'<table class="table pinned" id="report-reached">.*?</table>', page, re.S)[0]
    links = LINK.findall(funnel)
    assert len(links) >= 8
    # By themselves, as a screen reader lists them: which figure, of which line.
    assert {tuple(words.split(", ")) for _address, words, _said in links} >= {
        ("8", "Reçue", "Atteintes"),
        ("1", "Entretien passé", "Y sont"),
    }, links
    assert len({words.split(", ", 1)[1] for _address, words, _said in links}) == len(links)
    for address, words, said in links:
        assert words.startswith(f"{said}, ")
        rows = coach.get(address.replace("&amp;", "&")).content.decode()
        listed = re.findall(r'<th scope="row"><a href="/a/', rows)
        assert len(listed) == int(said), address


def test_rows_of_other_teams_do_not_exist(client, team):
    coach, stranger = factories.user(team, role="coach"), factories.user(factories.team())
    address = "/coach/reached/rows/?line=received&figure=reached"
    assert '<th scope="row"><a href="/a/' in signed_in(client, coach).get(address).content.decode()
    assert '<th scope="row"><a href="/a/' not in signed_in(client, stranger).get(address).content.decode()
    assert signed_in(client, stranger).get(f"/coach/?team={team.slug}").status_code == 422


@pytest.mark.parametrize("language", ["fr", "en"])
def test_charts_say_their_figures_and_need_no_script(client, team, language):
    coach = signed_in(client, factories.user(team, role="coach"))
    page = coach.get("/coach/", headers={"Accept-Language": language}).content.decode()
    assert page.count('<svg class="chart"') == page.count("<desc id=") == 3
    chart = re.search(r'<desc id="reached-d">([^<]+)</desc>', page)[1]
    assert {"fr": "Reçue", "en": "Received"}[language] in chart
    assert "8 (100" in chart
    assert "style=" not in page
    assert "<script>" not in page


def test_overview_says_first_what_its_figures_say(client, team):
    user = factories.user(team, role="coach")
    page = signed_in(client, user).get("/coach/", headers={"Accept-Language": "fr"}).content.decode()
    with translation.override("fr"):
        asked = question.ask(actors.of_user(user), {})
        whole = summary.sentences(query.tables(REPORTS, asked))
    said = re.findall("<li>(.*?)</li>", page.split('<ul class="sentences">')[1].split("</ul>")[0])
    assert len(said) > 5
    assert [html.unescape(words) for words in said] == [
        words for words in whole if not re.search("terminées|motif", words)
    ]
    assert page.index('id="short"') < page.index('id="teams"')


def test_addresses_that_mean_nothing(client, team):
    coach = signed_in(client, factories.user(team, role="coach"))
    assert coach.get("/coach/nothing/").status_code == 404
    assert coach.get("/coach/reached/rows/?figure=of_received").status_code == 404
    assert coach.get("/coach/reached/download/doc/").status_code == 422
    assert coach.get("/coach/reached/rows/?figure=reached&line=nothing").status_code == 200
    assert coach.get("/coach/reached/rows/?figure=reached&line=%00").status_code == 404
    assert coach.get("/coach/reached/rows/csv/?figure=reached&line=%00").status_code == 404
    assert coach.get("/coach/reached/rows/?figure=reached&line=received&page=99999999").status_code == 200
    assert coach.get("/coach/?from=soon").status_code == 422


@pytest.mark.parametrize(
    "at", ["/coach/", *(f"/coach/answers/{rest}" for rest in ("", "rows/", "rows/csv/", "download/pdf/"))]
)
def test_wrong_filter_is_said_at_its_field_and_the_rest_stays_as_it_was_typed(client, team, at):
    other = factories.posting()  # another team's: as if it did not exist
    asked = {"from": "2026-11-20", "to": "2026-11-10", "team": team.slug, "posting": other.slug, "by": "week"}
    answer = signed_in(client, factories.user(team, factories.team(), role="coach")).get(at, asked | {"compare": "1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    controls = {re.search('name="([a-z]+)"', tag)[1]: tag for tag in re.findall("<(?:input|select) [^>]*>", page)}
    wrong = {name for name, tag in controls.items() if 'aria-invalid="true"' in tag}
    assert wrong == {"from", "posting"}
    assert all(f'aria-describedby="id_{name}_error"' in controls[name] for name in wrong)
    assert all(f'class="error" id="id_{name}_error"' in page and f'href="#id_{name}"' in page for name in wrong)
    assert 'value="2026-11-20"' in controls["from"] and 'value="2026-11-10"' in controls["to"]
    assert "checked" in controls["compare"]
    for chosen in (team.slug, other.slug, "week"):
        assert f'<option value="{chosen}" selected>' in page
    assert other.title not in page
    assert "autofocus" in page and "<table" not in page
    again = at if at == "/coach/" else "/coach/answers/"
    assert f'<form class="filters" aria-label="Période et équipes" action="{again}">' in page
    typo = client.get(at, {"from": "soon"}).content.decode().split("<main")[1].split("</main")[0]
    # It is asked again of the page of figures, and none of the ready periods is one that is shown.
    assert typo.count(f'<a class="chip" href="{again}?') == 6 and "aria-current" not in typo
    assert (
        "Mars/Olympus" not in signed_in(client, factories.user(team)).get(at, {"zone": "Mars/Olympus"}).content.decode()
    )


def test_postings_can_be_chosen_of_a_team_or_of_all_while_they_are_few(client, team, monkeypatch):
    other = factories.team()
    mine, theirs, hidden = factories.posting(team), factories.posting(other), factories.posting()
    signed_in(client, factories.user(team, other, role="coach"))

    def offered(**asked):
        page = client.get("/coach/", asked).content.decode()
        field = re.search(r'<select name="posting".*?</select>', page, re.DOTALL)
        return set(re.findall('<option value="([^"]+)"', field[0])) if field else set()

    of_team = set(team.postings.values_list("slug", flat=True)) | {mine.slug}
    assert offered() == of_team | {theirs.slug}
    assert hidden.slug not in offered()
    assert offered(team=team.slug) == of_team
    monkeypatch.setattr(forms, "MOST_POSTINGS", 1)  # as if there were a hundred more
    assert offered() == set()
    assert offered(posting=theirs.slug) == {theirs.slug}


def test_ready_periods_keep_the_other_filters_and_mark_the_one_that_is_shown(client, team):
    signed_in(client, factories.user(team, factories.team(), role="coach"))

    def ready(asked, day):
        with clock.at(dt.datetime.combine(dt.date.fromisoformat(day), dt.time(12), dt.UTC)):
            page = client.get(f"/coach/answers/{asked}", headers={"Accept-Language": "en"}).content.decode()
        found = re.findall(r'<a class="chip" href="/coach/answers/([^"]+)"( aria-current="true")?>([^<]+)<', page)
        return {words: (html.unescape(address), bool(current)) for address, current, words in found}

    kept = f"?team={team.slug}&by=week&compare=1"
    for day, wanted in (
        ("2026-01-01", ["2025-10-04 2026-01-01", "2026-01-01 2026-01-01", "2025-12-01 2025-12-31",
                        "2026-01-01 2026-01-01", "2025-10-01 2025-12-31", "2026-01-01 2026-01-01"]),
        ("2028-05-31", ["2028-03-03 2028-05-31", "2028-05-01 2028-05-31", "2028-04-01 2028-04-30",
                        "2028-04-01 2028-05-31", "2028-01-01 2028-03-31", "2028-01-01 2028-05-31"]),
    ):  # fmt: skip
        first = ready(kept, day)
        assert [words for words, (_address, current) in first.items() if current] == ["last 90 days"]
        found = [dict(parse_qsl(address[1:])) for address, _current in first.values()]
        assert [f"{each['from']} {each['to']}" for each in found] == wanted
        rest = {"zone": "Europe/Paris", "by": "week", "team": team.slug, "compare": "1"}
        assert all({name: each[name] for name in each if name not in ("from", "to")} == rest for each in found)
        for address, _current in first.values():
            again = ready(address, day)
            chosen = [known for known, current in again.values() if current]
            assert chosen == [address]
            assert list(again) == list(first)
    assert not any(current for _address, current in ready("?from=2026-01-02&to=2026-01-03", "2028-05-31").values())


def test_what_is_asked_for_is_said_to_be_under_way_where_one_comes_to(client, team):
    coach = signed_in(client, factories.user(team, role="coach"))
    page = coach.post("/exports/", {"kind": "report"}, follow=True, headers={"Accept-Language": "en"}).content.decode()
    assert "It is being made" in page.split("<h1")[0]


def test_line_that_somebody_made_up_names_nobody(client, team):
    other = factories.user(factories.team(), name="Personne d’Ailleurs")
    coach = signed_in(client, factories.user(team, role="coach"))
    for line in (f"{team.slug}:{other.pk}", "x", "x:y", ":"):
        answer = coach.get("/coach/workload/rows/", {"line": line})
        assert answer.status_code == 200
        assert "Ailleurs" not in answer.content.decode()


def test_download_is_the_file_of_the_report(client, team):
    coach = signed_in(client, factories.user(team, role="coach"))
    answer = coach.get(f"/coach/answers/download/csv/?team={team.slug}", headers={"Accept-Language": "fr"})
    assert answer["Content-Disposition"].startswith('attachment; filename="jalon-answers-')
    narrowed = coach.get(f"/coach/answers/rows/csv/?from=2026-01-01&to=2026-12-31&team={team.slug}&line={team.slug}/..")
    name = f"jalon-answers-received-{team.slug}-2026-01-01-2026-12-31-{team.slug}.csv"
    assert narrowed["Content-Disposition"] == f'attachment; filename="{name}"'
    compared = coach.get("/coach/answers/download/csv/?from=2026-01-01&to=2026-12-31&compare=1")
    assert compared["Content-Disposition"].endswith('-2026-01-01-2026-12-31-compare.csv"')
    assert b"".join(answer.streaming_content).decode("utf-8-sig").startswith("Équipe;Reçues;")


def test_team_without_an_application_has_no_days_of_nothing(client):
    page = signed_in(client, factories.user(factories.team(), role="coach")).get("/coach/").content.decode()
    tiles = re.findall(r'<dd class="figure">(.*?)</dd>', page)
    assert tiles == ["0", "rien encore", "0"]


@pytest.mark.parametrize("teams", [1, 3])
def test_overview_asks_the_same_of_the_database_whatever_the_number_of_teams(client, django_assert_num_queries, teams):
    made = [factories.team() for _ in range(teams)]
    for one in made:
        factories.application(factories.posting(one))
    coach = signed_in(client, factories.user(*made, role="coach"))
    coach.get("/coach/")
    with django_assert_num_queries(QUERIES):
        assert coach.get("/coach/").status_code == 200


QUERIES = 20


def test_rows_behind_a_figure_turn_the_page_and_are_taken_away_whole(client):
    posting = factories.posting(title="=1+1")
    for _ in range(51):
        factories.application(posting)
    factories.application()  # another team's
    browser = signed_in(client, factories.user(posting.team, role="coach"))
    asked = "?figure=received&line="
    page = browser.get(f"/coach/received/rows/{asked}").content.decode()
    assert "page=2" in page
    assert "figure=received" in page.split('rel="next" href="')[1].split('"')[0]
    for form in ("csv", "xlsx", "ods"):
        assert f"/coach/received/rows/{form}/?" in page
    taken = browser.get(f"/coach/received/rows/csv/{asked}")
    _head, *rows = b"".join(taken.streaming_content).decode("utf-8-sig").splitlines()
    assert len(rows) == 51
    assert all("'=1+1" in row for row in rows)
    book = openpyxl.load_workbook(
        io.BytesIO(b"".join(browser.get(f"/coach/received/rows/xlsx/{asked}").streaming_content))
    )
    assert (book.worksheets[0].max_row, book.worksheets[0]["D2"].data_type) == (52, "s")
    ods = zipfile.ZipFile(io.BytesIO(b"".join(browser.get(f"/coach/received/rows/ods/{asked}").streaming_content)))
    assert ods.read("content.xml").count(b"<table:table-row") == 52 + 4
    assert browser.get(f"/coach/received/rows/doc/{asked}").status_code in (400, 422)
    assert browser.get("/coach/answers/rows/csv/?figure=median").status_code == 404


def read(browser, address, form="csv"):
    """Give the rows behind a figure as CSV in English, or as the first sheet of a workbook."""
    path, asked = address.split("?")
    taken = b"".join(browser.get(f"{path}{form}/?{asked}", headers={"Accept-Language": "en"}).streaming_content)
    if form == "csv":
        return list(csv.DictReader(io.StringIO(taken.decode("utf-8-sig"), newline="")))
    return openpyxl.load_workbook(io.BytesIO(taken)).worksheets[0]


def test_contracts_and_interviews_behind_a_figure_say_what_they_are(client):
    posting = factories.posting(factories.team(), domains=["Eau"])
    starts = [dt.date(2026, 1, 31), dt.date(2026, 11, 30), dt.date(2026, 1, 4), dt.date(2027, 2, 28)]
    made = [factories.application(posting, state=State.CONTRACTED).contracts.get() for _start in starts]
    for contract, start, months in zip(made, starts, (1, 3, 6, 1), strict=True):
        Contract.objects.filter(pk=contract.pk).update(start=start, months=months, days_per_week="2.5")
    Contract.objects.filter(pk=made[3].pk).update(kind="permanent", months=None, day_rate=None)
    coach = signed_in(client, factories.user(posting.team, role="coach"))
    address = "/coach/terms/rows/?figure=signed"
    rows = {row["Start"]: row for row in read(coach, address)}
    assert [rows[str(start)]["End"] for start in starts] == ["2026-02-28", "2027-02-28", "2026-07-03", ""]
    assert [Contract.objects.get(pk=each.pk).ends for each in made[:3]] == [
        dt.date.fromisoformat(rows[str(start)]["End"]) for start in starts[:3]
    ]
    told = ("Kind", "Day rate (€)", "Days a week", "Months", "Signed on", "Committed (€)")
    today = str(timezone.localdate())
    assert [rows["2026-01-04"][name] for name in told] == ["Freelance", "550.00", "2.5", "6", today, "35750.00"]
    assert [rows["2027-02-28"][name] for name in told] == ["Permanent contract", "", "2.5", "", today, ""]
    typed = {head.value: {type(cell.value) for cell in cells} for head, *cells in read(coach, address, "xlsx").columns}
    assert typed["Start"] == {dt.datetime} and typed["Months"] == {int, type(None)}
    assert "str" not in {kind.__name__ for kind in typed["Day rate (€)"] | typed["Committed (€)"]}
    page = coach.get(address, headers={"Accept-Language": "en"}).content.decode()
    assert page.count("<td") == 4 * (3 + 8) and "€35,750" in page and "3\u00a0Jul\u00a02026" in page
    assert {row["End"] for row in read(coach, "/coach/domains/rows/?figure=begin&line=freelance:eau&from=2026-01-01")}
    interview = factories.held_interview(factories.application(posting), minutes=45)
    interview.participants.add(factories.user(posting.team, name="Lou Exemple"))
    held = [(row["Minutes"], row["Person"]) for row in read(coach, "/coach/workload/rows/?figure=interviews")]
    assert ("45", "Lou Exemple") in held and len(held) == 5


def test_who_waits_longest_for_a_promised_answer_comes_first(client):
    team = factories.team(answer_days=2)
    browser = signed_in(client, factories.user(team, role="coach"))
    began = clock.now() - dt.timedelta(days=60)

    def answers(figure, days, queries=0):
        """Have somebody apply so many days after it began; give what the list says, and how it was asked for."""
        with clock.at(began + dt.timedelta(days=days)):
            team.answer_days = 50 if days == 20 else 2
            team.save()
            factories.application(factories.posting(team))
        address = f"/coach/answers/rows/?figure={figure}&from={began:%Y-%m-%d}"
        with CaptureQueriesContext(connection) as asked:
            page = browser.get(address).content.decode()
        listed = [(row["Answer promised by"], row.get("Days late")) for row in read(browser, address)]
        return listed, page, len(asked)

    day = timezone.localdate(began)

    def promised(days):
        return str(day + dt.timedelta(days=days))

    one = answers("overdue", 10)
    assert one[0] == [(promised(12), "48")]
    answers("overdue", 3)
    three = answers("overdue", 30)
    assert three[0] == [(promised(5), "55"), (promised(12), "48"), (promised(32), "28")]
    assert re.findall(r'class="nowrap num">(\d+)</td>', three[1]) == ["55", "48", "28"]
    assert three[2] == one[2] <= 25
    waiting = answers("waiting", 59)[0]
    assert waiting == [(promised(61), None)]
    assert answers("waiting", 20)[0] == [(promised(61), None), (promised(70), None)]
    assert [row[0] for row in answers("received", 4)[0]][:2] == [promised(61), promised(32)]  # newest first


def test_time_zone_is_chosen_on_the_account_and_is_of_the_figures_alone(client, team):
    user = factories.user(team)
    signed_in(client, user)
    with clock.at(dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC)):  # July in Paris, June in Reykjavik
        assert '#zone">Europe/Paris<' in client.get("/coach/").content.decode()
        for unknown in ("Mars/Olympus", "CET", "localtime"):  # PostgreSQL reads these otherwise, or not at all
            assert client.post("/account/time-zone/", {"zone": unknown}).status_code == 422
            assert client.get("/coach/", {"zone": unknown}).status_code == 422
        page = client.post("/account/time-zone/", {"zone": "Atlantic/Reykjavik"}, follow=True).content.decode()
        assert re.findall('<option value="([^"]*)"( selected)?>', page.split('name="zone"')[1])[:2] == [
            ("Atlantic/Reykjavik", " selected"),
            ("", ""),
        ]
        assert page.count('value="Atlantic/Reykjavik"') == 1 and page.count("<optgroup") > 8
        page = client.get("/coach/received/").content.decode()
        assert "Atlantic/Reykjavik" in page and "30 juin 2026" in page.replace("\u00a0", " ")
        assert '<input type="hidden" name="zone" value="Atlantic/Reykjavik">' in page
        user.refresh_from_db()
        made = schedules.add(actor=actors.of_user(user), every="week", form="linked", people=[str(user.pk)], asked={})
        assert made.zone == "Atlantic/Reykjavik"
        assert recruitment.plan(actors.of_user(user), {}).asked["zone"] == "Atlantic/Reykjavik"
        # A promise is a day where the product is, whoever acts and whatever they chose.
        application = factories.application(factories.posting(team))
        assert application.answer_by == dt.date(2026, 7, 1) + dt.timedelta(days=team.answer_days)
        promised = application.answer_by
        services.move(pk=application.pk, action="reject", actor=actors.of_user(user), reason="skills")
        client.post(f"/a/{application.pk}/move/", {"action": "reopen", "reason": "x"})
        application.refresh_from_db()
        assert (application.state, application.answer_by) == (State.RECEIVED, promised)
    assert client.post("/account/time-zone/", {"zone": ""}).status_code == 302
    user.refresh_from_db()
    assert user.time_zone == ""
