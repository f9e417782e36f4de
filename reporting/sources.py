"""What stands beside figures that leave the portal: what they are of, as filtered, and when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Source:
    """`snapshot` and `sha256` are those of frozen figures; without them the figures are live.

    `country` is set where the figures are one country's, for itself and the secretariat.
    """

    framework: str
    slug: str
    round: str
    round_slug: str
    region: str
    region_code: str
    made_at: datetime
    address: str
    snapshot: int | None = None
    sha256: str = ""
    country: str = ""
    country_code: str = ""

    @property
    def made(self) -> str:
        return self.made_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")

    @property
    def region_name(self) -> str:
        return self.country or self.region or _("all regions")

    @property
    def standing(self) -> str:
        """Whether the same figures will be there tomorrow."""
        if self.snapshot is None:
            return _("none: the figures as they were when this was made")
        return _("number %(number)s, frozen") % {"number": self.snapshot}

    def file_name(self, *subject: str) -> str:
        """`2022-2025-goal-1-2025-H2-EUR-snapshot-3`"""
        parts = [self.slug, *subject, self.round_slug]
        parts += [self.region_code] if self.region_code else []
        parts += [f"snapshot-{self.snapshot}"] if self.snapshot is not None else []
        return "-".join(parts)

    def facts(self) -> Iterator[tuple[str, str]]:
        yield _("Framework"), self.framework
        yield _("Round"), self.round
        yield _("Country") if self.country else _("Region"), self.region_name
        yield _("Snapshot"), self.standing
        if self.sha256:
            yield _("SHA-256 of the snapshot"), self.sha256
        yield _("Made at"), self.made
        yield _("From"), self.address
