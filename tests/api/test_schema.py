"""The committed schema is what the code does: compared, validated, and tried with what Hypothesis makes of it."""

import json
from pathlib import Path

import pytest
import schemathesis
import yaml
from django.conf import settings
from django.db import transaction
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from schemathesis.core import NotSet

from backend.accounts import actors
from backend.api import schema
from backend.integrations import endpoints
from backend.integrations.models import Event
from tests import factories
from tests.api.client import client, of
from workflow.states import State

COMMITTED = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"
AGAIN = "./jalon manage spectacular --lang en --validate --file docs/openapi.yaml"


@pytest.fixture
def document() -> dict:
    return json.loads(schema.document())


def test_schema_is_the_committed_one(document):
    assert yaml.safe_load(COMMITTED.read_text()) == document, f"The API changed. Look at it, then run: {AGAIN}"


def test_schema_is_valid_and_served_to_all(document, client):
    validate_schema(document)
    answer = client.get("/api/v1/schema/")
    assert (answer.status_code, answer.json()["openapi"]) == (200, "3.1.0")
    assert client.post("/api/v1/schema/").status_code == 405


def test_every_operation_has_a_name_words_and_its_refusals(document):
    operations = [(method, operation) for path in document["paths"].values() for method, operation in path.items()]
    assert len({operation["operationId"] for _, operation in operations}) == len(operations) > 30
    for method, operation in operations:
        assert operation["description"], operation["operationId"]
        assert "401" in operation["responses"]
        if method != "get":
            assert {"403", "422"} <= operation["responses"].keys()
            assert "Idempotency-Key" in {parameter["name"] for parameter in operation["parameters"]}


@pytest.mark.slow
@pytest.mark.django_db
def test_api_answers_whatever_the_schema_allows_as_the_schema_says(document, readable_documents):
    """No 5xx, and every answer is one that the schema describes: each operation, with ids that exist and others."""
    posting = factories.posting()
    application = factories.application(posting, state=State.INTERVIEWED)
    rows = {
        "postings": posting.pk,
        "candidates": application.candidate_id,
        "applications": application.pk,
        "transitions": application.transitions.first().pk,
        "interviews": application.interviews.first().pk,
        "contracts": factories.contract(application).pk,
        "onboarding-tasks": factories.task(application).pk,
        "messages": application.messages.first().pk,
    }
    api = client(posting.team)
    rows["reports"] = "workload"
    rows["tokens"] = of(api.user).token.pk
    rows["webhooks"] = endpoints.add(
        team=posting.team, actor=actors.of_user(api.user), url="https://crochet.example/", wanted=Event.values
    ).pk
    rows["evaluations"] = application.evaluations.create(author=api.user, recommendation="go_on").pk
    rows["team"] = posting.team.slug
    statuses: set[tuple[str, int]] = set()
    for result in schemathesis.openapi.from_dict(document).get_all_operations():
        operation = result.ok()
        try_out(document, operation, api, rows, statuses)
    assert {("get", 200), ("get", 422), ("post", 201), ("patch", 200), ("delete", 204), ("get", 404)} <= statuses


def try_out(document, operation, api, rows, statuses):
    """Send what Hypothesis makes of one operation, half of it about a row that exists."""

    known = rows[operation.path.split("/")[3]]

    @given(case=operation.as_strategy(), exists=st.booleans())
    @hypothesis_settings(
        max_examples=20,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def one(case, exists):
        if exists:
            if case.path_parameters:
                case.path_parameters[next(iter(case.path_parameters))] = str(known)
            if isinstance(case.body, dict):
                named = {name[:-1]: str(rows[name]) for name in ("applications", "postings")} | {"team": rows["team"]}
                case.body = case.body | {name: pk for name, pk in named.items() if name in case.body}
        with transaction.atomic():
            answer = send(api, case)
            transaction.set_rollback(True)
        statuses.add((operation.method, answer.status_code))
        assert answer.status_code < 500, (operation.label, case.body, answer.content)
        described = operation.definition.raw["responses"].get(str(answer.status_code))
        assert described is not None, (operation.label, answer.status_code, case.body, answer.content[:300])
        conforms(document, described, answer)

    one()


def send(api, case):
    """Send one case through Django's own client."""
    path = case.formatted_path
    query = [
        (name, value)
        for name, given in (case.query or {}).items()
        for value in (given if isinstance(given, list) else [given])
    ]
    headers = {name: str(value) for name, value in (case.headers or {}).items() if name == "Idempotency-Key"}
    body = {}
    if case.media_type is not None and not isinstance(case.body, NotSet):
        if case.media_type == "multipart/form-data":
            body = {"data": case.body if isinstance(case.body, dict) else {}, "format": "multipart"}
        else:
            body = {"data": json.dumps(case.body), "content_type": "application/json"}
    return getattr(api, case.method.lower())(path, **body, query_params=query or None, headers=headers)


def conforms(document, described, answer):
    """Raise unless the body is what the schema says of this status."""
    import jsonschema_rs

    content = described.get("content", {})
    if not content:
        assert answer.content == b""
        return
    media_type = answer["Content-Type"].split(";")[0]
    assert media_type in content
    if media_type == "application/json":
        whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "components": document["components"]}
        jsonschema_rs.Draft202012Validator(whole | content[media_type]["schema"], validate_formats=True).validate(
            answer.json()
        )
