"""Sends every form as somebody with other people's keys, and looks for what it has changed."""

import uuid
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from members.models import Delegation, User
from reporting.models import (
    Book,
    Evidence,
    Extension,
    IndicatorValue,
    ProgressReport,
    Quotation,
    ReportEvent,
    Submission,
    WorkbookUpload,
)
from reporting.models.choices import WITH_THE_COUNTRY

# Each with the way to the country whose row it is.
OWNED = {
    ProgressReport: "country__iso2",
    IndicatorValue: "report__country__iso2",
    Evidence: "report__country__iso2",
    Submission: "report__country__iso2",
    ReportEvent: "report__country__iso2",
    Extension: "country__iso2",
    Quotation: "submission__report__country__iso2",
    WorkbookUpload: "country__iso2",
    Delegation: "country__iso2",
    Book: "asked_by__memberships__country__iso2",
    User: "memberships__country__iso2",
}
DRAFTED = {ProgressReport: "status", IndicatorValue: "report__status", Evidence: "report__status"}
PERSONAL = {User: "pk", Book: "asked_by"}
# Nothing of the portal's content, and it changes with each look.
NOT_COMPARED = {"last_login"}


def rows(reader):
    """{(model, key): all that the row says} of what `reader` must not change."""
    found = {}
    for model, way in OWNED.items():
        kept = model.objects.order_by()
        if reader.is_reviewer:
            if model not in DRAFTED:
                continue
            kept = kept.filter(**{f"{DRAFTED[model]}__in": WITH_THE_COUNTRY})
        elif reader.country:
            kept = kept.exclude(**{way: reader.country})
        if reader.user and model in PERSONAL:
            kept = kept.exclude(**{PERSONAL[model]: reader.user.pk})
        names = [each.attname for each in model._meta.concrete_fields]
        for row in kept.values("pk", *(name for name in names if name not in NOT_COMPARED)):
            key = row.pop("pk")
            # PostgreSQL hands out the place of a book in memory, not what is in it.
            said = {k: bytes(v) if isinstance(v, memoryview) else v for k, v in row.items()}
            found[model.__name__, key] = repr(said)
    return found


def forms(reader, sweep):
    """A form with all the fields that any form has, filled in well, and others' keys in it."""
    foreign = ProgressReport.objects.exclude(country__iso2=reader.country or "")
    reports = list(foreign.order_by("?").values_list("pk", "version")[:3])
    officer = User.objects.filter(memberships__country__isnull=False)
    officer = officer.exclude(memberships__country__iso2=reader.country or "").first()
    country = next(each for each in sweep.world.countries if each.iso2 != reader.country)
    said = "Somebody else has written this, and it is long enough."
    until = timezone.now() + timedelta(days=100)
    return {
        "version": "2",
        "report": [f"{pk}:{version}" for pk, version in reports],
        "token": str(uuid.uuid4()),
        "rating": "on_track",
        "percent_complete": "99",
        "confidence": "high",
        "status": "approved",
        "entered_by": officer.pk,
        "claimed_by": officer.pk,
        "given_to": officer.pk,
        "country_id": country.pk,
        "country": [country.iso2, reader.country or "FR"][sweep.random.random() < 0.5],
        "until": f"{until:%Y-%m-%d}",
        "until_0": f"{until:%Y-%m-%d}",
        "until_1": "12:00",
        "state": "granted",
        "field": "challenges",
        "title": "Annex",
        "url": "https://police.example/other",
        "no_personal_data": "on",
        "replace": ["1.1/achievements"],
        "name": "Somebody Else",
        "time_zone": "UTC",
        "email": officer.email,
        **dict.fromkeys(
            ["achievements", "challenges", "next_steps", "lessons", "comment", "reason", "text"],
            said,
        ),
        "answer": said,
        "files": SimpleUploadedFile("annex.txt", b"Annex"),
        "letter": SimpleUploadedFile("letter.txt", b"Letter"),
    }


class Posting:
    """What was posted, how it was answered, and what it has changed that it must not."""

    def __init__(self, sweep):
        self.sweep = sweep
        self.changed, self.failures = [], []
        self.posts = 0

    def run(self, reader, times=2):
        browser = reader.browser()
        browser.raise_request_exception = False
        before = rows(reader)
        for name in self.sweep.names:
            if name.startswith("admin:") and not (reader.user and reader.user.is_staff):
                continue
            with transaction.atomic():
                addresses = {self.sweep.addresses.draw(name) for _time in range(times)}
                for address in sorted(addresses):
                    self.post(browser, reader, address)
                after = rows(reader)
                self.changed += [
                    (str(reader), name, row)
                    for row in {*before, *after}
                    if before.get(row) != after.get(row)
                ]
                transaction.set_rollback(True)

    def post(self, browser, reader, address):
        response = browser.post(address, forms(reader, self.sweep))
        self.posts += 1
        if response.status_code >= 500:
            self.failures.append((str(reader), address, response.status_code))
