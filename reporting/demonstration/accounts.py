"""The people of the demonstration. Their password is published: see the refusal in load.py."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password

from members.models import (
    Delegation,
    MemberCountry,
    Membership,
    MembershipEvent,
    Proposal,
    Role,
    User,
)

Kind = MembershipEvent.Kind
PASSWORD = "framework-demo"
DOMAIN = "demo.example"
ADMINISTRATOR = f"admin@{DOMAIN}"


COLLEAGUE = "colleague"


@dataclass(frozen=True)
class Account:
    address: str
    name: str
    time_zone: str
    role: Role | None
    iso2: str = ""
    # What to look at first.
    look: str = ""

    @property
    def email(self) -> str:
        return f"{self.address}@{DOMAIN}"


CAST = [
    Account(
        *("reporter.fr", "Camille Roussel", "Europe/Paris", Role.REPORTER, "FR"),
        "a report that came back, with comments at two fields and only those open",
    ),
    Account(
        *("focal.fr", "Étienne Garnault", "Europe/Paris", Role.FOCAL_POINT, "FR"),
        "a report to withdraw, one confirmed unchanged, more time granted",
    ),
    Account(
        *("reporter.jp", "Natsuki Aramaki", "Asia/Tokyo", Role.REPORTER, "JP"),
        "a report that was corrected, its two submissions compared",
    ),
    Account(
        *("focal.jp", "Haruto Tachikawa", "Asia/Tokyo", Role.FOCAL_POINT, "JP"),
        "a request for more time that was refused",
    ),
    Account(
        *("reporter.br", "Beatriz Novais", "America/Sao_Paulo", Role.REPORTER, "BR"),
        "submits in the focal point's place",
    ),
    Account(
        *("focal.br", "Rafael Quintela", "America/Sao_Paulo", Role.FOCAL_POINT, "BR"),
        "has let a colleague submit until the round closes, and can end that",
    ),
    Account(
        *("reporter.ke", "Achieng Wekesa", "Africa/Nairobi", Role.REPORTER, "KE"),
        "two drafts, one report that came back",
    ),
    Account(
        *("focal.ke", "Brian Mutiso", "Africa/Nairobi", Role.FOCAL_POINT, "KE"),
        "a request for more time that waits for an answer",
    ),
    Account(
        *("reporter.nr", "Lucia Deidenang", "Pacific/Nauru", Role.REPORTER, "NR"),
        "the only officer of a country, who writes and submits",
    ),
    Account(
        *("reviewer", "Ingrid Solheim", "Europe/Paris", Role.REVIEWER),
        look="the queue, a letter from Tonga to decide on, an extension to answer",
    ),
    Account(
        *("colleague", "Mirela Dragomir", "Europe/Paris", Role.REVIEWER),
        look="a second reviewer, who has claimed a report and entered the one from Tonga",
    ),
    Account(
        *("editor", "Tomás Echeverri", "Europe/Paris", Role.FRAMEWORK_EDITOR),
        look="the admin: indicators, and the values that the secretariat holds",
    ),
    Account(
        *("viewer", "Nadia Belkhodja", "Europe/Paris", Role.VIEWER),
        look="Strategic Goal 1",
    ),
    Account(
        *("admin", "Oskar Lindqvist", "Europe/Paris", None),
        look="people and their roles; Nauru, a country of one officer",
    ),
]
COUNTRIES = {account.iso2 for account in CAST if account.iso2}
# What is written down of a country whose reporter submits too.
ONLY_OFFICER = {"NR": "The bureau has one officer, who writes and submits. Agreed for four years."}
# A country whose focal point lets its reporter submit.
DELEGATED = "BR"


class People:
    """Who acts in the reports: ids of users by role and country."""

    def __init__(self) -> None:
        self.ids: dict[tuple[str, str], int] = {}

    def add(self, user: User, *roles: str, iso2: str) -> None:
        for role in roles:
            self.ids[role, iso2] = user.pk

    def acting(self, role: str, iso2: str) -> int:
        return self.ids[role, "" if role in (Role.REVIEWER, COLLEAGUE) else iso2]


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
            acts_as = COLLEAGUE if account.address == COLLEAGUE else account.role
            people.add(user, acts_as, iso2=account.iso2)
            if account.iso2 in ONLY_OFFICER:
                people.add(user, Role.FOCAL_POINT, iso2=account.iso2)
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


def write_down_only_officers(at: datetime) -> None:
    """As the administrator proposes it and a reviewer confirms, but long ago."""
    administrator = User.objects.get(email=ADMINISTRATOR)
    reviewer = User.objects.get(email=f"reviewer@{DOMAIN}")
    for country in MemberCountry.objects.filter(iso2__in=ONLY_OFFICER):
        country.single_officer_reason = reason = ONLY_OFFICER[country.iso2]
        country.save(update_fields=["single_officer_reason"])
        Proposal.objects.create(
            kind=Proposal.Kind.ONLY_OFFICER,
            country=country,
            reason=reason,
            proposed_by=administrator,
            proposed_at=at,
            confirmed_by=reviewer,
            confirmed_at=at,
        )
        for kind, by, why in [
            (Kind.OFFICER_PROPOSED, administrator, reason),
            (Kind.CONFIRMED, reviewer, ""),
            (Kind.ONLY_OFFICER, reviewer, reason),
        ]:
            MembershipEvent.objects.create(kind=kind, by=by, country=country, reason=why, at=at)


def delegate(people: People, begins_at: datetime, ends_at: datetime) -> None:
    if (Role.FOCAL_POINT, DELEGATED) in people.ids:
        Delegation.objects.create(
            country=MemberCountry.objects.get(iso2=DELEGATED),
            given_by_id=people.acting(Role.FOCAL_POINT, DELEGATED),
            given_to_id=people.acting(Role.REPORTER, DELEGATED),
            begins_at=begins_at,
            ends_at=ends_at,
        )


def time_zone_of(iso2: str) -> str:
    return next(account.time_zone for account in CAST if account.iso2 == iso2)


def table() -> str:
    """The accounts as text, for whoever started the portal."""
    rows = [(account.email, account.name, described(account), account.look) for account in CAST]
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
