"""The board in place: what the script is given, and that the same addresses lead to whole pages without it."""

import datetime as dt
import json
import re

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from backend.accounts.models import SavedView
from backend.common import clock
from backend.web import cards
from backend.web.templatetags.jalon import short_date
from notifications import replies
from notifications.models import Message, Status
from tests import factories
from workflow import lists
from workflow.models import Application, Evaluation, InterviewStatus
from workflow.states import State

pytestmark = pytest.mark.django_db

PART = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def team():
    return factories.team(slug="ruisseaux", name="Ruisseaux")


@pytest.fixture
def posting(team):
    return factories.posting(team)


def sign_in(user) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="fr")
    client.force_login(user)
    return client


@pytest.fixture
def member(team):
    return sign_in(factories.user(team))


def text(answer) -> str:
    return answer.content.decode()


def mark_of(client) -> str:
    return client.get("/team/ruisseaux/").context["mark"]


def state_of(application) -> str:
    return Application.objects.get(pk=application.pk).state


def wrote(application) -> Message:
    """Have the candidate write."""
    return Message.objects.create(
        application=application, direction="in", kind="incoming", status="received", sender="c@courrier.example",
        recipient="x", subject="Une question", body="Bonjour", message_id=f"<{Message.objects.count()}@x>",
    )  # fmt: skip


def evaluated(application, author) -> Evaluation:
    return Evaluation.objects.create(application=application, author=author, recommendation="stop", text="Canari")


def post(client, address, **fields):
    return client.post(address, {"from": "board", "back": "/team/ruisseaux/"} | fields, **PART)


def test_board_is_given_again_only_when_something_changed(team, posting, member, django_assert_max_num_queries):
    application = factories.application(posting, name="Théo Garnier")
    seen = mark_of(member)
    with django_assert_max_num_queries(6):
        assert member.get("/team/ruisseaux/live/", {"v": seen}).status_code == 204
    changes = [
        lambda: factories.held_interview(application),
        lambda: factories.carry(application, State.INTERVIEWED),
        lambda: factories.contract(application),
        lambda: factories.application(posting),
        lambda: wrote(application),
        lambda: evaluated(application, factories.user(team)),
    ]
    for change in changes:
        change()
        answer = member.get("/team/ruisseaux/live/", {"v": seen}, **PART)
        assert answer.status_code == 200 and "<html" not in text(answer) and 'id="live"' in text(answer)
        before, seen = seen, answer.context["mark"]
        assert seen != before
    task = factories.task(factories.application(posting, state=State.CONTRACTED))
    seen = mark_of(member)
    task.title = "Préparer un poste"
    task.save()
    assert mark_of(member) != seen
    other = factories.application(factories.posting(), state=State.INTERVIEWED)
    seen = mark_of(member)
    factories.held_interview(other)
    assert member.get("/team/ruisseaux/live/", {"v": seen}).status_code == 204


def test_card_is_drawn_while_another_thread_empties_what_is_drawn(posting, member, monkeypatch):
    class Emptied(dict):
        def __contains__(self, key):
            found = super().__contains__(key)
            self.clear()
            return found

    monkeypatch.setattr(cards, "SHAPES", Emptied())
    made = factories.application(posting)
    for _round in range(2):
        assert f'id="card-{made.pk}"' in text(member.get("/team/ruisseaux/"))


def test_board_keeps_its_filters_through_moves_and_rounds(posting, member):
    factories.application(posting, name="Inès Valmorin")
    theo = factories.application(posting, name="Théo Garnier")
    factories.held_interview(theo)
    round_ = member.get("/team/ruisseaux/live/", {"q": "théo", "v": "old"}, **PART)
    assert "Inès" not in text(round_) and "v=old" not in text(round_)
    answer = post(member, f"/a/{theo.pk}/move/", to="interviewed", seen="received", back="/team/ruisseaux/?q=théo")
    assert "Théo" in text(answer) and "Inès" not in text(answer)
    assert 'data-back="/team/ruisseaux/?q=th%C3%A9o"' in text(answer)


