"""The editor of a posting: its text, its facts as they were read and may be corrected, and its own questions."""

import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.forms.fields import InvalidJSONInput as InvalidJSONInput
from django.utils.formats import localize_input
from django.utils.translation import gettext_lazy as _

from backend.hiring import questions
from backend.hiring.editing import Written
from backend.hiring.markdown import stated
from backend.hiring.models import ContractKind, Posting, PostingStatus, QuestionKind, Remote
from backend.web.forms.base import DateInput, PlainForm

FACTS = tuple(stated.COLUMNS)
EMAILS = ("apply_to", "apply_cc")


def amount(label: Any, most: int, places: int, help_text: Any = "") -> forms.DecimalField:
    """Give a field for a quantity, which is written as people write it."""
    return forms.DecimalField(
        label=label,
        help_text=help_text,
        min_value=Decimal("0.1"),
        max_value=Decimal(most),
        decimal_places=places,
        required=False,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )


class EditorForm(PlainForm):
    """One posting. `seen` is the version that this page was drawn from, `shown` the facts that nobody typed in it.

    A fact that comes back as it was shown follows the text; another is a correction.
    """

    title = forms.CharField(
        label=_("Title"),
        help_text=_("The work, as the people you look for call it."),
        max_length=300,
        error_messages={"required": _("Give the posting a title.")},
    )
    body = forms.CharField(
        label=_("Text, in Markdown"),
        help_text=_("## for a heading, - for a list, **bold**, [words](https://address)."),
        max_length=200_000,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "true"}),
    )
    status = forms.ChoiceField(
        label=_("Status"),
        choices=[
            (PostingStatus.DRAFT, _("Draft: only your team sees it")),
            (PostingStatus.OPEN, _("Open: anybody reads it and applies")),
            (PostingStatus.CLOSED, _("Closed: it can be read, and takes no more applications")),
        ],
        initial=PostingStatus.DRAFT,
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=[("fr", _("French")), ("en", _("English"))])
    domains = forms.CharField(label=_("Domains"), help_text=_("Separated by commas."), max_length=1000, required=False)
    skills = forms.CharField(
        label=_("Skills and tools"), help_text=_("Separated by commas."), max_length=2000, required=False
    )
    day_rate_min = amount(_("Lowest day rate before tax, in euros"), 100_000, 2)
    day_rate_max = amount(_("Highest day rate before tax, in euros"), 100_000, 2)
    days_per_week_min = amount(_("Days a week, at least"), 7, 1)
    days_per_week_max = amount(_("Days a week, at most"), 7, 1)
    duration_months = forms.IntegerField(
        label=_("Length in months"),
        min_value=1,
        max_value=600,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    renewable = forms.BooleanField(label=_("Renewable"), required=False)
    start = forms.CharField(
        label=_("Start"),
        help_text=_("A day (2027-01-04), a month (2027-01), or “asap” for as soon as possible."),
        max_length=10,
        required=False,
    )
    apply_before = forms.DateField(label=_("Last day to apply"), required=False, widget=DateInput())
    remote = forms.ChoiceField(label=_("Place"), required=False, choices=[("", _("Not stated")), *Remote.choices])
    contract = forms.MultipleChoiceField(
        label=_("Contract"), required=False, choices=ContractKind.choices, widget=forms.CheckboxSelectMultiple
    )
    apply_to = forms.CharField(
        label=_("Addresses to apply to"), help_text=_("Separated by commas."), max_length=1000, required=False
    )
    apply_cc = forms.CharField(
        label=_("Addresses in copy"), help_text=_("Separated by commas."), max_length=1000, required=False
    )
    apply_url = forms.URLField(
        label=_("Another page to apply on"),
        max_length=1000,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"spellcheck": "false"}),
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    shown = forms.JSONField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.sentences: dict[str, str] = {}
        self.corrected: set[str] = set()

    def say_where(self, posting: Posting) -> None:
        """Show beside each fact the sentence that it was read from, or that the team stated it."""
        self.sentences = posting.fact_sentences
        self.corrected = set(stated.read(posting.front_matter))

    @property
    def facts(self) -> list[tuple[forms.BoundField, str, bool]]:
        """Give the fields of facts in order, each with its sentence and whether the team stated it."""
        return [
            (self[name], "" if name in self.corrected else self.sentences.get(name, ""), name in self.corrected)
            for name in FACTS
        ]

    def clean_shown(self) -> dict[str, Any]:
        """Give the facts that were shown; nothing for what is no map."""
        shown = self.cleaned_data["shown"]
        return shown if isinstance(shown, dict) else {}

    def clean_body(self) -> str:
        """Give the text with the line ends of the source."""
        body: str = self.cleaned_data["body"]
        return body.replace("\r\n", "\n").replace("\r", "\n").lstrip("\n")

    def clean_title(self) -> str:
        """Give the title on one line."""
        return " ".join(self.cleaned_data["title"].split())

    def clean_domains(self) -> list[str]:
        """Give the domains."""
        return items(self.cleaned_data["domains"])

    def clean_skills(self) -> list[str]:
        """Give the skills."""
        return items(self.cleaned_data["skills"])

    def clean_start(self) -> str:
        """Give the start as facts are written."""
        try:
            return stated.CHECKS["start"](self.cleaned_data["start"].strip().lower()) or ""
        except ValueError:
            raise ValidationError(_("Write 2027-01-04, 2027-01 or asap.")) from None

    def clean_apply_to(self) -> list[str]:
        """Give the addresses."""
        return addresses(self.cleaned_data["apply_to"])

    def clean_apply_cc(self) -> list[str]:
        """Give the addresses in copy."""
        return addresses(self.cleaned_data["apply_cc"])

    def clean(self) -> dict[str, Any]:
        """Refuse bounds the wrong way round."""
        cleaned = super().clean() or {}
        for low, high in (("day_rate_min", "day_rate_max"), ("days_per_week_min", "days_per_week_max")):
            if cleaned.get(low) is not None and cleaned.get(high) is not None and cleaned[low] > cleaned[high]:
                self.add_error(low, _("The lowest is above the highest."))
        return cleaned

    @property
    def typed(self) -> dict[str, Any]:
        """Give the facts that a person typed."""
        shown = self.cleaned_data["shown"]
        facts = {name: fact(self.cleaned_data[name]) for name in FACTS}
        return {name: value for name, value in facts.items() if value != shown.get(name, fact(""))}

    def show_read(self, made: Written) -> None:
        """Show the facts as they are read now, but for those that were typed, which stay so."""
        data, typed = self.data.copy(), self.typed  # type: ignore[attr-defined]
        shown = self.cleaned_data["shown"]
        data["shown"] = json.dumps({name: shown.get(name) if name in typed else made.facts[name] for name in FACTS})
        fresh = EditorForm(initial=initial_of(made))
        for name in FACTS:
            if name not in typed:
                value = fresh[name].value()
                if isinstance(value, list):
                    data.setlist(name, value)
                elif isinstance(value, bool):
                    data[name] = "on" if value else ""
                else:
                    data[name] = str(localize_input(value)) if value is not None else ""
        self.data = data

    def written(self, asked: Iterable[questions.Spec], was: Mapping[str, Any]) -> Written:
        """Give the posting as it was written; `was` are its facts before."""
        given = self.cleaned_data
        return Written(
            title=given["title"],
            status=given["status"],
            language=given["language"],
            body=given["body"],
            skills=given["skills"],
            domains=given["domains"],
            facts={**was, **self.typed},
            asked=list(asked),
        )


