"""What is asked for is made once, whoever dies meanwhile, and read by nobody but who asked."""

import errno
import re
import threading
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection
from django.test import Client
from django.urls import reverse

from backend.accounts import actors
from backend.accounts.models import Membership
from backend.common import clock
from backend.common.errors import Invalid, NotVisible
from backend.exports import kinds, making, requests
from backend.exports.models import Export, Part, Status
from backend.exports.plan import Plan
from backend.hiring import erasure
from tests import factories

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """What `kill -9` is to the process: nothing after it runs."""


class Book:
    """A kind of export made of pages; notes who made which, and can be killed after one of them."""

    def __init__(self, pages: int = 4) -> None:
        self.pages, self.made, self.killed_after, self.rows = pages, [], 0, []

    def plan(self, actor, asked):
        return Plan("Book", dict(asked), list(actor.team_ids), self.pages, self.rows)

    def make(self, job) -> None:
        there = job.parts()
        for number in range(1, self.pages + 1):
            if number in there:
                continue
            self.made.append(number)
            job.put(number, f"{number}.txt", b"%d" % number, total=self.pages)
            if number == self.killed_after:
                self.killed_after = 0
                raise Killed
        content = b"".join(read(part) for _number, part in sorted(job.parts().items()))
        job.finish(content, name="book.txt", media_type="text/plain")


@pytest.fixture
def book(monkeypatch):
    made = Book()
    monkeypatch.setitem(kinds.MAKERS, "summaries", kinds.Maker(made.plan, made.make))
    return made


@pytest.fixture
def actor(db):
    return factories.member(factories.team())


def ask(actor, **asked):
    return requests.ask(actor=actor, kind="summaries", asked=asked)


def files(export):
    try:
        return default_storage.listdir(f"exports/{export.pk}")[1]
    except FileNotFoundError:
        return []


def read(row):
    with row.file.open("rb") as opened:
        return opened.read()


def browser(actor):
    made = Client()
    made.force_login(actor.user, "django.contrib.auth.backends.ModelBackend")
    return made


def test_killed_worker_is_followed_by_another_that_goes_on(book, actor):
    export, book.killed_after = ask(actor), 2
    with pytest.raises(Killed):
        making.make_due()
    export.refresh_from_db()
    assert (export.status, export.done, export.total) == (Status.RUNNING, 2, 4)
    assert making.make_due() == {}  # it is somebody's, as far as anybody knows
    with clock.at(clock.now() + making.LEASE + timedelta(seconds=1)):
        assert making.make_due() == {"done": 1}
    export.refresh_from_db()
    assert (book.made, read(export), Part.objects.count()) == ([1, 2, 3, 4], b"1234", 0)
    assert len(files(export)) == 1


def test_one_that_wakes_up_after_its_lease_changes_nothing(book, actor):
    export = ask(actor)
    slow = making.claim()
    with clock.at(clock.now() + making.LEASE + timedelta(seconds=1)):
        assert making.make_due() == {"done": 1}
    ready = files(export)
    assert making.make(slow) == "lost"
    job = making.Job(slow)
    with pytest.raises(making.Lost):
        job.finish(b"stale", name="x", media_type="text/plain")
    export.refresh_from_db()
    assert (read(export), files(export)) == (b"1234", ready)


@pytest.mark.django_db(transaction=True)
def test_of_several_workers_at_once_one_makes_it(monkeypatch):
    book = Book(30)
    monkeypatch.setitem(kinds.MAKERS, "summaries", kinds.Maker(book.plan, book.make))
    actor = factories.member(factories.team())
    ask(actor)
    results, start = [], threading.Barrier(4)

    def work():
        start.wait()
        results.append(dict(making.make_due()))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, results)) == sorted(map(str, [{"done": 1}, {}, {}, {}]))
    assert book.made == list(range(1, 31))
    Export.objects.all().delete()


def test_what_dies_again_and_again_is_given_up_with_words(book, actor, monkeypatch):
    export, now = ask(actor), clock.now()

    def dies(_job):
        raise Killed

    monkeypatch.setitem(kinds.MAKERS, "summaries", kinds.Maker(book.plan, dies))
    for turn in range(making.MOST_TRIES):
        with clock.at(now + (making.LEASE + timedelta(seconds=1)) * turn), pytest.raises(Killed):
            making.make_due()
    with clock.at(now + (making.LEASE + timedelta(seconds=1)) * making.MOST_TRIES):
        assert making.make_due() == {"failed": 1}
    export.refresh_from_db()
    assert export.failure.startswith("La préparation a été interrompue")


