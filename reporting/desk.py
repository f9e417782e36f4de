"""A country's desk: what it owes in a round, and how far it is."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from objectives.models import Objective
from reporting.models import ProgressReport, ReportingRound
from reporting.models.reports import WITH_THE_SECRETARIAT

# What is said of an objective without a report depends on the round.
WITHOUT_REPORT = {
    ReportingRound.Phase.AHEAD: ("not_due", _("Not due yet")),
    ReportingRound.Phase.OPEN: ("due", _("Due")),
    ReportingRound.Phase.OVERDUE: ("overdue", _("Overdue")),
    ReportingRound.Phase.CLOSED: ("missed", _("Not reported")),
}


@dataclass(frozen=True)
class DeskRow:
    """One objective: its report in this round, if any, and the last answer before it."""

    objective: Objective
    report: ProgressReport | None
    last_answer: ProgressReport | None
    state: str
    state_label: str


def desk_rows(
    objectives: Iterable[Objective],
    reports: Iterable[ProgressReport],
    answers_before: Iterable[ProgressReport],
    phase: ReportingRound.Phase,
) -> list[DeskRow]:
    """A row an objective; of several answers before, the last one given counts."""
    by_objective = {report.objective_id: report for report in reports}
    last_answers = {report.objective_id: report for report in answers_before}
    rows = []
    for objective in objectives:
        report = by_objective.get(objective.pk)
        if report:
            state, label = report.status, report.get_status_display()
        else:
            state, label = WITHOUT_REPORT[phase]
        rows.append(DeskRow(objective, report, last_answers.get(objective.pk), state, label))
    return rows


def handed_in(rows: Iterable[DeskRow]) -> int:
    """How many objectives the country has nothing left to do for."""
    return sum(1 for row in rows if row.state in WITH_THE_SECRETARIAT)
