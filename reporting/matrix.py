"""Who has reported: member countries by objectives, the state of each report and no more.

All here is pure: rows in, lines out. The lines of a region come as one piece of HTML,
because a template that runs through 3,332 of them takes ten times as long.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import NamedTuple

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from members.folding import fold
from members.models import MemberCountry, Region
from objectives.models import Objective
from reporting.desk import WITHOUT_REPORT
from reporting.models import ReportingRound, Status
from reporting.models.choices import WITH_THE_SECRETARIAT

# A page has 3,332 of them, so they are short; the style sheet draws a symbol for each.
CLASSES = {
    Status.APPROVED: "a",
    Status.SUBMITTED: "s",
    Status.RETURNED: "r",
    Status.DRAFT: "w",
    "not_due": "n",
    "due": "d",
    "extended": "e",
    "overdue": "o",
    "missed": "m",
}
LABELS = dict(Status.choices) | dict(WITHOUT_REPORT.values()) | {"extended": _("Due, more time")}
PAST_DUE = [ReportingRound.Phase.OVERDUE, ReportingRound.Phase.CLOSED]


class Known(NamedTuple):
    """What the reader may know of a report: a row of `values_list` by these names."""

    country_id: int
    objective_id: int
    status: str
    pk: int
    is_readable: bool = False


MOST_ON_A_PAGE = 20

# Translators: so many reports of so many.
SHARE = gettext_noop("%(reported)s of\N{NO-BREAK SPACE}%(expected)s")


@dataclass(frozen=True)
class Share:
    """So many reports handed in, of so many; one by one or summed."""

    reported: int
    expected: int

    def __str__(self) -> str:
        return gettext(SHARE) % {name: intcomma(number) for name, number in vars(self).items()}


class Cell(NamedTuple):
    state: str
    report: int | None = None


@dataclass(frozen=True)
class Line:
    """One country: a cell for each objective, in their order."""

    country: MemberCountry
    cells: Sequence[Cell]

    @cached_property
    def share(self) -> Share:
        return Share(sum(map(is_reported, self.cells)), len(self.cells))


@dataclass(frozen=True)
class Block:
    """The countries of a region in alphabetical order; there is no other."""

    region: Region
    lines: Sequence[Line]

    @cached_property
    def shares(self) -> list[Share]:
        """One for each objective."""
        columns = zip(*(line.cells for line in self.lines), strict=True)
        return [Share(sum(map(is_reported, column)), len(column)) for column in columns]

    @cached_property
    def share(self) -> Share:
        return total(self.shares)


@dataclass(frozen=True)
class Matrix:
    objectives: Sequence[Objective]
    blocks: Sequence[Block]
    phase: ReportingRound.Phase

    @property
    def lines(self) -> list[Line]:
        return [line for block in self.blocks for line in block.lines]

    @property
    def width(self) -> int | None:
        """In pixels, where it is wider than a page: else it is as wide as that."""
        number = len(self.objectives)
        return 280 + 44 * number if number > MOST_ON_A_PAGE else None

    @property
    def has_sums(self) -> bool:
        """One country is its own sum."""
        return len(self.lines) > 1

    @cached_property
    def shares(self) -> list[Share]:
        return list(map(total, zip(*(block.shares for block in self.blocks), strict=True)))

    @cached_property
    def share(self) -> Share:
        return total(self.shares)

    @property
    def legend(self) -> list[tuple[str, str, int]]:
        """(class, words, how many) of the states that this round can have."""
        counts = Counter(cell.state for line in self.lines for cell in line.cells)
        possible = {*Status.values, WITHOUT_REPORT[self.phase][0]}
        return [
            (letter, LABELS[state], counts[state])
            for state, letter in CLASSES.items()
            if state in possible or counts[state]
        ]


def matrix(
    countries: Iterable[MemberCountry],
    regions: Iterable[Region],
    objectives: Sequence[Objective],
    reports: Iterable[Known],
    phase: ReportingRound.Phase,
    extended: Collection[int] = frozenset(),
) -> Matrix:
    """Every country with every objective, whether it has a report or not.

    `extended` has the keys of the countries that may still report after the due date.
    """
    known = {(report.country_id, report.objective_id): report for report in reports}
    usual = Cell(WITHOUT_REPORT[phase][0])
    with_time = Cell("extended") if phase in PAST_DUE else usual
    by_region: dict[int, list[Line]] = {}
    for country in sorted(countries, key=alphabetical):
        absent = with_time if country.pk in extended else usual
        found = [known.get((country.pk, objective.pk)) for objective in objectives]
        cells = [Cell(report.status, report.pk) if report else absent for report in found]
        by_region.setdefault(country.region_id, []).append(Line(country, cells))
    blocks = [Block(region, by_region[region.pk]) for region in regions if region.pk in by_region]
    return Matrix(objectives, blocks, phase)


def alphabetical(country: MemberCountry) -> tuple[str, str]:
    """By the name in the page's language, É beside E."""
    return fold(country.name), country.iso2


def is_reported(cell: Cell) -> bool:
    return cell.state in WITH_THE_SECRETARIAT


def total(shares: Iterable[Share]) -> Share:
    shares = list(shares)
    return Share(sum(each.reported for each in shares), sum(each.expected for each in shares))


class DrawnBlock(NamedTuple):
    """A block, its lines as rows of a table, and the anchor of what comes after it."""

    block: Block
    rows: SafeString
    after: str


def drawn(found: Matrix, address: str, readable: Collection[int]) -> list[DrawnBlock]:
    """Each line as HTML; the `readable` reports are linked.

    `address` is that of report 0. A state's cell is escaped once, for all that are alike.
    """
    before, _zero, after = map(escape, address.rpartition("0"))
    plain, linked = {}, {}
    for state, letter in CLASSES.items():
        label = escape(str(LABELS[state]))
        plain[state] = f'<td class="{letter}">{label}</td>'
        linked[state] = (
            f'<td class="{letter}"><a href="{before}',
            f'{after}">{label}</a></td>',
        )

    share = escape(gettext(SHARE))

    def row(line: Line) -> str:
        said = share % vars(line.share)
        pieces = [f'<tr><th scope="row">{escape(line.country.name)}</th><td>{said}</td>']
        for state, report in line.cells:
            start, end = linked[state]
            pieces.append(f"{start}{report:d}{end}" if report in readable else plain[state])
        return "".join([*pieces, "</tr>"])

    anchors = [*(block.region.code for block in found.blocks), "matrix-end"][1:]
    return [
        # Nothing but what is escaped above, and numbers.
        DrawnBlock(block, mark_safe("".join(map(row, block.lines))), anchor)  # nosec B308, B703
        for block, anchor in zip(found.blocks, anchors, strict=True)
    ]


def matrix_table(found: Matrix, reporting_round: ReportingRound) -> Iterator[list[object]]:
    """The same as a table for a spreadsheet, a country a row."""
    codes = [objective.code for objective in found.objectives]
    names = [_("round"), _("region"), _("region's name"), _("country"), _("name")]
    yield [*map(str, names), *codes, gettext("reported"), gettext("of")]
    for line in found.lines:
        country = line.country
        yield [
            reporting_round.slug,
            country.region.code,
            country.region.name,
            country.iso2,
            country.name,
            *(str(LABELS[cell.state]) for cell in line.cells),
            line.share.reported,
            line.share.expected,
        ]
