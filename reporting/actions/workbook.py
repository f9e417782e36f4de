"""A workbook that was uploaded and looked at: what it says is stored whole, or not at all."""

from decimal import Decimal

from django.db import transaction

from objectives.models import Indicator, Objective
from reporting.actions.drafts import save_draft
from reporting.actions.errors import ClosedField, Conflict, SomeConflict
from reporting.models import IndicatorValue, ProgressReport, WorkbookUpload, database_now


@transaction.atomic
def accept_workbook(*, upload, by, replacing=()):
    """Stores the changes of an upload as drafts; says whether it was accepted only now.

    Where a colleague has written meanwhile his text stays, unless `replacing` names the key;
    the upload keeps which changes were taken.
    """
    changes = [
        change | {"taken": not change["conflict"] or change["key"] in replacing}
        for change in upload.changes
    ]
    waiting = WorkbookUpload.objects.filter(pk=upload.pk, accepted_at=None, errors=[])
    if not waiting.update(accepted_at=database_now(), changes=changes):
        # Of two who accept at once the other waited at the row for the first to end.
        upload.refresh_from_db()
        if upload.accepted_at is None:
            raise Conflict
        return False
    chosen = [change for change in changes if change["taken"]]
    indicators = {each.code: each for each in Indicator.objects.of(upload.round.framework)}
    refused = []
    for report, changes in changed_reports(upload, chosen):
        try:
            with transaction.atomic():
                store(report, changes, indicators, by)
        except (Conflict, ClosedField):
            refused.append(report)
    if refused:
        raise SomeConflict(refused)
    return True


def changed_reports(upload, changes):
    """(report, its changes): those that are stored by their keys, then the new ones by theirs.

    The order is everybody's, or two people would wait for each other for ever.
    """
    objectives = {each.code: each for each in Objective.objects.of(upload.round.framework)}
    stored = {
        report.objective_id: report
        for report in ProgressReport.objects.filter(round=upload.round, country=upload.country)
    }
    by_objective = {}
    for change in changes:
        by_objective.setdefault(change["objective"], []).append(change)
    found = []
    for code, of_objective in by_objective.items():
        if code not in objectives:
            raise Conflict
        objective = objectives[code]
        report = stored.get(objective.pk) or ProgressReport(version=0)
        report.round, report.objective, report.country = upload.round, objective, upload.country
        found.append((report, of_objective))
    return sorted(found, key=lambda pair: (pair[0].pk is None, pair[0].pk or pair[0].objective_id))


def store(report, changes, indicators, by):
    content, values = {}, {}
    for change in changes:
        code, is_field, name = change["key"].partition("/")
        if is_field:
            content[name] = change["after"]
        elif code in indicators:
            values[indicators[code]] = answer_of(change["after"])
        else:
            # Taken out of the framework since the workbook was looked at.
            raise Conflict
    version = changes[0]["version"]
    save_draft(report=report, version=version, content=content, values=values, by=by)


def answer_of(said):
    """The answer that was stored as JSON, or None."""
    if said is None:
        return None
    numbers = {
        name: None if said[name] is None else Decimal(said[name]) for name in IndicatorValue.NUMBERS
    }
    return IndicatorValue(kind=said["kind"], note=said["note"], **numbers)
