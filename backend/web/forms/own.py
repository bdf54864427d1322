"""The forms of the candidate's own page: their data, further files; and of the page for lost links."""

import copy
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from backend.hiring.documents import Upload
from backend.hiring.models import Candidate
from backend.web.forms.apply import ApplyForm, FilesField, FilesInput
from backend.web.forms.base import PlainForm


def clean_email(form: forms.Form) -> str:
    """Give the address, judged as on the form that people apply with. Raises ValidationError."""
    return ApplyForm.clean_email(cast(ApplyForm, form))


class DetailsForm(PlainForm):
    """What they said of themselves, with the words and checks of the form that they applied with."""

    name = copy.deepcopy(ApplyForm.base_fields["name"])
    email = copy.deepcopy(ApplyForm.base_fields["email"])
    phone = copy.deepcopy(ApplyForm.base_fields["phone"])
    links = copy.deepcopy(ApplyForm.base_fields["links"])

    def __init__(self, data: Any = None, *, candidate: Candidate) -> None:
        links = [candidate.linkedin, candidate.github, *candidate.links]
        initial = {
            "name": candidate.name,
            "email": candidate.email,
            "phone": candidate.phone,
            "links": "\n".join(link for link in links if link),
        }
        super().__init__(data, initial=initial, auto_id="details_%s")
        self.fields["email"].help_text = _("A new address counts once you open the link that we send there.")
        # Whoever came in without one of the two may leave it so.
        self.fields["email"].required = bool(candidate.email)
        self.fields["name"].required = bool(candidate.name)

    def clean_email(self) -> str:
        """Give the address, or nothing where there was none."""
        return clean_email(self) if self.cleaned_data["email"].strip() else ""

    def clean_links(self) -> list[str]:
        """Give the links, with https:// before those that lack it."""
        return ApplyForm.clean_links(cast(ApplyForm, self))

    def changes(self) -> dict[str, Any]:
        """Give name, phone and links as `own.correct` takes them."""
        person = ApplyForm.person(cast(ApplyForm, self))
        links = {"linkedin": person.linkedin[:300], "github": person.github[:300], "links": list(person.links)}
        return {"name": person.name, "phone": person.phone, "links": links}


class DocumentsForm(PlainForm):
    """Further files."""

    documents = FilesField(
        label=_("Files"),
        help_text=_("PDF, ODT, DOCX, image or plain text, 10 MB at most."),
        error_messages={"required": _("Choose a file first.")},
        widget=FilesInput(attrs={"accept": ".pdf,.odt,.docx,.png,.jpg,.jpeg,.txt"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="add_%s", **kwargs)

    def clean_documents(self) -> list[Upload]:
        """Give the uploads; at least one, not too many at once."""
        given: list[Upload] = self.cleaned_data["documents"]
        most = settings.DOCUMENTS_MAX_COUNT
        if not given:
            raise forms.ValidationError(_("Choose a file first."))
        if len(given) > most:
            raise forms.ValidationError(
                ngettext("%(most)d file at most.", "%(most)d files at most.", most) % {"most": most}
            )
        return given


class LostLinkForm(PlainForm):
    """The address at which somebody applied."""

    email = forms.CharField(
        label=_("E-mail address"),
        help_text=_("The one you applied with."),
        max_length=254,
        error_messages={"required": _("Give the address that you applied with.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )

    def clean_email(self) -> str:
        """Give the address, or say what is missing from it."""
        return clean_email(self)
