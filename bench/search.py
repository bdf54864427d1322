"""How long a search takes among 100,000 applications: `./jalon test -q -s bench/search.py`.

The applications are written past the lifecycle's triggers, the entries as `index` makes them.
"""

import random
import statistics
import time
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from backend.search import index
from backend.search.models import Entry, Stale
from tests import factories
from workflow.models import Application

APPLICATIONS, TEAMS, ROUNDS = 100_000, 20, 15
FIRST = [
    "Camille", "Théo", "Inès", "Bakary", "Lou", "Sacha",
    "Noé", "Maëlle", "Élodie", "Yanis", "Jeanne", "Karim", "Solène", "Hugo", "Aïcha", "Paul",
]  # fmt: skip
SYLLABLES = [
    "va", "lo", "mi", "ran", "ser", "bou",
    "del", "car", "tin", "ger", "fon", "mar", "li", "ro", "sé", "bre", "gal", "pin", "tho", "ver",
]  # fmt: skip
TEXTS = (
    "J’ai dirigé des équipes de développement et conçu des services publics numériques à {place}.",
    "Ten years of accessible interfaces, mostly in Python and Django, from {place}.",
    "Rappeler mardi au sujet des disponibilités ; a demandé le télétravail depuis {place}.",
)
ASKED = {
    "a word of every file": "équipes développement",
    "a name": "Théo Valomi",
    "a name with a typo": "Theo Valimo",
    "the beginning of a rare word": "zirko",
    "words of several texts": "accessibles télétravail mardi",
    "nothing": "introuvable",
}


def name(chance: random.Random) -> str:
    return f"{chance.choice(FIRST)} {''.join(chance.choices(SYLLABLES, k=3)).capitalize()}"


@pytest.mark.timeout(1800)
@pytest.mark.django_db
def test_search_answers_within_200_ms():
    chance = random.Random(4)
    teams = [factories.team() for _ in range(TEAMS)]
    model = factories.application(factories.posting(teams[0]))
    postings = [factories.posting(team) for team in teams]
    index.sweep()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    for start in range(0, APPLICATIONS, 5000):
        people, rows = [], []
        for n in range(start, start + 5000):
            posting = postings[n % TEAMS]
            place = "Zirkonia" if n % 5000 == 7 else "".join(chance.choices(SYLLABLES, k=2))
            person = type(model.candidate)(
                team=posting.team, name=name(chance), email=f"p{n}@courrier.example", email_key=f"p{n}@courrier.example"
            )
            row = Application(pk=uuid.uuid4(), posting=posting, candidate=person, answer_by=timezone.localdate())
            row.number = n + 2
            row.message = " ".join(text.format(place=place) for text in TEXTS)
            row.link_digest = f"{n:064}"
            people.append(person)
            rows.append(row)
        type(model.candidate).objects.bulk_create(people)
        Application.objects.bulk_create(rows)
        for at in range(0, 5000, 1000):
            index.make({row.pk for row in rows[at : at + 1000]})
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE")
    assert Entry.objects.count() == APPLICATIONS + 1 and not Stale.objects.exists()
    for who, theirs in (("one team of 20", teams[:1]), ("all 20 teams", teams)):
        client = Client()
        client.force_login(factories.user(*theirs))
        for what, asked in ASKED.items():
            times = []
            for _ in range(ROUNDS):
                began = time.perf_counter()
                answer = client.get("/search/", {"q": asked})
                times.append((time.perf_counter() - began) * 1000)
                assert answer.status_code == 200
            p95 = statistics.quantiles(times, n=20)[-1]
            print(f"| {who} | {what} | {statistics.median(times):.0f} | {p95:.0f} |")
            assert statistics.median(times) < 200, (who, what, times)
