"""A workbook that came back: the file, and what it would change, checked by the fields of the
very forms that a report is written in.
"""

from dataclasses import asdict, dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reporting.forms.numbers import written
from reporting.forms.reports import ReportForm
from reporting.forms.values import AnswerForm
from reporting.models import IndicatorValue
from reporting.workbook.layout import Cell, Filled, Identity, Problem, Takes, fingerprint
from reporting.workbook.limits import MAX_SIZE, Unreadable
from reporting.workbook.reading import read


class WorkbookForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Filled-in workbook"),
        help_text=gettext_lazy("The .xlsx file that you downloaded here, at most 5 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        max_length=200,
    )

    def __init__(self, *args, identity: Identity, **kwargs):
        super().__init__(*args, **kwargs)
        self.identity = identity
        self.content = b""

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_SIZE:
            raise ValidationError(_("This file is larger than 5 MB."))
        self.content = file.read()
        try:
            self.filled = read(self.content)
        except Unreadable as unreadable:
            raise ValidationError(str(unreadable)) from unreadable
        if mistaken := not_this_one(self.filled.identity, self.identity):
            raise ValidationError(mistaken)
        return file


def not_this_one(given: Identity, wanted: Identity) -> str:
    """Whose workbook it is instead, or nothing."""
    if given.country != wanted.country:
        return _("This workbook is another country's (%(code)s).") % {"code": given.country[:10]}
    if given.round != wanted.round:
        return _("This workbook is for another round (%(slug)s), not for %(wanted)s.") % {
            "slug": given.round[:30],
            "wanted": wanted.round,
        }
    if given.framework != wanted.framework:
        return _("This workbook is for another framework (%(slug)s).") % {
            "slug": given.framework[:50]
        }
    return ""


@dataclass
class Checked:
    """What a workbook would change, and every cell that stands in the way; plain JSON."""

    changes: list[dict] = field(default_factory=list)
    errors: list[dict] = field(default_factory=list)


class Check:
    """Compares the touched cells with what is stored now, and cleans what they hold.

    A cell that somebody else has changed since the workbook was written is a conflict: the
    person chooses. The cells of one indicator make one answer and are chosen together.
    """

    def __init__(self, filled, questions, indicators, reports):
        self.filled = filled
        self.questions = {question.key: question for question in questions}
        self.indicators = {indicator.code: indicator for indicator in indicators}
        self.versions = {report.objective.code: report.version for report in reports}
        self.stored = {
            answer.indicator_id: answer
            for report in reports
            for answer in report.indicator_values.all()
        }
        self.errors = []
        for problem in filled.problems:
            self.add_error(problem)

    def run(self):
        changes = []
        for key, touched in self.touched().items():
            cleaned = self.clean_field if "/" in key else self.clean_answer
            change = cleaned(key, touched)
            if change is not None:
                objective = touched[0][1].objective
                changes.append(
                    {
                        "key": key,
                        "objective": objective,
                        "version": self.versions.get(objective, 0),
                        "conflict": self.in_conflict(touched),
                        "cells": [said_of(cell, question) for cell, question in touched],
                        "after": change["after"],
                    }
                )
        self.errors.sort(key=lambda error: (error["sheet"], error["row"]))
        return Checked(changes, self.errors)

    def touched(self):
        """{key of a field or code of an indicator: its (cell, question)} that were changed."""
        touched = {}
        for cell in self.filled.cells:
            question = self.questions.get(cell.key)
            if question is None:
                self.refuse(cell, _("The portal does not ask this (%s).") % cell.key[:30])
            elif not cell.is_touched or is_same_value(cell.value, question.value):
                continue
            elif question.closed:
                self.refuse(cell, question.closed)
            else:
                touched.setdefault(question.indicator or question.key, []).append((cell, question))
        return touched

    def in_conflict(self, touched):
        objective = touched[0][1].objective
        written_in = self.filled.identity.versions.get(objective, 0)
        stale = written_in != self.versions.get(objective, 0)
        return any(
            cell.conflict or (stale and fingerprint(question.value) != cell.base)
            for cell, question in touched
        )

    def clean_field(self, key, touched):
        [(cell, question)] = touched
        try:
            value = ReportForm.base_fields[question.name].clean(typed(cell, question))
        except ValidationError as error:
            self.refuse(cell, " ".join(error.messages))
            return None
        if value == question.value or (question.value is None and value == ""):
            return None
        return {"after": value}

    def clean_answer(self, code, touched):
        indicator = self.indicators[code]
        stored = self.stored.get(indicator.pk)
        data = {f"{code}-{question.name}": typed(cell, question) for cell, question in touched}
        form = AnswerForm(data, indicator=indicator, stored=stored)
        if not form.is_valid():
            cells = {question.name: cell for cell, question in touched}
            for name, messages in form.errors.items():
                self.refuse(cells.get(name, touched[0][0]), " ".join(messages))
            return None
        if IndicatorValue.are_alike(form.answer, stored):
            return None
        return {"after": None if form.answer is None else plain(form.answer)}

    def refuse(self, cell, message):
        self.add_error(Problem(cell.sheet, cell.row, cell.column, str(message), cell.key))

    def add_error(self, problem):
        question = self.questions.get(problem.key)
        code = question and (question.indicator or question.objective)
        what = f"{code} {question.label}" if question else ""
        self.errors.append(asdict(problem) | {"what": what})


def typed(cell, question):
    """What a cell holds as a person would have typed it into the form."""
    value = cell.value
    if isinstance(value, (int, float)):
        # A spreadsheet shows as many places as we keep, and calculates with more.
        number = Decimal(f"{value:.15g}")
        places = Decimal("0.0001")
        if question.takes is Takes.NUMBER and number.as_tuple().exponent < -4:
            number = number.quantize(places, ROUND_HALF_UP)
        value = number
    if isinstance(value, Decimal):
        return written(value) if question.takes is Takes.NUMBER else f"{value.normalize():f}"
    return value or ""


def said_of(cell, question):
    """A change as it is shown: where, and both values in words."""
    return {
        "key": cell.key,
        "label": question.label,
        "sheet": cell.sheet,
        "row": cell.row,
        "column": cell.column,
        "before": shown(question, question.value),
        "after": shown(question, cell.value),
        # To look again: the value itself, and what it stood against.
        "value": cell.value,
        "base": fingerprint(question.value),
    }


def shown(question, value):
    value = question.in_words(value)
    if isinstance(value, float):
        value = Decimal(f"{value:.15g}")
    if isinstance(value, Decimal):
        return written(value)
    return "" if value is None else str(value)


def plain(answer):
    """An answer as JSON; numbers are strings, so that none is rounded."""
    numbers = {name: getattr(answer, name) for name in IndicatorValue.NUMBERS}
    return {
        "kind": str(answer.kind),
        "note": answer.note,
        **{name: None if number is None else str(number) for name, number in numbers.items()},
    }


def is_same_value(value, stored):
    return fingerprint(value) == fingerprint(stored)


def filled_again(upload, identity):
    """The changes of an upload as a workbook once more, to look at them again."""
    versions = {change["objective"]: change["version"] for change in upload.changes}
    cells = [
        Cell(
            cell["key"],
            cell["sheet"],
            cell["row"],
            cell["column"],
            cell["value"],
            cell["base"],
            change["conflict"],
        )
        for change in upload.changes
        for cell in change["cells"]
    ]
    again = Identity(identity.framework, identity.round, identity.country, versions)
    return Filled(again, cells, [])
