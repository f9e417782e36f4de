"""Two texts at once, of two people or of one: both, and a choice for each field that differs."""

from typing import NamedTuple

from django.forms.boundfield import BoundField
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from reporting.forms import AnswerForm, ReportForm
from reporting.forms.choices import (
    MINE,
    OPENED,
    SAVED,
    fingerprint,
    keeps_saved,
    who_changed,
    without_choices,
)
from reporting.models import ProgressReport
from reporting.views.report_form import show_form, shown

WITHOUT_VERSION = _(
    "Your text has not been saved: the form did not say which version of the report it was "
    "made from. Please look it over and save it."
)


class Difference(NamedTuple):
    """A field or an answer in which the saved version and the typed one differ."""

    name: str
    label: str
    saved: str
    field: BoundField | None = None
    answer: AnswerForm | None = None
    changed: str | None = None
    keeps_saved: bool = False
    is_open: bool = True
    opened: tuple = ()


def show_conflict(request, report, form):
    """Both versions, and a form that saves what the person chooses of them.

    It is made from all that was posted, so a further conflict shows it once more.
    """
    stored = ProgressReport.objects.with_names().with_values()
    stored = stored.filter(
        round=report.round, objective=report.objective, country=report.country
    ).first()
    typed = form.posted.copy()
    typed["version"] = stored.version if stored else 0
    if stored is None:
        form = ReportForm(typed, instance=report)
        form.add_error(None, WITHOUT_VERSION)
        return show_form(request, report, form, status=409)
    # The form writes what was typed into its instance; the saved text stays in the other.
    mine = ProgressReport.objects.with_values().get(pk=stored.pk)
    mine.objective = stored.objective
    form = ReportForm(without_choices(typed), instance=mine)
    return render(
        request,
        "reporting/report_conflict.html",
        {
            "report": stored,
            "stored": stored,
            "form": form,
            "differences": differences(stored, form, typed),
            "can_save": stored.is_with_the_country,
            "is_own": stored.changed_by == request.user,
            "saved": SAVED,
            "mine": MINE,
        },
        status=409,
    )


def differences(stored, form, typed):
    """Each with a first choice: what its person changed, but nothing empty over what is written.

    Only who has changed a field alone, and emptied it, is taken to mean that.
    """
    form.is_valid()
    found = [
        Difference(
            label=form.fields[name].label,
            saved=shown(stored, name),
            field=form[name],
            is_open=stored.is_open_for(name),
            **choice(
                typed,
                name,
                saved=fingerprint(getattr(stored, name)),
                mine=fingerprint(form.cleaned_data[name]) if name not in form.errors else None,
                is_empty=not form[name].value(),
            ),
        )
        for name in ProgressReport.CONTENT_FIELDS
        if name in form.errors or form.cleaned_data[name] != getattr(stored, name)
    ]
    found += [
        Difference(
            label=f"{code} {answer.indicator.name}",
            saved=answer_in_words(answer.stored),
            answer=answer,
            is_open=stored.is_open_for(code),
            **choice(
                typed,
                code,
                saved=fingerprint(answer.in_short(answer.stored)),
                mine=fingerprint(answer.in_short(answer.answer)) if answer.is_valid() else None,
                is_empty=answer.is_valid() and answer.answer is None,
            ),
        )
        for code, answer in form.answers.items()
        if answer.is_touched and (answer.errors or answer.has_new_answer)
    ]
    return found


def choice(typed, name, *, saved, mine, is_empty):
    """Who has changed the field, and which text stays unless the person chooses otherwise."""
    changed = who_changed(typed, name, saved=saved, mine=mine)
    stays = changed == SAVED or (is_empty and changed != MINE)
    return {
        "name": name,
        "changed": changed,
        "keeps_saved": keeps_saved(typed, name, unless_chosen=stays),
        # Whoever saves from here has seen what is saved now.
        "opened": (OPENED + name, saved),
    }


def answer_in_words(answer):
    return "\n".join(filter(None, [str(answer.in_words), answer.note])) if answer else ""
