"""The terms of an application."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from backend.accounts.actors import Actor
from backend.web import doors
from backend.web.forms.terms import TermsForm
from backend.web.views.keeping import keep
from backend.web.views.moves import form_only
from workflow import records


@form_only
@doors.signed_in
def terms(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Fill in the terms, in part or whole."""
    form = TermsForm(request.POST)
    return keep(
        request,
        actor,
        pk,
        form=form,
        name="terms_form",
        anchor="terms",
        act=lambda: records.set_terms(pk=pk, actor=actor, terms=form.cleaned_data),
        words=_("The terms are kept."),
    )
