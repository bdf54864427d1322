"""Notes of the team."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from backend.accounts.actors import Actor
from backend.web import doors
from backend.web.forms.notes import NoteForm
from backend.web.views.keeping import keep
from backend.web.views.moves import form_only
from workflow import records


@form_only
@doors.signed_in
def note(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Write a note."""
    form = NoteForm(request.POST)
    return keep(
        request,
        actor,
        pk,
        form=form,
        name="note_form",
        anchor="timeline",
        act=lambda: records.add_note(pk=pk, actor=actor, text=form.cleaned_data["text"]),
    )