def test_card_moves_to_where_it_is_dropped_and_back(posting, member):
    theo = factories.application(posting)
    factories.held_interview(theo)
    answer = post(member, f"/a/{theo.pk}/move/", to="interviewed", seen="received")
    mail = theo.messages.get(transition__action="interview")
    assert (answer.status_code, state_of(theo)) == (200, State.INTERVIEWED)
    assert json.loads(answer["HX-Trigger-After-Settle"]) == {"letter": {"href": f"/outbox/{mail.pk}/dialog/"}}
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#live", "outerHTML")
    assert text(member.get(f"/outbox/{mail.pk}/dialog/", **PART)).count(f'hx-post="/a/{theo.pk}/undo/"') == 1
    answer = post(member, f"/a/{theo.pk}/move/", to="received", seen="interviewed")
    assert (answer.status_code, state_of(theo)) == (200, State.RECEIVED)
    assert "Rien n’a été envoyé" in json.loads(answer["HX-Trigger-After-Settle"])["said"]["words"]


@pytest.mark.parametrize(
    ("to", "seen", "status", "words"),
    [
        ("interviewed", "received", 409, "Aucun entretien n’a encore été tenu."),
        ("onboarded", "received", 409, "Aucun passage ne mène de"),
        ("contracted", "interviewed", 409, "déjà fait avancer cette candidature"),
        ("received", "interviewed", 409, "déjà fait avancer cette candidature"),
        ("nowhere", "received", 422, "Il n’y a pas d’état"),
        ("interviewed", "", 422, "Il n’y a pas d’état"),
    ],
)
def test_card_that_cannot_go_there_says_why(posting, member, to, seen, status, words):
    stuck = factories.application(posting)
    answer = post(member, f"/a/{stuck.pk}/move/", to=to, seen=seen)
    assert (answer.status_code, state_of(stuck)) == (status, State.RECEIVED)
    assert words in text(answer)
    assert 'role="alert"' in text(answer)


def test_card_goes_back_only_to_where_its_last_move_came_from(posting, member):
    twice = factories.application(posting, state=State.INTERVIEWED)
    for fields in ({"action": "reject", "reason": "skills"}, {"action": "reopen", "reason": "Relu."}):
        member.post(f"/a/{twice.pk}/move/", fields)
    answer = post(member, f"/a/{twice.pk}/move/", to="received", seen="interviewed")
    assert (answer.status_code, state_of(twice)) == (409, State.INTERVIEWED)


def test_missing_steps_are_taken_over_the_board(posting, member):
    someone = factories.application(posting, name="Théo Garnier")
    at = f"/a/{someone.pk}/dialog/interviews/"
    assert 'id="dialog-title"' in text(member.get(at, **PART))
    refused = post(member, at, at="", status="held", minutes="30")
    assert (refused.status_code, refused["HX-Retarget"], refused["HX-Reswap"]) == (422, "#dialog", "innerHTML")
    assert 'role="alert"' in text(refused)
    kept = post(member, at, at="2026-11-20T10:00", status="held", minutes="30")
    assert (kept.status_code, kept["HX-Retarget"]) == (200, "#live")
    assert f'id="go-{someone.pk}"' in text(kept)
    post(member, f"/a/{someone.pk}/move/", to="interviewed", seen="received")
    terms = {"kind": "freelance", "day_rate": "550", "days_per_week": "4", "start": f"{clock.today()}", "months": "3"}
    kept = post(member, f"/a/{someone.pk}/dialog/terms/", **terms)
    assert f'id="go-{someone.pk}"' in text(kept)
    post(member, f"/a/{someone.pk}/move/", to="contracted", seen="interviewed")
    someone.onboarding_tasks.all().delete()
    first, last = factories.task(someone, title="Ouvrir un compte"), factories.task(someone, title="Un badge")
    at = f"/a/{someone.pk}/dialog/tasks/"
    assert text(member.get(at, **PART)).count('name="task"') == 2
    left = post(member, at, task=str(first.pk))
    assert left["HX-Retarget"] == "#dialog" and "Un badge" in text(left) and "Ouvrir" not in text(left)
    done = post(member, at, task=str(last.pk))
    assert done["HX-Retarget"] == "#live" and f'id="go-{someone.pk}"' in text(done)
    assert post(member, at, task="nonsense").status_code == 404


def test_dialogs_lead_to_the_page_without_the_script(posting, member):
    someone = factories.application(posting, state=State.INTERVIEWED)
    mail = someone.messages.get(transition__action="interview")
    base = f"/a/{someone.pk}/"
    assert member.get(f"{base}dialog/terms/")["Location"] == f"{base}?do=terms#terms"
    assert member.get(f"{base}dialog/reject/")["Location"] == f"{base}?do=reject#move-reject"
    assert member.get(f"/outbox/{mail.pk}/dialog/")["Location"] == f"{base}?edit={mail.pk}#letter-{mail.pk}"
    assert member.get(f"{base}dialog/nothing/", **PART).status_code == 404
    assert member.get(f"{base}dialog/reopen/", **PART).status_code == 404


