"""While the database does not answer: 503 everywhere, in words, and nothing of the fault itself."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ASK = """
import json, django
django.setup()
from django.test import Client
client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
client.cookies["sessionid"] = "somebody-is-signed-in-here"  # one that is looked up
given = {"authorization": "Bearer jalon_somebody", "accept-language": "en"}
for path in %r:
    answer = client.get(path, headers=given)
    print(json.dumps([path, answer.status_code, answer.headers.get("Retry-After"), answer.content.decode()]))
"""
ASKED = ("/", "/p/poste/", "/c/lien/", "/team/haies/", "/api/v1/applications/", "/metrics", "/readyz", "/healthz")


@pytest.fixture(scope="module")
def answers() -> dict[str, tuple[int, str | None, str]]:
    """Ask a Jalon whose database is at a port where nobody listens."""
    environment = os.environ | {
        "DATABASE_URL": "postgres://jalon@127.0.0.1:1/jalon",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "LOG_LEVEL": "CRITICAL",
    }
    run = subprocess.run(
        [sys.executable, "-c", ASK % (ASKED,)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    return {path: (status, again, content) for path, status, again, content in rows}


@pytest.mark.parametrize("path", [path for path in ASKED if path not in ("/readyz", "/healthz")])
def test_without_its_database_each_address_asks_to_come_back(answers, path: str):
    status, again, content = answers[path]
    assert (status, again) == (503, "10")
    assert not [word for word in ("Traceback", "psycopg", "OperationalError", "127.0.0.1:1") if word in content]
    if path.startswith("/api/"):
        assert json.loads(content)["code"] == "busy"


def test_without_its_database_jalon_is_alive_and_not_ready(answers):
    assert (answers["/healthz"][0], answers["/readyz"][0]) == (200, 503)
