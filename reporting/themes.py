"""What countries name most as standing in the way and as coming next, counted.

Pure: the counts of tallies in, what to show out. Counts are {field: {kind: [behind, others]}}: the
reports that are behind, at risk or off track, and all others.

Withholding, as in `reporting.withholding`: the framework's page shows what reports that are behind
name, other pages what all name, so those that are not behind are the one less the other. Each of
these two groups must be of five countries or of none, in a region and in the regions that are
hidden behind one another. docs/decisions/0002 says it in words.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import models

from reporting.models import Challenge, NextStep

FIELDS: dict[str, type[models.TextChoices]] = {
    "main_challenge": Challenge,
    "main_next_step": NextStep,
}
MOST_KINDS = 5
Counts = Mapping[str, Mapping[str, Sequence[int]]]


def merged(counts: Iterable[Counts]) -> Counts:
    """The counts of several cells as one."""
    found: dict[str, dict[str, list[int]]] = {}
    for each in counts:
        for field, kinds in each.items():
            sums = found.setdefault(field, {})
            for kind, (behind, others) in kinds.items():
                if kind in sums:
                    sums[kind][0] += behind
                    sums[kind][1] += others
                else:
                    sums[kind] = [behind, others]
    return found


def sizes(counts: Counts) -> list[int]:
    """How many reports stand behind what is named: for each field, those behind and the others."""
    found = []
    for field in FIELDS:
        pairs = counts.get(field, {}).values()
        found += [sum([pair[0] for pair in pairs]), sum([pair[1] for pair in pairs])]
    return found


@dataclass(frozen=True)
class Named:
    """The kinds of a field with the reports that name them, those named most first.

    `named` of `reports` name one at all.
    """

    kinds: Sequence[tuple[models.TextChoices, int]]
    named: int
    reports: int

    @property
    def most(self) -> list[models.TextChoices]:
        """The kind named most, or several that are named as often."""
        return [kind for kind, count in self.kinds if count == self.kinds[0][1]]

    @property
    def count(self) -> int:
        return self.kinds[0][1]

    @property
    def shown(self) -> Sequence[tuple[models.TextChoices, int]]:
        """As many as a page shows; a single one more is not worth leaving out."""
        if len(self.kinds) <= MOST_KINDS + 1:
            return self.kinds
        return self.kinds[:MOST_KINDS]

    @property
    def others(self) -> tuple[int, int]:
        """How many kinds are not shown, and how many reports name them."""
        rest = self.kinds[len(self.shown) :]
        return len(rest), sum(count for _kind, count in rest)


def named_in(counts: Counts, field: str, reports: int, only_behind: bool) -> Named | None:
    """What `reports` reports name in a field, or what those name that are behind; None: nothing."""
    kinds = counts.get(field, {})
    found = []
    for kind in FIELDS[field] if kinds else ():
        behind, others = kinds.get(kind.value, (0, 0))
        if count := behind if only_behind else behind + others:
            found.append((kind, count))
    if not found:
        return None
    # Those named as often stay in the order of the list.
    found.sort(key=lambda pair: -pair[1])
    return Named(found, sum([count for _kind, count in found]), reports)
