"""A few people who are invited and have not come yet; nobody gets a mail, no link opens."""

from datetime import datetime, timedelta

from members.models import Invitation, MemberCountry, MembershipEvent, Role, User
from reporting.demonstration.accounts import DOMAIN

# Who invites whom, as what, for which country, how many days ago.
INVITED = [
    ("focal.fr", "l.marchetti", Role.REPORTER, "FR", 2),
    ("focal.fr", "observatoire.statistique.de.la.cooperation.policiere", Role.VIEWER, "FR", 9),
    ("focal.ke", "n.kiprono", Role.REPORTER, "KE", 1),
    ("reviewer", "ncb.head.to", Role.FOCAL_POINT, "TO", 3),
    ("colleague", "p.vandenberghe", Role.REVIEWER, "", 1),
    ("reviewer", "s.oduya", Role.VIEWER, "", 4),
]


def write(now: datetime) -> None:
    people = {user.email: user for user in User.objects.active()}
    countries = {each.iso2: each for each in MemberCountry.objects.all()}
    for by, address, role, iso2, days in INVITED:
        at = now - timedelta(days=days)
        told = {
            "email": f"{address}@{DOMAIN}",
            "role": role,
            "country": countries.get(iso2),
        }
        Invitation.objects.create(
            **told,
            invited_by=people[f"{by}@{DOMAIN}"],
            invited_at=at,
            expires_at=at + Invitation.LASTS,
            mailed_at=None if role == Role.REVIEWER else at,
        )
        MembershipEvent.objects.create(
            **told, kind=MembershipEvent.Kind.INVITED, by=people[f"{by}@{DOMAIN}"], at=at
        )
