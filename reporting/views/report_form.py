"""The page on which a country writes: each field beside what was last approved in it."""

from typing import NamedTuple

from django.db.models import prefetch_related_objects
from django.forms.boundfield import BoundField
from django.shortcuts import render

from reporting.forms import AnswerForm
from reporting.forms.values import by_indicator
from reporting.models import (
    Evidence,
    Extension,
    IndicatorValue,
    ProgressReport,
    Quotation,
    SecretariatValue,
    Status,
    database_now,
)
from reporting.views.signoff import can_withdraw


class Row(NamedTuple):
    """A field of the report with what belongs beside it."""

    field: BoundField
    before: str
    comment: str
    is_open: bool


class AnswerRow(NamedTuple):
    """An indicator's answer with what belongs beside it."""

    form: AnswerForm
    answer: IndicatorValue | None
    hint: str
    before: IndicatorValue | None
    comment: str
    is_open: bool


def show_form(request, report, form, status=200):
    now = database_now()
    extended_until = Extension.objects.until(report.round, report.country)
    takes_reports = report.round.takes_reports(now, extended_until)
    # What was typed into a form that came too late is shown all the same.
    is_editable = form.is_bound or (takes_reports and report.is_with_the_country)
    page = {
        "report": report,
        "form": form,
        "takes_reports": takes_reports,
        "phase": report.round.phase(now),
        "evidence": Evidence.objects.shown(report, request.user),
    }
    if not is_editable:
        page["can_withdraw"] = can_withdraw(request.user, report)
        page["quoted"] = Quotation.objects.live().filter(submission__report=report.pk)
        return render(request, "reporting/report_read.html", page, status=status)
    previous = last_approved(report)
    returned = last_return(report)
    comments = (returned.field_comments if returned else None) or {}
    takes_first = report.round.takes_first_reports(now, extended_until)
    page |= {
        "extended_until": extended_until,
        "is_too_late": not takes_first and takes_reports and not report.was_handed_in(),
        "previous": previous,
        "can_begin_from_previous": previous and not form.is_bound and is_empty(report),
        "last_return": returned,
        "faults": faults(form),
        "rows": rows(form, previous, comments),
        "answers": answer_rows(form, previous, comments),
        "held": held_by_secretariat(report),
    }
    return render(request, "reporting/report_edit.html", page, status=status)


def last_approved(report):
    """The report before, with what it answered."""
    previous = report.last_approved()
    if previous:
        prefetch_related_objects([previous], "indicator_values__indicator")
    return previous


def faults(form):
    """(field or code, its label, first message) of what cannot be kept as it was typed."""
    found = [
        (name, form.fields[name].label, messages[0])
        for name, messages in form.errors.items()
        if name in form.fields
    ]
    return found + [(code, code, messages[0]) for code, messages in form.refused_answers.items()]


def rows(form, previous, comments):
    """{name: row} of the report's own fields."""
    return {
        name: Row(
            field=form[name],
            before=shown(previous, name) if previous else "",
            comment=comments.get(name, ""),
            is_open=form.instance.is_open_for(name),
        )
        for name in ProgressReport.CONTENT_FIELDS
    }


def answer_rows(form, previous, comments):
    before = by_indicator(previous) if previous else {}
    return [
        AnswerRow(
            form=answer,
            answer=answer.standing,
            hint=hint(answer.standing, before.get(answer.indicator.pk)),
            before=before.get(answer.indicator.pk),
            comment=comments.get(code, ""),
            is_open=form.instance.is_open_for(code),
        )
        for code, answer in form.answers.items()
    ]


def hint(answer, before):
    """What the answer lacks before it can be submitted, as `missing_in_answers` will say."""
    if answer is None or answer.note.strip():
        return ""
    return answer.needs_note(before.value if before else None) or ""


def shown(report, name):
    """A field's value in words."""
    display = getattr(report, f"get_{name}_display", None)
    value = display() if display else getattr(report, name)
    if name == "percent_complete" and value is not None:
        return f"{value}\N{NO-BREAK SPACE}%"
    return "" if value is None else str(value)


def is_empty(report):
    """Whether the country has written nothing yet."""
    if report.pk is None:
        return True
    texts = [getattr(report, name) for name in ProgressReport.CONTENT_FIELDS]
    return all(text in ("", None) for text in texts) and not report.indicator_values.all()


def last_return(report):
    """The event that gave the report back, while it is with the country for correction."""
    if report.status != Status.RETURNED:
        return None
    return report.events.returns().select_related("by").last()


def held_by_secretariat(report):
    """(indicator, its latest value up to this round, or None) of those nobody asks for."""
    values = SecretariatValue.objects.filter(
        indicator__objective=report.objective,
        round__framework=report.round.framework,
        round__starts_on__lte=report.round.starts_on,
    )
    latest = {
        value.indicator_id: value
        for value in values.select_related("round").order_by("round__starts_on")
    }
    return [
        (indicator, latest.get(indicator.pk))
        for indicator in report.objective.indicators.held_by_others()
    ]
