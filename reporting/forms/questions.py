"""The rows of a country's workbook: the fields of the forms that a report is written in, and
what is answered so far. Rows in, values out, no request.
"""

from collections.abc import Iterable

from django.forms import Field
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from objectives.models import Indicator, Objective
from reporting.forms.reports import ReportForm
from reporting.forms.values import AnswerForm, by_indicator
from reporting.models import IndicatorValue, ProgressReport, Rating
from reporting.workbook.layout import Definition, Heading, Question, Takes, Value

Row = Heading | Question

# What a row says beside the help of its field: a cell has a list, and a number no form around it.
HELP = {
    "rating": gettext_lazy("Choose from the list."),
    "confidence": gettext_lazy("Choose from the list."),
    "main_challenge": gettext_lazy("Choose from the list, or leave it empty."),
    "main_next_step": gettext_lazy("Choose from the list, or leave it empty."),
    "kind": gettext_lazy("Choose from the list."),
    "value": gettext_lazy("A number."),
    "numerator": gettext_lazy("How many. The value is worked out."),
    "denominator": gettext_lazy("Out of how many."),
    "note": gettext_lazy("Needed for “Not applicable”, and where a value stands out."),
}
MEANINGS = {
    Rating.COMPLETED: gettext_lazy("What the objective asks of your country is done."),
    Rating.ON_TRACK: gettext_lazy("Work goes as planned and will be done in time."),
    Rating.AT_RISK: gettext_lazy("It may not be done in time, unless something changes."),
    Rating.OFF_TRACK: gettext_lazy("It will not be done in time as things stand."),
    Rating.NOT_STARTED: gettext_lazy("Nothing has been done yet."),
    Rating.NOT_APPLICABLE: gettext_lazy("The objective does not concern your country; say why."),
}
TAKES = {
    "percent_complete": Takes.PERCENT,
    "value": Takes.NUMBER,
    "numerator": Takes.NUMBER,
    "denominator": Takes.NUMBER,
}


def rows_of(
    objectives: Iterable[Objective],
    indicators: Iterable[Indicator],
    reports: Iterable[ProgressReport],
    last_reports: Iterable[ProgressReport],
    *,
    closed: str,
) -> list[Row]:
    """All rows in the order of the codes; `closed` says why the round takes no answers now."""
    by_objective = {report.objective_id: report for report in reports}
    last = {report.objective_id: report for report in last_reports}
    asked: dict[int, list[Indicator]] = {}
    for indicator in indicators:
        asked.setdefault(indicator.objective_id, []).append(indicator)
    rows: list[Row] = []
    for objective in objectives:
        report, before = by_objective.get(objective.pk), last.get(objective.pk)
        state = str(report.get_status_display()) if report else ""
        rows.append(Heading(objective.code, objective.statement, state))
        rows += report_questions(objective, report, before, closed)
        for indicator in asked.get(objective.pk, []):
            rows.append(indicator_heading(indicator))
            rows += answer_questions(objective, indicator, report, before, closed)
    return rows


def indicator_heading(indicator: Indicator) -> Heading:
    # Whoever answers yes or no counts nothing: the unit is that of the figure over all countries.
    is_counted = indicator.aggregation != Indicator.Aggregation.SHARE_YES
    note = f"{_('Unit')}: {indicator.unit}" if is_counted else ""
    return Heading(indicator.code, indicator.name, note, is_indicator=True)


def report_questions(
    objective: Objective,
    report: ProgressReport | None,
    last: ProgressReport | None,
    closed: str,
) -> list[Question]:
    return [
        question(
            name,
            ReportForm.base_fields[name],
            objective=objective.code,
            value=getattr(report, name, None),
            last=getattr(last, name, None),
            closed=closed or why_closed(report, name),
        )
        for name in ProgressReport.CONTENT_FIELDS
    ]


