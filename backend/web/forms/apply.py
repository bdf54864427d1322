"""The public form: what somebody sends when they apply."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator, validate_email
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from backend.common.errors import Invalid
from backend.hiring import documents
from backend.hiring.candidates import Person
from backend.hiring.documents import Upload
from backend.web.forms.base import PlainForm

LINKS_MAX = 10
is_web_address = URLValidator(schemes=["http", "https"])


class FilesInput(forms.FileInput):
    """A file field that takes several."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Give every file chosen."""
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class FilesField(forms.FileField):
    """Several files, each judged by its content."""

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        """Give the uploads. Raises ValidationError with a line for each file we do not take."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if len(given) > settings.DOCUMENTS_MAX_COUNT:  # before any is read
            raise ValidationError(too_many())
        errors, uploads = [], []
        for file in given:
            try:
                uploads.append(read(file))
            except Invalid as error:
                errors.append(error.detail)
        if errors:
            raise ValidationError(errors)
        return uploads


def too_many() -> str:
    """Give the sentence for more files than we take."""
    most = settings.DOCUMENTS_MAX_COUNT
    return ngettext("%(most)d file at most.", "%(most)d files at most.", most) % {"most": most}


def read(file: "UploadedFile[Any]") -> Upload:
    """Give an uploaded file, read no further than what we take. Raises Invalid with words for the person."""
    upload = Upload(file.name or "", file.read(settings.DOCUMENT_MAX_BYTES + 1))
    if (file.size or 0) > settings.DOCUMENT_MAX_BYTES:  # the true size, for the words
        name, limit = documents.safe_name(upload.name), settings.DOCUMENT_MAX_BYTES // 2**20
        words = _("“%(name)s” is %(size)d MB. Choose one under %(limit)d MB.")
        raise Invalid(str(words) % {"name": name, "size": -(-(file.size or 0) // 10**6), "limit": limit})
    documents.check(upload)
    return upload


class ApplyForm(PlainForm):
    """Name, address, a few lines, files. `website` is a trap: people do not see it, machines fill it in."""

    name = forms.CharField(
        label=_("First and last name"),
        help_text=_("As you like to be called."),
        max_length=200,
        error_messages={"required": _("Tell us your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.CharField(
        label=_("E-mail address"),
        help_text=_("To answer you, and to send you the link to follow your application."),
        max_length=254,
        error_messages={"required": _("Give the address where we can answer you.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    links = forms.CharField(
        label=_("Links to your work"),
        help_text=_("Profile, repository, site: what shows it best. One a line."),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "input short", "spellcheck": "false"}),
    )
    message = forms.CharField(
        label=_("A few lines about you and this work"),
        max_length=20_000,
        error_messages={"required": _("Write us a few lines: two or three sentences are enough.")},
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    cv = FilesField(
        label=_("CV"),
        help_text=_("PDF, ODT, DOCX, image or plain text, 10 MB at most."),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".pdf,.odt,.docx,.png,.jpg,.jpeg,.txt"}),
    )
    documents = FilesField(
        label=_("Other files"),
        help_text=_("Several at once if you like; the same kinds."),
        required=False,
        widget=FilesInput(attrs={"accept": ".pdf,.odt,.docx,.png,.jpg,.jpeg,.txt"}),
    )
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    @property
    def lost_files(self) -> bool:
        """Say whether files came with a form that is refused: a browser does not keep them, so they are asked again."""
        return bool(self.files) and not self.is_valid()

    @property
    def is_trap_sprung(self) -> bool:
        """Say whether a machine filled in what no person sees."""
        return bool(self.data.get(self.add_prefix("website"), "").strip())

    def clean_email(self) -> str:
        """Give the address, or say what is missing from it."""
        email: str = self.cleaned_data["email"].strip()
        local, at, domain = email.rpartition("@")
        if not at or not local:
            raise ValidationError(_("The “@” is missing: an address looks like name@provider.fr."))
        if "." not in domain.strip("."):
            raise ValidationError(_("The end of the address is missing, for example “.fr”."))
        try:
            validate_email(email)
        except ValidationError:
            raise ValidationError(_("This address cannot be right: look for a space or a comma.")) from None
        return email

    def clean_links(self) -> list[str]:
        """Give the links, with https:// before those that lack it."""
        links = [
            link if "://" in link else f"https://{link}"
            for link in re.split(r"[\s,;]+", self.cleaned_data["links"])
            if link
        ]
        for link in links:
            try:
                is_web_address(link)
            except ValidationError:
                raise ValidationError(_("“%(link)s” is not a web address."), params={"link": link[:80]}) from None
            if len(link) > 500:
                raise ValidationError(_("One of the links is too long: 500 characters at most."))
        if len(links) > LINKS_MAX:
            raise ValidationError(_("Choose the ten links that show your work best."))
        return links

    def clean(self) -> dict[str, Any]:
        """Refuse too many files at once."""
        cleaned = super().clean() or {}
        count = len(cleaned.get("cv") or []) + len(cleaned.get("documents") or [])
        if count > settings.DOCUMENTS_MAX_COUNT:
            self.add_error("documents", too_many())
        return cleaned

    def person(self) -> Person:
        """Give what the person says of themselves; LinkedIn and GitHub are recognised among the links."""
        links: list[str] = self.cleaned_data["links"]
        known = {
            host: next((link for link in links if re.match(rf"https?://([a-z]+\.)?{host}\.com/", link)), "")
            for host in ("linkedin", "github")
        }
        return Person(
            name=self.cleaned_data["name"],
            email=self.cleaned_data["email"],
            phone=self.cleaned_data["phone"],
            linkedin=known["linkedin"],
            github=known["github"],
            links=[link for link in links if link not in known.values()],
            language="en" if (get_language() or "").startswith("en") else "fr",
        )

    def uploads(self) -> list[Upload]:
        """Give the files, the CV first."""
        return [*self.cleaned_data["cv"], *self.cleaned_data["documents"]]
