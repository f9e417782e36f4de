"""What a page shows beside its first figures, as rows of files; the first row names the columns.

Each row carries the filter that it was made with. What is withheld is empty and says so.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from reporting.countries import Beside
from reporting.countries import Line as CountryLine
from reporting.dashboards import Row
from reporting.exports import progress_table, subject_cells, whether_withheld
from reporting.indicators import Line
from reporting.sources import Source


def filter_names() -> list[str]:
    region = [_("region"), _("region's name")]
    return [_("framework"), _("round"), *region, _("snapshot"), _("made at")]


def filter_cells(source: Source, round_slug: str = "") -> list[object]:
    region = [source.region_code or _("all"), source.region_name]
    return [source.slug, round_slug or source.round_slug, *region, source.snapshot, source.made]


def yes_or_no(is_so: bool) -> str:
    return _("yes") if is_so else _("no")


def region_table(source: Source, subject: object, rows: Iterable[Row]) -> Iterator[list[object]]:
    """The columns of `progress_table`, a line for each region; all are about `subject`."""
    head, *_none = progress_table(source, [])
    yield head
    for row in rows:
        of_region = replace(source, region=row.subject.name, region_code=row.subject.code)
        about_it = replace(row, subject=subject)
        _head, line = progress_table(of_region, [about_it])
        yield line


def round_table(
    source: Source, rows: Iterable[Row], slugs: Sequence[str]
) -> Iterator[list[object]]:
    """The trend: a line for each goal or objective in each round."""
    yield [
        *filter_names(),
        _("goal"),
        _("objective"),
        _("statement"),
        _("countries"),
        _("reported"),
        _("mean percent complete"),
        _("reports with a percentage"),
        _("withheld"),
    ]
    for row in rows:
        for slug, cell in zip(slugs, row.trend, strict=False):
            yield [
                *filter_cells(source, slug),
                *subject_cells(row.subject),
                cell.expected,
                cell.reported,
                cell.mean_percent,
                None if cell.withheld else cell.percent_count,
                whether_withheld(cell),
            ]


def indicator_table(source: Source, lines: Iterable[Line]) -> Iterator[list[object]]:
    """A line for each indicator and round; the status is that of the last round."""
    yield [
        *filter_names(),
        _("indicator"),
        _("name"),
        _("unit"),
        _("put together as"),
        _("value"),
        _("part"),
        _("whole"),
        _("answered"),
        _("countries"),
        _("no data"),
        _("not applicable"),
        _("baseline"),
        _("target"),
        _("target, upper edge"),
        _("target on"),
        _("expected by now"),
        _("computed status"),
        _("version of the rules"),
        _("status set by a person"),
        _("reason for it"),
        _("withheld"),
    ]
    for line in lines:
        indicator, course = line.indicator, line.course
        aim = course.aims[-1] if course.aims else None
        for position, (each, measure) in enumerate(line.by_round, start=1):
            answers, shown = measure.answers, not measure.withheld
            judgement = line.judgement if position == len(line.measures) else None
            said = (indicator.said or {}) if judgement and line.said else {}
            yield [
                *filter_cells(source, each.slug),
                indicator.code,
                indicator.name,
                indicator.unit,
                str(indicator.get_aggregation_display()),
                measure.value,
                measure.part,
                measure.whole,
                answers.given if answers else None,
                answers.expected if answers else None,
                answers.no_data if answers and shown else None,
                answers.not_applicable if answers and shown else None,
                course.baseline,
                aim and aim.value,
                aim and aim.upper,
                aim and aim.on.isoformat(),
                line.expected if judgement else None,
                judgement and judgement.standing.value,
                course.rules if judgement else None,
                line.said.value if said else None,
                said.get("reason"),
                yes_or_no(measure.withheld),
            ]


def country_table(source: Source, lines: Iterable[CountryLine]) -> Iterator[list[object]]:
    """A country's own picture: a line for each objective in each round."""
    yield [
        _("framework"),
        _("country"),
        _("made at"),
        _("round"),
        _("objective"),
        _("statement"),
        _("state"),
        _("rating"),
        _("percent complete"),
    ]
    for line in lines:
        for entry in line.entries:
            yield [
                source.slug,
                source.country_code,
                source.made,
                entry.round.slug,
                line.objective.code,
                line.objective.statement,
                entry.state,
                entry.rating,
                entry.percent,
            ]


def median_table(source: Source, rows: Iterable[Beside]) -> Iterator[list[object]]:
    """The chosen round beside the median of the country's region."""
    yield [
        _("framework"),
        _("round"),
        _("country"),
        _("made at"),
        _("objective"),
        _("percent complete"),
        _("median of the region"),
        _("reports behind the median"),
        _("withheld"),
    ]
    for row in rows:
        middle = row.middle
        yield [
            source.slug,
            source.round_slug,
            source.country_code,
            source.made,
            row.entry.objective.code,
            row.entry.approved_percent,
            middle.value,
            None if middle.is_withheld else middle.reports,
            yes_or_no(middle.is_withheld),
        ]
