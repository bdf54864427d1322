"""Tags of an application: put on, taken off, and either taken back."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from backend.accounts.actors import Actor
from backend.web import doors
from backend.web.forms.notes import TagForm
from backend.web.views import application as page
from backend.web.views import keeping
from backend.web.views.moves import form_only
from workflow import selectors, tags


@form_only
@doors.signed_in
def tag(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Put a tag on, or take one off; the page that follows offers to take it back."""
    gone, form = request.POST.get("remove", ""), TagForm(request.POST)
    if request.method == "POST" and gone:
        selectors.application(pk, actor)
        tags.remove(pk=pk, actor=actor, tag=gone)
        _remember(request, pk, gone, "removed")
        return keeping.to(pk, "tags")

    def put_on() -> None:
        _remember(request, pk, tags.add(pk=pk, actor=actor, tag=form.cleaned_data["tag"]), "added")

    return keeping.keep(request, actor, pk, form=form, name="tag_form", anchor="tags", act=put_on)


def _remember(request: HttpRequest, pk: UUID, tag: str, done: str) -> None:
    if not request.POST.get("undo"):
        request.session[page.TAG_CHANGED] = {"pk": str(pk), "tag": tag, "done": done}
