"""A round for the benchmark and a focal point of every country, signed in; prints them as JSON.

With --texts: what the reports of the round say that were submitted and not changed since.
"""

import json
import sys
from datetime import date, timedelta

import django


def main(slug, *arguments):
    django.setup()
    print(json.dumps(texts(slug) if arguments else people(slug)))


def people(slug):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from goals.models import Framework
    from members.models import MemberCountry, Membership, Role, User
    from objectives.models import Objective
    from reporting.models import ReportingRound

    now = timezone.now()
    framework = Framework.objects.get(slug="2022-2025")
    ReportingRound.objects.create(
        framework=framework,
        slug=slug,
        name="The round of the benchmark",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 6, 30),
        opens_at=now - timedelta(days=1),
        due_at=now + timedelta(days=1),
        closes_at=now + timedelta(days=2),
    )
    found = []
    for country in MemberCountry.objects.all():
        user = User(email=f"bench.{country.iso2.lower()}@example.org", name=f"Bench {country}")
        user.set_unusable_password()
        user.save()
        Membership.objects.create(user=user, role=Role.FOCAL_POINT, country=country)
        TOTP.activate(user, generate_totp_secret())
        browser = Client()
        browser.force_login(user)
        found.append((country.iso2, browser.cookies[settings.SESSION_COOKIE_NAME].value))
    return found, [objective.code for objective in Objective.objects.of(framework)]


def texts(slug):
    from reporting.models import Submission

    copies = Submission.objects.filter(report__round__slug=slug, report__status="submitted")
    return {
        f"{copy.content['country']} {copy.content['objective']}": copy.content["achievements"]
        for copy in copies
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
