"""The team's pages: who sees them, what stands on them, and how much they ask of the database."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

from backend.common import clock
from backend.web import cards
from tests import factories
from workflow.models import Application, InterviewStatus, OnboardingTask
from workflow.states import Action, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return factories.team(slug="ruisseaux", name="Ruisseaux")


@pytest.fixture
def posting(team):
    return factories.posting(team, title="Développement back-end")


def sign_in(user) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="fr")
    client.force_login(user)
    return client


@pytest.fixture
def member(team):
    return sign_in(factories.user(team))


@pytest.fixture
def coach(team):
    return sign_in(factories.user(team, role="coach"))


@pytest.fixture
def stranger():
    return sign_in(factories.user(factories.team()))


def move(client, application, action, **fields):
    return client.post(f"/a/{application.pk}/move/", {"action": action, "seen": application.state} | fields)


def pages(application):
    return [f"/team/{application.team.slug}/", f"/team/{application.team.slug}/list/", f"/a/{application.pk}/"]


def test_pages_are_for_the_team_alone(posting, member, coach, stranger):
    canary = factories.application(posting, name="Canari Secret", message="canari")
    admin = sign_in(factories.user(is_admin=True))
    for address in pages(canary):
        assert "Canari Secret" in member.get(address).content.decode()
        assert "Canari Secret" in coach.get(address).content.decode()
        for client in (stranger, admin):
            answer = client.get(address)
            assert answer.status_code == 404 and "Canari" not in answer.content.decode()
        anonymous = Client().get(address)
        assert (anonymous.status_code, anonymous["Location"]) == (302, f"/accounts/login/?next={address}")


def test_pages_of_people_are_not_stored(posting, member):
    for address in pages(factories.application(posting)):
        assert member.get(address)["Cache-Control"] == "private, no-store"


def test_home_leads_to_the_only_team_else_to_the_list(team, member):
    assert member.get("/home/")["Location"] == "/team/ruisseaux/"
    two = sign_in(factories.user(team, factories.team(name="Haies")))
    assert member.get("/home/?to=postings")["Location"] == "/team/ruisseaux/postings/"
    assert 'href="/home/?to=postings"' in member.get("/outbox/").content.decode()
    assert two.get("/home/")["Location"] == two.get("/home/?to=postings")["Location"] == "/teams/"
    page = two.get("/teams/").content.decode()
    assert 'href="/team/ruisseaux/postings/"' in page
    assert "Ruisseaux" in page and "Haies" in page
    assert "encore dans aucune équipe" in sign_in(factories.user()).get("/teams/").content.decode()


@pytest.mark.parametrize("rows", [1, 3, 300])
def test_board_asks_the_same_whatever_its_length(posting, rows, django_assert_num_queries):
    for n in range(rows):
        application = factories.application(posting)
        if n % 3 == 1:
            factories.held_interview(application)
    client = sign_in(factories.user(posting.team))
    cards.SHAPES.clear()
    first = client.get("/team/ruisseaux/")
    with django_assert_num_queries(19):
        answer = client.get("/team/ruisseaux/")
    page = answer.content.decode()
    assert page.count('<li class="card"') == min(rows, 50)
    drawn = [[template.name for template in shown.templates].count("parts/card.html") for shown in (first, answer)]
    assert drawn == [min(rows, 2), 0]  # once a shape, those that are ready and those that are blocked, not once a card
    assert ("Voir les 300" in page) == (rows == 300)


def test_board_shows_what_may_be_done_and_why_not(posting, member, coach):
    ready, blocked = factories.application(posting, name="Prête"), factories.application(posting, name="Bloqué")
    factories.held_interview(ready)
    page = member.get("/team/ruisseaux/").content.decode()
    assert page.count('name="step" value="received:interview"') == 1
    assert "Aucun entretien n’a encore été tenu." in page
    assert f'href="/a/{blocked.pk}/?do=interviews#interviews"' in page
    assert page.count("Refuser…") == 2
    read_only = coach.get("/team/ruisseaux/").content.decode()
    assert "Refuser…" not in read_only and 'name="step"' not in read_only


def test_board_marks_what_is_late_and_narrows(posting, member):
    late, fresh = factories.application(posting, name="Lente Attente"), factories.application(posting, name="Fraîche")
    Application.objects.filter(pk=late.pk).update(answer_by=timezone.localdate() - dt.timedelta(days=1))
    page = member.get("/team/ruisseaux/").content.decode()
    assert page.count('data-tone="late"') == 1 and "dont 1 en retard" in page
    assert "Fraîche" not in member.get("/team/ruisseaux/?late=on").content.decode()
    assert "Lente" not in member.get("/team/ruisseaux/?q=fraîche").content.decode()
    assert "2 candidatures sont masquées" in member.get("/team/ruisseaux/?q=personne").content.decode()
    assert fresh.candidate.name in member.get(f"/team/ruisseaux/?posting={posting.slug}").content.decode()


def test_empty_board_says_where_applications_come_from(member):
    assert "Aucune candidature pour l’instant" in member.get("/team/ruisseaux/").content.decode()


def test_list_holds_those_off_the_path(posting, member):
    factories.application(posting, name="Bakary Sorel", state=State.REJECTED)
    factories.application(posting, name="Inès Valmorin")
    page = member.get("/team/ruisseaux/list/?state=rejected").content.decode()
    assert "Bakary Sorel" in page and "Inès Valmorin" not in page
    assert member.get("/team/ruisseaux/list/?state=nonsense&page=x").status_code == 200


def test_move_from_the_board_toasts_and_is_undone(posting, member):
    application = factories.application(posting, name="Théo Garnier")
    factories.held_interview(application)
    answer = move(member, application, "interview", **{"from": "board", "back": "/team/ruisseaux/?late="})
    assert answer["Location"] == "/team/ruisseaux/?late="
    page = member.get("/team/ruisseaux/").content.decode()
    assert "Son courriel part dans 5\u202fmin." in re.sub("</?time[^>]*>", "", page) and "Annuler le passage" in page
    answer = member.post(f"/a/{application.pk}/undo/", {"from": "board", "seen": "interviewed"})
    assert answer["Location"] == "/team/ruisseaux/"
    page = member.get("/team/ruisseaux/").content.decode()
    assert "de nouveau à «\u202fReçue\u202f»" in page and 'class="toast"' not in page
    application.refresh_from_db()
    assert application.state == State.RECEIVED


def test_move_back_address_stays_on_this_site(posting, member):
    application = factories.application(posting)
    factories.held_interview(application)
    answer = move(member, application, "interview", **{"from": "board", "back": "https://evil.example/team/"})
    assert answer["Location"] == "/team/ruisseaux/"


def test_blocked_move_says_why_in_its_card(posting, member):
    application = factories.application(posting)
    answer = move(member, application, "interview", **{"from": "board"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "data-blocked" in page and 'role="alert"' in page
    application.refresh_from_db()
    assert application.state == State.RECEIVED


def test_conflict_says_so_on_the_page(posting, member):
    application = factories.application(posting, state=State.INTERVIEWED)
    answer = member.post(f"/a/{application.pk}/move/", {"action": "reject", "reason": "skills", "seen": "received"})
    assert answer.status_code == 409
    assert "déjà fait avancer cette candidature" in answer.content.decode()


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"action": "fly"}, 422),
        ({"action": ""}, 422),
        ({"action": "onboard"}, 409),
        ({"action": "reject"}, 422),
        ({"action": "reject", "reason": "nonsense"}, 422),
        ({"action": "reject", "reason": "skills", "subject": "{nope}", "body": "x"}, 422),
    ],
)
def test_move_refuses_what_makes_no_sense(posting, member, fields, status):
    application = factories.application(posting)
    assert member.post(f"/a/{application.pk}/move/", fields).status_code == status
    application.refresh_from_db()
    assert application.state == State.RECEIVED


def test_coach_and_strangers_cannot_move(posting, coach, stranger):
    application = factories.application(posting)
    assert move(coach, application, "reject", reason="skills").status_code == 403
    assert move(stranger, application, "reject", reason="skills").status_code == 404
    application.refresh_from_db()
    assert application.state == State.RECEIVED


def test_rejection_sends_the_words_that_were_written(posting, member):
    application = factories.application(posting)
    fields = {"reason": "experience", "subject": "Notre réponse", "body": "Bonjour,\r\n\r\nNon merci."}
    answer = move(member, application, "reject", **fields)
    assert answer["Location"] == f"/a/{application.pk}/"
    mail = application.messages.get(kind="rejected_candidate")
    assert (mail.subject, mail.body, mail.status) == ("Notre réponse", "Bonjour,\n\nNon merci.", "held")
    page = member.get(f"/a/{application.pk}/").content.decode()
    assert "Ce courriel part dans 5\u202fmin" in page and "Non merci." in page


@pytest.mark.parametrize(("send", "held"), [("hold", True), ("now", False), ("not", None)])
def test_move_mail_leaves_when_it_is_told(posting, member, send, held):
    application = factories.application(posting)
    move(member, application, "reject", reason="skills", send=send)
    mail = application.messages.filter(kind="rejected_candidate").first()
    assert (mail is None) == (held is None)
    if mail is not None:
        assert (mail.due_at > timezone.now()) == held


def test_letter_is_changed_kept_back_and_sent(posting, member):
    application = factories.application(posting)
    move(member, application, "reject", reason="skills")
    mail = application.messages.get(kind="rejected_candidate")
    assert "letter_subject" in member.get(f"/a/{application.pk}/?edit={mail.pk}").content.decode()
    refused = member.post(f"/outbox/{mail.pk}/edit/", {"subject": "", "body": "x"})
    assert refused.status_code == 422 and "letter_subject" in refused.content.decode()
    member.post(f"/outbox/{mail.pk}/edit/", {"subject": "Autre objet", "body": "Autre texte"})
    mail.refresh_from_db()
    assert (mail.subject, mail.body, mail.edited) == ("Autre objet", "Autre texte", True)
    member.post(f"/outbox/{mail.pk}/send/", {"from": "outbox"})
    mail.refresh_from_db()
    assert mail.due_at <= timezone.now()
    assert member.post(f"/outbox/{mail.pk}/discard/")["Location"] == f"/a/{application.pk}/"
    mail.refresh_from_db()
    assert mail.status == "discarded"
    assert member.post(f"/outbox/{mail.pk}/send/").status_code == 409


def test_letters_belong_to_the_team(posting, member, coach, stranger):
    application = factories.application(posting)
    move(member, application, "reject", reason="skills")
    mail = application.messages.get(kind="rejected_candidate")
    for step in ("edit", "send", "discard", "settle"):
        fields = {"subject": "x", "body": "y"}
        assert stranger.post(f"/outbox/{mail.pk}/{step}/", fields).status_code == 404
        assert coach.post(f"/outbox/{mail.pk}/{step}/", fields).status_code == 403
    assert mail.subject in member.get("/outbox/").content.decode()
    assert mail.subject not in stranger.get("/outbox/").content.decode()


def test_uncertain_mail_waits_for_a_person(posting, member):
    application = factories.application(posting)
    application.messages.update(status="uncertain", answer="no answer")
    mail = application.messages.get()
    assert "rien ne permet de le savoir" in member.get("/outbox/").content.decode()
    assert "Rien ne dit si notre courriel est arrivé" in member.get(f"/a/{application.pk}/").content.decode()
    member.post(f"/outbox/{mail.pk}/settle/", {"arrived": "yes", "from": "outbox"})
    mail.refresh_from_db()
    assert mail.status == "sent"


def test_application_never_shows_the_private_link(posting, member):
    application = factories.application(posting)
    page = member.get(f"/a/{application.pk}/").content.decode()
    assert "candidature est bien arrivée" in page  # there was something to leak: the mail that holds the link
    assert application.link_token not in page and "{link}" not in page.split('id="move-reject"')[0]


def test_interview_is_recorded_and_unblocks(posting, member):
    application = factories.application(posting)
    address = f"/a/{application.pk}/interviews/"
    yesterday = timezone.localtime() - dt.timedelta(days=1)
    tomorrow = timezone.localtime() + dt.timedelta(days=1)
    fields = {"status": "held", "minutes": "45", "place": "visio"}
    refused = member.post(address, fields | {"at": f"{tomorrow:%Y-%m-%dT%H:%M}"})
    assert refused.status_code == 422 and "est à venir" in refused.content.decode().lower()
    assert member.post(address, fields | {"at": "demain"}).status_code == 422
    kept = member.post(address, fields | {"at": f"{yesterday:%Y-%m-%dT%H:%M}"}, follow=True).content.decode()
    assert "L’entretien est noté." in kept and "btn-go" in kept
    assert application.interviews.held().count() == 1
    assert move(member, application, "interview").status_code == 302


def test_planned_interview_is_settled(posting, member):
    application = factories.application(posting)
    meeting = factories.held_interview(application, status=InterviewStatus.PLANNED)
    address = f"/a/{application.pk}/interviews/{meeting.pk}/"
    assert member.post(address, {"status": "eaten"}).status_code == 422
    member.post(address, {"status": "held"})
    meeting.refresh_from_db()
    assert meeting.status == InterviewStatus.HELD
    elsewhere = factories.held_interview(factories.application())
    assert member.post(f"/a/{application.pk}/interviews/{elsewhere.pk}/", {"status": "missed"}).status_code == 404


def test_terms_are_filled_in_parts(posting, member):
    application = factories.application(posting, state=State.INTERVIEWED)
    address = f"/a/{application.pk}/terms/"
    member.post(address, {"kind": "freelance", "day_rate": "612,50"})
    contract = application.contracts.get()
    assert (contract.kind, str(contract.day_rate), contract.start) == ("freelance", "612.50", None)
    assert "Date" in move(member, application, "contract").content.decode()
    soon = f"{clock.today() + dt.timedelta(days=7)}"
    whole = {"kind": "freelance", "day_rate": "612,50", "days_per_week": "4", "start": soon, "months": "6"}
    member.post(address, whole)
    assert move(member, application, "contract").status_code == 302
    member.post(address, whole | {"months": "9"})
    assert "6" in application.notes.get().text
    long_ago = whole | {"months": "9", "start": f"{clock.today() - dt.timedelta(days=3 * 365)}"}
    asked = member.post(address, long_ago | {"known_start": soon})  # as the page gave it
    assert asked.status_code == 422 and "date de plus d’un an" in asked.content.decode()
    again = re.search(r'name="known_start" value="([^"]*)"', asked.content.decode())
    assert again and again[1] == long_ago["start"]
    assert member.post(address, long_ago | {"known_start": again[1]}).status_code == 302
    assert f"{application.contracts.get().start}" == long_ago["start"]
    assert f'name="known_start" value="{again[1]}"' in member.get(f"/a/{application.pk}/").content.decode()
    for wrong in (
        {"day_rate": "-1"},
        {"day_rate": "abc"},
        {"days_per_week": "6"},
        {"start": "hier"},
        {"kind": "slave"},
    ):
        answer = member.post(address, wrong)
        assert answer.status_code == 422 and "ne sont pas encore enregistrées" in answer.content.decode()


def test_checklist_takes_the_usual_list_and_ticks(posting, member):
    application = factories.application(posting, state=State.CONTRACTED)
    for _ in range(2):
        member.post(f"/a/{application.pk}/tasks/usual/")
    assert application.onboarding_tasks.count() == 7
    task = application.onboarding_tasks.first()
    member.post(f"/a/{application.pk}/tasks/{task.pk}/", {"done": "yes"})
    task.refresh_from_db()
    assert task.done_at is not None
    member.post(f"/a/{application.pk}/tasks/{task.pk}/", {"done": "no"})
    assert OnboardingTask.objects.get(pk=task.pk).done_at is None
    member.post(f"/a/{application.pk}/tasks/", {"title": "Un badge", "owner": "team"})
    assert not application.onboarding_tasks.get(title="Un badge").required


def test_coach_notes_and_does_no_more(posting, coach):
    application = factories.application(posting)
    coach.post(f"/a/{application.pk}/note/", {"text": "À rappeler <b>lundi</b>"})
    page = coach.get(f"/a/{application.pk}/").content.decode()
    assert "À rappeler &lt;b&gt;lundi&lt;/b&gt;" in page
    for address in ("terms/", "tasks/", "tasks/usual/", "interviews/"):
        fields = {"at": "2026-01-01T10:00", "status": "planned", "minutes": 45, "title": "x", "owner": "team"}
        assert coach.post(f"/a/{application.pk}/{address}", fields).status_code == 403
    assert coach.post(f"/a/{application.pk}/note/", {"text": ""}).status_code == 422


def test_form_addresses_lead_back_when_asked_for_alone(posting, member):
    application = factories.application(posting)
    for address in ("move/", "undo/", "note/", "terms/", "tasks/", "tasks/usual/", "interviews/"):
        answer = member.get(f"/a/{application.pk}/{address}")
        assert answer.status_code == 302 and answer["Location"].startswith(f"/a/{application.pk}/")


@pytest.mark.parametrize("state", list(State))
def test_application_page_stands_in_every_state(posting, member, coach, state):
    application = factories.application(posting, state=state)
    for client in (member, coach):
        assert client.get(f"/a/{application.pk}/").status_code == 200


def test_reopening_under_a_closed_posting_asks_why(posting, member):
    application = factories.application(posting, state=State.WITHDRAWN)
    posting.status = "closed"
    posting.save()
    assert move(member, application, "reopen").status_code == 409
    assert move(member, application, "reopen", reason="Une place de plus").status_code == 302


def test_document_is_downloaded_never_run(posting, member, stranger):
    from backend.hiring.documents import Upload

    application = factories.application(posting, uploads=[Upload("CV é.txt", b"bonjour")])
    document = application.documents.get()
    answer = member.get(f"/a/{application.pk}/documents/{document.pk}/")
    assert b"".join(answer.streaming_content) == b"bonjour"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert stranger.get(f"/a/{application.pk}/documents/{document.pk}/").status_code == 404
    other = factories.application(posting)
    assert member.get(f"/a/{other.pk}/documents/{document.pk}/").status_code == 404


def test_pdf_is_given_to_the_team(posting, member, stranger):
    application = factories.application(posting)
    answer = member.get(f"/a/{application.pk}/summary.pdf")
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF-")
    assert stranger.get(f"/a/{application.pk}/summary.pdf").status_code == 404


def test_undo_of_what_is_too_late_says_so(posting, member, settings):
    application = factories.application(posting)
    move(member, application, Action.REJECT, reason="skills")
    settings.HOLD_SECONDS = 0
    answer = member.post(f"/a/{application.pk}/undo/")
    assert answer.status_code == 409 and "temps" in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"), [("/team/ruisseaux/list/", 13), ("/outbox/", 10), ("/triage/", 11), ("/teams/", 8)]
)
def test_lists_ask_the_same_whatever_their_length(posting, address, queries, rows, django_assert_num_queries):
    from notifications.models import IncomingMail

    for n in range(rows):
        factories.application(posting)
        IncomingMail.objects.create(message_id=f"<{n}@x>", raw=b"", outcome="triage", team=posting.team)
    client = sign_in(factories.user(posting.team))
    client.get(address)
    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_application_page_asks_the_same_whatever_its_history(posting, rows, django_assert_num_queries):
    application = factories.application(posting, state=State.CONTRACTED)
    for _ in range(rows):
        factories.held_interview(application)
        factories.task(application)
        application.notes.create(text="note", author=factories.user(posting.team))
    client = sign_in(factories.user(posting.team))
    with django_assert_num_queries(31):
        assert client.get(f"/a/{application.pk}/").status_code == 200


def test_nothing_that_others_write_becomes_markup(posting, member):
    from notifications.models import IncomingMail

    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    application = factories.application(posting, name=evil, message=evil, links=["javascript:alert(1)"])
    application.notes.create(text=evil)
    application.messages.create(
        direction="in", kind="incoming", status="received", sender=evil, recipient="x", subject=evil, body=evil
    )
    factories.held_interview(application, place=evil)
    factories.task(application, title=evil)
    IncomingMail.objects.create(
        message_id="<1@x>", raw=b"", outcome="triage", team=posting.team, subject=evil, sender_name=evil, text=evil
    )
    move(member, application, "interview")
    pages_read = [f"/a/{application.pk}/", "/team/ruisseaux/", "/team/ruisseaux/list/", "/outbox/", "/triage/"]
    for address in [*pages_read, f"/c/{application.link_token}/"]:
        page = member.get(address).content.decode()
        assert "&lt;script&gt;" in page, address  # there was something to run
        assert "<script>" not in page and "<img" not in page and 'href="javascript:' not in page


def test_interview_to_come_is_not_settled_and_says_so_once(posting, member):
    application = factories.application(posting)
    meeting = factories.held_interview(
        application, status=InterviewStatus.PLANNED, at=timezone.now() + dt.timedelta(days=2)
    )
    refused = member.post(f"/a/{application.pk}/interviews/{meeting.pk}/", {"status": "held"})
    assert refused.status_code == 422 and refused.content.decode().count("ne peut pas avoir été tenu") == 1


def test_contracts_that_end_soon_stand_on_the_board_and_on_the_list_of_teams():
    application = factories.application(state="contracted", name="Théo Garnier")
    contract = application.contracts.get()
    client = sign_in(factories.user(application.team, factories.team()))
    with clock.at(timezone.make_aware(dt.datetime.combine(contract.ends - dt.timedelta(days=10), dt.time(9)))):
        page = client.get("/teams/").content.decode()
        board = client.get(f"/team/{application.team.slug}/").content.decode()
    assert "Contrats qui finissent bientôt" in page and "Théo Garnier" in page and "10 jours" in page
    assert f'<a href="/a/{application.pk}/?do=renewal#renewal">Théo Garnier</a>, 10' in board
    for address in ("/teams/", f"/team/{application.team.slug}/"):
        assert "Contrats qui finissent" not in client.get(address).content.decode()


def orders(client, address) -> list[str]:
    return re.findall(r'href="/a/[^"]+">(Ada|Élise|Zoé)</a>', client.get(address).content.decode())


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("", ["Zoé", "Ada", "Élise"]),
        ("waiting", ["Zoé", "Ada", "Élise"]),
        ("nonsense", ["Zoé", "Ada", "Élise"]),
        ("newest", ["Ada", "Zoé", "Élise"]),
        ("late", ["Élise", "Zoé", "Ada"]),
        ("name", ["Ada", "Élise", "Zoé"]),
    ],
)
def test_board_table_and_neighbours_follow_one_order(posting, member, sort, names):
    now = timezone.now()
    made = {}
    for name, waits, since in (("Zoé", 3, 2), ("Ada", 2, 1), ("Élise", 1, 3)):
        made[name] = factories.application(posting, name=name)
        times = {"state_since": now - dt.timedelta(days=waits), "created_at": now - dt.timedelta(days=since)}
        Application.objects.filter(pk=made[name].pk).update(**times)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Application.objects.filter(pk=made["Élise"].pk).update(answer_by=yesterday)
    for address in ("/team/ruisseaux/", "/team/ruisseaux/list/"):
        assert orders(member, f"{address}?sort={sort}") == names
        place = {"in": f"{address}?sort={sort}"}
        for before, name, after in zip(["", *names], names, [*names[1:], ""], strict=False):
            page = member.get(f"/a/{made[name].pk}/", place).content.decode()
            found = dict(re.findall(r'rel="(prev|next)"[^>]+>[^<]*<span class="sr"> (\w+)', page))
            assert (found.get("prev", ""), found.get("next", "")) == (before, after)
