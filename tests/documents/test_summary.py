from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from backend.accounts import actors
from backend.documents import dossier, log, summary
from notifications.models import Direction, Message, Status
from tests import factories
from tests.documents import pages, samples
from tests.documents.test_terms import positions
from workflow import services
from workflow.models import Note
from workflow.states import Action, Rejection

pytestmark = pytest.mark.django_db

QUERIES = (
    11  # application, documents, contracts, tasks, transitions, interviews, participants, notes, messages; one spare
)


def test_summary_in_french_tells_the_file_in_order() -> None:
    made = samples.full()
    text = pages.text(summary.render(made, "fr", now=samples.NOW))
    in_order = [
        "Ruisseaux", "Dossier de candidature", "Yasmine Belloui", "Développeuse ou développeur back-end",
        "Reçue 2 octobre 2026", "Entretien passé 14 octobre 2026",
        "Contrat signé ici depuis le 9 novembre 2026", "Arrivée à venir, le 4 janvier 2027",
        "La personne", made.candidate.email, "01 99 00 45 67", "depots.example/ybelloui",
        "2 octobre 2026 (par le formulaire)", "CV Yasmine Belloui.pdf (640 ko)", "Réalisations.pdf (1,2 Mo)",
        "Les conditions", "Indépendant", "620 € HT par jour (prévu : 550 à 650 €)", "64 480 € HT au plus (104 jours)",
        "Le fil (du plus récent au plus ancien)",
        "9 nov. 2026, 11 h 20 Courriel envoyé : « Vos conditions, noir sur blanc » Ruisseaux",
        "9 nov. 2026, 11 h 20 Contrat signé Lou Ferrandier",
        "14 oct. 2026, 15 h 30 Entretien passé Idris Mauvoisin",
        "5 oct. 2026, 8 h 30 Courriel reçu : « Re: Trois créneaux pour nous rencontrer » Yasmine Belloui",
        "3 oct. 2026, 9 h 15 Note", "Références solides, à voir vite.",
        "2 oct. 2026, 18 h 47 Reçue Yasmine Belloui",
        "Les entretiens", "14 oct. 2026, 14 h 30", "visio.example/ruisseaux", "tenu, 45 min",
        "Les préparatifs (2 faits sur 5)", "Bon de commande émis", "fait le 21 novembre 2026", "à faire, requis",
        "Le message reçu (2 octobre 2026)", "Bonjour,", "Je suis libre à partir de janvier",
    ]  # fmt: skip
    assert positions(text, in_order) == sorted(positions(text, in_order))
    assert "Confidentiel : réservé à l’équipe." in text


def test_summary_in_english() -> None:
    text = pages.text(summary.render(samples.full(), "en", now=samples.NOW))
    for words in (
        "Application summary", "Contract signed here since 9 November 2026", "to come, on 4 January 2027",
        "€620 a day before tax (planned: €550 to €650)", "E-mail sent: “Vos conditions, noir sur blanc”",
        "2 done of 5", "14 Oct 2026, 14:30", "Confidential: for the team only.",
    ):  # fmt: skip
        assert words in text


def test_summary_for_the_candidate_leaves_out_what_is_internal() -> None:
    made = samples.rejected()
    application = samples.full()
    application.contracts.update(rate_reason="Profil rare.")
    internal = [
        "Références solides",
        "Profil rare",
        "Bon de commande émis",
        "Idris Mauvoisin Entretien",
        "Confidentiel",
    ]
    for_team = pages.text(summary.render(application, "fr"))
    for_candidate = pages.text(summary.render(application, "fr", for_candidate=True))
    assert [words for words in internal[:3] if words in for_team] == internal[:3]
    assert [words for words in internal if words in for_candidate] == []
    assert "Pièce d’identité et RIB envoyés" in for_candidate
    reason = "Une autre personne a été choisie"
    assert pages.text(summary.render(made, "fr")).count(reason) == 2
    assert reason not in pages.text(summary.render(made, "fr", for_candidate=True))