def fact(value: Any) -> Any:
    """Give what a field holds as facts are written."""
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value if isinstance(value, bool | list) else value or None


def items(text: str) -> list[str]:
    """Give the items of a list written with commas."""
    return list(dict.fromkeys(item.strip()[:200] for item in re.split(r"[,;\n]", text) if item.strip()))


def addresses(text: str) -> list[str]:
    """Give e-mail addresses written with commas or spaces. Raises ValidationError that names the one that is none."""
    found = list(dict.fromkeys(re.split(r"[\s,;]+", text.strip()))) if text.strip() else []
    for address in found:
        try:
            validate_email(address)
        except ValidationError:
            raise ValidationError(_("“%(email)s” is not an e-mail address."), params={"email": address[:100]}) from None
    return found


def initial_of(written: Written) -> dict[str, Any]:
    """Give what the editor shows of a posting."""
    facts = {
        name: Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value
        for name, value in written.facts.items()
    }
    facts |= {name: ", ".join(written.facts[name] or []) for name in EMAILS}
    return facts | {
        "title": written.title,
        "body": written.body,
        "status": written.status,
        "language": written.language,
        "domains": ", ".join(written.domains),
        "skills": ", ".join(written.skills),
        "shown": written.facts,
    }


class QuestionForm(PlainForm):
    """One question of the posting's own; without its words it is none."""

    label = forms.CharField(label=_("Question"), max_length=300, required=False)
    kind = forms.ChoiceField(
        label=_("Answered with"), choices=QuestionKind.choices, initial=QuestionKind.SHORT, required=False
    )
    hint = forms.CharField(label=_("Hint"), max_length=500, required=False)
    choices = forms.CharField(
        label=_("Choices, one a line"),
        help_text=_("For one of a list only."),
        max_length=6000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input short"}),
    )
    required = forms.BooleanField(label=_("An answer is required"), required=False)

    use_required_attribute = False

    def clean(self) -> dict[str, Any]:
        """Refuse a list of fewer than two, and choices without their question."""
        cleaned = super().clean() or {}
        choices = [line.strip()[:200] for line in (cleaned.get("choices") or "").splitlines() if line.strip()]
        cleaned["choices"] = list(dict.fromkeys(choices))
        if cleaned.get("label") and cleaned.get("kind") == QuestionKind.CHOICE and len(cleaned["choices"]) < 2:
            self.add_error("choices", _("Give at least two choices, one a line."))
        elif len(cleaned["choices"]) > questions.CHOICES_MOST:
            self.add_error("choices", _("Give fewer choices: people have to read them all."))
        elif not cleaned.get("label") and (cleaned.get("hint") or cleaned["choices"]):
            self.add_error("label", _("Write the question, or empty the rest."))
        return cleaned

    def spec(self) -> questions.Spec | None:
        """Give the question; None for a row left empty."""
        given = self.cleaned_data
        if not given.get("label"):
            return None
        kind = given["kind"] or QuestionKind.SHORT
        choices = tuple(given["choices"]) if kind == QuestionKind.CHOICE else ()
        label, hint = (" ".join(given[name].split()) for name in ("label", "hint"))
        return questions.Spec(label, str(kind), hint, choices, bool(given["required"]))