def test_rejection_is_asked_for_over_the_board(posting, member):
    someone = factories.application(posting)
    asked = text(member.get(f"/a/{someone.pk}/dialog/reject/", **PART))
    assert 'name="reason"' in asked and 'name="body"' in asked and "facultatif" not in asked
    fields = {"action": "reject", "seen": "received", "subject": "Notre réponse", "body": "Non.", "send": "hold"}
    refused = post(member, f"/a/{someone.pk}/move/", **fields)
    assert (refused.status_code, refused["HX-Retarget"]) == (422, "#dialog")
    done = post(member, f"/a/{someone.pk}/move/", reason="skills", **fields)
    assert (done.status_code, done["HX-Retarget"], state_of(someone)) == (200, "#live", State.REJECTED)
    assert someone.messages.get(transition__action="reject").subject == "Notre réponse"


@pytest.mark.parametrize(("send", "status"), [("hold", Status.HELD), ("now", Status.HELD), ("not", Status.DISCARDED)])
def test_held_mail_is_changed_and_leaves_when_it_is_told(posting, member, send, status):
    someone = factories.application(posting, state=State.INTERVIEWED)
    mail = someone.messages.get(transition__action="interview")
    at = f"/outbox/{mail.pk}/dialog/"
    assert mail.subject in text(member.get(at, **PART)).replace("&#x27;", "'")
    due = mail.due_at
    kept = post(member, at, subject="Merci", body="À bientôt.", send=send)
    assert kept["HX-Retarget"] == "#live"
    mail.refresh_from_db()
    assert mail.status == status
    assert (mail.subject == "Merci") == (send != "not")
    assert (mail.due_at < due) == (send == "now")


def test_held_mail_needs_its_words_and_a_time_and_is_the_teams(team, posting, member):
    someone = factories.application(posting, state=State.INTERVIEWED)
    mail = someone.messages.get(transition__action="interview")
    at = f"/outbox/{mail.pk}/dialog/"
    assert post(member, at, subject="", body="x", send="hold").status_code == 422
    assert post(member, at, subject="x", body="x").status_code == 422
    coach, stranger = sign_in(factories.user(team, role="coach")), sign_in(factories.user(factories.team()))
    for client, status in ((coach, 403), (stranger, 404)):
        assert client.get(at, **PART).status_code == status
        assert client.get(f"/a/{someone.pk}/dialog/terms/", **PART).status_code == status
        assert client.get(f"/a/{someone.pk}/dialog/reject/", **PART).status_code == status
    mail.status = Status.SENT
    mail.save()
    gone = post(member, at, subject="Trop tard", body="x", send="hold")
    assert (gone.status_code, gone["HX-Retarget"]) == (409, "#live")
    assert "Rien n’a changé de votre fait" in text(gone)


def chosen(*applications):
    return [f"{one.pk}:{one.state}" for one in applications]


def test_many_rows_move_at_once_and_each_refusal_has_a_name(team, posting, member):
    ready = [factories.application(posting, name=name) for name in ("Ada Prête", "Bea Prête")]
    for one in ready:
        factories.held_interview(one)
    blocked = factories.application(posting, name="Cid Bloqué")
    moved_since = factories.application(posting, name="Dan Déplacé")
    foreign = factories.application(name="Eva Étrangère")
    rows = chosen(*ready, blocked, moved_since, foreign)
    factories.carry(moved_since, State.INTERVIEWED)
    address = "/team/ruisseaux/list/move/"
    fields = {"row": [*rows, "nonsense"], "action": "interview", "back": "/team/ruisseaux/list/?state=received"}
    answer = member.post(address, fields)
    page = text(answer)
    assert [state_of(one) for one in ready] == [State.INTERVIEWED] * 2
    assert [one.messages.filter(transition__action="interview", status=Status.HELD).count() for one in ready] == [1, 1]
    refused = {str(one.application.candidate): one.error for one in answer.context["refused"]}
    assert refused.keys() == {"Cid Bloqué", "Dan Déplacé"}
    assert "Aucun entretien n’a encore été tenu." in page and "déjà fait avancer cette candidature" in page
    assert "Étrangère" not in page and state_of(foreign) == State.RECEIVED
    assert page.count(f'action="/a/{ready[0].pk}/undo/"') == 1
    back = member.post(f"/a/{ready[0].pk}/undo/", {"seen": "interviewed", "from": "board", "back": fields["back"]})
    assert (back["Location"], state_of(ready[0])) == (fields["back"], State.RECEIVED)
    assert state_of(ready[1]) == State.INTERVIEWED


