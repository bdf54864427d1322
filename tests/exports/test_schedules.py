"""Reports that come by themselves: on their day, once, to who may see them, and never empty without saying so."""

import datetime as dt
import io
import threading
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.utils import translation

from backend.accounts import actors
from backend.accounts.models import Membership, User
from backend.common import clock
from backend.common.errors import Invalid, NotAllowed, NotVisible
from backend.exports import letters, making, recruitment, requests, schedules
from backend.exports.models import Export, Schedule
from backend.reports import query, question
from backend.reports.registry import REPORTS
from backend.reports.ways import as_xlsx
from notifications import compose
from notifications.models import Message
from tests import factories
from tests.documents import pages
from tests.reports import reading

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


def at(*moment):
    return dt.datetime(*moment, tzinfo=PARIS)


SUNDAY, MONDAY = at(2026, 10, 25, 12), at(2026, 10, 26, 7, 5)  # the clocks change between them


def plan(owner, *people, every="week", kind="report", form="attached", **asked):
    with clock.at(SUNDAY):
        return schedules.add(
            actor=owner, every=every, kind=kind, form=form, people=[str(each.user.pk) for each in people], asked=asked
        )


def work(moment):
    """Do what workers do at this moment; give the mails that come of it."""
    with clock.at(moment):
        while making.make_due():
            pass
    return list(Message.objects.filter(kind=letters.MAIL).order_by("recipient"))


@pytest.mark.parametrize(
    ("moment", "every", "zone", "expected"),
    [
        (SUNDAY, "week", "Europe/Paris", at(2026, 10, 26, 7)),
        (at(2026, 10, 26, 7), "week", "Europe/Paris", at(2026, 11, 2, 7)),
        (at(2026, 10, 26, 6, 59), "week", "Europe/Paris", at(2026, 10, 26, 7)),
        (SUNDAY, "month", "Europe/Paris", at(2026, 11, 1, 7)),
        (at(2026, 12, 31, 23), "month", "Pacific/Noumea", dt.datetime(2027, 1, 31, 20, tzinfo=dt.UTC)),
    ],
)
def test_next_one_is_on_a_monday_or_a_first_at_seven_in_the_zone(moment, every, zone, expected):
    assert schedules.after(moment, every, zone) == expected


def test_filters_are_kept_as_they_were_read():
    coach = factories.coach(factories.team())
    slug = coach.user.memberships.get().team.slug
    assert plan(coach, coach, team=f" {slug} ", compare="\0").asked == {"team": slug, "compare": "1"}


def test_period_is_the_week_or_the_month_before():
    day = dt.date
    assert schedules.period(day(2026, 10, 26), "week") == (day(2026, 10, 19), day(2026, 10, 25))
    assert schedules.period(day(2026, 10, 28), "week") == (day(2026, 10, 19), day(2026, 10, 25))
    assert schedules.period(day(2027, 1, 1), "month") == (day(2026, 12, 1), day(2026, 12, 31))


def test_report_comes_once_attached_with_what_each_may_see_and_says_when_nothing_happened():
    busy, quiet = factories.team(name="Ruisseaux"), factories.team(name="Sources")
    owner, other = factories.coach(busy, quiet), actors.of_user(factories.user(quiet, language="en"))
    with clock.at(at(2026, 10, 20, 10)):
        factories.application(factories.posting(busy))
    plan(owner, owner, other)
    assert work(SUNDAY) == []
    mine, theirs = sorted(work(MONDAY), key=lambda mail: mail.recipient != owner.user.email)
    assert "1 candidature a été reçue." in mine.body
    assert "Il ne s’est rien passé" not in mine.body
    assert "Nothing happened: no application came in, moved or ended." in theirs.body
    assert "Ruisseaux" not in theirs.body + theirs.subject
    assert "/coach/#schedules" in theirs.body
    # Its button opens the page with the same figures, and its subject says which.
    assert mine.subject == "Rapport de recrutement, du 19\xa0octobre 2026 au 25\xa0octobre 2026"
    assert "Voir ces chiffres\n{link}" in mine.body
    assert compose.link(mine).endswith("/coach/?" + urlencode(Export.objects.get(message=mine).asked))
    assert "Vous avez programmé ce rapport." in mine.body
    assert f"{owner.user} has this report sent to you." in theirs.body
    (file,) = compose.attachments(mine)
    assert (file.media_type, file.name[-4:]) == ("application/pdf", ".pdf")
    assert "19 octobre 2026" in pages.text(file.content)
    assert len(work(MONDAY + dt.timedelta(hours=5))) == 2
    assert len(work(MONDAY + dt.timedelta(days=7))) == 4


