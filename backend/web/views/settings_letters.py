"""A team's own words for its mails: the list, and the editor with its preview."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backend.accounts import teams
from backend.accounts.actors import Actor
from backend.accounts.models import Team
from backend.common.errors import Invalid
from backend.web import doors
from backend.web.forms.settings import LetterForm
from backend.web.views import settings as page
from backend.web.views.board import team_of
from notifications import compose, wording
from workflow.states import State

LANGUAGES = (("fr", "français"), ("en", "English"))


@require_safe
@doors.signed_in
def letters(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """List the mails of the team's moves, and which of them are in its own words."""
    team = team_of(actor, slug)
    rows = [
        (title(mail), [(code, name, f"{mail.key}.{code}" in team.letters) for code, name in LANGUAGES], mail.key)
        for mail in wording.editable()
    ]
    return render(request, "settings_letters.html", frame(request, actor, team) | {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@doors.signed_in
def letter(request: HttpRequest, actor: Actor, slug: str, key: str, language: str) -> HttpResponse:
    """Show one mail's words with a preview; preview others, keep them, or go back to ours."""
    team = team_of(actor, slug)
    wording.mail_of(key, language)
    was = team.letters.get(f"{key}.{language}")
    if request.method != "POST":
        subject, body = (was["subject"], was["body"]) if was else compose.texts(key, language)
        return show(request, actor, team, key, language, LetterForm(initial={"subject": subject, "body": body.strip()}))
    teams.require_member(actor, team)
    where: dict[str, Any] = {"team_id": team.pk, "actor": actor, "key": key, "language": language}
    act = request.POST.get("do", "keep")
    if act == "reset":
        wording.reset(**where)
        return kept(request, team, key, language, was, _("This e-mail is in our words again."))
    form = LetterForm(request.POST)
    if form.is_valid() and act == "keep":
        try:
            wording.keep(**where, **form.cleaned_data)
            return kept(request, team, key, language, was, _("The e-mail is kept; those that wait say it too."))
        except Invalid as error:
            form.refuse(error)
    return show(request, actor, team, key, language, form)


def kept(
    request: HttpRequest, team: Team, key: str, language: str, was: dict[str, str] | None, words: str
) -> HttpResponse:
    """Lead back to the editor, where the change can be taken back."""
    page.remember(request, team, words, "letter", key=key, language=language, was=was)
    return redirect("settings_letter", slug=team.slug, key=key, language=language)


def put_back(actor: Actor, team: Team, key: str, language: str, was: dict[str, str] | None) -> None:
    """Give a mail the words it had before."""
    where: dict[str, Any] = {"team_id": team.pk, "actor": actor, "key": key, "language": language}
    if was is None:
        wording.reset(**where)
    else:
        wording.keep(**where, subject=was["subject"], body=was["body"])


def show(request: HttpRequest, actor: Actor, team: Team, key: str, language: str, form: LetterForm) -> HttpResponse:
    """Draw the editor, with what these words would make of a real application."""
    given = form.cleaned_data if form.is_bound and form.is_valid() else form.initial
    preview = None
    try:
        if not form.is_bound or form.is_valid():
            preview = wording.preview(actor, team, key, language, given["subject"], given["body"])
    except Invalid as error:
        form.refuse(error)
    mail = wording.mail_of(key, language)
    context = frame(request, actor, team) | {
        "form": form,
        "mail_title": title(mail),
        "key": key,
        "language": language,
        "languages": LANGUAGES,
        "is_own": f"{key}.{language}" in team.letters,
        "preview": preview,
        "preview_body": compose.masked(preview.body) if preview else "",
        "about": wording.example(actor, team, mail),
        "marks": MARKS,
    }
    return render(request, "settings_letter.html", context, status=422 if form.errors else 200)


def frame(request: HttpRequest, actor: Actor, team: Team) -> dict[str, Any]:
    """Give what the settings' pages share."""
    return {
        "team": team,
        "section": "settings",
        "current": "true",
        "tab": "letters",
        "may_act": actor.is_member(team.pk),
        "toast": page.undoable(request, team),
    }


def title(mail: Any) -> str:
    """Say when a mail leaves, by the move that writes it."""
    return {
        "submit": _("When an application arrives"),
        "interview": _("After the interview"),
        "contract": _("When the contract is signed"),
        "onboard": _("On arrival"),
        "reject": _("When you refuse"),
        "withdraw": _("When somebody withdraws"),
        "reopen": _("When an application is reopened"),
    }.get(mail.on, str(State(mail.key)) if mail.key in State.values else mail.key)


MARKS = ("greeting", "posting", "team", "signature", "today", "answer_by", "start", "terms", "answering", "link")
"""What may stand in these texts, in the order in which the page explains it."""
