"""What a country writes before it hands a report in."""

from django.db import IntegrityError, transaction

from reporting.actions.errors import ClosedField, Conflict
from reporting.actions.guards import change, require_open
from reporting.actions.workflow import record
from reporting.models import IndicatorValue, ProgressReport, ReportEvent, database_now
from reporting.models.choices import WITH_THE_COUNTRY
from reporting.texts import fold_report


@transaction.atomic
def save_draft(*, report, version, content, by, values=None):
    """Stores `content` ({field: value}) in a new report (version 0) or an editable one.

    `values` maps indicators to unsaved answers, or to None where there is none any more;
    what it does not name stays.
    """
    now = database_now()
    require_open(report, now)
    values = values or {}
    if report.pk is None:
        _create(report=report, version=version, content=content, by=by, now=now)
    else:
        changed = _changed_fields(report, content, values)
        if changed and report.confirms_id:
            content = content | {"confirms": None}
        change(report, version=version, statuses=WITH_THE_COUNTRY, by=by, now=now, **content)
        closed = [name for name in changed if not report.is_open_for(name)]
        if closed:
            raise ClosedField(closed)
    fold_report(report)
    _answer(report, values)
    return report


@transaction.atomic
def confirm_unchanged(*, report, version, previous, by):
    """Writes what `previous`, the last approved report, says, marked as confirmed again."""
    content = {name: getattr(previous, name) for name in ProgressReport.CONTENT_FIELDS}
    values = {
        answer.indicator: IndicatorValue(
            **{name: getattr(answer, name) for name in IndicatorValue.CONTENT_FIELDS}
        )
        for answer in previous.indicator_values.select_related("indicator__objective__goal")
    }
    save_draft(report=report, version=version, content=content, by=by, values=values)
    ProgressReport.objects.filter(pk=report.pk).update(confirms=previous)
    report.confirms = previous
    return report


def _changed_fields(report, content, values):
    """Names of fields and codes of indicators that would not say what is stored now."""
    if report.confirms_id is None and report.open_fields is None:
        return []
    stored = ProgressReport.objects.get(pk=report.pk)
    answers = {answer.indicator_id: answer for answer in stored.indicator_values.all()}
    changed = [name for name, value in content.items() if getattr(stored, name) != value]
    changed += [
        indicator.code
        for indicator, answer in values.items()
        if not IndicatorValue.are_alike(answers.get(indicator.pk), answer)
    ]
    return changed


def _answer(report, values):
    if not values:
        return
    report.indicator_values.filter(indicator__in=values).delete()
    answers = [answer for answer in values.values() if answer]
    for indicator, answer in values.items():
        if answer:
            answer.report, answer.indicator = report, indicator
    IndicatorValue.objects.bulk_create(answers)


def _create(*, report, version, content, by, now):
    if version != 0:
        raise Conflict
    for name, value in content.items():
        setattr(report, name, value)
    report.version = 1
    report.changed_at = now
    report.changed_by = by
    try:
        # A savepoint: the constraint decides between two people who begin at once.
        with transaction.atomic():
            report.save(force_insert=True)
    except IntegrityError as error:
        report.pk = None
        raise Conflict from error
    record(report, kind=ReportEvent.Kind.CREATED, by=by, now=now, from_status="")
    return report
