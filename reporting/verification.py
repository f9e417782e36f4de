"""Does the history still say what it said when it was written?

Rows in, those that do not fit out. A row that somebody changed does not fit its own hash;
one that he also gave a new hash does not fit the next; one that he took out leaves a gap,
or a report whose status no event has brought about. A file of evidence lies under its own
hash; what a submission names of it must be there, as it was.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Model

from reporting.evidence.storage import fingerprint, path_of
from reporting.models import Evidence, ProgressReport, ReportEvent, Submission
from reporting.models.history import sha256_of


@dataclass(frozen=True)
class Misfit:
    """A row that does not fit, by model and key and by what people call it."""

    row: Model
    name: str
    what: str

    def __str__(self) -> str:
        return f"{self.row._meta.verbose_name} {self.row.pk} ({self.name}): {self.what}"


@dataclass
class Walk:
    """How far the walk through one report's events has come."""

    report: ProgressReport
    number: int = 0
    hash: str = ""
    status: str = ""
    submissions: int = 0
    receipt_number: str = "never submitted"


def misfits(events: Iterable[ReportEvent]) -> Iterator[Misfit]:
    """What does not fit, from events in their own order, each with its report and submission.

    One row may be named several times; the first name is the best.
    """
    walk: Walk | None = None
    for event in events:
        if walk is None or walk.report.pk != event.report_id:
            if walk:
                yield from misfits_at_the_end(walk)
            walk = Walk(event.report)
        name = f"event {event.number} of report {event.report_id}"
        copy = event.submission
        if copy:
            walk.submissions += 1
            walk.receipt_number = copy.receipt_number
            yield from misfits_of(
                copy, copy.receipt_number, wrong_with_copy(copy, walk.submissions)
            )
        yield from misfits_of(event, name, wrong_with_event(event, walk))
        if copy:
            yield from misfits_of(copy, copy.receipt_number, wrong_between(copy, event))
        walk.number, walk.hash, walk.status = event.number, event.hash, event.to_status
    if walk:
        yield from misfits_at_the_end(walk)


def misfits_of(row: Model, name: str, found: Iterable[str]) -> Iterator[Misfit]:
    return (Misfit(row, name, what) for what in found)


def misfits_at_the_end(walk: Walk) -> Iterator[Misfit]:
    status = walk.report.status
    if status != walk.status:
        what = f"its status is “{status}”, and its last event made it “{walk.status}”"
        yield Misfit(walk.report, walk.receipt_number, what)


def wrong_with_event(event: ReportEvent, walk: Walk) -> Iterator[str]:
    if event.number != walk.number + 1:
        yield f"it comes after number {walk.number}: there is a gap"
    if event.submission_id and not event.submission:
        yield f"its submission {event.submission_id} is gone"
    if event.hash != event.computed_hash():
        yield "its hash is not that of what it says"
    if event.previous_hash != walk.hash:
        yield "it does not carry the hash of the event before it"
    if event.from_status != walk.status:
        yield f"it begins at “{event.from_status}”, and the one before ended at “{walk.status}”"
    if event.kind == ReportEvent.Kind.SUBMITTED and not event.submission_id:
        yield "it names no submission"


def wrong_with_copy(submission: Submission, number: int) -> Iterator[str]:
    if submission.sha256 != sha256_of(submission.content):
        yield "its SHA-256 is not that of its content"
    if submission.number != number:
        yield f"it has the number {submission.number}, and it is submission {number} of its report"
    if submission.receipt_number != f"{subject_of(submission)}-{submission.number}":
        yield f"its receipt number is not that of {subject_of(submission)}"


def wrong_between(submission: Submission, event: ReportEvent) -> Iterator[str]:
    if submission.report_id != event.report_id:
        yield f"it is of report {submission.report_id}, and the event of report {event.report_id}"
    if (submission.submitted_at, submission.submitted_by_id) != (event.at, event.by_id):
        yield "time or person are not those of its event"


def subject_of(submission: Submission) -> str:
    """What it is about, in its own words: `2025-H2-FR-1.1`."""
    said = submission.content if isinstance(submission.content, dict) else {}
    return "-".join(str(said.get(name, "?")) for name in ["round", "country", "objective"])


def misfits_without_event(
    reports: Iterable[ProgressReport], submissions: Iterable[Submission]
) -> Iterator[Misfit]:
    """Of rows that no event speaks of: every one."""
    for submission in submissions:
        yield Misfit(submission, submission.receipt_number, "no event of its report names it")
    for report in reports:
        yield Misfit(report, "never submitted", "it has no history at all")


def misfits_of_evidence(files: Iterable[Evidence]) -> Iterator[Misfit]:
    """Of rows that speak of a file: it is there, and it is what was stored."""
    for item in files:
        yield from misfits_of(item, item.file_name, wrong_with_file(item))


def wrong_with_file(item: Evidence) -> Iterator[str]:
    try:
        sha256, size = fingerprint(path_of(item.sha256))
    except OSError as error:
        yield f"its file cannot be read: {error.strerror}"
        return
    if (sha256, size) != (item.sha256, item.size):
        yield f"its file has {size} bytes and the SHA-256 {sha256}, not {item.size} and its own"


def misfits_in_named_evidence(submissions: Iterable[Submission]) -> Iterator[Misfit]:
    """Of submissions that name evidence: their report still has it, and as it was."""
    for submission in submissions:
        there = [item.content() for item in submission.report.evidence.all() if item.submitted]
        for named in submission.content["evidence"]:
            if named not in there:
                title = named.get("title") if isinstance(named, dict) else named
                what = f"its evidence “{title}” is gone or was changed"
                yield Misfit(submission, submission.receipt_number, what)
