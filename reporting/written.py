"""Figures as they are written in the reader's language, on pages, in files and in briefs."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import get_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from reporting.dashboards import Cell
from reporting.themes import Named


@dataclass(frozen=True)
class Numerals:
    """How this reader's numbers look, looked up once for all the numbers of a list.

    Percentages and the differences of two want no separator of thousands.
    """

    point: str
    thousands: str
    none: str
    withheld: str
    partly: str
    of: str

    @classmethod
    def of_reader(cls) -> "Numerals":
        point, thousands = get_format("DECIMAL_SEPARATOR"), get_format("THOUSAND_SEPARATOR")
        # Translators: so many of so many.
        of = _("%(number)s of %(all)s")
        return cls(point, thousands, _("–"), _("withheld"), _("partly"), of)

    def whole(self, number: int) -> str:
        """3,332"""
        return f"{number:,}".replace(",", self.thousands)

    def share(self, number: int, all_there_are: int) -> str:
        """112 of 196"""
        return self.of % {"number": self.whole(number), "all": self.whole(all_there_are)}

    def tenths(self, number: Decimal | float) -> str:
        return f"{number:.1f}".replace(".", self.point)

    def short(self, number: Decimal) -> str:
        """62.5, and 60 for 60.0."""
        return self.tenths(number) if number % 1 else f"{number:.0f}"

    def percent(self, number: Decimal | None) -> str:
        return self.none if number is None else f"{number:.1f}\xa0%".replace(".", self.point)

    def middle_half(self, cell: Cell) -> str:
        if cell.spread is None:
            return self.none
        return f"{self.tenths(cell.spread.lower)} – {self.tenths(cell.spread.upper)}\xa0%"

    def points(self, number: Decimal | None) -> str:
        """A change with its sign: +2.4, −1.0, 0.0; a dash where there is none."""
        if number is None:
            return self.none
        words = f"{number:+.1f}".replace("-", "−") if number else "0.0"
        return words.replace(".", self.point)

    def signed(self, number: Decimal | None) -> str:
        """The same for a page."""
        words = self.points(number)
        # The sign stays in front on a right-to-left page too.
        return SafeString(f'<bdi dir="ltr">{words}</bdi>')  # nosec B703

    def mean_of_reports(self, cell: Cell) -> str:
        """The mean, and below it the number of reports behind it."""
        if cell.mean_percent is None:
            return self.withheld if cell.withheld else self.none
        of = self.whole(cell.percent_count) + (f", {self.partly}" if cell.left_out else "")
        return f'{self.percent(cell.mean_percent)}<br><span class="quiet">{of}</span>'


def share(number: int, all_there_are: int) -> str:
    return Numerals.of_reader().share(number, all_there_are)


def percent(number: Decimal | None) -> str:
    return Numerals.of_reader().percent(number)


def middle_half(cell: Cell) -> str:
    return Numerals.of_reader().middle_half(cell)


def signed(number: Decimal | None) -> str:
    return Numerals.of_reader().signed(number)


def signed_points(number: int) -> str:
    """A change in whole points with its sign."""
    words = f"{number:+d}".replace("-", "−") if number else "0"
    return SafeString(f'<bdi dir="ltr">{words}</bdi>')  # nosec B703


def named_most(found: Named) -> str:
    """ "Staff and training (21 of the 48 that name one)"; of equally many all are said."""
    kinds = " · ".join(str(kind.label) for kind in found.most)
    if len(found.most) == 1:
        words = _("%(kinds)s (%(count)s of the %(named)s that name one)")
    else:
        words = _("%(kinds)s (%(count)s each of the %(named)s that name one)")
    return words % {"kinds": kinds, "count": found.count, "named": found.named}
