"""`./jalon run --check`: a page, a sign-in, a move and its mail, seen from outside."""

import html
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import Any

from launcher import django
from launcher.say import Failure
from launcher.services import Services
from launcher.supervise import show

MAIL_SECONDS = 60
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
MOVE = {"action": "reject", "from": "received", "reason": "other_choice", "mail": {"hold": 0}}


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


def main(services: Services, address: str) -> int:
    """Try each step, print what was seen and how long it took; return 0 if all went well, else 1."""
    seen: dict[str, Any] = {}
    for title, step in STEPS:
        began = time.monotonic()
        try:
            words, good = step(services, address, seen), True
        except (Unexpected, Failure, OSError, LookupError, TypeError, ValueError) as error:
            words, good = f"{type(error).__name__}: {error}", False
        show(f"{'✓' if good else '✗'} {title:<8} {time.monotonic() - began:6.2f} s  {words}")
        if not good:
            return 1
    return 0


def page(services: Services, address: str, seen: dict[str, Any]) -> str:
    """See the public page."""
    _, text = Browser(address).get("/")
    if "Jalon" not in text:
        raise Unexpected("the public page does not name Jalon")
    return f"the public page, with {len(set(re.findall(r'/p/[^/]+/', text)))} postings"


def sign_in(services: Services, address: str, seen: dict[str, Any]) -> str:
    """Sign in as the member of the demo."""
    found = json.loads(django.quiet(services, "load_demo", "--accounts", "--json", SITE_URL=address))
    accounts = {account["role"]: account for account in found["accounts"]}
    seen["member"], seen["admin"] = accounts["member"], accounts["admin"]
    return Browser(address).sign_in(seen["member"]["email"], seen["member"]["password"])


def move(services: Services, address: str, seen: dict[str, Any]) -> str:
    """Move one application by the API, as the member."""
    words = ("create_token", "--email", seen["member"]["email"], "--scope", "write")
    api = Api(address, django.quiet(services, *words).strip())
    received = api.call("applications/?state=received")["results"]
    if not received:
        raise Unexpected("no application is received and not yet answered; delete var/ to load the demo anew")
    application = received[0]
    transition = api.call(f"applications/{application['id']}/transitions/", MOVE)
    written = api.call(f"messages/?application={application['id']}")["results"]
    seen["mail"] = next(message for message in written if message["transition"] == transition["id"])
    return f"application {application['id']} to {transition['to']}"


def mail(services: Services, address: str, seen: dict[str, Any]) -> str:
    """Wait for the mail of the move in the mailbox, as the administrator."""
    browser = Browser(address)
    browser.sign_in(seen["admin"]["email"], seen["admin"]["password"])
    subject, recipient = (html.escape(seen["mail"][name]) for name in ("subject", "recipient"))
    row = re.compile(f"{re.escape(subject)}</a></th><td>{re.escape(recipient)}<")
    deadline = time.monotonic() + MAIL_SECONDS
    while not row.search(browser.get("/mailbox/")[1]):
        if time.monotonic() > deadline:
            raise Unexpected(f"no mail “{seen['mail']['subject']}” to {recipient} after {MAIL_SECONDS} seconds")
        time.sleep(0.5)
    return f"{recipient} was told: {seen['mail']['subject']}"


STEPS: tuple[tuple[str, Callable[[Services, str, dict[str, Any]], str]], ...] = (
    ("page", page),
    ("sign-in", sign_in),
    ("move", move),
    ("mail", mail),
)