def test_mistake_of_ours_is_tried_again_and_then_told(book, actor, monkeypatch):
    export, now = ask(actor), clock.now()
    monkeypatch.setitem(kinds.MAKERS, "summaries", kinds.Maker(book.plan, lambda job: 1 / 0))
    ends = []
    for turn in range(making.MOST_TRIES):
        with clock.at(now + timedelta(minutes=2) * turn):
            ends += making.make_due()
    export.refresh_from_db()
    assert ends == ["waiting", "waiting", "failed"]
    assert export.failure.startswith("Un problème est survenu de notre côté")
    # It is asked again as it was, from beside what went wrong.
    client, at = browser(actor), reverse("exports")
    form = re.search(f'<form method="post" action="{at}">.*?</form>', client.get(at).content.decode())[0]
    fields = dict(re.findall('<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
    client.post(at, fields)
    again = Export.objects.exclude(pk=export.pk).get()
    assert (again.kind, again.asked, again.status) == (export.kind, export.asked, "waiting")


def test_what_failed_on_a_full_disk_keeps_no_part(book, actor, monkeypatch, django_capture_on_commit_callbacks):
    export, now, save = ask(actor), clock.now(), FileSystemStorage._save

    def full(storage, name, content):  # from the second part on: a file begun, and cut off
        kept = save(storage, name, content)
        if "part-2" in name:
            raise OSError(errno.ENOSPC, "No space left on device")
        return kept

    monkeypatch.setattr(FileSystemStorage, "_save", full)
    with django_capture_on_commit_callbacks(execute=True):
        for turn in range(making.MOST_TRIES + 1):
            with clock.at(now + timedelta(minutes=2) * turn):
                making.make_due()
    export.refresh_from_db()
    assert (export.status, Part.objects.count(), files(export)) == (Status.FAILED, 0, [])


def test_long_work_lets_others_go_first_and_goes_on_after_them(book, actor, monkeypatch):
    monkeypatch.setattr(making, "SLICE_SECONDS", 0.0)
    first, second = ask(actor, of="1"), ask(actor, of="2")
    ends = []
    while ended := making.make_due():
        ends += ended
    assert ends.count("done") == 2
    assert len(ends) > 4
    first.refresh_from_db()
    second.refresh_from_db()
    assert (read(first), read(second)) == (b"1234", b"1234")
    assert sorted(book.made) == [1, 1, 2, 2, 3, 3, 4, 4]


def test_relay_leaves_the_worker_a_head_start(book, actor):
    ask(actor)
    assert making.relay_due(lambda: False) == {}
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert making.relay_due(lambda: False) == {"done": 1}


def test_one_person_has_three_under_way_and_asks_once(book, actor):
    assert ask(actor, of="1") == ask(actor, of="1")
    ask(actor, of="2")
    ask(actor, of="3")
    with pytest.raises(Invalid):
        ask(actor, of="4")
    making.make_due()
    ask(actor, of="4")
    other = factories.member(factories.team())
    assert ask(other, of="4").asked_by == other.user


def test_file_is_for_who_asked_while_they_may_see_it(book, actor):
    export = ask(actor)
    making.make_due()
    at, team = reverse("export_file", args=[export.pk]), export.teams[0]
    answer = browser(actor).get(at)
    assert (answer.status_code, answer.getvalue()) == (200, b"1234")
    colleague = actors.of_user(factories.user(Membership.objects.get(user=actor.user).team))
    for who in (colleague, factories.member(factories.team())):
        assert browser(who).get(at).status_code == 404
        assert browser(who).post(reverse("export_remove", args=[export.pk])).status_code == 404
        assert "Book" not in browser(who).get(reverse("exports")).content.decode()
    assert browser(actor).get(reverse("exports")).content.decode().count("Book") > 0
    Membership.objects.filter(user=actor.user, team=team).delete()
    assert browser(actor).get(at).status_code == 404


def test_file_holds_no_team_that_was_joined_after_asking():
    before, after = factories.team(name="Aulnes"), factories.team(name="Bouleaux")
    coach = factories.coach(before)
    export = requests.ask(actor=coach, kind="sheets", asked={})
    Membership.objects.create(user=coach.user, team=after, role="coach")
    making.make_due()
    export.refresh_from_db()
    with export.file.open("rb") as file:
        cells = [c for sheet in openpyxl.load_workbook(file) for row in sheet.iter_rows(values_only=True) for c in row]
    assert "Aulnes" in cells
    assert not any("Bouleaux" in str(cell) for cell in cells)


def test_download_goes_on_where_it_stopped(book, actor):
    export = ask(actor)
    making.make_due()
    at, client = reverse("export_file", args=[export.pk]), browser(actor)
    whole = client.get(at)
    tag = whole["ETag"]
    assert (whole["Accept-Ranges"], whole["Content-Length"], whole.getvalue()) == ("bytes", "4", b"1234")
    for asked, status, said, given in (
        ("bytes=2-", 206, "bytes 2-3/4", b"34"),
        ("bytes=0-1", 206, "bytes 0-1/4", b"12"),
        ("bytes=-1", 206, "bytes 3-3/4", b"4"),
        ("bytes=1-99", 206, "bytes 1-3/4", b"234"),
        ("bytes=4-", 416, "bytes */4", b""),
        ("bytes=-0", 416, "bytes */4", b""),
        ("bytes=0-0,2-3", 200, None, b"1234"),
        ("bytes=3-1", 200, None, b"1234"),
        ("words", 200, None, b"1234"),
    ):
        answer = client.get(at, headers={"range": asked, "if-range": tag})
        assert (answer.status_code, answer.headers.get("Content-Range"), answer.getvalue()) == (status, said, given)
    assert client.get(at, headers={"range": "bytes=2-", "if-range": '"other"'}).getvalue() == b"1234"
    head = client.head(at)
    assert (head["Content-Length"], head.getvalue()) == ("4", b"")


def test_page_says_how_far_it_is_and_only_what_is_new(book, actor):
    client, at = browser(actor), reverse("exports")
    asked = client.post(at, {"kind": "summaries", "of": "1"}, follow=True)
    assert asked.redirect_chain == [(at, 302)]
    export, book.killed_after = Export.objects.get(), 1
    assert export.asked == {"of": "1"}
    page = client.get(at, headers={"Accept-Language": "fr"}).content.decode()
    assert 'value="0" max="' in page and "sur" not in page.split('id="exports"')[1].split("</ul>")[0]
    assert '<p id="exports-said" class="sr" role="status">1 export est en cours.</p>' in page
    assert '<span class="soft">(ZIP)</span></h2>' in page
    assert re.search(r'href="/coach/" aria-current="true">', page)
    with pytest.raises(Killed):
        making.make_due()
    page = client.get(at).content.decode()
    assert '<progress class="progress"' in page
    assert 'value="1" max="4"' in page and "1 candidature sur 4 est prête" in page
    export.kind, export.done, export.total = "report", 11, 12
    assert export.how_far == "tout est là, le fichier est en cours d’assemblage"
    export.done = 3
    assert export.how_far == "3 tableaux sur 11 sont prêts"
    assert 'hx-trigger="every 2s"' in page
    mark = "running1"
    assert client.get(at, {"v": mark}, headers={"hx-request": "true"}).status_code == 204
    with clock.at(clock.now() + timedelta(minutes=2)):
        making.make_due()
    part = client.get(at, {"v": mark, "said": "before"}, headers={"hx-request": "true"}).content.decode()
    assert "hx-swap-oob" in part
    assert "hx-trigger" not in part
    assert reverse("export_file", args=[export.pk]) in part
    for kind in ("nothing", ""):
        assert client.post(at, {"kind": kind}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_file_goes_after_seven_days_by_hand_and_with_an_erasure(monkeypatch):
    book = Book()
    monkeypatch.setitem(kinds.MAKERS, "summaries", kinds.Maker(book.plan, book.make))
    application, other = factories.application(), factories.application()
    actor, book.rows = factories.member(application.team), [other.pk]
    spared = ask(actor, of="0")
    making.make_due()
    book.rows = [other.pk, application.pk]
    old, removed, erased = ask(actor, of="1"), ask(actor, of="2"), ask(actor, of="3")
    making.make_due(limit=3)
    going, book.killed_after = ask(actor, of="4"), 2
    with pytest.raises(Killed):
        making.make_due()
    assert [len(files(export)) for export in (old, removed, erased, going)] == [1, 1, 1, 2]
    requests.remove(pk=removed.pk, actor=actor)
    assert files(removed) == []
    erasure.erase(pk=application.candidate_id, actor=actor)
    assert [len(files(export)) for export in (old, erased, going)] == [0, 0, 0]
    erased.refresh_from_db()
    assert (erased.status, erased.file.name) == (Status.FAILED, "")
    assert len(files(spared)) == 1
    assert making.make_due() == {"done": 1}
    going.refresh_from_db()
    assert (book.made[-4:], read(going)) == ([1, 2, 3, 4], b"1234")
    with clock.at(clock.now() + timedelta(days=7, hours=1)):
        with pytest.raises(NotVisible):
            requests.find(going.pk, actor)
        making.make_due()
    assert (Export.objects.count(), files(going)) == (0, [])


@pytest.mark.parametrize("rows", [1, 30])
def test_page_asks_the_database_as_often_for_any_number(book, actor, rows, django_assert_max_num_queries):
    for number in range(rows):
        Export.objects.create(kind="summaries", title=f"{number}", asked_by=actor.user, teams=actor.team_ids)
    client = browser(actor)
    with django_assert_max_num_queries(12):
        client.get(reverse("exports"))
