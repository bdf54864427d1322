"""One fixed occasion for each mail, so that its text is the same on every day: for snapshots."""

import datetime as dt
from zoneinfo import ZoneInfo

from notifications.placeholders import Occasion
from tests import factories
from workflow.models import Application, Interview

AT = dt.datetime(2026, 11, 20, 14, 30, tzinfo=ZoneInfo("Europe/Paris"))


def application(language: str = "fr", **fields) -> Application:
    """Make the application of Théo Garnier-Lacombe at Ruisseaux."""
    team = factories.team(name="Ruisseaux", reply_to="equipe@ruisseaux.example", language=language)
    posting = factories.posting(team, title="Développeuse ou développeur back-end")
    made = factories.application(
        posting, **{"name": "Théo Garnier-Lacombe", "email": "theo@courrier.example", "language": language} | fields
    )
    made.answer_by = dt.date(2026, 12, 4)
    made.candidate.erasure_asked_at = AT
    factories.contract(made, start=dt.date(2027, 1, 4))
    return made


def occasion(of: Application) -> Occasion:
    """Make the moment at which Lou Ferrandier moves it."""
    return Occasion(of, AT, factories.user(of.team, name="Lou Ferrandier"), interview(of))


def interview(of: Application) -> Interview:
    """Make an interview at half past ten, of three times that were proposed."""
    place = "https://visio.example/ruisseaux"
    made = Interview.objects.create(application=of, at=AT.replace(day=26, hour=10), place=place, announced=True)
    for day in (26, 27, 30):
        made.slots.create(at=AT.replace(day=day, hour=10))
    return made
