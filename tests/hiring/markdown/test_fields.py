"""The drift of years taken out of the front matter."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.hiring.markdown.fields import read_fields, slug


@pytest.mark.parametrize(
    ("front", "title"),
    [
        ({"roles": "une dev"}, "une dev"),
        ({"role": " une   dev - "}, "une dev"),
        ({"roles": ["dev", "designer"]}, "dev, designer"),
        ({"roles": None, "title": "Marées recrute"}, "Marées recrute"),
        ({"titles": ["Marées recrute"]}, "Marées recrute"),
        ({"roles": "dev", "title": "Marées recrute"}, "dev"),
        ({"Roles ": "dev"}, "dev"),
        ({"open": True}, "Marées cherche"),
    ],
)
def test_title(front, title):
    assert read_fields(front, body="Bonjour\n\n## **Marées** cherche\n").title == title


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("2021-07-09-dev.full.stack.md", "dev full stack"),
        ("2021-07-09-dev.v2.md", "dev"),
        ("dossier/dev", "dev"),
        ("", "Untitled"),
    ],
)
def test_title_falls_back_on_the_file_name(name, title):
    assert read_fields({"open": True}, name=name).title == title


@pytest.mark.parametrize(
    ("front", "status"),
    [
        ({"open": True}, "open"),
        ({"open": "oui"}, "open"),
        ({"ouvert": "true "}, "open"),
        ({"open": False}, "closed"),
        ({"open": "non"}, "closed"),
        ({"status": "open", "poste_pourvu": False, "open": True}, "open"),
        ({"status": "ouvert"}, "open"),
        ({"status": "draft", "open": True}, "draft"),
        ({"status": "fermé", "open": True}, "closed"),
        ({"open": True, "poste_pourvu": True}, "closed"),
        ({"poste_pourvu": False}, "draft"),
        ({"open": "peut-être"}, "draft"),
        ({"open": None}, "draft"),
        ({}, "draft"),
    ],
)
def test_status(front, status):
    assert read_fields(front).status == status


@pytest.mark.parametrize(
    ("front", "name", "published"),
    [
        ({"date": "2021-11-15T14:39:54.406Z"}, "2017-01-01-dev.md", "2021-11-15"),
        ({"date": "22/07/2021"}, "", "2021-07-22"),
        ({"post_ouvert": "2020-12-22"}, "", "2020-12-22"),
        ({"poste_ouvert": "2020-12-22"}, "", "2020-12-22"),
        ({"date": "bientôt"}, "2017-01-02-dev.md", "2017-01-02"),
        ({"date": "2021-13-45"}, "", None),
        ({}, "dev.md", None),
    ],
)
def test_published(front, name, published):
    assert read_fields(front, name=name).published == published


def test_lists_are_read_from_texts_and_lists():
    assert read_fields({"techno": "Python / Elixir (Phoenix), CI/CD"}).techno == ("Python", "Elixir (Phoenix)", "CI/CD")
    assert read_fields({"techno": ["Vue, React", None, 3]}).techno == ("Vue, React", "3")
    assert read_fields({"techno": None}).techno == ()
    assert read_fields({"domaines": ["Développement"]}).domains == ("Développement",)
    assert read_fields({"contacts": "lea@marees.example"}).contacts == ("lea@marees.example",)


@pytest.mark.parametrize("key", ["externalURL", "externalUrl", "external_url"])
def test_external_url(key):
    assert read_fields({key: "https://marees.example/poste"}).external_url == "https://marees.example/poste"
    assert read_fields({key: "javascript:alert(1)"}).external_url is None


@pytest.mark.parametrize(
    ("front", "team", "name"),
    [
        ({"startup": "mes-marees"}, "mes-marees", "mes-marees"),
        ({"startup": "marees.gouv.example "}, "marees-gouv-example", "marees.gouv.example"),
        ({"startup": "Marées"}, "marees", "Marées"),
        ({"startup": "A+"}, "aplus", "A+"),
        ({"startup": "", "equipe": "Phares"}, "phares", "Phares"),
        ({"startup": None, "friend": "Les Phares"}, "les-phares", "Les Phares"),
        ({"startup": "!!!"}, None, "!!!"),
        ({}, None, None),
    ],
)
def test_team(front, team, name):
    fields = read_fields(front)
    assert (fields.team, fields.team_name) == (team, name)


def test_the_rest():
    fields = read_fields(
        {
            "junior": "oui",
            "contrat": ["CDD", "indépendent"],
            "poste_ferme": "2021-02-01",
            "humeur": {"a": [1]},
            "type": "x",
        }
    )
    assert (fields.junior, fields.contracts, fields.closes) == (True, ("freelance", "fixed_term"), "2021-02-01")
    assert fields.unknown == {"humeur": {"a": [1]}}
    assert fields.raw["humeur"] == {"a": [1]} and list(fields.raw) == [
        "junior",
        "contrat",
        "poste_ferme",
        "humeur",
        "type",
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=5), values, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(
    ["roles", "title", "open", "status", "date", "techno", "domaines", "contact", "contrat", "startup", "junior", "x"]
)


@settings(deadline=None)
@given(st.dictionaries(KEYS, JSON), st.text(max_size=50), st.text(max_size=30))
def test_any_value_is_read_and_none_is_lost(front, body, name):
    fields = read_fields(front, body=body, name=name)
    assert fields.raw == front
    assert fields.title
    assert fields.status in ("open", "draft", "closed")
    json.dumps(fields.raw)


@settings(deadline=None)
@given(st.text())
def test_slug_is_safe_in_an_address(text):
    assert set(slug(text)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert slug(slug(text)) == slug(text)
