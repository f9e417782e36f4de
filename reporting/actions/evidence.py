"""What supports a report, added and taken away while the report is with its country.

A file is on the disk before these begin (`reporting.evidence.stored`); one that no row speaks
of any more is swept later. So a row never speaks of a file that is not there.
"""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from reporting.actions.errors import ClosedField, Conflict
from reporting.actions.guards import change, require_open
from reporting.models import Evidence, database_now
from reporting.models.choices import WITH_THE_COUNTRY

MAX_ITEMS = 100


@transaction.atomic
def add_evidence(*, report, version, items, by):
    """Adds evidence that is not saved yet: all of it or, by a ValidationError, nothing."""
    _open_for_evidence(report, version=version, by=by)
    _require_room(report, items)
    for item in items:
        item.report, item.added_by = report, by
    return Evidence.objects.bulk_create(items)


@transaction.atomic
def remove_evidence(*, item, version, by):
    """Takes away what was never handed in. The file stays for the sweeper."""
    _open_for_evidence(item.report, version=version, by=by)
    removed, _kinds = Evidence.objects.filter(pk=item.pk, submitted=False).delete()
    if not removed:
        raise Conflict


def _open_for_evidence(report, *, version, by):
    now = database_now()
    require_open(report, now)
    change(report, version=version, statuses=WITH_THE_COUNTRY, by=by, now=now)
    if not report.is_open_for("evidence"):
        raise ClosedField(["evidence"])


def _require_room(report, items):
    there = list(report.evidence.all())
    names = {item.sha256 or item.url: item.file_name or item.title for item in there}
    for item in items:
        if (item.sha256 or item.url) in names:
            raise ValidationError(
                _("“%(name)s” is there already, as “%(there)s”."),
                code="twice",
                params={
                    "name": item.file_name or item.title,
                    "there": names[item.sha256 or item.url],
                },
            )
        names[item.sha256 or item.url] = item.file_name or item.title
    if len(names) > MAX_ITEMS:
        raise ValidationError(
            _("A report can have at most %(limit)s files and links."),
            code="many",
            params={"limit": MAX_ITEMS},
        )
    size = sum(item.size for item in [*there, *items])
    if size > settings.EVIDENCE_REPORT_MAX_SIZE:
        raise ValidationError(
            _("All files of a report together may have %(limit)s; with these they have %(size)s."),
            code="size",
            params={
                "limit": filesizeformat(settings.EVIDENCE_REPORT_MAX_SIZE),
                "size": filesizeformat(size),
            },
        )
