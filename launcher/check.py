"""`./jalon run --check`: a page, a sign-in, a move and its mail, seen from outside.

`python -m launcher.check ADDRESS`, in the environment of the running processes.
"""

import html
import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import Any

from launcher.paths import PYTHON, ROOT
from launcher.say import prepare, show

MAIL_SECONDS = 60
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
MAIL = re.compile(r'<a href="(/mailbox/[0-9a-f-]{36}/)">(.*?)</a></th><td>(.*?)</td>')
REFUSE = {"action": "reject", "from": "received", "reason": "other_choice", "mail": {"hold": 0}}
REOPEN = {"action": "reopen", "from": "rejected", "reason": "./jalon run --check", "notify": False}


class Unexpected(Exception):
    """What was seen is not what should have been."""


@dataclass
class Browser:
    """A visitor with cookies."""

    address: str
    opener: urllib.request.OpenerDirector = field(init=False)

    def __post_init__(self) -> None:
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies)

    def get(self, path: str) -> tuple[str, str]:
        """Return the address where a page was found, after redirects, and its text."""
        return self.open(urllib.request.Request(self.address + path))

    def post_form(self, path: str, **fields: str) -> tuple[str, str]:
        """Fill in the form of a page and send it."""
        where, page = self.get(path)
        token = CSRF.search(page)
        if token is None:
            raise Unexpected(f"{path} shows no form")
        body = urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": token[1]}).encode()
        return self.open(urllib.request.Request(where, data=body, headers={"Referer": where}))

    def sign_in(self, email: str, password: str) -> str:
        """Sign in, and say where it led."""
        where, _ = self.post_form("/accounts/login/", login=email, password=password)
        if "/accounts/login" in where:
            raise Unexpected(f"{email} was not let in")
        return f"{email}, to {urllib.parse.urlsplit(where).path}"

    def open(self, request: urllib.request.Request) -> tuple[str, str]:
        """Send a request; return where it led and the text."""
        try:
            with self.opener.open(request, timeout=20) as response:
                return response.url, response.read().decode()
        except urllib.error.HTTPError as error:
            body = error.read(300).decode(errors="replace")
            raise Unexpected(f"{request.full_url} answered {error.code}: {body}") from None


@dataclass
class Api:
    """The API, with a token."""

    address: str
    token: str

    def call(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the answer to a GET, or to a POST of the body."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.address}/api/v1/{path}", data=data, headers=headers)
        answer: dict[str, Any] = json.loads(Browser(self.address).open(request)[1])
        return answer


@dataclass
class Seen:
    """What one step leaves for the next."""

    address: str
    env: Mapping[str, str]
    admin: Browser = field(init=False)
    accounts: dict[str, dict[str, str]] = field(default_factory=dict)
    before: set[str] = field(default_factory=set)
    letter: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.admin = Browser(self.address)

    def manage(self, *words: str) -> str:
        """Return what a command of `manage.py` prints.

        Raises Unexpected if it fails.
        """
        command = [str(PYTHON), "manage.py", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, encoding="utf-8")
        if done.returncode != 0:
            raise Unexpected(f"manage.py {words[0]} failed: {done.stderr.strip()}")
        return done.stdout

    def mailbox(self) -> dict[str, tuple[str, str]]:
        """Return subject and recipients of the newest mails, by their pages, as the administrator sees them."""
        rows = MAIL.findall(self.admin.get("/mailbox/")[1])
        return {page: (html.unescape(subject), html.unescape(to)) for page, subject, to in rows}


def main(address: str, env: Mapping[str, str]) -> int:
    """Try each step, print what was seen and how long it took; return 0 if all went well, else 1."""
    seen = Seen(address, env)
    for title, step in STEPS:
        began = time.monotonic()
        try:
            words, good = step(seen), True
        except (Unexpected, OSError, LookupError, TypeError, ValueError) as error:
            words, good = str(error) if isinstance(error, Unexpected) else repr(error), False
        show(f"{'✓' if good else '✗'} {title:<8} {time.monotonic() - began:6.2f} s  {words}")
        if not good:
            return 1
    return 0


def page(seen: Seen) -> str:
    """See the public page."""
    _, text = Browser(seen.address).get("/")
    if "Jalon" not in text:
        raise Unexpected("the public page does not name Jalon")
    return f"the public page, with {len(set(re.findall(r'/p/[^/]+/', text)))} postings"


def sign_in(seen: Seen) -> str:
    """Sign in as the member of the demo."""
    found = json.loads(seen.manage("load_demo", "--accounts", "--json"))["accounts"]
    seen.accounts = {one["role"]: {"email": one["email"], "password": one["password"]} for one in found}
    return Browser(seen.address).sign_in(**seen.accounts["member"])


def move(seen: Seen) -> str:
    """Refuse one application by the API, as the member; then put it back, so that the next check finds it."""
    token = seen.manage("create_token", "--email", seen.accounts["member"]["email"], "--scope", "write").strip()
    api = Api(seen.address, token)
    received = [
        one
        for one in api.call("applications/?state=received")["results"]
        if str(one["candidate"]["email"]).endswith(".example")
    ]
    if not received:
        raise Unexpected("no application of the demo is in the state received; delete var/ to load the demo anew")
    application = received[0]
    path = f"applications/{application['id']}/transitions/"
    seen.admin.sign_in(**seen.accounts["admin"])
    seen.before = set(seen.mailbox())
    refused, back = api.call(path, REFUSE), api.call(path, REOPEN)
    written = api.call(f"messages/?application={application['id']}")["results"]
    seen.letter = next(message for message in written if message["transition"] == refused["id"])
    return f"the application of {application['candidate']['email']} to {refused['to']}, and back to {back['to']}"


def mail(seen: Seen) -> str:
    """Wait for the mail of the move in the mailbox, as the administrator."""
    subject, recipient = seen.letter["subject"], seen.letter["recipient"]
    deadline = time.monotonic() + MAIL_SECONDS
    while time.monotonic() < deadline:
        new = [row for page, row in seen.mailbox().items() if page not in seen.before]
        if (subject, recipient) in new:
            return f"{recipient} was told: {subject}"
        time.sleep(0.5)
    raise Unexpected(f"no mail “{subject}” to {recipient} in the mailbox after {MAIL_SECONDS} seconds")


STEPS: tuple[tuple[str, Callable[[Seen], str]], ...] = (
    ("page", page),
    ("sign-in", sign_in),
    ("move", move),
    ("mail", mail),
)

if __name__ == "__main__":
    prepare()
    sys.exit(main(sys.argv[1], os.environ))
