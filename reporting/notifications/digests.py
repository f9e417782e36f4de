"""One mail a day, at seven in the morning where the person is, for those who prefer it."""

import zoneinfo
from datetime import UTC, datetime, time, timedelta

from django.db import transaction
from django.db.models import Min
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.models import User
from reporting.models import Mail
from reporting.notifications.letters import COLUMNS, framed, local, wrapped

HOUR = time(7)


def queue_digests(now):
    """Puts what waits for a person's mail of the day into one. Returns how many it wrote."""
    Mail.objects.outlived().delete()
    rows = Mail.objects.for_digests().order_by().values_list("recipient")
    since = dict(rows.annotate(Min("created_at")))
    people = User.objects.in_bulk(since)
    return sum(
        _queue_for(person, now)
        for pk, person in sorted(people.items())
        if since[pk] < digest_instant(now, person)
    )


def digest_instant(now, person):
    """The last time that it was seven o'clock where the person is."""
    zone = zoneinfo.ZoneInfo(person.time_zone)
    today = now.astimezone(zone).date()
    # In UTC: two instants of one zone are compared by the clock on the wall, not by their order.
    at = datetime.combine(today, HOUR, zone).astimezone(UTC)
    if at <= now:
        return at
    return datetime.combine(today - timedelta(days=1), HOUR, zone).astimezone(UTC)


@transaction.atomic
def _queue_for(person, now):
    at = digest_instant(now, person)
    rows = Mail.objects.for_digests().filter(recipient=person, created_at__lt=at)
    # Of two runs at once the second waits here, and finds none left.
    parts = list(rows.select_for_update(of=["self"]).order_by("pk"))
    day = date_format(local(at, person))
    key = f"digest-user-{person.pk}-{local(at, person):%Y-%m-%d}"
    # What was stored too late for the day's mail is told in the next.
    if not parts or Mail.objects.filter(key=key).exists():
        return False
    count = len(parts)
    subject = ngettext(
        "%(count)s message of the Framework Portal, %(day)s",
        "%(count)s messages of the Framework Portal, %(day)s",
        count,
    )
    subject %= {"count": count, "day": day}
    contents = "\n".join(wrapped(part.subject, first="- ") for part in parts)
    texts = [f"{part.subject}\n{'=' * COLUMNS}\n\n{part.body}" for part in parts]
    body, html = framed(
        subject,
        "\n\n\n".join([contents, *texts]),
        render_to_string("reporting/mail/_digest.html", {"parts": parts}),
        person,
        _("This is what the portal had to tell you since your last mail of the day."),
    )
    Mail.objects.create(key=key, recipient=person, subject=subject, body=body, html=html)
    Mail.objects.filter(pk__in=[part.pk for part in parts]).update(sent_at=now)
    return True
