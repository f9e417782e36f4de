"""What every write of a report goes through: is there time, and is it as the person saw it?"""

from reporting.actions.errors import Conflict, Overdue, RoundClosed
from reporting.models import Extension, ProgressReport


def is_open(report, now):
    """Whether its country may write in its round now, with the extension that it may have."""
    reporting_round = report.round
    if reporting_round.takes_reports(now):
        return True
    extended_until = Extension.objects.until(reporting_round, report.country)
    return reporting_round.takes_reports(now, extended_until)


def require_open(report, now):
    if not is_open(report, now):
        raise RoundClosed


def require_in_time(report, now):
    """A first report is in time or has an extension; what was handed in once may be corrected."""
    reporting_round = report.round
    if reporting_round.takes_first_reports(now) or report.was_handed_in():
        return
    extended_until = Extension.objects.until(reporting_round, report.country)
    if not reporting_round.takes_first_reports(now, extended_until):
        raise Overdue


def change(report, *, version, statuses, by, now, among=None, **values):
    if version is None:
        raise Conflict
    values |= {"version": version + 1, "changed_at": now, "changed_by": by}
    among = ProgressReport.objects.all() if among is None else among
    rows = among.unchanged(pk=report.pk, version=version, statuses=statuses)
    if not rows.update(**values):
        raise Conflict
    for name, value in values.items():
        setattr(report, name, value)
    return report
