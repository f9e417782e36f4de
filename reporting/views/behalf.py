from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from members.access import REVIEWERS, allowed
from members.models import MemberCountry
from members.row_security import as_system
from objectives.models import Objective
from reporting import actions
from reporting.evidence import NotStored, stored
from reporting.forms import BehalfStartForm, LetterForm, ReportForm
from reporting.models import Extension, ProgressReport, ReportingRound, database_now
from reporting.views.evidence import NO_ROOM
from reporting.views.once import acts_once
from reporting.views.report_form import answer_rows, rows


@allowed(REVIEWERS)
@require_safe
def behalf_start(request):
    """Which report has come by post; says so if the portal has one already."""
    rounds = ReportingRound.objects.taking_reports(database_now())
    form = BehalfStartForm(request.GET or None, rounds=rounds, user=request.user)
    if not form.is_valid():
        return render(request, "reporting/behalf_start.html", {"form": form})
    chosen = form.cleaned_data
    report = new_report(chosen["round"], chosen["objective"], chosen["country"])
    if why_not(report):
        page = {"form": form, "report": report} | why_not(report)
        return render(request, "reporting/behalf_start.html", page)
    return redirect(
        "reporting:behalf_edit", report.round.slug, report.objective.code, report.country.iso2
    )


@allowed(REVIEWERS)
@require_http_methods(["GET", "HEAD", "POST"])
def behalf_edit(request, round_slug, code, iso2):
    """The whole report and the letter in one form; the file is kept before it is entered."""
    report = named_report(request, round_slug, code, iso2)
    if request.method != "POST":
        form = ReportForm(instance=report, initial={"version": 0})
        return show_behalf(request, report, form, LetterForm())
    form, letter = ReportForm(request.POST, instance=report), letter_form(request)
    # Both are looked at, so that all their errors are shown at once.
    if not all([form.is_valid(), letter.is_valid()]):
        return show_behalf(request, report, form, letter)
    try:
        evidence = stored(letter.cleaned_data["letter"], letter.cleaned_data["title"])
    except ValidationError as error:
        letter.add_error("letter", error)
        return show_behalf(request, report, form, letter)
    except NotStored:
        letter.add_error("letter", str(NO_ROOM))
        return show_behalf(request, report, form, letter, status=507)
    return enter(request, report, form, letter, evidence)


@acts_once
def enter(request, report, form, letter, evidence):
    entered = new_report(report.round, report.objective, report.country)
    try:
        actions.enter_report(
            report=entered,
            content=form.content,
            values=form.values,
            evidence=[evidence],
            by=request.user,
        )
    except actions.Incomplete as error:
        for name, message in error.missing.items():
            form.add_error(name, message)
        return show_behalf(request, report, form, letter)
    except (actions.Conflict, actions.RoundClosed):
        return show_behalf(request, report, form, letter, status=409)
    words = {"report": entered, "receipt": entered.submissions.get().receipt_number}
    messages.success(
        request,
        _("Entered and submitted: %(report)s. Receipt %(receipt)s. A colleague reviews it.")
        % words,
    )
    return redirect("reporting:review_detail", entered.pk)


def named_report(request, round_slug, code, iso2):
    found = get_object_or_404(ReportingRound.objects.select_related("framework"), slug=round_slug)
    objective = get_object_or_404(Objective.objects.of(found.framework).coded(code))
    country = get_object_or_404(MemberCountry, iso2=iso2)
    if country == request.user.country:
        raise PermissionDenied(_("Nobody enters reports of their own country here."))
    return new_report(found, objective, country)


def new_report(reporting_round, objective, country):
    return ProgressReport(round=reporting_round, objective=objective, country=country, version=0)


def letter_form(request):
    form = LetterForm(request.POST, request.FILES)
    form.is_valid()
    if getattr(request, "files_are_too_long", False):
        form.add_error("letter", _("This file is too long."))
    return form


def why_not(report):
    """Why no report can be entered here now, for the template; {} where one can."""
    same = {"round": report.round, "objective": report.objective, "country": report.country}
    with as_system():
        existing = ProgressReport.objects.filter(**same).first()
    if existing:
        return {"existing": existing}
    now = database_now()
    until = Extension.objects.until(report.round, report.country)
    if report.round.takes_first_reports(now, until):
        return {}
    return {"too_late_or_early": report.round.phase(now)}


def show_behalf(request, report, form, letter, status=200):
    refused = why_not(report)
    if refused and form.is_bound:
        status = 409
    previous = report.last_approved()
    page = {
        "report": report,
        "form": form,
        "letter": letter,
        "previous": previous,
        "rows": rows(form, previous, {}),
        "answers": answer_rows(form, previous, {}),
        "has_errors": form.is_bound,
        "entered_by": request.user,
    }
    return render(request, "reporting/behalf_edit.html", page | refused, status=status)
