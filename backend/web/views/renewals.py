"""Renewals: further contracts after the first, each with its own PDF; and what terms come to while they are written."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backend.accounts.actors import Actor
from backend.common.errors import NotVisible
from backend.web import doors, files
from backend.web.forms.terms import RenewalForm, TermsForm
from backend.web.terms import total
from backend.web.views.keeping import keep
from backend.web.views.moves import form_only
from workflow import records, selectors
from workflow.models import Contract


@require_safe
@doors.signed_in
def terms_total(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Say what the terms in the form would come to; what cannot be read yet counts as not given."""
    found = selectors.application(pk, actor)
    form = TermsForm(request.GET, prefix="renewal" if "renewal-start" in request.GET else None)
    form.is_valid()
    terms = Contract(application=found, **form.cleaned_data)
    return render(request, "parts/total.html", {"total": total(terms)})


@form_only
@doors.signed_in
def renewal(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Note a renewal."""
    form = RenewalForm(request.POST)
    return keep(
        request,
        actor,
        pk,
        form=form,
        name="renewal_form",
        anchor="renewal",
        act=lambda: records.renew(pk=pk, actor=actor, terms=form.cleaned_data),
        words=_("The renewal is kept."),
    )


@require_safe
@doors.signed_in
def terms_pdf(request: HttpRequest, actor: Actor, pk: UUID, contract: UUID) -> HttpResponse:
    """Give one contract of the application as a PDF that both sides can sign."""
    from backend.documents import terms as pdf  # imported late: the PDF engine is large, and may be missing

    found = selectors.application(pk, actor)
    chosen = found.contracts.filter(pk=contract).first()
    if chosen is None:
        raise NotVisible(_("There are no such terms."))
    content = pdf.render(found, (get_language() or "fr")[:2], contract=chosen)
    name = _("contract-terms.pdf")
    return files.attachment(content, f"{found.candidate} – {chosen.number} – {name}"[-150:], "application/pdf")