def test_summary_never_shows_the_private_link() -> None:
    made = samples.full()
    made.message = f"Mon lien est {made.link}"
    made.save(update_fields=["message"])
    Note.objects.create(application=made, text=made.link_token)
    for pdf in (summary.render(made, "fr"), summary.render(made, "fr", for_candidate=True)):
        assert made.link_token not in pages.text(pdf).replace(" ", "")
        assert "Mon lien est" in pages.text(pdf)


def test_summary_reads_a_fixed_number_of_rows_sets(django_assert_num_queries: Any) -> None:
    small, large = samples.bare(), samples.long_log(30)
    summary.render(small, "fr")
    with django_assert_num_queries(QUERIES - 2):  # no interview, so no participants to fetch
        summary.render(small, "fr")
    with django_assert_num_queries(QUERIES - 1):
        summary.render(large, "fr")


def test_summary_of_every_end() -> None:
    assert "Refusée" in pages.text(summary.render(samples.rejected(), "fr"))
    text = pages.text(summary.render(samples.withdrawn(), "fr", for_candidate=True))
    assert "Retirée" in text
    assert "J’ai trouvé plus près de chez moi." in text


def test_summary_of_almost_nothing_says_so() -> None:
    text = pages.text(summary.render(samples.bare(), "fr"))
    assert text.count("à préciser") == 6
    assert "Documents aucun" in text
    assert "Aucun entretien n’est encore prévu." in text
    assert "Les préparatifs" not in text


def test_log_of_a_move_taken_back_is_told_to_the_team_alone() -> None:
    made = factories.application()
    actor = factories.member(made.team)
    services.move(pk=made.pk, action=Action.REJECT, actor=actor, reason=Rejection.SKILLS)
    services.undo(pk=made.pk, actor=actor)
    found = dossier.read(made.pk)
    assert [entry.moved for entry in log.entries(found, for_candidate=False) if entry.moved] == [True] * 3
    assert [entry.said for entry in log.entries(found, for_candidate=True) if entry.moved] == [""]


def test_log_shows_only_mails_that_left_or_arrived_and_concern_the_candidate() -> None:
    made = factories.application()
    before = made.messages.count()
    mails = {
        "parti": (Direction.OUT, Status.SENT, made.candidate.email),
        "incertain": (Direction.OUT, Status.UNCERTAIN, made.candidate.email.upper()),
        "retenu": (Direction.OUT, Status.HELD, made.candidate.email),
        "jeté": (Direction.OUT, Status.DISCARDED, made.candidate.email),
        "mort": (Direction.OUT, Status.DEAD, made.candidate.email),
        "à l’équipe": (Direction.OUT, Status.SENT, "equipe@equipe.example"),
        "arrivé": (Direction.IN, Status.RECEIVED, made.candidate.email),
        "d’ailleurs": (Direction.IN, Status.RECEIVED, "tiers@ailleurs.example"),
    }
    for subject, (direction, status, address) in mails.items():
        Message.objects.create(
            application=made,
            direction=direction,
            status=status,
            kind="test",
            subject=subject,
            body="",
            sender=address if direction == Direction.IN else "",
            recipient=address if direction == Direction.OUT else "",
            message_id=f"<{subject}>",
            due_at=timezone.now() + dt.timedelta(days=1),
        )
    assert made.messages.count() == before + len(mails)
    found = dossier.read(made.pk)

    def told(*, for_candidate: bool) -> set[str]:
        what = " ".join(entry.what for entry in log.entries(found, for_candidate=for_candidate))
        return {subject for subject in mails if f"“{subject}”" in what or subject in what}

    assert told(for_candidate=False) == {"parti", "incertain", "arrivé", "d’ailleurs"}
    assert told(for_candidate=True) == {"parti", "incertain", "arrivé"}


def test_gone_are_the_statuses_of_mails_that_left_or_arrived() -> None:
    assert set(dossier.GONE) == {Status.SENT, Status.UNCERTAIN, Status.RECEIVED}


def test_summary_does_not_touch_the_application_it_was_given() -> None:
    made = samples.full()
    assert actors.SYSTEM.kind == "system"
    summary.render(made, "fr")
    assert not getattr(made, "_prefetched_objects_cache", {})
