"""An indicator's line in words, as pages, files and briefs write it, and as a row of a table."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from objectives.models import Indicator
from objectives.status import Standing
from reporting.axes import amount as written
from reporting.charts import pace_bar
from reporting.indicators import Line
from reporting.written import share


def amount(number) -> str:
    """1,234.5, and 80 for 80.0000; a dash where there is none."""
    return "–" if number is None else written(number)


def in_unit(number, indicator: Indicator) -> str:
    """45.2 % of an indicator in "% of countries"; 12 persons of one in persons."""
    if number is None:
        return "–"
    figure = written(number)
    return f"{figure}\u00a0%" if indicator.unit.startswith("%") else indicator.in_unit(figure)


def in_whole_unit(number: Decimal, indicator: Indicator) -> str:
    """45.2 % of countries."""
    return indicator.in_unit(written(number))


def percent(share) -> str:
    """A share of the way as it is read: 0.364 is 36, and 0.625 is 63."""
    return f"{(100 * share).quantize(Decimal(1), ROUND_HALF_UP)}"


def value_of(line: Line) -> str:
    measure = line.measure
    if measure is None:
        return _("–")
    if measure.withheld:
        return _("withheld")
    return _("no data") if measure.value is None else in_unit(measure.value, line.indicator)


def answered(line: Line) -> str:
    """By how many of how many countries; a dash where it is one value for the organisation."""
    answers = line.measure.answers if line.measure else None
    return share(answers.given, answers.expected) if answers else _("–")


def target_of(line: Line) -> str:
    """The last one, with the upper edge where it is a band."""
    if not line.course.aims:
        return _("–")
    aim = line.course.aims[-1]
    value = in_unit(aim.value, line.indicator)
    return (
        value
        if aim.upper is None
        else f"{amount(aim.value)} – {in_unit(aim.upper, line.indicator)}"
    )


def standing_of(line: Line) -> str:
    """As computed and, where a person has said otherwise, both."""
    if line.judgement is None:
        return _("–")
    computed = str(line.judgement.standing.label)
    if line.said is None:
        return computed
    words = _("%(said)s, set by a person; computed: %(computed)s")
    return words % {"said": line.said.label, "computed": computed}


def pace_of(line: Line) -> SafeString:
    """How much of the way is behind, beside how much should be; nothing where there is no way."""
    judgement = line.judgement
    if judgement is None or judgement.achieved is None:
        return SafeString("")
    shares = {"achieved": percent(judgement.achieved), "expected": percent(judgement.expected)}
    return pace_bar(
        judgement.achieved,
        judgement.expected,
        standing=judgement.standing.value,
        title=_("%(code)s: the way from baseline to target") % {"code": line.indicator.code},
        desc=_("%(achieved)s %% is behind, %(expected)s %% was expected") % shares,
        rtl=get_language_bidi(),
    )


def indicator_table(lines: Iterable[Line], query: str = "") -> SafeString:
    """A row for each indicator: its value of how many, target, pace and status.

    Each cell knows its heading: on a telephone the cells of a row stand below each other.
    """
    heads = [_("Value"), _("Answered"), _("Expected by now"), _("Target")]
    labels = [escape(head) for head in heads]
    mark = '<span class="standing-mark standing-mark-{}">{}</span>'
    rows, addresses = [], {}
    for line in lines:
        indicator, judgement = line.indicator, line.judgement
        page = addresses.get(indicator.objective_id)
        if page is None:
            page = indicator.objective.get_absolute_url() + query
            addresses[indicator.objective_id] = page
        place = f"{page}#indicator-{indicator.number}"
        status = ""
        if judgement:
            standing = Standing(judgement.standing)
            status = mark.format(standing.value, escape(str(standing.label)))
            if line.said:
                said = mark.format(line.said.value, escape(str(line.said.label)))
                status = (
                    f'{said} <span class="small-print">{_("set by the secretariat")}</span><br>'
                    f'{status} <span class="small-print">{_("computed")}</span>'
                )
        name = (
            f'<a class="code" href="{escape(place)}">{indicator.code}</a> {escape(indicator.name)}'
        )
        cells = [value_of(line), answered(line), in_unit(line.expected, indicator), target_of(line)]
        numbers = "".join(
            f'<td class="number" data-label="{label}">{escape(each)}</td>'
            for label, each in zip(labels, cells, strict=True)
        )
        rows.append(
            f'<tr><th scope="row">{name}</th>{numbers}'
            f'<td class="pace-cell">{pace_of(line)}</td>'
            f'<td class="standing-cell">{status or "–"}</td></tr>'
        )
    head = "".join(f'<th scope="col" class="number">{each}</th>' for each in heads)
    return SafeString(  # nosec B703
        f'<div class="table-scroll" tabindex="0" role="region" aria-label="{_("Indicators")}">'
        '<table class="table table-sm figures indicator-table">'
        f"<caption>{_('Each indicator in the round, against its target and the pace expected')}"
        f'</caption><thead><tr><th scope="col">{_("Indicator")}</th>{head}'
        f'<th scope="col">{_("Pace")}</th><th scope="col">{_("Status")}</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )
