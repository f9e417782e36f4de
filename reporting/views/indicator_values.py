"""From an indicator's figure to the answers behind it, for those who read all approved reports."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from members.access import READERS_OF_ALL, allowed
from members.limits import limited
from reporting.aggregation import Answers, fit_to, is_held_by_the_secretariat, measured
from reporting.exports import csv_text
from reporting.matrix import alphabetical
from reporting.models import ProgressReport
from reporting.pages.indicators import indicator_or_404
from reporting.pages.refusals import NothingToShow, no_figures
from reporting.pages.scope import scope_of


@allowed(READERS_OF_ALL)
@require_safe
def indicator_values(request, slug, code):
    page = values_page(request, slug, code)
    return render(request, "reporting/indicator_values.html", page, status=page["scope"].status)


@allowed(READERS_OF_ALL)
@require_safe
@limited("files")
def indicator_values_csv(request, slug, code):
    page = values_page(request, slug, code)
    scope = page["scope"]
    if scope.round is None:
        address = reverse("reporting:indicator_values", args=[slug, code])
        raise NothingToShow(no_figures(scope), address)
    parts = [slug, "indicator", page["indicator"].code, scope.round.slug]
    name = "-".join([*parts, scope.region.code] if scope.region else parts)
    return HttpResponse(
        csv_text(values_table(page)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def values_page(request, slug, code):
    """All that the page shows; its download is made from the same."""
    indicator = indicator_or_404(slug, code)
    if is_held_by_the_secretariat(indicator):
        raise Http404("No country is asked for this indicator.")
    framework = indicator.objective.goal.framework
    scope = scope_of(request, framework)
    page = {"framework": framework, "indicator": indicator, "scope": scope, "answers": []}
    if scope.round:
        page["answers"] = answers_shown_to(request.user, indicator, scope)
        answers = summed(page["answers"], scope)
        fit_to(indicator, [answers])
        page["measure"] = measured(indicator, answers)
    return page


def answers_shown_to(user, indicator, scope):
    """Country by country, by their names and by nothing else."""
    reports = ProgressReport.objects.visible_to(user).approved().order_by()
    answers = indicator.values.filter(report__in=reports, report__round=scope.round)
    if scope.region:
        answers = answers.filter(report__country__region=scope.region)
    found = answers.select_related("report__country__region").order_by()
    return sorted(found, key=lambda answer: alphabetical(answer.report.country))


def summed(rows, scope):
    """The answers that are listed, together; nothing to withhold from one who reads each."""
    answers = Answers(
        sum(each.country_count for each in scope.regions if scope.region in (None, each))
    )
    for row in rows:
        is_whole = None not in (row.numerator, row.denominator)
        over, under = (row.numerator, row.denominator) if is_whole else (0, 0)
        values = [] if row.value is None else [row.value]
        answers.merge(Answers(0, {row.kind: 1}, values, over, under, int(is_whole)))
    return answers


def values_table(page):
    """One line a country that answered, with the filter in each line."""
    indicator, scope = page["indicator"], page["scope"]
    yield [
        _("framework"),
        _("round"),
        _("region asked for"),
        _("indicator"),
        _("country"),
        _("name"),
        _("region"),
        _("region's name"),
        _("answer"),
        _("value"),
        _("numerator"),
        _("denominator"),
        _("note"),
    ]
    for answer in page["answers"]:
        country = answer.report.country
        yield [
            page["framework"].slug,
            scope.round.slug,
            scope.region.code if scope.region else _("all"),
            indicator.code,
            country.iso2,
            country.name,
            country.region.code,
            country.region.name,
            answer.get_kind_display(),
            answer.value,
            answer.numerator,
            answer.denominator,
            answer.note,
        ]
