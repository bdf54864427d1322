"""The walker: every address × method × visitor, over a team whose every secret is marked with a canary."""

import html
import re
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from backend.accounts import actors, calendars, invitations
from backend.accounts.models import ApiToken, Incubator, Role, Scope, Team, User
from backend.exports import schedules
from backend.exports.models import Export
from backend.hiring import addresses, dedupe
from backend.hiring.documents import Upload
from backend.integrations import endpoints
from backend.integrations.models import Event
from notifications import wording
from notifications.models import IncomingMail, IntakeRule, MailboxItem, Outcome, Topic
from tests import factories
from workflow import evaluations, refusals, services
from workflow.models import Application, Note

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
WALLED = (401, 404, 405)
"""How an outsider is turned away from what is a team's: never 403, which would say that it exists."""


# ── The team and its canaries ─────────────────────────────────────────────────────────────────────────────────────────
CANARIES = {
    "candidate's name": "Kanari Premier",
    "candidate's address": "kanari.premier@secret.example",
    "candidate's phone": "+33 1 99 00 55 77",
    "candidate's LinkedIn": "linkedin.example/in/kanari",
    "candidate's message": "kanari-message-du-candidat",
    "document's name": "kanari-cv.txt",
    "document's content": "kanari-contenu-du-cv",
    "note": "kanari-note-de-l-equipe",
    "interview's place": "kanari-salle-des-entretiens",
    "terms": "kanari-raison-du-tarif",
    "evaluation": "kanari-avis-sur-la-personne",
    "task": "kanari-tache-d-arrivee",
    "draft's title": "Kanari brouillon secret",
    "draft's text": "kanari-texte-du-brouillon",
    "log's reason": "kanari-raison-du-retour",
    "log's data": "kanari-donnees-du-journal",
    "member's name": "Kanari Membre",
    "member's address": "kanari.membre@equipe.example",
    "unsorted mail's subject": "Kanari courriel non trié",
    "unsorted mail's sender": "kanari.inconnu@secret.example",
    "rule's address": "kanari-regle@equipe.example",
    "invited address": "kanari-invitee@secret.example",
    "team's own reason": "kanari-raison-de-refus",
    "team's own mail": "kanari-texte-de-refus",
    "incoming mail's text": "kanari-courriel-de-la-personne",
    "webhook's address": "kanari-adresse-secrete",
}
OWN = {
    "candidate's name",
    "candidate's address",
    "candidate's phone",
    "candidate's LinkedIn",
    "candidate's message",
    "document's name",
    "document's content",
    "interview's place",
    "terms",
    "member's name",
    "incoming mail's text",
}
"""What a candidate may see of these behind their own link."""
OTHERS_SECRET = "kanari-mail-d-une-autre-equipe"


@dataclass
class World:
    """The team, one of everything it has, and who comes to visit."""

    team: Team
    application: Application
    params: dict[str, dict[str, Any]] = field(default_factory=dict)
    bodies: dict[str, dict[str, Any]] = field(default_factory=dict)
    visitors: dict[str, "Visitor"] = field(default_factory=dict)


