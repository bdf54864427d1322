"""Bad input of any kind gets a 4xx in the one shape, never a traceback."""

import json

import pytest
from django.test import Client as PlainClient

from backend.accounts.models import ApiToken
from tests import factories
from tests.api.client import client
from workflow.models import Application

pytestmark = pytest.mark.django_db


def nested(depth: int) -> bytes:
    return b'{"action": "withdraw", "data": ' + b'{"a":' * depth + b"1" + b"}" * depth + b"}"


VERY_DEEP = b"[" * 500_000
BODIES = {
    "nothing": (b"", 422),
    "half": (b'{"action": ', 400),
    "not utf-8": (b'{"action": "\xff"}', 400),
    "utf-16": ('{"action": "withdraw"}'.encode("utf-16"), 400),
    "NaN": (b'{"action": "withdraw", "data": {"a": NaN}}', 400),
    "Infinity": (b'{"action": "withdraw", "data": {"a": -Infinity}}', 400),
    "infinite": (b'{"action": "withdraw", "data": {"a": 1e999}}', 422),
    "long number": (b'{"action": "withdraw", "data": {"a": ' + b"9" * 5000 + b"}}", 400),
    "NUL": (b'{"action": "withdraw", "reason": "a\\u0000b"}', 422),
    "NUL in data": (b'{"action": "withdraw", "data": {"a": ["\\u0000"]}}', 422),
    "NUL in a name": (b'{"action": "withdraw", "data": {"\\u0000": 1}}', 422),
    "lone surrogate": (b'{"action": "withdraw", "data": {"a": "\\ud800"}}', 422),
    "deep": (nested(30), 422),
    "deeper": (nested(2000), 400),
    "very deep": (VERY_DEEP, 400),
    "giant": (b'{"action": "withdraw", "reason": "' + b"x" * 3_000_000 + b'"}', 413),
    "number": (b"12", 422),
    "null": (b"null", 422),
}


@pytest.mark.parametrize("name", BODIES)
def test_body_that_cannot_be_kept_is_refused_in_json(name):
    content, status = BODIES[name]
    application = factories.application()
    api = client(application.posting.team)
    answer = api.generic(
        "POST", f"/api/v1/applications/{application.pk}/transitions/", content, content_type="application/json"
    )
    assert answer.status_code == status, answer.content[:500]
    assert answer["Content-Type"] == "application/json"
    assert set(answer.json()) - {"fields"} == {"code", "detail"}
    assert Application.objects.get(pk=application.pk).state == "received"


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "", "é"])
def test_body_of_another_type_is_415(content_type):
    application = factories.application()
    api = client(application.posting.team)
    path = f"/api/v1/applications/{application.pk}/transitions/"
    answer = api.generic("POST", path, b'{"action": "withdraw"}', content_type=content_type)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "path",
    [
        "/api/",
        "/api/v1/",
        "/api/v2/applications/",
        "/api/v1/nothing/",
        "/api/v1/applications/12/",
        "/api/v1/applications/%00/",
        "/api/v1/applications/../../etc/",
        "/api/v1/transitions/-1/",
        "/api/v1/transitions/" + "9" * 5000 + "/",
        "/api/v1/transitions/99999999999999999999999/",
        "/api/v1/applications/00000000-0000-0000-0000-000000000000/",
        "/api/v1/applications/00000000-0000-0000-0000-000000000000/transitions/",
        "/api/v1/applications/00000000-0000-0000-0000-000000000000/summary.pdf",
    ],
    ids=lambda path: path[:60],
)
def test_address_that_is_none_is_404_in_json(path):
    api = client(factories.team())
    for method in ("get", "post", "patch", "delete"):
        answer = getattr(api, method)(path, {}, format="json") if method != "get" else api.get(path)
        assert answer.status_code in ((404,) if method == "get" else (404, 405)), (method, answer.content)
        assert answer["Content-Type"] == "application/json"
        assert answer.json()["code"] in ("not_found", "method_not_allowed")


def test_address_without_its_last_slash_is_shown_the_way():
    api = client(factories.team())
    answer = api.get("/api/v1/applications?state=received")
    assert (answer.status_code, answer["Location"]) == (308, "/api/v1/applications/?state=received")


def test_method_that_does_not_exist_is_405_in_json():
    answer = client(factories.team()).delete("/api/v1/applications/")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer a b", "Bearer nothing", "Bearer é", "Basic YTpi", "", "Bearer \x7f\xff", "bearer"]
)
def test_token_that_opens_nothing_is_401(header):
    answer = PlainClient().get("/api/v1/applications/", headers={"Authorization": header, "Accept-Language": "en"})
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json()["code"] == "unauthenticated"


def test_token_of_a_user_who_left_opens_nothing():
    api = client(factories.team())
    api.reads("applications/")
    type(api.user).objects.filter(pk=api.user.pk).update(is_active=False)
    assert api.get("/api/v1/applications/").status_code == 401


def test_token_is_revoked_by_its_owner_alone():
    team = factories.team()
    api, colleague = client(team), client(team)
    assert api.writes(f"tokens/{colleague.token.pk}/", method="delete").status_code == 404
    assert api.writes(f"tokens/{api.token.pk}/", method="delete").status_code == 204
    assert api.get("/api/v1/tokens/").status_code == 401
    assert ApiToken.objects.filter(pk=colleague.token.pk, revoked_at=None).exists()


def test_session_opens_no_api():
    """A browser's cookie is no token: a page elsewhere must not be able to use it."""
    browser = PlainClient()
    browser.force_login(factories.user(factories.team()), backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get("/api/v1/applications/").status_code == 401


def test_words_follow_the_language_asked_for():
    api = client(factories.team())
    said = {
        language: api.get(
            "/api/v1/applications/00000000-0000-0000-0000-000000000000/", headers={"Accept-Language": language}
        ).json()["detail"]
        for language in ("en", "fr")
    }
    assert said == {"en": "There is nothing here.", "fr": "Il n’y a rien à cette adresse."}


def test_request_for_another_host_is_json_400():
    answer = client(factories.team()).get("/api/v1/applications/", headers={"Host": "elsewhere.example:80:80"})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_fault_outside_the_views_is_json_500(monkeypatch):
    from backend.api import errors

    def fail(request):
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(errors, "plain", lambda status, plain=errors.plain: plain(status) if status == 500 else fail(0))
    api = client(factories.team())
    api.raise_request_exception = False
    answer = api.get("/api/v1/nothing/")
    assert (answer.status_code, answer.json()["code"]) == (500, "error")
    assert b"secret" not in answer.content


def test_unforeseen_error_is_json_without_a_traceback(monkeypatch):
    from backend.api.v1.applications import Applications

    def fail(self):
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(Applications, "rows", fail)
    api = client(factories.team())
    api.raise_request_exception = False
    answer = api.get("/api/v1/applications/")
    assert answer.status_code == 500
    assert answer.json()["code"] == "error"
    assert "secret" not in json.dumps(answer.json())
