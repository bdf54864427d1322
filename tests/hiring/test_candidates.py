"""A person is one row in each team, and what one team knows of them is not another's to see or to change."""

import threading

import pytest
from django.db import connection

from backend.common.errors import Invalid
from backend.hiring import candidates, corrections
from backend.hiring.candidates import Person
from backend.hiring.documents import Upload
from backend.hiring.models import Candidate
from tests import factories

pytestmark = pytest.mark.django_db
ADDRESS = "camille@courrier.example"
PDF = b"%PDF-1.4 un CV"


def test_what_a_person_tells_one_team_does_not_show_in_another():
    ours, theirs = factories.posting(), factories.posting()
    factories.application(
        theirs, email=ADDRESS, phone="06 12 34 56 78", uploads=[Upload("CV pour les autres.pdf", PDF)]
    )
    application = factories.application(ours, email=ADDRESS, name="Camille", uploads=[Upload("CV.pdf", PDF)])
    assert (application.candidate.name, application.candidate.phone) == ("Camille", "")
    assert [document.name for document in application.documents.all()] == ["CV.pdf"]


def test_a_correction_changes_nothing_for_another_team():
    ours, theirs = factories.application(email=ADDRESS), factories.application(email=ADDRESS, name="Camille Exemple")
    corrections.correct(
        pk=ours.candidate_id, actor=factories.member(ours.team), name="Une autre", email="pirate@courrier.example"
    )
    theirs.candidate.refresh_from_db()
    assert (theirs.candidate.name, theirs.candidate.email) == ("Camille Exemple", ADDRESS)


def test_same_person_on_two_postings_of_a_team_is_one_candidate():
    team = factories.team()
    found = {factories.application(factories.posting(team), email=email).candidate_id for email in (ADDRESS, ADDRESS)}
    assert len(found) == 1


def test_correction_to_an_address_that_the_team_knows_is_refused_and_changes_nothing():
    team = factories.team()
    one, two = (factories.application(factories.posting(team)) for _each in range(2))
    with pytest.raises(Invalid) as refusal:
        corrections.correct(
            pk=one.candidate_id, actor=factories.member(team), name="X", email=two.candidate.email.upper()
        )
    assert list(refusal.value.fields) == ["email"]
    assert Candidate.objects.get(pk=one.candidate_id).name == one.candidate.name


@pytest.mark.django_db(transaction=True)
def test_one_person_at_once_on_two_postings_of_a_team_is_one_candidate():
    team = factories.team()
    postings = [factories.posting(team) for _each in range(4)]
    gate = threading.Barrier(4)

    def apply(posting) -> None:
        gate.wait()
        factories.application(posting, email=ADDRESS)
        connection.close()

    threads = [threading.Thread(target=apply, args=(posting,)) for posting in postings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Candidate.objects.get().applications.count() == 4


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  Camille \n Exemple ", "Camille Exemple"),
        ("\u202eelpmexE", "elpmexE"),
        ("Ren\u0065\u0301", "René"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647"),
        ("\u200b", ""),
        ("\u3164", ""),
        ("\x7f\x01", ""),
        ("\u200d", ""),
    ],
)
def test_name_is_tidied_to_what_people_can_see(given: str, kept: str):
    assert candidates.tidy_name(given) == kept


def test_name_that_nobody_could_see_is_no_name():
    with pytest.raises(Invalid):
        candidates.recognise(Person(name="\u200b\u3164"), factories.team())


@pytest.mark.parametrize(
    "email", ['"\x01"@courrier.example', f"a@{'a' * 60}.{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.fr"]
)
def test_address_that_reaches_nobody_is_refused(email: str):
    with pytest.raises(Invalid) as refusal:
        candidates.recognise(Person(name="Camille", email=email), factories.team())
    assert list(refusal.value.fields) == ["email"]
