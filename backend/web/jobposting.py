"""A posting as search engines read it: schema.org's JobPosting, as JSON-LD.

Sources: https://schema.org/JobPosting and https://developers.google.com/search/docs/appearance/structured-data/job-posting
"""

import datetime as dt
import json
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from backend.hiring import rendering
from backend.hiring.models import ContractKind, Posting, Remote

EMPLOYMENT = {
    ContractKind.FREELANCE: "CONTRACTOR",
    ContractKind.AGENCY: "CONTRACTOR",
    ContractKind.FIXED_TERM: "TEMPORARY",
    ContractKind.PERMANENT: "FULL_TIME",
    ContractKind.INTERNSHIP: "INTERN",
    ContractKind.APPRENTICESHIP: "OTHER",
    ContractKind.SECONDMENT: "OTHER",
}


def address(posting: Posting) -> str:
    """Give the posting's own address, whatever it was reached by."""
    return settings.SITE_URL + reverse("posting", args=[posting.slug])


def share_image() -> str:
    """Give the address of the picture that is shown where a link to us is shared."""
    path = static("jalon/share.png")
    return path if path.startswith("http") else settings.SITE_URL + path


def of(posting: Posting) -> dict[str, Any]:
    """Give the JobPosting of an open posting; what is not known is left out, not guessed."""
    team = posting.team
    said: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": posting.title,
        "description": rendering.to_html(posting.body) or f"<p>{_escaped(posting.title)}</p>",
        "identifier": {"@type": "PropertyValue", "name": team.name, "value": str(posting.pk)},
        "datePosted": (posting.published_on or timezone.localdate(posting.created_at)).isoformat(),
        "hiringOrganization": {
            "@type": "Organization",
            "name": team.name,
            "sameAs": f"{settings.SITE_URL}/?team={team.slug}",
        },
        "url": address(posting),
        "directApply": True,
    }
    if posting.apply_before:
        last = dt.datetime.combine(posting.apply_before, dt.time(23, 59, 59), tzinfo=timezone.get_default_timezone())
        said["validThrough"] = last.isoformat()
    if posting.contract_kinds:
        said["employmentType"] = list(dict.fromkeys(EMPLOYMENT[ContractKind(kind)] for kind in posting.contract_kinds))
    if posting.remote == Remote.FULL:
        said["jobLocationType"] = "TELECOMMUTE"
        said["applicantLocationRequirements"] = {"@type": "Country", "name": settings.COUNTRY}
    else:
        place = {"@type": "PostalAddress", "addressCountry": settings.COUNTRY}
        said["jobLocation"] = {"@type": "Place", "address": place}
    if salary := _salary(posting):
        said["baseSalary"] = salary
    if posting.skills:
        said["skills"] = ", ".join(posting.skills)
    if posting.domains:
        said["occupationalCategory"] = ", ".join(posting.domains)
    return said


def _salary(posting: Posting) -> dict[str, Any] | None:
    low, high = posting.day_rate_min, posting.day_rate_max
    if low is None and high is None:
        return None
    value: dict[str, Any] = {"@type": "QuantitativeValue", "unitText": "DAY"}
    if low is not None and low == high:
        value["value"] = float(low)
    else:
        value |= {} if low is None else {"minValue": float(low)}
        value |= {} if high is None else {"maxValue": float(high)}
    return {"@type": "MonetaryAmount", "currency": "EUR", "value": value}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def script(said: dict[str, Any]) -> SafeString:
    """Give the JSON-LD element. It is data, which no browser runs; nothing in it can end the element."""
    text = json.dumps(said, ensure_ascii=False, indent=1)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return mark_safe(f'<script type="application/ld+json">\n{text}\n</script>')  # noqa: S308 - escaped above