if TYPE_CHECKING:
    Base = forms.BaseFormSet[QuestionForm]
else:
    Base = forms.BaseFormSet


class Questions(Base):
    """The questions of a posting, in order."""

    def clean(self) -> None:
        """Refuse the same question twice: its answers could not be told apart."""
        if any(self.errors):
            return
        labels = [spec.label for spec in self.specs()]
        if len(set(labels)) < len(labels):
            raise ValidationError(_("Two questions have the same words."))

    def specs(self) -> list[questions.Spec]:
        """Give the questions that have words."""
        return [spec for form in self.forms if (spec := form.spec()) is not None]


QuestionForms = forms.formset_factory(
    QuestionForm, formset=Questions, extra=0, max_num=questions.MOST, validate_max=True, absolute_max=questions.MOST + 1
)
PREFIX = "q"


def question_initial(spec: questions.Spec) -> dict[str, Any]:
    """Give what the editor shows of a question."""
    return {
        "label": spec.label,
        "kind": spec.kind,
        "hint": spec.hint,
        "choices": "\n".join(spec.choices),
        "required": spec.required,
    }


def rearranged(data: Any, asked: str) -> list[dict[str, Any]]:
    """Give the questions as typed, with what a button asked done: `add`, `up-2`, `remove-2`."""
    try:
        count = min(int(data.get(f"{PREFIX}-TOTAL_FORMS", 0)), questions.MOST)
    except ValueError:
        count = 0
    names = ("label", "kind", "hint", "choices", "required")
    rows = [{name: data.get(f"{PREFIX}-{n}-{name}", "") for name in names} for n in range(count)]
    act, _dash, number = asked.partition("-")
    at = int(number) if number.isdigit() else -1
    if act == "add" and len(rows) < questions.MOST:
        rows.append({"kind": QuestionKind.SHORT})
    elif act == "up" and 0 < at < len(rows):
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    elif act == "remove" and 0 <= at < len(rows):
        del rows[at]
    return rows
