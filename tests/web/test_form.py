"""The public form in full: its questions, its files that wait, and what keeps machines out."""

import datetime as dt
import hashlib
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from backend.common import client as connections
from backend.hiring import kept
from backend.hiring.models import KeptFile, Question, Sending
from backend.web import stamps
from tests import factories
from workflow.models import Answer, Application, Note

pytestmark = pytest.mark.django_db
FRENCH = {"HTTP_ACCEPT_LANGUAGE": "fr"}
PDF = b"%PDF-1.4\n%fictional\n"
GOOD = {"name": "Inès Valmorin", "email": "ines@courrier.example", "message": "Bonjour."}


def stamp(seconds=60):
    return str(stamps.Stamp("secret-" + "x" * 10, timezone.now() - dt.timedelta(seconds=seconds)))


def send(posting, **fields):
    headers = fields.pop("headers", {})
    given = {key: value for key, value in ({"form": stamp()} | GOOD | fields).items() if value is not None}
    return Client(**FRENCH).post(f"/p/{posting.slug}/", given, headers=headers)


def form_of(text):
    return re.search(r'name="form" value="([^"]+)"', text)[1]


@pytest.fixture
def asking():
    posting = factories.posting()
    rows = [
        ("short", "Votre ville ?", True, []),
        ("long", "Un projet dont vous êtes fier ou fière ?", False, []),
        ("choice", "Quand ?", True, ["Janvier", "Février"]),
        ("file", "Un extrait", True, []),
    ]
    for position, (kind, label, required, choices) in enumerate(rows, 1):
        Question.objects.create(
            posting=posting, position=position, kind=kind, label=label, required=required, choices=choices
        )
    posting.names = [f"q_{question.pk.hex}" for question in posting.questions.all()]
    return posting


def test_questions_are_asked_answered_and_kept_with_their_words(asking):
    text = Client(**FRENCH).get(f"/p/{asking.slug}/").content.decode()
    assert [text.index(words) for words in ("Votre ville", "Un projet", "Quand", "Un extrait")] == sorted(
        text.index(words) for words in ("Votre ville", "Un projet", "Quand", "Un extrait")
    )
    extract = SimpleUploadedFile("extrait.pdf", PDF)
    answer = send(asking, **dict(zip(asking.names, ["Auch", "", "Février", extract], strict=True)))
    assert answer.status_code == 302
    made = Application.objects.get()
    rows = [(row.label, row.kind, row.text, row.document and row.document.name) for row in made.answers.all()]
    assert rows == [
        ("Votre ville ?", "short", "Auch", None),
        ("Quand ?", "choice", "Février", None),
        ("Un extrait", "file", "", "extrait.pdf"),
    ]
    assert list(made.documents.values_list("name", flat=True)) == ["extrait.pdf"]
    asking.questions.all().delete()
    assert Answer.objects.filter(question=None).count() == 3  # the answer outlives the question


def test_required_question_says_what_is_missing(asking):
    text = send(asking).content.decode()
    assert "3 points à corriger" in text and text.count("l’équipe le demande") == 4
    assert "Choisissez une des réponses." in text and not Application.objects.exists()


def test_answer_that_was_not_offered_is_refused(asking):
    given = dict(zip(asking.names, ["Auch", "", "Mars", SimpleUploadedFile("e.pdf", PDF)], strict=True))
    assert send(asking, **given).status_code == 422


def test_answers_are_on_the_team_s_page_and_in_the_api(asking):
    given = dict(zip(asking.names, ["Auch", "Celui-ci", "Mars", SimpleUploadedFile("e.pdf", PDF)], strict=True))
    send(asking, **(given | {asking.names[2]: "Janvier"}))
    made = Application.objects.get()
    client = Client(**FRENCH)
    client.force_login(factories.user(asking.team))
    text = client.get(f"/a/{made.pk}/").content.decode()
    assert "Réponses à vos questions" in text and "Celui-ci" in text and "e.pdf" in text