@dataclass
class Visitor:
    """Somebody with a browser or a token. `insider` belongs to the team; the candidate is one for their own link."""

    name: str
    client: Client
    insider: bool = False
    token: str = ""

    def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Send one request; whatever it wrote is taken back."""
        extra: dict[str, Any] = {"HTTP_ACCEPT_LANGUAGE": "en"}
        if self.token:
            extra["HTTP_AUTHORIZATION"] = f"Bearer {self.token}"
        if method in {"POST", "PUT", "PATCH", "DELETE"}:
            as_json = path.startswith("/api/")
            extra |= {"data": body or {}} | ({"content_type": "application/json"} if as_json else {})
            if not as_json and method != "POST":
                extra["content_type"] = "application/x-www-form-urlencoded"
                extra["data"] = ""
        writes: list[str] = []
        with transaction.atomic(), connection.execute_wrapper(_noting(writes)):
            answer = getattr(self.client, method.lower())(path, **extra)
            answer.seen = seen(answer)
            transaction.set_rollback(True)
        answer.writes = sorted(set(writes))
        return answer


WRITE = re.compile(
    r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?((?:accounts|hiring|workflow|notifications|integrations|exports)_\w+)',
    re.I,
)


def _noting(writes: list[str]) -> Callable[..., Any]:
    """Note each table of the product that is written, even where the answer says that nothing was."""

    def note(execute: Callable[..., Any], sql: str, *words: Any) -> Any:
        if (table := WRITE.match(sql)) is not None:
            writes.append(table[1])
        return execute(sql, *words)

    return note


def seen(answer: Any) -> str:
    """Give all that an answer shows: head and body."""
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return head + "\n" + content.decode("utf-8", errors="replace")


def found(text: str) -> set[str]:
    """Give which canaries a text shows, also as HTML or in a percent-encoded header."""
    spellings = text + html.unescape(text) + urllib.parse.unquote(text)
    return {name for name, words in CANARIES.items() if words in spellings}


def build() -> World:
    """Make the team, a stranger's team, and the visitors."""
    incubator = Incubator.objects.create(name="Volière", slug="voliere")
    team = factories.team(slug="kanari", name="Équipe volière", incubator=incubator)
    elsewhere = factories.team(slug="ailleurs")
    member = factories.user(team, name=CANARIES["member's name"], email=CANARIES["member's address"])
    coach = factories.user(team, role=Role.COACH)
    stranger = factories.user(elsewhere)
    both = factories.user(team, elsewhere)
    admin = factories.user(is_admin=True)
    opened = factories.posting(team, slug="poste-ouvert", day_rate_max=700)
    draft = factories.posting(
        team, slug="poste-cache", status="draft", title=CANARIES["draft's title"], body=CANARIES["draft's text"]
    )
    application = factories.application(
        opened,
        name=CANARIES["candidate's name"],
        email=CANARIES["candidate's address"],
        phone=CANARIES["candidate's phone"],
        linkedin="https://" + CANARIES["candidate's LinkedIn"],
        message=CANARIES["candidate's message"],
        uploads=[Upload(CANARIES["document's name"], CANARIES["document's content"].encode())],
    )
    other = factories.application(factories.posting(elsewhere), message=OTHERS_SECRET)
    Note.objects.create(application=application, author=member, text=CANARIES["note"])
    interview = factories.held_interview(application, place=CANARIES["interview's place"])
    interview.participants.add(member)
    evaluation = evaluations.hand_in(
        application_id=application.pk,
        actor=actors.of_user(member),
        recommendation="go_on",
        text=CANARIES["evaluation"],
    )
    slot = interview.slots.create(at=timezone.now())
    terms = factories.contract(application, rate_reason=CANARIES["terms"])
    task = factories.task(application, title=CANARIES["task"])
    actor = actors.of_user(member)
    theirs = factories.task(application, title="Envoyer les papiers", owner="candidate")
    others_task = factories.task(other, owner="candidate")
    others_interview = factories.held_interview(other)
    twin = factories.application(opened, phone=CANARIES["candidate's phone"])
    absorbed = factories.application(factories.posting(team))
    merged = dedupe.merge(kept=application.candidate_id, absorbed=absorbed.candidate_id, actor=actor)
    change = addresses.ask(application.candidate, "kanari.nouveau@courrier.example")
    endpoint = endpoints.add(
        team=team,
        actor=actor,
        url="https://crochet.example/" + CANARIES["webhook's address"],
        wanted=Event.values,
    )
    data = {"kept": CANARIES["log's data"]}
    services.move(pk=application.pk, action="withdraw", actor=actor, data=data, notify=False)
    services.move(pk=application.pk, action="reopen", actor=actor, reason=CANARIES["log's reason"])
    application.messages.create(
        direction="in",
        kind="incoming",
        status="received",
        sender=CANARIES["candidate's address"],
        recipient="equipe@equipe.example",
        subject="Re",
        body=CANARIES["incoming mail's text"],
        message_id="<kanari-in@secret.example>",
    )
    mail = IncomingMail.objects.create(
        message_id="<kanari@secret.example>",
        raw=b"From: x@y.example\r\n\r\nx",
        sender=CANARIES["unsorted mail's sender"],
        subject=CANARIES["unsorted mail's subject"],
        outcome=Outcome.TRIAGE,
        team=team,
    )
    rule = IntakeRule.objects.create(team=team, posting=opened, address=CANARIES["rule's address"])
    asked = invitations.invite(team_id=team.pk, actor=actor, email=CANARIES["invited address"], role=Role.COACH)
    reasons = {"skills": CANARIES["team's own reason"]}
    refusals.change(team_id=team.pk, actor=actor, wording=reasons, offer=["skills"])
    own = {"subject": "X", "body": CANARIES["team's own mail"] + " {link}"}
    wording.keep(team_id=team.pk, actor=actor, key="rejected_candidate", language="fr", **own)
    invitation_of_nobody = invitations.invite(
        team_id=elsewhere.pk, actor=actors.of_user(stranger), email="invitee@courrier.example", role=Role.MEMBER
    )
    letter = EmailMessage()
    letter["Subject"] = "x"
    letter.set_content("x")
    letter.add_attachment(
        CANARIES["unsorted mail's subject"].encode(), maintype="text", subtype="plain", filename="x.txt"
    )
    exported = Export(
        kind="summaries", asked_by=member, teams=[team.pk], status="done", name="x.txt", title="X", size=14
    )
    exported.file.save("x", ContentFile(CANARIES["candidate's name"].encode()))
    whom = [str(member.pk)]
    scheduled = schedules.add(actor=actor, every="week", form="linked", people=whom, asked={})
    boxed = MailboxItem.objects.create(subject=CANARIES["unsorted mail's subject"], raw=letter.as_bytes())
    application.refresh_from_db()
    made = World(team, application)
    held = application.messages.filter(direction="out", status="held").first()
    assert held is not None
    by_id: dict[str, Any] = {
        "postings": draft.pk,
        "candidates": application.candidate_id,
        "applications": application.pk,
        "transitions": application.transitions.last().pk,
        "interviews": interview.pk,
        "contracts": terms.pk,
        "evaluations": evaluation.pk,
        "onboarding-tasks": task.pk,
        "messages": held.pk,
        "webhooks": endpoint.pk,
    }
    told = {"pk": endpoint.pk, "delivery": endpoint.deliveries.first().pk}
    document = application.documents.first()
    made.params = {f"api/v1/{name}/": {"pk": pk} for name, pk in by_id.items()} | {
        "api/v1/reports/": {"key": "workload"},  # it names the people who interview
        "coach/": {"key": "workload", "form": "csv"},
        "exports/": {"pk": exported.pk},
        "schedules/": {"pk": scheduled.pk},
        "p/": {"slug": opened.slug},
        "c/": {
            "token": application.link_token,
            "doc": document.pk,
            "interview": interview.pk,
            "task": theirs.pk,
        },
        "c/address/": {"token": addresses.token_of(change)},
        "people/": {"pk": application.candidate_id},
        "team/": {
            "slug": team.slug,
            "posting": draft.slug,
            "key": "rejected_candidate",
            "language": "fr",
            "invitation": asked.pk,
            "membership": team.memberships.get(user=coach).pk,
        },
        "calendar/": {"token": calendars.token_of(calendars.issue(stranger, whole_teams=True))},
        "join/": {"token": invitations.token_of(invitation_of_nobody)},
        "team/<slug:slug>/webhooks/": told | {"slug": team.slug},
        "api/v1/webhooks/": told,
        "a/": {
            "pk": application.pk,
            "doc": document.pk,
            "interview": interview.pk,
            "task": task.pk,
            "name": "interviews",
            "contract": terms.pk,
            "slot": slot.pk,
        },
        "outbox/": {"pk": held.pk},
        "triage/": {"pk": mail.pk},
        "mailbox/": {"pk": boxed.pk, "number": 1},
        "triage/rules/": {"pk": rule.pk},
        "draft": {"slug": draft.slug},
        "other": {
            "token": other.link_token,
            "doc": document.pk,
            "interview": others_interview.pk,
            "task": others_task.pk,
        },
    }
    pk, at = str(application.pk), "2026-11-20T10:00"
    made.bodies = {
        "team/<slug:slug>/postings/<slug:posting>/status/": {"status": "open"},
        "team/<slug:slug>/postings/<slug:posting>/reading/": {"anonymous": "yes"},
        "join/<str:token>/": {"name": "X"},
        "team/<slug:slug>/settings/": {"name": "X", "reply_to": "", "answer_days": "10", "language": "fr"},
        "team/<slug:slug>/settings/letters/<slug:key>/<slug:language>/": {"subject": "X", "body": "Y {link}"},
        "team/<slug:slug>/settings/reasons/": {"skills": "X", "skills_on": "on"},
        "team/<slug:slug>/settings/invitations/": {"email": "x@courrier.example", "role": "coach"},
        "team/<slug:slug>/settings/people/<uuid:membership>/": {"role": "member"},
        "p/<slug:slug>/": {"name": "X", "email": "x@courrier.example"},
        "a/<uuid:pk>/move/": {"action": "withdraw", "send": "not"},
        "a/<uuid:pk>/note/": {"text": "X"},
        "a/<uuid:pk>/tags/": {"tag": "X"},
        "a/<uuid:pk>/dialog/<slug:name>/": {"at": at, "status": "held", "minutes": 30},
        "a/<uuid:pk>/interviews/": {"at": at, "status": "held", "minutes": 30},
        "a/<uuid:pk>/interviews/propose/": {"time_1": "2027-01-05T10:00", "time_2": "2027-01-06T10:00", "minutes": 30},
        "a/<uuid:pk>/interviews/<uuid:interview>/": {"status": "missed"},
        "a/<uuid:pk>/interviews/<uuid:interview>/move/": {"at": at, "minutes": 30},
        "a/<uuid:pk>/evaluations/": {"recommendation": "stop"},
        "a/<uuid:pk>/terms/": {"kind": "freelance", "months": 3},
        "a/<uuid:pk>/tasks/": {"title": "X", "owner": "team"},
        "a/<uuid:pk>/tasks/<uuid:task>/": {"done": "1"},
        "exports/": {"kind": "report"},
        "schedules/<uuid:pk>/": {"do": "pause"},
        "c/": {"email": "x@courrier.example"},
        "c/<str:token>/details/": {"name": "X", "email": "x@courrier.example"},
        "c/<str:token>/language/": {"language": "en"},
        "people/<uuid:pk>/merge/": {"other": str(twin.candidate_id)},
        "people/<uuid:pk>/distinct/": {"other": str(twin.candidate_id)},
        "people/<uuid:pk>/separate/": {"merge": str(merged.pk)},
        "people/<uuid:pk>/erase/": {"sure": "yes"},
        "outbox/<uuid:pk>/edit/": {"subject": "X", "body": "Y"},
        "triage/<uuid:pk>/": {"posting": str(opened.pk)},
        "triage/rules/<uuid:pk>/": {},
        "account/calendar/": {"do": "close"},
        "account/notifications/": dict.fromkeys(Topic.values, "digest"),
        "team/<slug:slug>/webhooks/": {"url": "https://crochet.example/", "events": Event.values, "kind": "signed"},
        "team/<slug:slug>/webhooks/<uuid:pk>/": {"url": "https://crochet.example/", "events": Event.values},
        "team/<slug:slug>/webhooks/<uuid:pk>/act/": {"do": "off"},
        "api/v1/webhooks/": {"team": team.slug, "url": "https://crochet.example/", "events": Event.values},
        "api/v1/webhooks/<uuid:pk>/": {"on": False},
        "api/v1/postings/<uuid:pk>/": {"status": "open"},
        "api/v1/candidates/<uuid:pk>/": {"phone": "12"},
        "api/v1/applications/": {"posting": str(opened.pk), "name": "X"},
        "api/v1/applications/<uuid:pk>/transitions/": {"action": "withdraw"},
        "api/v1/interviews/": {"application": pk, "at": at + "Z"},
        "api/v1/interviews/<uuid:pk>/": {"minutes": 30},
        "api/v1/contracts/": {"application": pk},
        "api/v1/evaluations/": {"application": pk, "recommendation": "stop"},
        "api/v1/contracts/<uuid:pk>/": {"months": 5},
        "api/v1/onboarding-tasks/": {"application": pk, "title": "X"},
        "api/v1/onboarding-tasks/<uuid:pk>/": {"done": True},
        "api/v1/messages/<uuid:pk>/": {"hold": 60},
        "api/v1/messages/<uuid:pk>/decision/": {"decision": "send"},
    }
    made.visitors = {
        visitor.name: visitor
        for visitor in [
            Visitor("anonymous", Client()),
            Visitor("member", _signed_in(member), insider=True),
            Visitor("coach", _signed_in(coach), insider=True),
            Visitor("stranger", _signed_in(stranger)),
            Visitor("admin", _signed_in(admin)),
            Visitor("read", Client(), insider=True, token=_token(member, Scope.READ)),
            Visitor("write", Client(), insider=True, token=_token(member, Scope.WRITE)),
            Visitor("coach's token", Client(), insider=True, token=_token(coach, Scope.WRITE)),
            Visitor("stranger's token", Client(), token=_token(stranger, Scope.WRITE)),
            Visitor("token for another team", Client(), token=_token(both, Scope.WRITE, elsewhere)),
        ]
    }
    made.params["api/v1/tokens/"] = {"pk": ApiToken.objects.get(user=member, scope=Scope.READ).pk}
    return made


def _signed_in(user: User) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _token(user: User, scope: str, team: Team | None = None) -> str:
    row, token = ApiToken.issue(user=user, team=team, scope=scope)
    row.last_used_at = timezone.now()
    row.save()
    return token


# ── The addresses ─────────────────────────────────────────────────────────────────────────────────────────────────────
def routes(urlconf: str | None = None) -> list[str]:
    """Give every address that the resolver knows, as it is declared."""
    return sorted(set(_routes(get_resolver(urlconf), "")))


def _routes(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from _routes(pattern, route)


def path_of(route: str, params: Mapping[str, Any]) -> str:
    """Give the path of a declared address."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda name: str(params[name[1]]), route)


def params_of(world: World, route: str) -> dict[str, Any]:
    """Give what stands in an address: ids of the team's own rows. Raises KeyError for one that nobody thought of."""
    if "<" not in route:
        return {}
    key = max((key for key in world.params if route.startswith(key)), key=len, default=None)
    if key is None:
        raise KeyError(f"tests/architecture/walking.py: say in `build` which rows {route} is about")
    return world.params[key]
