"""The accounts of the demo. Their passwords come from the secret key: the same at each start, unknown elsewhere."""

from dataclasses import asdict, dataclass

from django.conf import settings
from django.utils.crypto import salted_hmac

from backend.accounts.models import Membership, Role, Team, User

WORDS = "aulne berge canal crue digue ferme fleuve haie joncs lac lande marais noria orme pont quai rive saule talus"


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in to the demo."""

    role: str
    name: str
    email: str
    teams: tuple[str, ...]
    memberships: str = Role.MEMBER
    is_admin: bool = False

    @property
    def password(self) -> str:
        """Give three words and a number."""
        words = WORDS.split()
        digest = salted_hmac("demo.account", self.email, algorithm="sha256").digest()
        return "-".join([words[byte % len(words)] for byte in digest[:3]] + [f"{digest[3] % 90 + 10}"])

    def as_json(self) -> dict[str, object]:
        """Give what `load_demo --accounts --json` prints of it."""
        return asdict(self) | {"password": self.password}


ACCOUNTS = (
    Account("member", "Lou Ferrandier", "lou@ruisseaux.example", ("ruisseaux", "haies-vives")),
    Account(
        "coach", "Camille Aubrac", "camille@incubateur.example", ("ruisseaux", "haies-vives", "moulins"), Role.COACH
    ),
    Account("admin", "Sacha Delorme", "sacha@incubateur.example", ("peniches-exemple",), is_admin=True),
)


def make() -> list[User]:
    """Make the accounts and their memberships in teams that exist; give the users in the order of `ACCOUNTS`."""
    users = []
    for account in ACCOUNTS:
        user = User.objects.filter(email=account.email).first() or User.objects.create_user(
            account.email, name=account.name, is_admin=account.is_admin
        )
        user.set_password(account.password)
        user.save()
        for team in Team.objects.filter(slug__in=account.teams):
            Membership.objects.update_or_create(user=user, team=team, defaults={"role": account.memberships})
        users.append(user)
    return users


def page() -> str:
    """Give the accounts as lines for a person."""
    lines = [f"Demo accounts (sign in at {settings.SITE_URL}/accounts/login/):"]
    lines += [f"  {a.role:<7} {a.email:<28} {a.password:<24} {a.name}" for a in ACCOUNTS]
    return "\n".join(lines)
