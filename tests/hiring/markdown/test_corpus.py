"""The readers against real postings, which stay outside of the project."""

import pytest

from backend.hiring.markdown import measure, source
from backend.hiring.markdown.refusal import SourceRefused
from tests.hiring.markdown.reading import ABSENT, LABELS, POSTINGS, SEEDS, values_of

pytestmark = pytest.mark.skipif(not LABELS.exists(), reason=ABSENT)

THRESHOLDS = {
    "apply_to": 0.9,
    "day_rate_min": 0.9,
    "day_rate_max": 0.9,
    "duration_months": 0.9,
    "days_per_week_min": 0.8,
    "days_per_week_max": 0.8,
    "start": 0.8,
    "remote": 0.8,
    "contract": 0.8,
}
# File name: day rate, days a week, months, renewable, start, deadline, remote, contract, as a person reads them.
READ_BY_EYE = {
    "2017-01-12-mes-aides-dev.v2.md": (None, None, 3, 5, None, False, None, None, "partial", ["freelance"]),
    "2017-10-16-developpeur-mrs.v2.md": (None, None, 4, None, 6, True, "2022-01", None, "partial", ["freelance"]),
    "2018-08-29-classes12-dev.md": (None, None, None, None, 3, True, None, None, "partial", ["freelance"]),
    "2018-10-01-dev-datagouv.md": (None, None, None, None, 36, False, "asap", None, "partial", ["fixed_term"]),
    "2018-11-26-mobilot-bizdev.md": (None, None, 5, 5, 5, False, "2019-01", None, None, ["fixed_term"]),
    "2019-08-04-aplus-bizdev-femme-homme.md": (None, None, None, None, 4, False, None, None, "partial", ["freelance"]),
    "2020-11-04-recrutement-bizdevs-beta.md": (
        *(None, None, 5, 5, 6, False, "2021-01-04", "2020-11-23", "partial", ["fixed_term"]),
    ),
    "2020-11-20-offre-dev-egalim.md": (None, 600, 3, 3, 6, True, "2020-12", None, "partial", ["freelance"]),
    "2020-12-03-zero-logement-vacant-bizdev.md": (
        *(250, 450, 3, 5, 4, True, "2021-01-11", None, "partial", ["freelance"]),
    ),
    "2021-01-14-itou-data-analyst.md": (None, None, 2, 2, 3, True, "2021-02", None, "partial", ["freelance"]),
    "2021-06-10-bizdev.et.animation.partenariale.md": (*(400, 550, 4, None, 2, False, "asap", None, "full", []),),
    "2021-07-19-un.e.developpeur.euse.fullstack.md": (
        *(600, 600, 4, 5, 2, True, "2021-08-25", None, "full", ["freelance"]),
    ),
    "2021-07-23-ux.designer.md": (None, None, None, None, 12, True, None, "2021-09-10", None, ["fixed_term"]),
    "2021-07-30-potentiel.recrute.un.e.charge-e.de.deploiement.md": (
        *(None, None, 3, None, 4, True, "2021-09", None, "partial", ["freelance"]),
    ),
    "2021-11-17-charge.e.de.croissance.md": (450, 550, 4, 4, None, True, "2021-11", None, "full", ["freelance"]),
    "2021-12-07-chargee.de.deploiement-lapins.md": (None, None, 3, 5, 3, True, "asap", None, "partial", ["freelance"]),
    "2022-01-17-developpeur.se.full.stack.md": (500, 650, 4, 4, 3, True, "2022-02-01", None, "partial", ["freelance"]),
    "2022-05-06-data.engineer.md": (None, None, None, None, 36, False, None, None, "partial", ["fixed_term"]),
    "2022-11-28-Une.ou.un.charge.deploiement.reva.md": (
        *(300, 450, 4, 4, 7, True, "2022-12", None, "partial", ["freelance"]),
    ),
    "test.de.fiche.de.poste.md": (None, None, None, None, None, False, None, None, None, []),
}
READ = ("day_rate_min", "day_rate_max", "days_per_week_min", "days_per_week_max", "duration_months", "renewable")
READ += ("start", "apply_before", "remote", "contract")


def test_labelled_postings_are_read_as_a_careful_reader_does():
    rows = measure.measure(LABELS, POSTINGS)
    assert [row.total for row in rows] == [20] * 14
    assert {row.name for row in rows if row.exact < THRESHOLDS.get(row.name, 0.8) * row.total} == set()


@pytest.mark.parametrize("name", READ_BY_EYE)
def test_other_postings_are_read_as_by_eye(name):
    values = values_of(POSTINGS / name)[1].values
    assert tuple(values[fact] for fact in READ) == READ_BY_EYE[name]


def test_refused_are_precisely_the_files_without_front_matter():
    refused, without = set(), set()
    for path in POSTINGS.iterdir():
        if not any(line.startswith(b"---") for line in path.read_bytes().splitlines()):
            without.add(path.name)
        try:
            source.read_file(path)
        except SourceRefused as refusal:
            refused.add(path.name)
            assert "no front matter" in refusal.reason
    assert without
    assert refused == without


def test_no_key_of_a_posting_is_lost():
    for path in [*POSTINGS.iterdir(), *SEEDS.iterdir()]:
        try:
            fields, _ = values_of(path)
        except SourceRefused:
            continue
        front = source.read_file(path).front
        assert fields.raw == front
        assert fields.unknown == {}
        said = path.read_bytes().decode().split("---")[1]
        assert [key for key in front if f"{key}" not in said] == []


def test_seeds_keep_their_fields():
    read = {path.name[:3]: values_of(path)[0] for path in SEEDS.iterdir()}
    assert [read[key].status for key in sorted(read)] == ["open", "closed", "open", "open", "closed"]
    assert [read[key].published for key in sorted(read)] == [
        "2021-11-15",
        "2022-05-31",
        "2022-11-22",
        None,
        "2021-07-09",
    ]
    assert [read[key].team for key in sorted(read)] == [
        *("trackdechets", "trackdechets", "ecobalyse", "metiers-numerique-gouv-fr", "article-40"),
    ]
    assert read["000"].techno == ("Typescript", "PostgreSQL", "Elasticsearch", "GraphQL", "React.js")
    assert read["000"].junior is False
    assert read["001"].domains == ("Développement",)
    assert set(read["001"].raw) == {"roles", "open", "startup", "title", "date", "domaines"}
