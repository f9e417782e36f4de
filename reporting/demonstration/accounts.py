"""The people of the demonstration. Their password is published: see the refusal in load.py."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password

from members.models import MemberCountry, Membership, Role, User

PASSWORD = "framework-demo"
DOMAIN = "demo.example"
ADMINISTRATOR = f"admin@{DOMAIN}"


@dataclass(frozen=True)
class Account:
    address: str
    name: str
    time_zone: str
    role: Role | None
    iso2: str = ""

    @property
    def email(self) -> str:
        return f"{self.address}@{DOMAIN}"


CAST = [
    Account("reporter.fr", "Camille Roussel", "Europe/Paris", Role.REPORTER, "FR"),
    Account("focal.fr", "Étienne Garnault", "Europe/Paris", Role.FOCAL_POINT, "FR"),
    Account("reporter.jp", "Natsuki Aramaki", "Asia/Tokyo", Role.REPORTER, "JP"),
    Account("focal.jp", "Haruto Tachikawa", "Asia/Tokyo", Role.FOCAL_POINT, "JP"),
    Account("reporter.br", "Beatriz Novais", "America/Sao_Paulo", Role.REPORTER, "BR"),
    Account("focal.br", "Rafael Quintela", "America/Sao_Paulo", Role.FOCAL_POINT, "BR"),
    Account("reporter.ke", "Achieng Wekesa", "Africa/Nairobi", Role.REPORTER, "KE"),
    Account("focal.ke", "Brian Mutiso", "Africa/Nairobi", Role.FOCAL_POINT, "KE"),
    Account("reviewer", "Ingrid Solheim", "Europe/Paris", Role.REVIEWER),
    Account("editor", "Tomás Echeverri", "Europe/Paris", Role.FRAMEWORK_EDITOR),
    Account("viewer", "Nadia Belkhodja", "Europe/Paris", Role.VIEWER),
    Account("admin", "Oskar Lindqvist", "Europe/Paris", None),
]
COUNTRIES = {account.iso2 for account in CAST if account.iso2}


class People:
    """Who acts in the reports: ids of users by role and country."""

    def __init__(self) -> None:
        self.ids: dict[tuple[str, str], int] = {}

    def add(self, user: User, *roles: str, iso2: str) -> None:
        for role in roles:
            self.ids[role, iso2] = user.pk

    def acting(self, role: str, iso2: str) -> int:
        return self.ids[role, "" if role == Role.REVIEWER else iso2]


def exist() -> bool:
    return User.objects.filter(email=ADMINISTRATOR).exists()


def create(countries: Iterable[MemberCountry], joined: datetime) -> People:
    """The accounts of the cast, and for each of the other `countries` one that nobody can use."""
    people = People()
    by_code = {
        country.iso2: country for country in MemberCountry.objects.filter(iso2__in=COUNTRIES)
    }
    # One hash for all: each takes as long as a sign-in.
    password = make_password(PASSWORD)
    for account in CAST:
        user = User.objects.create(
            email=account.email,
            name=account.name,
            time_zone=account.time_zone,
            password=password,
            date_joined=joined,
            is_superuser=account.email == ADMINISTRATOR,
        )
        if account.role:
            country = by_code.get(account.iso2)
            Membership.objects.create(user=user, role=account.role, country=country)
            people.add(user, account.role, iso2=account.iso2)
    bureaus = [country for country in countries if country.iso2 not in COUNTRIES]
    users = User.objects.bulk_create(bureau_of(country, joined) for country in bureaus)
    for country, user in zip(bureaus, users, strict=True):
        people.add(user, Role.REPORTER, Role.FOCAL_POINT, iso2=country.iso2)
    return people


def bureau_of(country: MemberCountry, joined: datetime) -> User:
    return User(
        email=f"ncb.{country.iso2.lower()}@{DOMAIN}",
        name=f"NCB {country.name_en}",
        password=make_password(None),
        is_active=False,
        date_joined=joined,
    )


def table() -> str:
    """The accounts as text, for whoever started the portal."""
    rows = [(account.email, account.name, described(account)) for account in CAST]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "    "
        + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([f"  Demonstration accounts, all with the password {PASSWORD}", "", *lines])


def described(account: Account) -> str:
    if account.role is None:
        return "Administrator"
    return f"{account.role.label}, {account.iso2}" if account.iso2 else str(account.role.label)
