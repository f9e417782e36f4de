"""What the page of an objective says and draws about its indicators."""

from django import template
from django.template.defaultfilters import date as date_words
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from objectives.status import VERSION
from reporting import charts_indicators, measured
from reporting.charts_indicators import Names, Point
from reporting.measured import amount

register = template.Library()
register.filter("amount", amount)
register.filter("in_unit", measured.in_unit)
register.filter("in_whole_unit", measured.in_whole_unit)
register.filter("percent", measured.percent)


@register.filter
def rest_of_unit(indicator):
    """What is left to say beside the sign: "of countries"."""
    return indicator.unit.removeprefix("%").strip() if indicator.unit.startswith("%") else ""


@register.filter
def has_picture(line):
    """Whether there is anything to draw."""
    course = line.course
    return bool(
        course.aims
        or course.baseline is not None
        or any(measure.value is not None for measure in line.measures)
    )


@register.simple_tag
def course_chart(line, framework):
    """An indicator over the rounds with baseline, target and the pace between them."""
    names = Names(baseline=_("Baseline"), target=_("Target"), milestone=_("Milestone"))
    return charts_indicators.course_chart(
        line.course,
        [Point(each.ends_on, measure.value, each.slug) for each, measure in line.by_round],
        period=(framework.starts_on, framework.ends_on),
        names=names,
        title=_("%(code)s: value in each round, with baseline and target")
        % {"code": line.indicator.code},
        desc="; ".join(described(line, names)),
        rtl=get_language_bidi(),
    )


def described(line, names):
    """The picture in words, mark by mark."""
    course = line.course
    if course.baseline is not None:
        day = date_words(course.begins_on, "SHORT_DATE_FORMAT")
        yield f"{names.baseline}, {day}: {amount(course.baseline)}"
    for each, measure in line.by_round:
        yield f"{each.slug}: {_('withheld') if measure.withheld else amount(measure.value)}"
    for aim in course.aims:
        name = names.target if aim is course.aims[-1] else names.milestone
        upper = "" if aim.upper is None else f"–{amount(aim.upper)}"
        yield f"{name}, {date_words(aim.on, 'SHORT_DATE_FORMAT')}: {amount(aim.value)}{upper}"


@register.simple_tag
def pace_bar(line):
    """How much of the way is behind, beside how much should be."""
    return measured.pace_of(line)


@register.simple_tag(takes_context=True)
def indicator_table(context, lines):
    """A row for each indicator of a goal."""
    asked = context["request"].GET
    return measured.indicator_table(lines, f"?{asked.urlencode()}" if asked else "")


@register.simple_tag
def rules_version():
    """The rules by which a status is computed; docs/computed-status.md tells them."""
    return VERSION
