"""What machines read of the public site: the Atom feed and the sitemap."""

import datetime as dt
from xml.etree import ElementTree as ET

from django.conf import settings
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backend.accounts.models import Team
from backend.common.errors import NotVisible
from backend.hiring import rendering, selectors
from backend.hiring.models import Posting, PostingStatus
from backend.web import doors, jobposting

ENTRIES = 50
ADDRESSES = 50_000
"""As many as one sitemap may hold (https://www.sitemaps.org/protocol.html)."""


def open_postings() -> QuerySet[Posting]:
    """Give the open postings, newest first."""
    return selectors.public_postings().filter(status=PostingStatus.OPEN)


def tag(day: dt.date, what: str) -> str:
    """Give a tag URI (RFC 4151): a name that outlives every address."""
    host = settings.SITE_URL.partition("://")[2].partition("/")[0].partition(":")[0]
    return f"tag:{host},{day.isoformat()}:{what}"


def published(posting: Posting) -> dt.datetime:
    """Give the moment a posting was published: the start of its day, else when it was made."""
    if posting.published_on is None:
        return posting.created_at
    return dt.datetime.combine(posting.published_on, dt.time(), tzinfo=timezone.get_default_timezone())


@require_safe
@doors.anyone
def feed(request: HttpRequest) -> HttpResponse:
    """Give the open postings as an Atom feed (RFC 4287), of one team with `?team=`."""
    rows, slug = open_postings(), request.GET.get("team", "").replace("\0", "")
    team = Team.objects.filter(slug=slug, postings__isnull=False).exclude(slug="").first() if slug else None
    if slug and (team is None or not selectors.public_postings().filter(team=team).exists()):
        raise NotVisible(_("There is no such team."))
    rows = rows.filter(team=team) if team else rows
    found = list(rows[:ENTRIES])
    query = f"?team={team.slug}" if team else ""
    atom = Atom1Feed(
        title=_("Open postings: %(team)s") % {"team": team} if team else _("Open postings"),
        link=f"{settings.SITE_URL}/{query}",
        description=None,
        subtitle=_("Public product teams are looking for people."),
        language=get_language(),
        feed_url=settings.SITE_URL + reverse("feed") + query,
        feed_guid=tag(dt.date(2026, 1, 1), f"feed:{team.pk}" if team else "feed"),
    )
    for posting in found:
        atom.add_item(
            title=posting.title,
            link=jobposting.address(posting),
            description=rendering.to_html(posting.body) or posting.title,
            author_name=posting.team.name,
            unique_id=tag(timezone.localdate(posting.created_at), f"posting:{posting.pk}"),
            pubdate=published(posting),
            updateddate=max(published(posting), posting.changed_at),
            categories=posting.domains,
        )
    if not found:  # a feed has a moment of its own even where it says nothing yet
        moment = selectors.public_postings().aggregate(last=Max("changed_at"))["last"]
        atom.latest_post_date = lambda: moment or dt.datetime(2026, 1, 1, tzinfo=dt.UTC)  # type: ignore[method-assign]
    response = HttpResponse(content_type="application/atom+xml; charset=utf-8")
    atom.write(response, "utf-8")
    return kept_a_while(response)


@require_safe
@doors.anyone
def sitemap(request: HttpRequest) -> HttpResponse:
    """Give the addresses that search engines should know: the list, and each open posting."""
    root = ET.Element("urlset", xmlns="http://www.sitemaps.org/schemas/sitemap/0.9")
    rows = list(open_postings()[: ADDRESSES - 1])
    last = max((posting.changed_at for posting in rows), default=None)
    for address, moment in [(f"{settings.SITE_URL}/", last), *((jobposting.address(p), p.changed_at) for p in rows)]:
        url = ET.SubElement(root, "url")
        ET.SubElement(url, "loc").text = address
        if moment:
            ET.SubElement(url, "lastmod").text = moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    content = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return kept_a_while(HttpResponse(content, content_type="application/xml; charset=utf-8"))


def kept_a_while(response: HttpResponse) -> HttpResponse:
    """Let readers keep the answer for five minutes."""
    response["Cache-Control"] = "public, max-age=300"
    return response
