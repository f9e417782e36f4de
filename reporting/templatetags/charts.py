"""The pictures, lists and tables of dashboards; `reporting.standings` says why they are no
templates.
"""

from html import escape

from django import template
from django.forms.utils import flatatt
from django.forms.widgets import Select
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from reporting import charts, grids, named, standings, written
from reporting.standings import Standing

register = template.Library()
register.filter("signed", written.signed)
register.filter("signed_points", written.signed_points)
register.filter("named_most", written.named_most)


@register.simple_tag
def stacked_bar(cell, title, scope):
    """The distribution of ratings in a dashboard's cell, with what is not reported."""
    return standings.bar(cell, title, scope.words)


@register.simple_tag
def trend(cells, rounds, title):
    """The mean percent complete over the rounds that `cells` are of."""
    points = [(found.slug, cell.mean_percent) for found, cell in zip(rounds, cells, strict=False)]
    return charts.trend_line(points, title=title, rtl=get_language_bidi())


@register.simple_tag
def filter_fields(form):
    """The fields of a filter with label and errors; a choice without its templates, two of them
    for each option.
    """
    parts = []
    for field in form:
        drawn = select(field) if isinstance(field.field.widget, Select) else field
        errors = "".join(
            f'<p class="filter-error" role="alert">{escape(error)}</p>' for error in field.errors
        )
        label = f'<label for="{field.id_for_label}">{escape(str(field.label))}</label>'
        parts.append(f"<div>{label}{drawn}{errors}</div>")
    return SafeString("".join(parts))  # nosec B703


def select(field):
    attributes = {"name": field.html_name, "id": field.auto_id}
    attributes = field.build_widget_attrs(attributes | field.field.widget.attrs)
    chosen = str(field.value() or "")
    options = [
        f'<option value="{escape(str(value))}"{" selected" if str(value) == chosen else ""}>'
        f"{escape(str(label))}</option>"
        for value, label in field.field.choices
    ]
    return f"<select{flatatt(attributes)}>{''.join(options)}</select>"


@register.simple_tag(takes_context=True)
def goal_standings(context, rows, scope):
    """A line for each goal: each country reports on every objective of it."""
    query, words = query_of(context), scope.words
    slugs = [found.slug for found in scope.rounds]
    titles = _("Trend of %(code)s: mean percent complete")
    lines = []
    for row in rows:
        goal = row.subject
        head = titled(goal.get_absolute_url() + query, goal_number(row), goal.title)
        head += standings.spark(row, slugs, titles % {"code": goal.number}, words)
        lines.append(Standing(head, row, goal.title))
    return standings.standing_list(lines, words, of_reports=True)


@register.simple_tag(takes_context=True)
def objective_standings(context, rows, scope):
    """A line for each objective, with its trend."""
    query, words = query_of(context), scope.words
    slugs = [found.slug for found in scope.rounds]
    titles = _("Trend of %(code)s: mean percent complete")
    lines = []
    for row in rows:
        objective, code = row.subject, row.subject.code
        head = titled(
            objective.get_absolute_url() + query,
            f'<span class="code">{code}</span>',
            objective.statement,
        )
        head += standings.spark(row, slugs, titles % {"code": code}, words)
        lines.append(Standing(head, row, code))
    return standings.standing_list(lines, words, of_reports=False)


@register.simple_tag(takes_context=True)
def region_standings(context, rows, scope):
    """A line for each region, which leads to the same page of that region alone."""
    words, asked = scope.words, context["request"].GET.copy()
    lines = []
    for row in rows:
        asked["region"] = row.subject.code
        head = titled(f"?{asked.urlencode()}", "", row.subject.name)
        head += standings.spread(row.cell, row.subject.name, words)
        lines.append(Standing(head, row, row.subject.name))
    return standings.standing_list(lines, words, of_reports=True)


def goal_number(row):
    return f'<span class="goal-number">{row.subject.number}</span>'


def titled(address, mark, title):
    """`mark` is HTML of ours that stands before the title."""
    words = f"{mark} {escape(title)}" if mark else escape(title)
    return SafeString(f'<a class="standing-title" href="{escape(address)}">{words}</a>')  # nosec B703


def query_of(context):
    asked = context["request"].GET
    return f"?{asked.urlencode()}" if asked else ""


@register.simple_tag
def themes(cell, field):
    """The kinds that reports name most, a bar and a figure each."""
    return named.themes(cell.named(field))


@register.simple_tag
def quotations(cell, field):
    """Passages of the reports behind a cell; of no country by its name."""
    return named.quotations(cell, field)


@register.simple_tag
def total_figures(row, name, scope):
    """The headline figures of one subject, and its bar."""
    return standings.total(row.cell, row.change, name, scope.words)


@register.simple_tag
def spread_list(rows, scope):
    """Where the middle half of the reports lies, a strip each."""
    return standings.spread_list(rows, scope.words)


@register.simple_tag
def rating_table(rows, scope, subject_label):
    """The figures of the bars, a line each."""
    return standings.rating_table(rows, subject_label, scope.words)


@register.simple_tag
def trend_table(rows, scope, subject_label):
    """The mean of each round, a line each."""
    return standings.trend_table(rows, [each.slug for each in scope.rounds_shown], subject_label)


@register.simple_tag
def mean_cells(cells):
    """The cells of a region's line over the rounds."""
    return grids.mean_cells(cells)


@register.simple_tag
def entry_cells(line, is_own):
    """The cells of a country's line over the rounds."""
    view = "report_detail" if is_own else "review_detail"
    return grids.entry_cells(line.entries, reverse(f"reporting:{view}", args=[0]))


@register.simple_tag
def legend(scope):
    """What each fill of the bars means."""
    return standings.legend(scope.words)
