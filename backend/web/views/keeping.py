"""What the forms beside the path share: keep what was given, or show the page with what is wrong."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from backend.accounts.actors import Actor
from backend.common import typography
from backend.common.errors import Invalid, Refused
from backend.web.forms.base import PlainForm
from backend.web.views import application as page
from workflow import selectors


def to(pk: UUID, anchor: str) -> HttpResponse:
    """Lead to a part of the application's page."""
    return redirect(f"{reverse('application', args=[pk])}#{anchor}")


def done(request: HttpRequest, pk: UUID, words: str) -> HttpResponse:
    """Say what was kept and lead to the top of the page, where the next step has just opened."""
    messages.success(request, typography.localised(words))
    return redirect("application", pk=pk)


def keep(
    request: HttpRequest,
    actor: Actor,
    pk: UUID,
    *,
    form: PlainForm,
    name: str,
    anchor: str,
    act: Callable[[], object],
    words: str = "",
) -> HttpResponse:
    """Do what a form asks, or show the page with the form as it was filled in and what is wrong with it."""
    found = selectors.application(pk, actor)
    if request.method != "POST":
        return to(pk, anchor)
    if form.is_valid():
        try:
            act()
            return done(request, pk, words) if words else to(pk, anchor)
        except Invalid as error:
            form.refuse(error)
        except Refused as error:
            return page.show(
                request, actor, found, error=error, forms={name: form, "open": anchor}, status=error.status
            )
    return page.show(request, actor, found, forms={name: form, "open": anchor}, status=422)