def test_mail_whose_report_is_deleted_before_it_leaves_does_not_leave():
    owner = factories.coach(factories.team())
    plan(owner, owner, kind="sheets")
    (mail,) = work(MONDAY)
    with clock.at(MONDAY):
        requests.remove(pk=Export.objects.get().pk, actor=owner)
    mail.refresh_from_db()
    assert mail.status == "discarded"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_sheets_are_the_cells_of_every_report_and_come_in_one_workbook(language):
    team = factories.team(name="Ruisseaux")
    owner = actors.of_user(factories.user(team, role="coach", language=language))
    with clock.at(at(2026, 10, 20, 10)):
        factories.application(factories.posting(team))
    plan(owner, owner, kind="sheets", compare="1")
    plan(owner, owner, kind="sheets", form="linked")
    attached, linked = sorted(work(MONDAY), key=lambda mail: compose.link(mail).endswith("/exports/"))
    assert "1 candidature" in attached.body or "1 application" in attached.body
    assert compose.attachments(linked) == []
    (file,) = compose.attachments(attached)
    assert (file.media_type, file.name[-5:]) == (as_xlsx.CONTENT_TYPE, ".xlsx")
    book = openpyxl.load_workbook(io.BytesIO(file.content))
    *sheets, definitions = book.worksheets
    told = {row[0].value: row[1].value for row in definitions.iter_rows()}
    with clock.at(MONDAY), translation.override(language):
        asked = question.ask(owner, {"from": "2026-10-19", "to": "2026-10-25", "compare": "1", "zone": "Europe/Paris"})
        assert "Ruisseaux" in told.values()
        for sheet, report in zip(sheets, REPORTS.values(), strict=True):
            table = query.table(report, asked)
            assert reading.from_sheet(table, sheet) == reading.cells(table)
            assert str(report.title).startswith(sheet.title.rstrip("…"))
            assert told[str(report.title)] == str(report.definition)
            assert sheet.freeze_panes == "B2"


def test_linked_one_has_no_file_and_one_that_fails_says_so(monkeypatch):
    owner = factories.coach(factories.team())
    plan(owner, owner, form="linked")
    (mail,) = work(MONDAY)
    assert compose.attachments(mail) == []
    assert "Prendre le rapport complet\n{link}" in mail.body
    assert compose.link(mail).endswith("/exports/")
    monkeypatch.setattr("backend.exports.recruitment.document.render", lambda tables: 1 / 0)
    for turn in range(making.MOST_TRIES):
        mails = work(MONDAY + dt.timedelta(days=7, minutes=5 * turn))
    assert sorted("Un problème est survenu de notre côté" in mail.body for mail in mails) == [False, True]


@pytest.mark.django_db(transaction=True)
def test_of_several_workers_on_a_monday_one_asks():
    owner = factories.coach(factories.team())
    plan(owner, owner)
    start, asked = threading.Barrier(4), []

    def one():
        with clock.at(MONDAY):
            start.wait()
            asked.append(schedules.write_due())
        connection.close()

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(asked), Export.objects.count()) == ([0, 0, 0, 1], 1)
    Export.objects.all().delete()
    Schedule.objects.all().delete()


def test_paused_removed_left_and_departed_get_nothing_and_the_removal_can_be_undone():
    team = factories.team()
    owner, guest, gone = factories.coach(team), factories.member(team), factories.member(team)
    row = plan(owner, guest, gone)
    Membership.objects.filter(user=gone.user).delete()
    with pytest.raises(NotAllowed):
        schedules.act(pk=row.pk, actor=guest, do="remove")
    with pytest.raises(NotVisible):
        schedules.act(pk=row.pk, actor=factories.member(factories.team()), do="pause")
    with clock.at(SUNDAY):
        schedules.act(pk=row.pk, actor=owner, do="pause")
    assert work(MONDAY) == []
    with clock.at(SUNDAY):
        schedules.act(pk=row.pk, actor=owner, do="resume")
        schedules.act(pk=row.pk, actor=owner, do="remove")
    assert work(MONDAY) == []
    with clock.at(SUNDAY):
        schedules.act(pk=row.pk, actor=owner, do="restore")
    assert [mail.recipient for mail in work(MONDAY)] == [guest.user.email]
    schedules.act(pk=row.pk, actor=guest, do="leave")
    told = [mail.recipient for mail in work(MONDAY + dt.timedelta(days=7))]
    assert sorted(told) == sorted([guest.user.email, owner.user.email])  # nobody is left: its owner is told


def test_the_same_is_not_scheduled_twice():
    team = factories.team()
    owner, guest = factories.coach(team), factories.member(team)
    first = plan(owner, owner, guest, team=team.slug)
    with pytest.raises(Invalid, match="déjà"):
        plan(owner, guest, owner, team=team.slug)
    for other in ({"every": "month"}, {"kind": "sheets"}, {"compare": "1"}):
        plan(owner, owner, guest, **({"team": team.slug} | other))
    plan(owner, owner, team=team.slug)
    with clock.at(SUNDAY):
        schedules.act(pk=first.pk, actor=owner, do="remove")
    plan(owner, guest, owner, team=team.slug)


