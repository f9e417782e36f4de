from django import template
from django.utils.html import format_html
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from reporting import charts

register = template.Library()


@register.simple_tag
def stacked_bar(cell, title, unreported_label):
    """The distribution of ratings in a dashboard's cell, with what is not reported."""
    segments = [charts.Segment(rating.value, rating.label, count) for rating, count in cell.counts]
    segments.append(charts.Segment("no_report", unreported_label, cell.unreported))
    return charts.stacked_bar(segments, title=title, rtl=get_language_bidi())


@register.simple_tag
def trend(cells, rounds, title, small=False):
    """The mean percent complete over the rounds that `cells` are of."""
    points = [(found.slug, cell.mean_percent) for found, cell in zip(rounds, cells, strict=False)]
    return charts.trend_line(points, title=title, rtl=get_language_bidi(), small=small)


@register.filter
def signed(number):
    """A change with its sign: +2.4, −1.0, 0.0; nothing where there is none."""
    if number is None:
        return _("–")
    words = f"{number:+.1f}".replace("-", "−") if number else "0.0"
    # The sign stays in front on a right-to-left page too.
    return format_html('<bdi dir="ltr">{}</bdi>', words)


@register.filter
def plain(number):
    """A decimal without the zeros that its column adds: 80, not 80.0000."""
    return f"{number.normalize():f}"
