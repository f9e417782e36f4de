"""A report as its reviewer reads it: each field beside the last approved, changes marked."""

from typing import NamedTuple

from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from objectives.models import Indicator
from reporting.copies import answers, lines, marked
from reporting.differences import Kind, Segment
from reporting.models import Evidence, ProgressReport, Rating, ReportEvent, Submission
from reporting.models.history import field_label, in_order

SINCE_RETURN, SINCE_APPROVED = "return", "approved"


class Asked(NamedTuple):
    """What a reviewer wanted of a field as he gave the report back."""

    name: str
    label: str
    comment: str
    is_changed: bool


class LastReturn(NamedTuple):
    event: ReportEvent
    # As it was handed in before that; None where there is no copy of it.
    copy: Submission | None
    asked: list[Asked]


class Row(NamedTuple):
    """A field of the report, as a reviewer reads it and comments on it."""

    name: str
    label: str
    comment: BoundField | None
    asked: Asked | None
    indicator: Indicator | None = None
    now: list[Segment] = []
    before: list[Segment] = []
    is_unchanged: bool = False
    is_written_anew: bool = False


class Item(NamedTuple):
    """A piece of evidence, and whether it came after the report was given back."""

    evidence: Evidence
    is_added: bool


def frozen(report):
    """A copy of the report as it would be frozen now."""
    return Submission(report=report, content=report.content(report.indicator_values.all()))


def said(copy):
    """{name or code: line} of what a copy says; what it says nothing of is no line."""
    found = [*lines(copy.content), *(line for line in answers(copy) if line.is_text)]
    return {line.key: line for line in found}


def last_return(report, events, evidence):
    """The last step that gave the report back, or None."""
    found = copy = latest = None
    for event in events:
        if event.kind in ReportEvent.GAVE_BACK:
            found, copy = event, latest
        latest = event.submission or latest
    if found is None:
        return None
    changed = set()
    if copy:
        copy.report = report
        changed = names_changed(said(copy), said(frozen(report)))
        if copy.content.get("evidence", []) != [item.content() for item in evidence]:
            changed.add("evidence")
    comments = found.field_comments or {}
    asked = [
        Asked(name, field_label(name), comments[name], name in changed)
        for name in sorted(comments, key=in_order)
    ]
    return LastReturn(found, copy, asked)


def names_changed(before, after):
    return {key for key in before | after if value_of(before.get(key)) != value_of(after.get(key))}


def value_of(line):
    return line.value if line else ""


def items(evidence, returned):
    """The evidence; a first hand-in adds none."""
    known = returned.copy.content.get("evidence", []) if returned and returned.copy else None
    return [Item(each, known is not None and each.content() not in known) for each in evidence]


def rows(report, form, *, previous, returned, since):
    """`since` says whose words are marked: those changed since the return or the approval."""
    now, before = said(frozen(report)), said(frozen(previous)) if previous else {}
    handed_in = said(returned.copy) if since == SINCE_RETURN else {}
    asked = {each.name: each for each in returned.asked} if returned else {}
    comment_on = getattr(form, "comment_on", lambda name: None)
    fields = [
        Row(
            name,
            label,
            comment_on(name),
            asked.get(name),
            indicator,
            **sides(now.get(name), before.get(name), handed_in.get(name), since),
        )
        for name, label, indicator in names(report, now, before)
    ]
    return [*fields, Row("evidence", _("evidence"), comment_on("evidence"), asked.get("evidence"))]


def names(report, now, before):
    """(name or code, label, indicator) of all there is to read."""
    for name in ProgressReport.CONTENT_FIELDS:
        is_reason = name == "not_applicable_reason"
        if is_reason and report.rating != Rating.NOT_APPLICABLE and not now[name].value:
            continue
        yield name, now[name].label, None
    for indicator in report.objective.indicators.all():
        code = indicator.code
        if indicator.is_asked_of_countries or code in now or code in before:
            yield code, f"{code} {indicator.name}", indicator


def sides(now, before, handed_in, since):
    """The two texts of a row, with the words marked that are of only one of them."""
    plain = {"now": as_it_is(now), "before": as_it_is(before), "is_written_anew": False}
    if since == SINCE_RETURN:
        segments = marked(handed_in, now)
        plain |= {"now": segments, "is_unchanged": value_of(handed_in) == value_of(now)}
        return plain
    plain["is_unchanged"] = since is not None and value_of(before) == value_of(now)
    if since is None or plain["is_unchanged"]:
        return plain
    segments = marked(before, now)
    if is_written_anew(before, now, segments):
        return plain | {"is_written_anew": bool(value_of(before) and value_of(now))}
    return plain | {
        "now": [each for each in segments if each.kind != Kind.REMOVED],
        # Told the other way round, what is the same stands as it stood then.
        "before": [
            Segment(Kind.REMOVED, each.text) if each.kind == Kind.ADDED else each
            for each in marked(now, before)
            if each.kind != Kind.REMOVED
        ],
    }


def as_it_is(line):
    return [Segment(Kind.SAME, line.value)] if value_of(line) else []


def is_written_anew(before, now, segments):
    """Whether so little stayed of a text that marks would only be in the reader's way."""
    if not (value_of(before) and value_of(now)):
        return True
    same = sum(len(each.text) for each in segments if each.kind == Kind.SAME)
    return now.is_text and same * 4 < len(now.value)
