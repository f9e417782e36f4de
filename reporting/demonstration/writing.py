"""Writes a country's reports with all that hangs on them, in few statements."""

from collections.abc import Iterator
from itertools import chain

from reporting.demonstration.accounts import People
from reporting.demonstration.entries import Entry
from reporting.demonstration.histories import SUBMITTED
from reporting.models import IndicatorValue, ProgressReport, Rating, ReportEvent, Status, Submission
from reporting.models.history import receipt_number, sha256_of


def write(entries: list[Entry], people: People) -> int:
    """Writes a country's reports, then what needs their keys. Returns how many reports."""
    for entry in entries:
        set_state(entry, people)
    ProgressReport.objects.bulk_create(entry.report for entry in entries)
    for entry in entries:
        for value in entry.answers:
            value.report_id = entry.report.pk
    IndicatorValue.objects.bulk_create(chain.from_iterable(entry.answers for entry in entries))
    submissions = [frozen_copies(entry, people) for entry in entries]
    Submission.objects.bulk_create(chain.from_iterable(submissions))
    ReportEvent.objects.bulk_create(
        event
        for entry, copies in zip(entries, submissions, strict=True)
        for event in chained_events(entry, copies, people)
    )
    return len(entries)


def set_state(entry: Entry, people: People) -> None:
    report, last = entry.report, entry.life.steps[-1]
    report.status = entry.life.status
    report.version = entry.life.version
    report.changed_by_id = people.acting(last.by, report.country.iso2)
    report.changed_at = entry.life.saved_at if report.status == Status.DRAFT else last.at


def frozen_copies(entry: Entry, people: People) -> list[Submission]:
    report = entry.report
    steps = entry.life.submissions
    content = report.content(entry.answers)
    copies = []
    for number, step in enumerate(steps, start=1):
        frozen = content if number == len(steps) else less_complete(content)
        copies.append(
            Submission(
                report_id=report.pk,
                number=number,
                receipt_number=receipt_number(report, number),
                content=frozen,
                sha256=sha256_of(frozen),
                submitted_at=step.at,
                submitted_by_id=people.acting(step.by, report.country.iso2),
            )
        )
    return copies


def less_complete(content: dict) -> dict:
    """What the country had written before the secretariat asked for more."""
    if content["rating"] == Rating.NOT_APPLICABLE:
        return content
    sentences = content["achievements"].removesuffix(".").split(". ")
    shorter = ". ".join(sentences[:-1] or sentences) + "." if content["achievements"] else ""
    return content | {"achievements": shorter, "lessons": "", "confidence": ""}


def chained_events(entry: Entry, copies: list[Submission], people: People) -> Iterator[ReportEvent]:
    remaining = iter(copies)
    previous_hash = ""
    for number, step in enumerate(entry.life.steps, start=1):
        event = ReportEvent(
            report_id=entry.report.pk,
            number=number,
            kind=step.kind,
            at=step.at,
            by_id=people.acting(step.by, entry.report.country.iso2),
            from_status=step.from_status,
            to_status=step.to_status,
            comment=step.comment,
            submission=next(remaining) if step.kind == SUBMITTED else None,
            previous_hash=previous_hash,
        )
        previous_hash = event.hash = event.computed_hash()
        yield event
