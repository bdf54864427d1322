"""The public form: what somebody sends when they apply."""

import hashlib
import json
import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator, validate_email
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from backend.common.errors import Invalid
from backend.hiring import documents, kept
from backend.hiring.candidates import Person
from backend.hiring.documents import Upload
from backend.hiring.models import KeptFile, Posting, Question, QuestionKind
from backend.hiring.questions import WORDS
from backend.web import stamps
from backend.web.forms.base import PlainForm
from workflow.questioned import Answered

LINKS_MAX = 10
is_web_address = URLValidator(schemes=["http", "https"])


class FilesInput(forms.FileInput):
    """A file field that takes several."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Give every file chosen."""
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class FilesField(forms.FileField):
    """Several files, each judged by its content; `good` are those that can be taken, also where others cannot."""

    def __init__(self, *, several: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.several = several
        self.waiting: list[KeptFile] = []
        self.good: list[Upload] = []

    def __deepcopy__(self, memo: dict[int, Any]) -> "FilesField":
        """Give a field of its own: Django copies fields shallowly, and the files of one form are nobody else's."""
        copied: FilesField = super().__deepcopy__(memo)
        copied.waiting, copied.good = [], []
        return copied

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        """Give the uploads, those that waited first. Raises ValidationError with a line for each we do not take."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if len(given) > settings.DOCUMENTS_MAX_COUNT:  # before any is read
            raise ValidationError(too_many())
        errors, self.good = [], []
        for file in given:
            try:
                self.good.append(read(file))
            except Invalid as error:
                errors.append(error.detail)
        if self.good and not self.several:
            self.waiting = []  # another one was chosen instead
        waited = [(row, kept.upload_of(row)) for row in self.waiting]
        self.waiting = [row for row, upload in waited if upload]
        if errors:
            raise ValidationError(errors)
        uploads = [*(upload for _row, upload in waited if upload), *self.good]
        if self.required and not uploads:
            raise ValidationError(self.error_messages["required"], code="required")
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
    """Name, address, a few lines, the posting's own questions, files.

    `website` is a trap: people do not see it, machines fill it in. `form` is the stamp; with it come back the files
    that wait since the form was refused, but for those ticked under `remove`.
    """

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
        several=False,
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

    lost_files = False  # set where there was no room to keep the files of a form that is refused

    def __init__(self, data: Any = None, files: Any = None, *, questions: Sequence[Question] = ()) -> None:
        super().__init__(data, files)
        self.questions = {f"q_{question.pk.hex}": question for question in questions}
        for name, question in self.questions.items():
            self.fields[name] = answer_field(question)
            self.fields[name].widget.attrs.setdefault("class", "input")
        before = ("name", "email", "phone", "links", "message", *self.questions)
        self.order_fields([*before, "cv", "documents", "website"])
        self.stamp = stamps.read(self.data.get("form", "")) if self.is_bound else None
        self.fresh = self.stamp is None
        self.stamp = self.stamp or stamps.new()
        if self.is_bound and not self.fresh:
            self._find_waiting()

    def _find_waiting(self) -> None:
        """Give each field its files that wait, and forget those that the person ticked."""
        assert self.stamp is not None
        removed = set(self.data.getlist("remove")) if hasattr(self.data, "getlist") else set()
        rows = kept.of(self.stamp.secret)
        kept.drop(row for row in rows if str(row.pk) in removed)
        for row in rows:
            field = self.fields.get(row.field)
            if isinstance(field, FilesField) and str(row.pk) not in removed:
                field.waiting.append(row)

    def keep_files(self) -> None:
        """Keep the files that came with a form that is refused, so that they need not be chosen again."""
        assert self.stamp is not None
        fields = {name: field for name, field in self.fields.items() if isinstance(field, FilesField)}
        complete = kept.keep(self.stamp.secret, {name: field.good for name, field in fields.items()})
        self.lost_files = not complete
        rows = kept.of(self.stamp.secret)
        replaced = []
        for name, field in fields.items():
            field.waiting = [row for row in rows if row.field == name]
            if not field.several:
                replaced += field.waiting[:-1]
                field.waiting = field.waiting[-1:]
        kept.drop(replaced)

    def forget_files(self) -> None:
        """Let go of the files that waited: they have arrived."""
        if self.stamp and not self.fresh:
            kept.drop(kept.of(self.stamp.secret))

    @property
    def rows(self) -> list[tuple[forms.BoundField, list[KeptFile]]]:
        """Give the fields in order, each with the files that wait for it."""
        shown = [self[name] for name in self.fields if name != "website"]
        return [(field, getattr(field.field, "waiting", [])) for field in shown]

    @property
    def doubt(self) -> str:
        """Give why this does not look like a person at the form; empty if nothing speaks against it."""
        assert self.stamp is not None
        if self.fresh:
            return gettext(
                "We could not tell whether this page is ours, or how long it was open. Please send it once more."
            )
        if self.stamp.too_fast:
            return gettext(
                "That was very quick: machines are like that. Please check what you wrote, and send it once more."
            )
        if self.stamp.too_old:
            self.fresh, self.stamp = True, stamps.new()
            return gettext(
                "This page had been open for more than a day. Please check what you wrote, and send it once more."
            )
        return ""

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

    def answers(self) -> list[Answered]:
        """Give what was answered to the posting's own questions."""
        found = []
        for name, question in self.questions.items():
            given = self.cleaned_data[name]
            if question.kind == QuestionKind.FILE:
                found += [Answered(question, upload=upload) for upload in given[:1]]
            elif given:
                found.append(Answered(question, text=given))
        return found

    def content(self, posting: Posting) -> str:
        """Give what makes two sendings the same one."""
        said = [self.cleaned_data[name] for name in ("name", "email", "phone", "links", "message")]
        said += [[str(answer), answer.upload and sha256(answer.upload.content)] for answer in self.answers()]
        return json.dumps([str(posting.pk), said, sorted(sha256(upload.content) for upload in self.uploads())])


def sha256(content: bytes) -> str:
    """Give the digest of a content, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def answer_field(question: Question) -> forms.Field:
    """Give the field in which a question is answered."""
    words: dict[str, Any] = {"label": question.label, "help_text": question.hint, "required": question.required}
    if question.kind == QuestionKind.FILE:
        kinds = {"accept": ".pdf,.odt,.docx,.png,.jpg,.jpeg,.txt"}
        words["help_text"] = question.hint or _("PDF, ODT, DOCX, image or plain text, 10 MB at most.")
        return FilesField(
            several=False,
            widget=forms.FileInput(attrs=kinds),
            error_messages={"required": _("Choose a file: the team asks for it.")},
            **words,
        )
    if question.kind == QuestionKind.CHOICE:
        choices = [(choice, choice) for choice in question.choices]
        missing = {"required": _("Choose one of the answers.")}
        if len(choices) > 7:
            offered = [("", _("Choose an answer")), *choices]
            return forms.ChoiceField(choices=offered, error_messages=missing, **words)
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, error_messages=missing, **words)
    missing = {"required": _("Answer this question: the team asks for it.")}
    if question.kind == QuestionKind.LONG:
        return forms.CharField(
            max_length=WORDS[QuestionKind.LONG],
            widget=forms.Textarea(attrs={"rows": 5}),
            error_messages=missing,
            **words,
        )
    return forms.CharField(max_length=WORDS[QuestionKind.SHORT], error_messages=missing, **words)
