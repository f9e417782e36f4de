"""Which objectives need attention: the rule that docs/attention.md says in words.

Pure: a dashboard's rows in, those to look at out. Nothing withheld is judged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from reporting.dashboards import Cell, Row
from reporting.models import Rating
from reporting.themes import Named
from reporting.withholding import FEWEST_COUNTRIES


class Standing(models.TextChoices):
    OFF_TRACK = "off_track", _("Off track")
    AT_RISK = "at_risk", _("At risk")


@dataclass(frozen=True)
class Trouble:
    """The reports that say off track or at risk, of those for which the objective applies."""

    troubled: int
    applicable: int

    @classmethod
    def of(cls, cell: Cell | None) -> "Trouble | None":
        """None where too few countries reported to say so."""
        if cell is None or cell.withheld:
            return None
        said = cell.by_rating
        applicable = cell.reported - said.get(Rating.NOT_APPLICABLE, 0)
        if applicable < FEWEST_COUNTRIES:
            return None
        return cls(said.get(Rating.OFF_TRACK, 0) + said.get(Rating.AT_RISK, 0), applicable)

    @property
    def standing(self) -> Standing | None:
        """Off track from a half on, at risk from a third on."""
        if self.troubled * 2 >= self.applicable:
            return Standing.OFF_TRACK
        return Standing.AT_RISK if self.troubled * 3 >= self.applicable else None

    @property
    def percent(self) -> int:
        share = Decimal(100 * self.troubled) / self.applicable
        return int(share.quantize(Decimal(1), ROUND_HALF_UP))


@dataclass(frozen=True)
class Finding:
    """An objective that is off track or at risk, or was in the round before."""

    row: Row
    now: Trouble
    before: Trouble | None

    @property
    def standing(self) -> Standing | None:
        return self.now.standing

    @property
    def change(self) -> int | None:
        """Percentage points between the two shares as they are shown."""
        return self.now.percent - self.before.percent if self.before else None

    @property
    def points(self) -> int:
        """How many, up or down: one is a point."""
        return abs(self.change or 0)

    @property
    def reason(self) -> Named | None:
        """What the reports that say off track or at risk name as standing in the way."""
        return self.row.cell.named("main_challenge", only_behind=True)

    @property
    def next_step(self) -> Named | None:
        return self.row.cell.named("main_next_step", only_behind=True)

    @property
    def is_new(self) -> bool:
        return bool(self.before and self.now.standing and not self.before.standing)

    @property
    def is_over(self) -> bool:
        return bool(self.before and self.before.standing and not self.now.standing)


@dataclass(frozen=True)
class Attention:
    """What a framework's page says first; `judged` objectives have reports of enough countries."""

    objectives: int
    off_track: list[Finding]
    at_risk: list[Finding]
    over: list[Finding]
    few_reports: list[Row]
    judged: int = 0

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Attention":
        found = [
            Finding(row, now, Trouble.of(row.trend[-2] if len(row.trend) > 1 else None))
            for row in rows
            if (now := Trouble.of(row.cell))
        ]
        found.sort(key=lambda finding: -finding.now.percent)
        return cls(
            objectives=len(rows),
            off_track=[each for each in found if each.standing == Standing.OFF_TRACK],
            at_risk=[each for each in found if each.standing == Standing.AT_RISK],
            over=[each for each in found if each.is_over],
            few_reports=[row for row in rows if row.cell.reported * 2 < row.cell.expected],
            judged=len(found),
        )

    @property
    def findings(self) -> list[Finding]:
        return self.off_track + self.at_risk

    @property
    def without_reports(self) -> list[Row]:
        """Those of the few on which there are none at all."""
        return [row for row in self.few_reports if not row.cell.reported]

    @property
    def some_reports(self) -> list[Row]:
        return [row for row in self.few_reports if row.cell.reported]