def test_second_application_keeps_its_answers_in_the_note(asking):
    given = dict(zip(asking.names, ["Auch", "", "Janvier", SimpleUploadedFile("e.pdf", PDF)], strict=True))
    send(asking, **given)
    given = dict(zip(asking.names, ["Lyon", "", "Février", SimpleUploadedFile("f.pdf", PDF + b"2")], strict=True))
    send(asking, message="Encore moi.", **given)
    note = Note.objects.get().text
    assert "Encore moi." in note and "Votre ville ?\nLyon" in note
    assert Application.objects.get().documents.count() == 2


def test_files_wait_when_something_is_wrong_and_arrive_with_the_next_sending():
    posting = factories.posting()
    files = {
        "cv": SimpleUploadedFile("CV.pdf", PDF),
        "documents": [SimpleUploadedFile("a.txt", b"a"), SimpleUploadedFile("b.txt", b"b")],
    }
    first = send(posting, name="", **files)
    text = first.content.decode()
    assert first.status_code == 422 and not Application.objects.exists()
    assert all(name in text for name in ("CV.pdf", "a.txt", "b.txt")) and text.count('name="remove"') == 3
    assert form_of(text) == stamp() or KeptFile.objects.count() == 3
    gone = KeptFile.objects.get(name="a.txt")
    paths = [Path(row.file.path) for row in KeptFile.objects.all()]
    assert all(path.exists() and path.stat().st_mode & 0o077 == 0 and "CV" not in path.name for path in paths)
    second = send(posting, form=form_of(text), remove=[str(gone.pk)])
    assert second.status_code == 302
    assert sorted(Application.objects.get().documents.values_list("name", flat=True)) == ["CV.pdf", "b.txt"]


@pytest.mark.django_db(transaction=True)
def test_files_that_arrived_or_were_removed_wait_no_longer():
    posting = factories.posting()
    text = send(posting, name="", cv=SimpleUploadedFile("CV.pdf", PDF)).content.decode()
    path = Path(KeptFile.objects.get().file.path)
    send(posting, form=form_of(text))
    assert not KeptFile.objects.exists() and not path.exists()


def test_another_cv_replaces_the_one_that_waits():
    posting = factories.posting()
    text = send(posting, name="", cv=SimpleUploadedFile("vieux.pdf", PDF)).content.decode()
    text = send(posting, name="", form=form_of(text), cv=SimpleUploadedFile("neuf.pdf", PDF + b"2")).content.decode()
    assert "neuf.pdf" in text and "vieux.pdf" not in text
    send(posting, form=form_of(text))
    assert list(Application.objects.get().documents.values_list("name", flat=True)) == ["neuf.pdf"]


def test_good_file_waits_where_another_is_refused():
    bad, good = SimpleUploadedFile("x.html", b"<html>"), SimpleUploadedFile("bon.txt", b"oui")
    text = send(factories.posting(), documents=[bad, good]).content.decode()
    assert list(KeptFile.objects.values_list("name", flat=True)) == ["bon.txt"] and "x.html" in text


