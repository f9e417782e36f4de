"""Writes a country's reports with all that hangs on them, in few statements."""

from collections.abc import Iterator
from itertools import chain

from members.models import Role, SignOff
from reporting.demonstration.accounts import COLLEAGUE, ONLY_OFFICER, People
from reporting.demonstration.documents import document
from reporting.demonstration.entries import Entry
from reporting.demonstration.histories import REACTION, RETURNED, SUBMITTED, Step
from reporting.evidence.kinds import KINDS
from reporting.evidence.names import extension_of
from reporting.evidence.storage import keep
from reporting.models import (
    Evidence,
    IndicatorValue,
    ProgressReport,
    Rating,
    ReportEvent,
    Status,
    Submission,
)
from reporting.models.history import receipt_number, sha256_of

REVIEWERS = {"reviewer": Role.REVIEWER, "colleague": COLLEAGUE}


def write(entries: list[Entry], people: People) -> int:
    """Writes a country's reports, then what needs their keys. Returns how many reports."""
    for entry in entries:
        set_state(entry, people)
    ProgressReport.objects.bulk_create(entry.report for entry in entries)
    confirm([entry for entry in entries if entry.confirmed])
    for entry in entries:
        for value in entry.answers:
            value.report_id = entry.report.pk
    IndicatorValue.objects.bulk_create(chain.from_iterable(entry.answers for entry in entries))
    evidence = [items_of(entry, people) for entry in entries]
    Evidence.objects.bulk_create(chain.from_iterable(evidence))
    submissions = [
        frozen_copies(entry, items, people) for entry, items in zip(entries, evidence, strict=True)
    ]
    Submission.objects.bulk_create(chain.from_iterable(submissions))
    ReportEvent.objects.bulk_create(
        event
        for entry, copies in zip(entries, submissions, strict=True)
        for event in chained_events(entry, copies, people)
    )
    return len(entries)


def confirm(entries: list[Entry]) -> None:
    """A report can name another of the same country once that has a key."""
    for entry in entries:
        entry.report.confirms = entry.confirmed
        entry.report.save(update_fields=["confirms"])


def set_state(entry: Entry, people: People) -> None:
    report, story, last = entry.report, entry.story, entry.life.steps[-1]
    report.status = entry.life.status
    report.version = entry.life.version
    report.changed_by_id = who(entry, last, people)
    report.changed_at = entry.life.saved_at if report.status == Status.DRAFT else last.at
    if story.signs_as == SignOff.SECRETARIAT:
        report.entered_by_id = report.changed_by_id
    if story.only_commented:
        report.open_fields = sorted(story.field_comments)
    if story.claimed_by:
        report.claimed_by_id = people.acting(REVIEWERS[story.claimed_by], "")
        report.claimed_at = last.at + REACTION


def who(entry: Entry, step: Step, people: People) -> int:
    """The person behind a step; the country's may be another one than is usual."""
    role = step.by
    if entry.story.signs_as == SignOff.SECRETARIAT:
        role = COLLEAGUE
    elif entry.story.signs_as == SignOff.DELEGATE and role == Role.FOCAL_POINT:
        role = Role.REPORTER
    return people.acting(role, entry.report.country.iso2)


def signed_as(entry: Entry) -> str:
    if entry.story.signs_as:
        return entry.story.signs_as
    is_alone = entry.report.country.iso2 in ONLY_OFFICER
    return str(SignOff.ONLY_OFFICER if is_alone else SignOff.FOCAL_POINT)


def items_of(entry: Entry, people: People) -> list[Evidence]:
    """The evidence of a report; its files are on the disk before a row speaks of them."""
    return [
        Evidence(
            report_id=entry.report.pk,
            title=told["title"],
            added_at=entry.life.steps[0].at,
            added_by_id=who(entry, entry.life.steps[0], people),
            submitted=bool(entry.life.submissions),
            **({"url": told["url"]} if "url" in told else kept(**told)),
        )
        for told in entry.story.evidence
    ]


def kept(title: str, file_name: str, lines: list[str]) -> dict:
    sha256, size = keep([document(file_name, lines)])
    media_type = KINDS[extension_of(file_name)].media_type
    return {"file_name": file_name, "media_type": media_type, "sha256": sha256, "size": size}


def frozen_copies(entry: Entry, evidence: list[Evidence], people: People) -> list[Submission]:
    """What was handed in each time, as `reporting.actions` freezes it."""
    report = entry.report
    steps = entry.life.submissions
    if not steps:
        return []
    content = report.content(entry.answers, evidence) | {
        "not_answered": [
            {"indicator": indicator.code, "name": indicator.name}
            for indicator in entry.not_answered
        ],
        "signed_as": signed_as(entry),
        "late": steps[0].at >= report.round.due_at,
    }
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
                submitted_by_id=who(entry, step, people),
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
            by_id=who(entry, step, people),
            from_status=step.from_status,
            to_status=step.to_status,
            comment=step.comment,
            field_comments=(step.kind == RETURNED and entry.story.field_comments) or None,
            submission=next(remaining) if step.kind == SUBMITTED else None,
            previous_hash=previous_hash,
        )
        previous_hash = event.hash = event.computed_hash()
        yield event
