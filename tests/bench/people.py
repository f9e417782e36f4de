"""A round for the benchmark and a focal point of every country, signed in; prints them as JSON.

With --texts: what the reports of the round say that were submitted and not changed since.
"""

import json
import sys
from datetime import date, timedelta
from importlib import import_module

import django
from django.conf import settings


def main(slug, *arguments):
    django.setup()
    print(json.dumps(texts(slug) if arguments else people(slug)))


def people(slug):
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
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
    sessions = import_module(settings.SESSION_ENGINE)
    found = []
    for country in MemberCountry.objects.all():
        user = User(email=f"bench.{country.iso2.lower()}@example.org", name=f"Bench {country}")
        user.set_unusable_password()
        user.save()
        Membership.objects.create(user=user, role=Role.FOCAL_POINT, country=country)
        session = sessions.SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        found.append((country.iso2, session.session_key))
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