def test_who_leaves_a_team_or_jalon_while_a_report_is_on_its_way_does_not_get_it(readable_documents, monkeypatch):
    team, other = factories.team(name="Ruisseaux"), factories.team(name="Sources")
    owner, leaving, gone = factories.coach(team, other), factories.member(team, other), factories.member(team)
    left, words = factories.member(team, other), recruitment._words

    def leave_meanwhile(tables):
        if tables["received"].question.actor.user == left.user:
            Membership.objects.filter(user=left.user, team=other).delete()
        return words(tables)

    monkeypatch.setattr(recruitment, "_words", leave_meanwhile)  # between the figures and the mail
    plan(owner, owner, leaving, gone, left)
    with clock.at(MONDAY):
        schedules.write_due()
        User.objects.filter(pk=gone.user.pk).update(is_active=False)
    mails = {mail.recipient: mail for mail in work(MONDAY)}
    assert set(mails) == {owner.user.email, leaving.user.email}
    Membership.objects.filter(user=leaving.user, team=other).delete()  # the mail is of the team that they stay in
    assert [mail.status for mail in Message.objects.filter(recipient=leaving.user.email)] == ["discarded"]
    assert Message.objects.get(recipient=owner.user.email).status == "held"


def test_one_that_reaches_nobody_any_more_is_paused_and_its_owner_told_once():
    gone, here = factories.team(name="Anciens quais"), factories.team()
    owner, guest = factories.coach(gone, here), factories.member(gone)
    row = plan(owner, owner, guest, team=gone.slug)
    Membership.objects.filter(team=gone).delete()
    (mail,) = work(MONDAY)
    row.refresh_from_db()
    assert (mail.recipient, row.paused_at, Export.objects.count()) == (owner.user.email, MONDAY, 0)
    said = " ".join(mail.body.split())
    assert "n’arrive plus à personne" in said
    assert "Anciens quais" not in said
    assert work(MONDAY + dt.timedelta(days=7)) == [mail]


def test_only_people_of_ones_teams_can_be_chosen():
    owner = factories.coach(factories.team())
    for people in ([], [str(factories.user(factories.team()).pk)], ["x"]):
        with pytest.raises(Invalid):
            schedules.add(actor=owner, every="week", form="attached", people=people, asked={})
    with pytest.raises(Invalid):
        plan(owner, owner, team="not-theirs")
    assert not Schedule.objects.exists()


def test_page_schedules_pauses_removes_and_takes_it_back():
    team = factories.team(name="Équipe des berges", slug="eq-42")
    owner = factories.coach(team)
    browser = Client()
    browser.force_login(owner.user, "django.contrib.auth.backends.ModelBackend")
    given = {
        "schedule-every": "month",
        "schedule-kind": "sheets",
        "schedule-form": "linked",
        "schedule-people": [str(owner.user.pk)],
    }
    page = browser.post("/schedules/", given | {"team": team.slug}, follow=True).content.decode()
    row = Schedule.objects.get()
    assert (row.asked, row.every, row.kind) == ({"team": team.slug}, "month", "sheets")
    assert f"/schedules/{row.pk}/" in page
    assert "<h3>Équipe des berges</h3>" in page and "eq-42<" not in page
    page = browser.post(f"/schedules/{row.pk}/", {"do": "remove"}, follow=True).content.decode()
    assert 'value="restore"' in page
    assert 'value="remove"' not in page
    page = browser.post(f"/schedules/{row.pk}/", {"do": "restore"}, follow=True).content.decode()
    assert 'value="remove"' in page
    # What is wrong is said where the form stands, which keeps what was chosen.
    page = browser.post("/schedules/", {name: given[name] for name in given if name != "schedule-people"})
    told = page.content.decode().split('id="schedules"')[1]
    assert page.status_code == 422
    assert '<details class="fold gap-top" open>' in told and "Ce rapport n’est pas programmé." in told
    assert '<option value="month" selected>' in told
    page = browser.post(f"/schedules/{row.pk}/", {"do": "pause"}, follow=True).content.decode()
    assert "En pause" in page.split('id="schedules"')[1] and "En pause" not in page.split('id="schedules"')[0]
    assert Schedule.objects.count() == 1
    # Who gets it and is not of the team learns nothing of what it is about.
    other = factories.user(factories.team())
    row.people.add(other)
    browser.force_login(other, "django.contrib.auth.backends.ModelBackend")
    page = browser.get("/coach/").content.decode()
    assert "<h3>Un filtre que vous ne pouvez pas voir</h3>" in page and "berges" not in page and "eq-42" not in page
