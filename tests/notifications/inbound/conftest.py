"""One team with one open posting that asks to write to `mails.JOBS`."""

import pytest

from backend.accounts.models import Team
from backend.hiring.models import Posting
from tests import factories
from tests.notifications.inbound import mails


@pytest.fixture
def team(db: None) -> Team:
    return factories.team(name="Trajet Simple", slug="trajet-simple")


@pytest.fixture
def posting(team: Team) -> Posting:
    return factories.posting(
        team,
        slug="developpeuse-backend",
        title="Une développeuse ou un développeur backend senior",
        apply_to=[mails.JOBS],
        apply_cc=["lea@equipe.example"],
    )
