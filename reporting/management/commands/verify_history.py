import sys
from itertools import chain

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Exists, OuterRef
from tqdm import tqdm

from members.row_security import as_system_anyway
from reporting.models import Evidence, ProgressReport, ReportEvent, Submission
from reporting.verification import (
    misfits,
    misfits_in_named_evidence,
    misfits_of_evidence,
    misfits_without_event,
)


class Command(BaseCommand):
    help = (
        "Checks that no row of the reports' history and no file of evidence was changed, "
        "added or taken out afterwards."
    )

    @as_system_anyway()
    def handle(self, **options):
        counts = (
            ReportEvent.objects.count(),
            Submission.objects.count(),
            Evidence.objects.files().count(),
        )
        # The portal may go on meanwhile: each of these is one query, so it sees one instant.
        events = events_with_their_rows().iterator(chunk_size=1000)
        reports = ProgressReport.objects.filter(events=None).order_by("pk")
        named = ReportEvent.objects.filter(submission=OuterRef("pk"))
        unnamed = Submission.objects.filter(~Exists(named)).order_by("pk")
        shown = tqdm(
            events,
            desc="History",
            unit=" events",
            total=counts[0],
            leave=False,
            disable=not sys.stderr.isatty(),
        )
        files = Evidence.objects.files().order_by("pk")
        with shown:
            found = chain(
                misfits(shown),
                misfits_without_event(reports, unnamed),
                misfits_in_named_evidence(submissions_with_evidence()),
                misfits_of_evidence(files.iterator()),
            )
            first = next(found, None)
            # To the end all the same: one wrong row or all of them are two different worries.
            others = sum(1 for _ in found)
        if first:
            raise CommandError(
                f"The history does not fit. The first row: {first}. Found beside it: {others:,}."
            )
        self.stdout.write(
            "The history fits: {:,} events, {:,} submissions, {:,} files.".format(*counts)
        )


def events_with_their_rows():
    texts = [f"report__{name}" for name in ProgressReport.CONTENT_FIELDS]
    events = ReportEvent.objects.select_related("report", "submission").defer(*texts)
    return events.order_by("report_id", "number")


def submissions_with_evidence():
    submissions = Submission.objects.filter(content__evidence__0__isnull=False).order_by("pk")
    return submissions.prefetch_related("report__evidence").iterator(chunk_size=500)
