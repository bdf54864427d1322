"""Following an invitation: one page, one button, then the code that is sent to the invited address."""

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from backend.accounts import invitations
from backend.accounts.models import Invitation, User
from backend.common.errors import NotVisible
from backend.web import doors
from backend.web.forms.settings import JoinForm


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@doors.anyone
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show who invites whom to what; accept, and send the code that signs in."""
    try:
        found = invitations.find(token)
    except NotVisible as error:
        return render(request, "join_ended.html", {"error": error}, status=error.status)
    account = invitations.account_of(found)
    form = JoinForm(request.POST or None) if account is None else None
    if request.user.is_authenticated and request.user != account:
        return show(request, found, account, form, status=409 if request.method == "POST" else 200)
    if request.method != "POST":
        return show(request, found, account, form)
    if form is not None and not form.is_valid():
        return show(request, found, account, form, status=422)
    name = form.cleaned_data["name"] if form else ""
    user = invitations.accept(token, name=name, language=get_language() or "")
    messages.success(request, _("Welcome to the team %(team)s.") % {"team": found.team})
    if request.user.is_authenticated:
        return redirect("board", slug=found.team.slug)
    # allauth's own step behind its page “send me a code”, entered with the address that the link was sent to.
    LoginCodeVerificationProcess.initiate(request=request, user=user, email=user.email)
    return redirect("account_confirm_login_code")


def show(
    request: HttpRequest, found: Invitation, account: User | None, form: JoinForm | None, status: int = 200
) -> HttpResponse:
    """Draw the page."""
    context = {
        "invitation": found,
        "team": found.team,
        "until": invitations.ends(found),
        "account": account,
        "somebody_else": request.user.is_authenticated and request.user != account,
        "form": form,
    }
    return render(request, "join.html", context, status=status)
