from datetime import date

import pytest

from tests.factories import RegionFactory, ReportingRoundFactory


@pytest.fixture
def africa(db):
    return RegionFactory(code="AFR", name="Africa")


@pytest.fixture
def europe(db):
    return RegionFactory(code="EUR", name="Europe")


@pytest.fixture
def round_before(framework):
    """The round before the open one."""
    return ReportingRoundFactory(
        framework=framework,
        closed=True,
        slug="2025-H1",
        name="First half of 2025",
        starts_on=date(2025, 1, 1),
    )
