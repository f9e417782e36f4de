from datetime import date

import pytest

from reporting.views import briefs
from tests.factories import RegionFactory, ReportingRoundFactory


@pytest.fixture
def africa(db):
    return RegionFactory(code="AFR", name="Africa")


@pytest.fixture
def europe(db):
    return RegionFactory(code="EUR", name="Europe")


@pytest.fixture
def printed(monkeypatch):
    """The briefs that were set as PDF, as they were handed over."""
    kept = []

    def kept_pdf(brief, made_at):
        kept.append(brief)
        return brief_pdf(brief, made_at)

    brief_pdf = briefs.brief_pdf
    monkeypatch.setattr(briefs, "brief_pdf", kept_pdf)
    return kept


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
