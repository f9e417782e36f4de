"""A country's desk: what it owes in a round, why, and how far it is."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from objectives.models import Objective
from reporting.models import ProgressReport, ReportEvent, ReportingRound, Status
from reporting.models.choices import WITH_THE_COUNTRY, WITH_THE_SECRETARIAT

Phase = ReportingRound.Phase

# What is said of an objective without a report depends on the round.
WITHOUT_REPORT = {
    Phase.AHEAD: ("not_due", _("Not due yet")),
    Phase.OPEN: ("due", _("Due")),
    Phase.OVERDUE: ("overdue", _("Overdue")),
    Phase.CLOSED: ("missed", _("Not reported")),
}
# What the rows can be narrowed to; "overdue" and "ready" are true of drafts too.
STATES = [
    ("due", _("Due")),
    ("overdue", _("Overdue")),
    (Status.DRAFT, Status.DRAFT.label),
    ("ready", _("Complete, ready to submit")),
    (Status.RETURNED, Status.RETURNED.label),
    (Status.SUBMITTED, Status.SUBMITTED.label),
    (Status.APPROVED, Status.APPROVED.label),
    ("not_due", _("Not due yet")),
    ("missed", _("Not reported")),
]


@dataclass(frozen=True)
class DeskRow:
    """One objective: its report in this round, if any, and the last answer before it.

    `missing` is what the report lacks before it can be submitted, `returned` the event that
    gave it back. One that was never handed in can be too late; one that came back and nobody
    has touched since is not ready to go there again.
    """

    objective: Objective
    report: ProgressReport | None
    last_answer: ProgressReport | None
    state: str
    state_label: str
    missing: dict[str, str] = field(default_factory=dict)
    returned: ReportEvent | None = None
    is_overdue: bool = False
    is_unchanged: bool = False
    takes_reports: bool = True

    @property
    def is_with_the_country(self) -> bool:
        return self.report is not None and self.report.is_with_the_country

    @property
    def is_ready(self) -> bool:
        """Whether it can be submitted among others, as it stands."""
        return (
            self.is_with_the_country
            and self.takes_reports
            and not self.missing
            and not self.is_overdue
            and not self.is_unchanged
        )

    def is_in(self, state: str) -> bool:
        """Whether the row is among those of a state; of the empty one all are."""
        also = {"overdue": self.is_overdue, "ready": self.is_ready}
        return not state or self.state == state or also.get(state, False)


@dataclass(frozen=True)
class Desk:
    """All rows of a country in a round."""

    phase: ReportingRound.Phase
    rows: list[DeskRow]

    @property
    def takes_reports(self) -> bool:
        return self.phase in (Phase.OPEN, Phase.OVERDUE)

    @property
    def handed_in(self) -> int:
        """How many objectives the country has nothing left to do for."""
        return sum(row.state in WITH_THE_SECRETARIAT for row in self.rows)

    @property
    def with_the_secretariat(self) -> list[DeskRow]:
        return [row for row in self.rows if row.state in WITH_THE_SECRETARIAT]

    @property
    def returned(self) -> list[DeskRow]:
        return [row for row in self.rows if row.state == Status.RETURNED]

    @property
    def ready(self) -> list[DeskRow]:
        return [row for row in self.rows if row.is_ready]

    @property
    def asked_of_ready(self) -> int:
        """How many indicators the complete ones are asked for."""
        return sum(row.report.asked for row in self.ready if row.report)

    @property
    def gaps_of_ready(self) -> int:
        """How many of these have no answer: that keeps none from being submitted."""
        return sum(row.report.gaps for row in self.ready if row.report)

    @property
    def not_ready(self) -> list[DeskRow]:
        """Drafts and corrections that cannot be submitted, and why."""
        return [row for row in self.rows if row.is_with_the_country and not row.is_ready]

    @property
    def not_begun(self) -> list[DeskRow]:
        return [row for row in self.rows if row.report is None]

    @property
    def overdue(self) -> list[DeskRow]:
        return [row for row in self.rows if row.is_overdue]


def desk_of(
    objectives: Iterable[Objective],
    reports: Iterable[ProgressReport],
    answers_before: Iterable[ProgressReport],
    returns: Iterable[ReportEvent],
    phase: ReportingRound.Phase,
) -> Desk:
    """A row an objective; of several answers before, the last one given counts.

    The reports know when they were submitted, what they are asked and, like the last approved
    answers, what they say about indicators.
    """
    by_objective = {report.objective_id: report for report in reports}
    answers_before = list(answers_before)
    last_answers = {report.objective_id: report for report in answers_before}
    approved = {report.objective_id: report for report in last_approved(answers_before)}
    last_returns = {event.report_id: event for event in returns}
    rows = []
    for objective in objectives:
        report = by_objective.get(objective.pk)
        last_answer = last_answers.get(objective.pk)
        late = phase == Phase.OVERDUE
        if report is None:
            state, label = WITHOUT_REPORT[phase]
            rows.append(DeskRow(objective, None, last_answer, state, label, is_overdue=late))
            continue
        returned = last_returns.get(report.pk)
        rows.append(
            DeskRow(
                objective,
                report,
                last_answer,
                report.status,
                report.get_status_display(),
                missing=missing_in(report, approved.get(objective.pk)),
                returned=returned,
                is_overdue=late and report.is_with_the_country and not report.submitted_at,
                is_unchanged=returned is not None and report.changed_at <= returned.at,
                takes_reports=phase in (Phase.OPEN, Phase.OVERDUE),
            )
        )
    return Desk(phase, rows)


def last_approved(answers_before: Iterable[ProgressReport]) -> list[ProgressReport]:
    """Of each objective the last report that was approved."""
    approved = [report for report in answers_before if report.status == Status.APPROVED]
    return list({report.objective_id: report for report in approved}.values())


def missing_in(report: ProgressReport, previous: ProgressReport | None) -> dict[str, str]:
    """What keeps a report from being submitted: {field or indicator's code: message}."""
    if report.status not in WITH_THE_COUNTRY:
        return {}
    values = previous.indicator_values.all() if previous else []
    before = {answer.indicator_id: answer.value for answer in values}
    answers = report.indicator_values.all()
    return report.missing_for_submission() | report.missing_in_answers(answers, before)