def test_files_of_one_form_are_not_another_s():
    posting = factories.posting()
    send(posting, name="", cv=SimpleUploadedFile("CV.pdf", PDF))
    other = str(stamps.Stamp("another-secret", timezone.now() - dt.timedelta(minutes=1)))
    assert "CV.pdf" not in send(posting, name="", form=other).content.decode()
    assert "CV.pdf" not in send(posting, name="", form="forged").content.decode()
    row = KeptFile.objects.get()
    assert "secret" not in row.form
    send(posting, name="", form=other, remove=[str(row.pk)])
    assert KeptFile.objects.filter(pk=row.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_files_are_swept_after_an_hour():
    posting = factories.posting()
    send(posting, name="", cv=SimpleUploadedFile("CV.pdf", PDF))
    path = Path(KeptFile.objects.get().file.path)
    assert kept.sweep() == 0 and path.exists()
    KeptFile.objects.update(created_at=timezone.now() - dt.timedelta(minutes=61))
    assert kept.of("secret-" + "x" * 10) == []  # not even before the sweep
    assert kept.sweep() == 1 and not path.exists() and not KeptFile.objects.exists()


@pytest.mark.parametrize(("name", "value"), [("KEPT_FILES_MAX_BYTES", 25), ("KEPT_FILES_MAX_COUNT", 1)])
def test_no_room_for_files_is_said(settings, name, value):
    setattr(settings, name, value)
    files = [SimpleUploadedFile("a.pdf", PDF), SimpleUploadedFile("b.pdf", PDF + b"2")]
    text = send(factories.posting(), name="", documents=files).content.decode()
    assert KeptFile.objects.count() == 1 and "Choisissez de nouveau vos fichiers" in text


def test_double_click_is_one_application_without_a_note():
    posting = factories.posting()
    assert [send(posting).status_code for _ in range(3)] == [302, 302, 302]
    assert (Application.objects.count(), Note.objects.count()) == (1, 0)
    send(posting, message="Autre chose.")
    assert (Application.objects.count(), Note.objects.get().text) == (1, "Autre chose.")


@pytest.mark.parametrize(
    ("given", "words"),
    [(None, "vérifier que cette page"), ("nonsense", "vérifier que cette page"), (1, "C’était très rapide"),
     (90_000, "depuis plus d’un jour")],
)  # fmt: skip
def test_stamp_tells_machines_from_people_who_send_again(settings, given, words):
    settings.FORM_MIN_SECONDS = 3
    posting = factories.posting()
    answer = send(posting, form=stamp(given) if isinstance(given, int) else given)
    text = answer.content.decode()
    assert answer.status_code == 422 and words in text and GOOD["message"] in text
    assert not Application.objects.exists()
    settings.FORM_MIN_SECONDS = 0  # some seconds later
    assert send(posting, form=form_of(text)).status_code == 302


def test_pace_is_limited_by_address_and_by_connection_with_words(settings):
    settings.FORM_PER_HOUR = {"connection": 3, "address": 2}
    rows = [factories.posting() for _ in range(4)]
    assert [send(row).status_code for row in rows[:3]] == [302, 302, 429]
    assert send(rows[2], email="autre@courrier.example").status_code == 302
    answer = send(rows[3], email="tiers@courrier.example")
    text = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")
    assert "votre connexion" in text and "Rien n’est perdu" in text and GOOD["message"] in text
    Sending.objects.update(created_at=timezone.now() - dt.timedelta(minutes=61))
    assert send(rows[3], email="tiers@courrier.example").status_code == 302


def test_pace_keeps_no_address():
    send(factories.posting())
    plain = {"127.0.0.1", GOOD["email"], hashlib.sha256(b"127.0.0.1").hexdigest()}
    assert Sending.objects.count() == 3 and not plain & set(Sending.objects.values_list("key", flat=True))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "found"),
    [(0, "9.9.9.9", "127.0.0.1"), (1, "1.1.1.1, 9.9.9.9", "9.9.9.9"), (2, "1.1.1.1, 9.9.9.9, 10.0.0.1", "9.9.9.9"),
     (2, "9.9.9.9", "127.0.0.1"), (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), (1, "::ffff:9.9.9.9", "9.9.9.9"),
     (1, "nonsense", "")],
)  # fmt: skip
def test_connection_is_known_behind_our_own_proxies_only(settings, rf, proxies, forwarded, found):
    settings.PROXIES = proxies
    assert connections.connection(rf.get("/", headers={"X-Forwarded-For": forwarded})) == found


def test_body_beyond_everything_is_refused_unread_with_words(settings):
    settings.BODY_MAX_BYTES = 1000
    answer = send(factories.posting(), message="x" * 2000)
    assert answer.status_code == 413 and "C’est trop en une fois" in answer.content.decode()
    assert not Application.objects.exists()


def test_form_says_what_happens_to_the_data():
    posting = factories.posting()
    assert "Ce que deviennent vos données" in Client(**FRENCH).get(f"/p/{posting.slug}/").content.decode()
    assert Client().get("/privacy/").status_code == 200


def test_files_of_one_person_never_show_in_another_s_form():
    posting = factories.posting()
    send(posting, name="", cv=SimpleUploadedFile("secret.pdf", PDF), documents=[SimpleUploadedFile("s.txt", b"s")])
    assert "secret.pdf" not in Client().get(f"/p/{posting.slug}/").content.decode()
    assert "secret.pdf" not in send(posting, name="", form=str(stamps.new())).content.decode()
    send(posting, form=str(stamps.new()), email="autre@courrier.example")
    assert not Application.objects.get().documents.exists()