def answer_questions(
    objective: Objective,
    indicator: Indicator,
    report: ProgressReport | None,
    last: ProgressReport | None,
    closed: str,
) -> list[Question]:
    answer, before = (
        by_indicator(each).get(indicator.pk) if each else None for each in (report, last)
    )
    form = AnswerForm(indicator=indicator, stored=answer)
    values, last_values = (as_filled_in(form, each) for each in (answer, before))
    # The number first: only who has none looks for the reason.
    names = [name for name in IndicatorValue.CONTENT_FIELDS if name in form.fields]
    if not form.is_yes_or_no:
        names = [*form.number_names, "kind", "note"]
    return [
        question(
            name,
            form.fields[name],
            objective=objective.code,
            indicator=indicator.code,
            value=values.get(name),
            last=last_values.get(name),
            closed=closed or why_closed(report, indicator.code),
        )
        for name in names
    ]


def question(name: str, field: Field, **facts: Value) -> Question:
    choices = tuple(
        (str(value), str(label)) for value, label in getattr(field, "choices", []) if value
    )
    return Question(
        name=name,
        label=str(capfirst(field.label)),
        help=help_of(name, field),
        takes=Takes.CHOICE if choices else TAKES.get(name, Takes.TEXT),
        choices=choices,
        **facts,
    )


def help_of(name: str, field: Field) -> str:
    return " ".join(str(words) for words in [field.help_text, HELP.get(name)] if words)


def as_filled_in(form: AnswerForm, answer: IndicatorValue | None) -> dict[str, Value]:
    """The cells of an answer; numbers are numbers here, not text in a language's format."""
    typed = form.as_typed(answer)
    numbers = {name: getattr(answer, name) for name in form.number_names if answer}
    return typed | numbers


def why_closed(report: ProgressReport | None, name: str) -> str:
    if report is None:
        return ""
    if not report.is_with_the_country:
        return _("The report is with the secretariat (%(state)s) and cannot be changed.") % {
            "state": report.get_status_display()
        }
    if not report.is_open_for(name):
        return _("Only the fields that the reviewer commented on can be changed.")
    return ""


def definitions_of(indicators: Iterable[Indicator]) -> list[Definition]:
    """What stands on the second sheet."""
    found = [
        Definition(_("How to fill it in"), "", is_heading=True),
        Definition(
            _("Where"),
            _("In the white cells of the column “Your answer”. All others are locked."),
        ),
        Definition(
            _("What you leave alone"), _("stays as it is. A cell that you empty is emptied.")
        ),
        Definition(
            _("Sending it"),
            _(
                "Save the file as .xlsx and upload it where you downloaded it. You are shown every "
                "change before anything is stored. It is stored as drafts, which you still submit."
            ),
        ),
        Definition(
            _("Texts"),
            _(
                "At most 10,000 characters in a cell; make its row higher to see more of it. "
                "No formulas. No personal or operational data."
            ),
        ),
        Definition(_("Ratings"), "", is_heading=True),
    ]
    found += [Definition(str(rating.label), str(MEANINGS[rating])) for rating in Rating]
    found.append(Definition(_("Questions on an objective"), "", is_heading=True))
    found += [
        Definition(str(capfirst(field.label)), help_of(name, field))
        for name in ProgressReport.CONTENT_FIELDS
        for field in [ReportForm.base_fields[name]]
    ]
    found.append(Definition(_("Indicators"), "", is_heading=True))
    found += [Definition(named(indicator), meaning_of(indicator)) for indicator in indicators]
    return found


def named(indicator: Indicator) -> str:
    words = f"{indicator.code} {indicator.name}"
    return words if indicator.is_official else f"{words} ({_('Proposed, not official')})"


def meaning_of(indicator: Indicator) -> str:
    facts = [
        (_("Unit"), indicator.unit),
        (_("Denominator"), indicator.denominator),
        (_("Caution"), indicator.caution),
    ]
    lines = [indicator.definition, *(f"{name}: {text}" for name, text in facts if text)]
    return "\n".join(line for line in lines if line)