def test_many_rows_are_rejected_for_a_reason(team, posting, member):
    rows = [factories.application(posting) for _ in range(3)]
    address = "/team/ruisseaux/list/move/"
    for fields, words in (
        ({"row": chosen(*rows), "action": "reject"}, "Choisissez un motif"),
        ({"action": "reject", "rejection": "skills"}, "Cochez au moins une ligne."),
        ({"row": chosen(*rows), "action": ""}, "Choisissez quoi faire"),
        ({"row": chosen(*rows), "action": "undo"}, "Choi"),
    ):
        answer = member.post(address, fields)
        assert answer.status_code == 422 and words in text(answer)
        assert {state_of(one) for one in rows} == {State.RECEIVED}
    assert text(answer).count(" checked") == 3
    member.post(address, {"row": chosen(*rows[:2]), "action": "reject", "rejection": "skills"})
    assert [state_of(one) for one in rows] == [State.REJECTED, State.REJECTED, State.RECEIVED]
    coach = sign_in(factories.user(team, role="coach"))
    assert coach.post(address, {"row": chosen(rows[2]), "action": "withdraw"}).status_code == 403
    assert 'name="row"' not in text(coach.get("/team/ruisseaux/list/"))
    assert member.get(address)["Location"] == "/team/ruisseaux/list/"


def test_speed_of_a_board_is_measured_and_leaves_nothing(posting, capsys):
    factories.application(posting)
    factories.user(posting.team)
    call_command("measure_board", team="ruisseaux", rounds=2)
    said = capsys.readouterr().out
    assert said.startswith("ruisseaux: 1 applications, 2 rounds\n")
    assert re.search(r"\nboard: p50 \d+ ms, p95 \d+ ms, \d+ ms of processor, \d+ queries\n", said)
    assert Session.objects.count() == 0
    for wrong in ({"rounds": 0}, {"team": "nobody"}):
        with pytest.raises(CommandError):
            call_command("measure_board", **wrong)


def test_long_column_shows_more_keeps_its_length_and_leaves_the_rest_to_the_table(posting, member, monkeypatch):
    monkeypatch.setattr(lists, "CARDS", 2)
    monkeypatch.setattr(lists, "MOST", 5)
    rows = [factories.application(posting, name=f"Personne {n}") for n in range(7)]
    page = member.get("/team/ruisseaux/?q=personne")
    assert text(page).count('<li class="card"') == 2
    assert 'href="?q=personne&amp;received=4#more-received"' in text(page)
    more = member.get("/team/ruisseaux/live/", {"q": "personne", "received": "4"}, **PART)
    assert text(more).count('<li class="card"') == 4 and 'href="?q=personne&amp;received=5#more-received"' in text(more)
    assert '<input type="hidden" class="longer" name="received" value="4">' in text(more)
    kept = post(member, f"/a/{rows[0].pk}/move/", to="interviewed", seen="received", back="/team/ruisseaux/?received=4")
    assert text(kept).count('<li class="card"') == 4 and 'data-back="/team/ruisseaux/?received=4"' in text(kept)
    whole = text(member.get("/team/ruisseaux/", {"received": "9" * 30}))
    assert whole.count('<li class="card"') == 5 and 'id="more-received"' not in whole and "Voir les 7" in whole
    for nonsense in ("x", "-1", "0", "²"):
        assert text(member.get("/team/ruisseaux/", {"received": nonsense})).count('<li class="card"') == 2


def marks_of(client, application) -> list[str]:
    page = text(client.get("/team/ruisseaux/")).partition(f'id="card-{application.pk}"')[2].partition("</li>")[0]
    return [re.sub("<[^>]+>", "", mark) for mark in re.findall(r'<span class="mark".*?</span>', page)]


