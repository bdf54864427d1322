"""Terms: what they come to, renewals, the end that is announced; and tasks that are late."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from tests import factories
from workflow.models.contracts import last_day
from workflow.states import State

pytestmark = pytest.mark.django_db
WHOLE = {"kind": "freelance", "day_rate": "600", "days_per_week": "4", "start": "2027-01-04", "months": "6"}


@pytest.fixture
def posting():
    return factories.posting(factories.team(slug="ruisseaux", name="Ruisseaux"), day_rate_min=550, day_rate_max=650)


def sign_in(user) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="fr")
    client.force_login(user)
    return client


@pytest.fixture
def member(posting):
    return sign_in(factories.user(posting.team))


def page(client, application) -> str:
    return client.get(f"/a/{application.pk}/").content.decode()


def renewal(**fields):
    return {f"renewal-{name}": value for name, value in (WHOLE | {"start": "2027-07-04"} | fields).items()}


def ending_in(application, days):
    """Let the only contract end in so many days."""
    today = timezone.localdate()
    start = next(
        day for day in (today - dt.timedelta(n) for n in range(500)) if last_day(day, 6) == today + dt.timedelta(days)
    )
    application.contracts.update(start=start, months=6)


def test_terms_say_what_they_come_to(posting, member):
    application = factories.application(posting, state=State.INTERVIEWED)
    assert "Dernier jour" not in page(member, application)
    live = member.get(f"/a/{application.pk}/terms/total/", WHOLE).content.decode()
    assert "3\u00a0juillet 2027" in live and "104" in live and "62\u202f400\u202f€" in live
    partly = member.get(f"/a/{application.pk}/terms/total/", {"start": "2027-01-04", "months": "6", "day_rate": "x"})
    assert "3\u00a0juillet 2027" in partly.content.decode() and "€" not in partly.content.decode()
    assert member.get(f"/a/{application.pk}/terms/total/").content.decode().strip() == ""
    member.post(f"/a/{application.pk}/terms/", WHOLE)
    kept = page(member, application)
    assert "62\u202f400\u202f€" in kept and "L’annonce prévoyait 550 à 650" in kept.replace("\u00a0", " ").replace(
        "\u202f", " "
    )


def test_renewal_is_a_contract_of_its_own_with_its_pdf(posting, member):
    application = factories.application(posting, state=State.CONTRACTED)
    first = application.contracts.get()
    assert member.post(f"/a/{application.pk}/renewals/", renewal(start="2030-01-01")).status_code == 302
    first, second = application.contracts.all()
    assert (first.number, second.number, second.months, str(second.day_rate)) == (1, 2, 6, "600.00")
    html = page(member, application)
    assert "Renouvellement 1" in html
    for contract in (first, second):
        assert f"/a/{application.pk}/terms/{contract.pk}.pdf" in html
        answer = member.get(f"/a/{application.pk}/terms/{contract.pk}.pdf")
        assert answer.content.startswith(b"%PDF-") and answer["Content-Type"] == "application/pdf"
    elsewhere = factories.application(posting, state=State.CONTRACTED).contracts.get()
    assert member.get(f"/a/{application.pk}/terms/{elsewhere.pk}.pdf").status_code == 404


@pytest.mark.parametrize(
    ("state", "fields", "status", "words"),
    [
        (State.INTERVIEWED, {}, 409, "suit un contrat signé"),
        (State.CONTRACTED, {"months": ""}, 422, "Il manque encore pour le renouvellement"),
        (State.CONTRACTED, {"start": "2001-01-01"}, 422, "commence après"),
        (State.CONTRACTED, {"day_rate": "-1"}, 422, "pas encore enregistré"),
    ],
)
def test_renewal_that_does_not_hold_changes_nothing(posting, member, state, fields, status, words):
    application = factories.application(posting, state=state)
    before = application.contracts.count()
    answer = member.post(f"/a/{application.pk}/renewals/", renewal(**fields))
    assert answer.status_code == status and words in answer.content.decode()
    assert application.contracts.count() == before


def test_only_members_renew(posting):
    application = factories.application(posting, state=State.CONTRACTED)
    coach = sign_in(factories.user(posting.team, role="coach"))
    assert coach.post(f"/a/{application.pk}/renewals/", renewal(start="2030-01-01")).status_code == 403
    assert "Noter un renouvellement" not in page(coach, application)


@pytest.mark.parametrize(
    ("days", "told", "urgent"),
    [(31, False, False), (30, True, False), (16, True, False), (15, True, True), (0, True, True)],
)
def test_end_is_announced_30_and_15_days_before(posting, member, days, told, urgent):
    application = factories.application(posting, state=State.CONTRACTED)
    ending_in(application, days)
    html = page(member, application)
    assert ("Le contrat se termine le" in html) == told
    assert ('page-body" data-tone="stop"' in html) == urgent
    member.post(f"/a/{application.pk}/renewals/", renewal(start="2030-01-01"))
    assert "Le contrat se termine le" not in page(member, application)


def test_tasks_are_due_by_the_start_and_late_ones_are_marked(posting, member):
    application = factories.application(posting, state=State.CONTRACTED)
    start = timezone.localdate() + dt.timedelta(days=60)
    application.contracts.update(start=start)
    member.post(f"/a/{application.pk}/tasks/usual/")
    due = list(application.onboarding_tasks.values_list("due", flat=True))
    assert due == [start + dt.timedelta(days=n) for n in (-10, -5, -5, -3, -1, -7, 30)]
    assert "en retard" not in page(member, application).split('id="tasks"')[1].split("</section>")[0]
    task = application.onboarding_tasks.first()
    application.onboarding_tasks.filter(pk=task.pk).update(due=timezone.localdate() - dt.timedelta(days=1))
    assert page(member, application).count(", en retard</span>") == 1
    member.post(f"/a/{application.pk}/tasks/{task.pk}/", {"done": "yes"})
    assert ", en retard</span>" not in page(member, application)


def test_usual_tasks_of_a_near_start_are_due_today_at_the_earliest(posting, member):
    application = factories.application(posting, state=State.CONTRACTED)
    application.contracts.update(start=timezone.localdate() + dt.timedelta(days=2))
    member.post(f"/a/{application.pk}/tasks/usual/")
    assert not [task for task in application.onboarding_tasks.all() if task.is_overdue]