def test_card_marks_what_waits(team, posting, member):
    someone = factories.application(posting)
    assert marks_of(member, someone) == ["aujourd’hui"]
    tomorrow = timezone.localtime() + dt.timedelta(days=1)
    for days, status in ((1, "planned"), (2, "planned"), (-1, "planned"), (0.1, "cancelled")):
        factories.held_interview(someone, at=timezone.now() + dt.timedelta(days=days), status=InterviewStatus(status))
    wrote(someone), wrote(someone)
    evaluated(someone, factories.user(team))
    meets = f"entretien {short_date(tomorrow)}, {tomorrow.hour}\u202fh\u202f{tomorrow:%M}"
    assert marks_of(member, someone) == ["aujourd’hui", meets, "2 messages sans réponse", "1 évaluation"]
    assert "Canari" not in text(member.get("/team/ruisseaux/"))
    answer = replies.send(pk=someone.pk, actor=factories.member(team), subject="Re", body="Bonjour")
    assert marks_of(member, someone) == ["aujourd’hui", meets, "1 évaluation"]
    Message.objects.filter(pk=answer.pk).update(status=Status.DISCARDED)
    assert "2 messages sans réponse" in marks_of(member, someone)
    factories.carry(someone, State.CONTRACTED)
    someone.onboarding_tasks.all().delete()
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    factories.task(someone, due=yesterday), factories.task(someone, due=timezone.localdate())
    factories.task(someone, due=yesterday, done_at=timezone.now())
    begins = f"débute le {short_date(timezone.localdate())}"
    assert marks_of(member, someone) == ["aujourd’hui", meets, begins, "1 évaluation", "1 tâche en retard"]


def test_views_are_kept_shared_renamed_deleted_and_taken_back(team, posting, member):
    factories.application(posting)
    other, coach = sign_in(factories.user(team)), sign_in(factories.user(team, role="coach"))
    stranger = sign_in(factories.user(factories.team()))
    at, back = "/team/ruisseaux/views/", "/team/ruisseaux/list/?late=on&q=Canari&sort=name&page=2"
    kept = member.post(at, {"do": "save", "name": " En  retard ", "back": back, "shared": "on"})
    assert kept["Location"] == "/team/ruisseaux/list/?late=on&q=Canari&sort=name&page=2"
    link = '<a class="chip" href="/team/ruisseaux/list/?late=on&amp;sort=name"'
    for client in (member, other, coach):
        assert link in text(client.get("/team/ruisseaux/")) and link in text(client.get("/team/ruisseaux/list/"))
    assert f'{link} aria-current="true">En retard' in text(member.get("/team/ruisseaux/list/?sort=name&late=on"))
    assert member.post(at, {"do": "save", "name": "\0", "back": "//[x"}).status_code == 422
    member.post(at, {"do": "save", "name": "Relancer", "back": "/team/ruisseaux/?tag=relancer"})
    assert '<a class="chip" href="/team/ruisseaux/?tag=relancer">Relancer' in text(member.get("/team/ruisseaux/"))
    coach.post(at, {"do": "save", "name": "À moi", "back": "/team/haies/?sort=late"})
    assert "À moi" not in text(member.get("/team/ruisseaux/")) and "À moi" in text(coach.get("/team/ruisseaux/"))
    view = SavedView.objects.get(name="En retard")
    for client in (other, stranger):
        for do in ("rename", "delete"):
            assert client.post(at, {"do": do, "view": str(view.pk), "name": "Volée"}).status_code == 404
    assert stranger.post(at, {"do": "save", "name": "x"}).status_code == 404
    for wrong in ({"do": "save", "name": " "}, {"do": "save", "name": "x" * 61}, {"do": "fly"}, {"do": "undo"}):
        assert member.post(at, wrong).status_code == 422
    assert member.post(at, {"do": "rename", "view": "nonsense", "name": "x"}).status_code == 404
    member.post(at, {"do": "rename", "view": str(view.pk), "name": "Retards"})
    member.post(at, {"do": "delete", "view": str(view.pk)})
    page = text(member.get("/team/ruisseaux/"))
    assert link not in page and "La vue «\u202fRetards\u202f» est supprimée." in page
    member.post(at, {"do": "undo"})
    again = SavedView.objects.get(name="Retards")
    assert (again.pk, again.query, again.shared) == (view.pk, view.query, True)
    assert member.post(at, {"do": "undo"}).status_code == 422
    team.memberships.get(user=view.member.user).delete()
    assert link not in text(other.get("/team/ruisseaux/"))
